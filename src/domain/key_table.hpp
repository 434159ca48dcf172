// Keys to numbers by hashing, for `account_index` and for numbering whole columns. Layer: 5. Needs: links sojourn.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <optional>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "detail/large_memory.hpp"
#include "sojourn/detail/int128.hpp"
#include "sojourn/domain/account.hpp"

namespace sojourn::inline v0_1::detail {

inline constexpr std::uint32_t most_accounts = std::numeric_limits<std::uint32_t>::max();

/// Multiply to 128 bits and fold: every bit of both factors reaches every bit of the result.
inline std::uint64_t mix(std::uint64_t a, std::uint64_t b) noexcept {
  const uint128 product = static_cast<uint128>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

template <class Word>
std::uint64_t load(const char* from) noexcept {
  Word word;
  std::memcpy(&word, from, sizeof word);
  return word;
}

/// A secret of each index, so that nobody can prepare keys that all collide. It moves slots, never account numbers.
struct hash_seed {
  std::uint64_t a;
  std::uint64_t b;

  /// Entropy costs about 20 us a word, so it is drawn once for the process; a counter tells its indices apart.
  static hash_seed fresh() {
    static const std::array<std::uint64_t, 2> secret = [] {
      std::random_device entropy;
      const auto word = [&] { return (static_cast<std::uint64_t>(entropy()) << 32) | entropy(); };
      return std::array{word() | 1, word() | 1};
    }();
    static std::atomic<std::uint64_t> indices{0};
    const std::uint64_t number = indices.fetch_add(1, std::memory_order_relaxed);
    const auto word = [&](std::size_t i) {
      return mix(mix(number ^ secret[i], 0x9E3779B97F4A7C15u) ^ secret[1 - i], secret[i]);
    };
    return {word(0) | 1, word(1) | 1};
  }

  [[nodiscard]] std::uint64_t operator()(std::int64_t key) const noexcept {
    return mix(mix(static_cast<std::uint64_t>(key) ^ a, 0x9E3779B97F4A7C15u) ^ b, 0xD6E8FEB86659FD93u);
  }

  [[nodiscard]] std::uint64_t operator()(std::string_view key) const noexcept {
    const char* at = key.data();
    std::size_t left = key.size();
    std::uint64_t h = mix(a ^ left, 0x9E3779B97F4A7C15u);
    for (; left > 16; at += 16, left -= 16) h = mix(load<std::uint64_t>(at) ^ b, load<std::uint64_t>(at + 8) ^ h);
    std::uint64_t first = 0;
    std::uint64_t last = 0;
    // The two loads of a tail overlap where it is shorter than both; its length is already in h.
    if (left >= 8) {
      first = load<std::uint64_t>(at);
      last = load<std::uint64_t>(at + left - 8);
    } else if (left >= 4) {
      first = load<std::uint32_t>(at);
      last = load<std::uint32_t>(at + left - 4);
    } else if (left > 0) {
      first = (load<std::uint8_t>(at) << 8) | load<std::uint8_t>(at + left / 2);
      last = load<std::uint8_t>(at + left - 1);
    }
    return mix(mix(first ^ b, last ^ h), 0xD6E8FEB86659FD93u ^ a);
  }
};

inline void fetch([[maybe_unused]] const void* from) noexcept {
#if defined(__GNUC__)
  __builtin_prefetch(from);
#endif
}

/// The bytes of a key.
inline void fetch_key(std::string_view key) noexcept {
  fetch(key.data());
}
inline void fetch_key(std::int64_t) noexcept {}

/// Whether two keys are one: most keys are short, and a call costs more than their comparison.
inline bool same_key(std::string_view a, std::string_view b) noexcept {
  if (a.size() != b.size()) return false;
  for (std::size_t at = 0; at + 8 <= a.size(); at += 8) {
    if (load<std::uint64_t>(a.data() + at) != load<std::uint64_t>(b.data() + at)) return false;
  }
  if (a.size() >= 8) return load<std::uint64_t>(a.data() + a.size() - 8) == load<std::uint64_t>(b.data() + b.size() - 8);
  return a.empty() || std::memcmp(a.data(), b.data(), a.size()) == 0;
}
inline bool same_key(std::int64_t a, std::int64_t b) noexcept {
  return a == b;
}

/// Keys of one kind in order of first appearance.
class id_keys {
 public:
  using key = std::int64_t;
  [[nodiscard]] std::size_t size() const noexcept { return ids_.size(); }
  [[nodiscard]] key operator[](std::size_t index) const noexcept { return ids_[index]; }
  void push_back(key which) {
    reserve_large(ids_, ids_.size() + 1);
    ids_.push_back(which);
  }
  /// What a look-up of that key will read.
  void prefetch(std::size_t index) const noexcept { fetch(ids_.data() + index); }
  void prefetch_bytes(std::size_t) const noexcept {}
  /// For who writes keys behind the last: room for `n` more, of which `taken` says how many were written.
  [[nodiscard]] key* room(std::size_t n) {
    used_ = ids_.size();
    ids_.resize(used_ + n);
    return ids_.data() + used_;
  }
  void taken(std::size_t n) { ids_.resize(used_ + n); }

 private:
  std::vector<std::int64_t> ids_;
  std::size_t used_ = 0;
};

/// The bytes of all keys behind one another: no allocation a key.
class text_keys {
 public:
  using key = std::string_view;
  [[nodiscard]] std::size_t size() const noexcept { return ends_.size(); }
  [[nodiscard]] key operator[](std::size_t index) const noexcept {
    const std::size_t begin = index == 0 ? 0 : ends_[index - 1];
    return {bytes_.data() + begin, ends_[index] - begin};
  }
  void push_back(key which) {
    // Drops what a failed allocation between the lines below may have left behind.
    bytes_.resize(ends_.empty() ? 0 : ends_.back());
    reserve_large(bytes_, bytes_.size() + which.size());
    reserve_large(ends_, ends_.size() + 1);
    bytes_.insert(bytes_.end(), which.begin(), which.end());
    ends_.push_back(bytes_.size());
  }
  void prefetch(std::size_t index) const noexcept { fetch(ends_.data() + index); }
  void prefetch_bytes(std::size_t index) const noexcept { fetch((*this)[index].data()); }

 private:
  std::vector<char> bytes_;
  std::vector<std::size_t> ends_;
};

/// Open addressing with linear probing, at most half full. A slot holds the upper half of the hash, so that a key is
/// compared almost only with itself, and the account number plus one (0 = free). The highest bits are the key's place: a
/// wider table is filled from this one in its order, without a look at the keys.
template <class Keys>
class key_table {
 public:
  using key = typename Keys::key;

  [[nodiscard]] const Keys& keys() const noexcept { return keys_; }

  [[nodiscard]] Keys& keys() noexcept { return keys_; }

  std::uint32_t intern(key which) {
    // Sorted input repeats its key row after row: no hash, one comparison.
    if (last_ < keys_.size() && same_key(keys_[last_], which)) return last_;
    make_room(1);
    return last_ = intern(which, hash_(which));
  }

  static constexpr std::size_t handful = 32;

  void intern(std::span<const key> keys, std::span<std::uint32_t> numbers) {
    std::array<key, handful> asked;
    for (std::size_t first = 0; first < keys.size(); first += handful) {
      const std::size_t rows = std::min(handful, keys.size() - first);
      // Views of text may point anywhere: the next handful is asked for while this one is hashed.
      for (std::size_t row = first + handful; row < std::min(first + 2 * handful, keys.size()); ++row) fetch_key(keys[row]);
      std::uint32_t heads = 0;  // bits of the rows that do not repeat the one before: others need no look-up
      std::size_t n = 0;
      for (std::size_t i = 0; i < rows; ++i) {
        const std::size_t row = first + i;
        const auto differs = static_cast<std::uint32_t>(row == 0 || !same_key(keys[row], keys[row - 1]));
        heads |= differs << i;
        asked[n] = keys[row];
        n += differs;
      }
      std::array<std::uint64_t, handful> hashes;
      std::array<std::uint32_t, handful> found;
      for (std::size_t i = 0; i < n; ++i) hashes[i] = hash_(asked[i]);
      intern(std::span<const key>(asked).first(n), hashes.data(), found.data());
      std::uint32_t number = first == 0 ? 0 : numbers[first - 1];
      for (std::size_t i = 0, next = 0; i < rows; ++i) {
        if ((heads >> i & 1u) != 0) number = found[next++];
        numbers[first + i] = number;
      }
    }
  }

  [[nodiscard]] std::optional<account> find(key which) const noexcept {
    if (slots_.empty()) return std::nullopt;
    const slot& found = slots_[probe(which, hash_(which))];
    if (found.number == 0) return std::nullopt;
    return account{found.number - 1};
  }

 private:
  struct slot {
    std::uint32_t tag = 0;
    std::uint32_t number = 0;
  };

  static std::uint32_t tag(std::uint64_t h) noexcept { return static_cast<std::uint32_t>(h >> 32); }
  [[nodiscard]] std::size_t place(std::uint32_t tag) const noexcept { return std::uint64_t{tag} << 32 >> shift_; }

  // A look-up waits for a slot, then for the place of its key, then for the key: three rounds of requests for a handful of
  // keys instead of three waits for each.
  void intern(std::span<const key> keys, const std::uint64_t* hashes, std::uint32_t* numbers) {
    make_room(keys.size());
    for (std::size_t i = 0; i < keys.size(); ++i) fetch(slots_.data() + place(tag(hashes[i])));
    const auto held = [&](std::size_t i) { return slots_[place(tag(hashes[i]))].number; };
    for (std::size_t i = 0; i < keys.size(); ++i) keys_.prefetch(held(i) == 0 ? 0 : held(i) - 1);
    for (std::size_t i = 0; i < keys.size(); ++i) {
      if (held(i) != 0) keys_.prefetch_bytes(held(i) - 1);
    }
    for (std::size_t i = 0; i < keys.size(); ++i) numbers[i] = intern(keys[i], hashes[i]);
  }

  void make_room(std::size_t more) {
    if (2 * (keys_.size() + more) > slots_.size()) grow(keys_.size() + more);
  }

  std::uint32_t intern(key which, std::uint64_t h) {
    const std::size_t at = probe(which, h);
    if (slots_[at].number == 0) {
      if (keys_.size() == most_accounts) throw overflow_error("account_index: more than 4,294,967,295 accounts");
      keys_.push_back(which);
      slots_[at] = {tag(h), static_cast<std::uint32_t>(keys_.size())};
    }
    return slots_[at].number - 1;
  }

  /// The slot of this key, or the free one where it belongs.
  [[nodiscard]] std::size_t probe(key which, std::uint64_t h) const noexcept {
    const std::size_t mask = slots_.size() - 1;
    std::size_t at = place(tag(h));
    for (; slots_[at].number != 0; at = (at + 1) & mask) {
      if (slots_[at].tag == tag(h) && same_key(keys_[slots_[at].number - 1], which)) break;
    }
    return at;
  }

  void grow(std::size_t keys) {
    const std::size_t size = std::bit_ceil(std::max<std::size_t>(16, 2 * keys));
    std::vector<slot> wider;
    detail::make_room(wider, size);
    shift_ = 64 - std::countr_zero(size);
    const std::size_t mask = size - 1;
    for (const slot& held : slots_) {
      if (held.number == 0) continue;
      std::size_t at = place(held.tag);
      while (wider[at].number != 0) at = (at + 1) & mask;
      wider[at] = held;
    }
    slots_ = std::move(wider);
  }

  hash_seed hash_ = hash_seed::fresh();
  Keys keys_;
  std::vector<slot> slots_;
  int shift_ = 63;  ///< from a hash to its place
  std::uint32_t last_ = 0;
};

}  // namespace sojourn::inline v0_1::detail
