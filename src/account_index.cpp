#include "sojourn/domain/account.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <limits>
#include <random>
#include <utility>
#include <vector>

#include "sojourn/detail/int128.hpp"

namespace sojourn {
namespace {

constexpr std::uint32_t most_accounts = std::numeric_limits<std::uint32_t>::max();

/// Multiply to 128 bits and fold: every bit of both factors reaches every bit of the result.
std::uint64_t mix(std::uint64_t a, std::uint64_t b) noexcept {
  const detail::uint128 product = static_cast<detail::uint128>(a) * b;
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

  static hash_seed fresh() {
    std::random_device entropy;
    const auto word = [&] { return (static_cast<std::uint64_t>(entropy()) << 32) | entropy(); };
    return {word() | 1, word() | 1};
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

void fetch([[maybe_unused]] const void* from) noexcept {
#if defined(__GNUC__)
  __builtin_prefetch(from);
#endif
}

/// Whether two keys are one: most keys are short, and a call costs more than their comparison.
bool same_key(std::string_view a, std::string_view b) noexcept {
  if (a.size() != b.size()) return false;
  for (std::size_t at = 0; at + 8 <= a.size(); at += 8) {
    if (load<std::uint64_t>(a.data() + at) != load<std::uint64_t>(b.data() + at)) return false;
  }
  if (a.size() >= 8) return load<std::uint64_t>(a.data() + a.size() - 8) == load<std::uint64_t>(b.data() + b.size() - 8);
  return a.empty() || std::memcmp(a.data(), b.data(), a.size()) == 0;
}
bool same_key(std::int64_t a, std::int64_t b) noexcept { return a == b; }

/// Keys of one kind in order of first appearance.
class id_keys {
 public:
  using key = std::int64_t;
  [[nodiscard]] std::size_t size() const noexcept { return ids_.size(); }
  [[nodiscard]] key operator[](std::size_t index) const noexcept { return ids_[index]; }
  void push_back(key which) { ids_.push_back(which); }
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
    // Drops what a failed allocation between the two lines below may have left behind.
    bytes_.resize(ends_.empty() ? 0 : ends_.back());
    bytes_.append(which);
    ends_.push_back(bytes_.size());
  }
  void prefetch(std::size_t index) const noexcept { fetch(ends_.data() + index); }
  void prefetch_bytes(std::size_t index) const noexcept { fetch((*this)[index].data()); }

 private:
  std::string bytes_;
  std::vector<std::size_t> ends_;
};

/// Open addressing with linear probing, at most half full. A slot holds 32 bits of the hash, so that a key is compared
/// almost only with itself, and the account number plus one (0 = free).
template <class Keys>
class table {
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

  // A look-up waits for a slot, then for the place of its key, then for the key: three rounds of requests for a handful of keys
  // instead of three waits for each.
  void intern(std::span<const key> keys, std::span<std::uint32_t> numbers) {
    constexpr std::size_t handful = 32;
    std::array<std::size_t, handful> rows;
    std::array<std::uint64_t, handful> hashes;
    for (std::size_t first = 0; first < keys.size(); first += handful) {
      const std::size_t end = std::min(first + handful, keys.size());
      std::size_t n = 0;
      for (std::size_t row = first; row < end; ++row) {
        rows[n] = row;                      // a key that repeats the one before needs no look-up
        n += static_cast<std::size_t>(row == 0 || !same_key(keys[row], keys[row - 1]));
      }
      make_room(n);
      const std::size_t mask = slots_.size() - 1;
      for (std::size_t i = 0; i < n; ++i) {
        hashes[i] = hash_(keys[rows[i]]);
        fetch(slots_.data() + (hashes[i] & mask));
      }
      const auto held = [&](std::size_t i) { return slots_[hashes[i] & mask].number; };
      for (std::size_t i = 0; i < n; ++i) keys_.prefetch(held(i) == 0 ? 0 : held(i) - 1);
      for (std::size_t i = 0; i < n; ++i) {
        if (held(i) != 0) keys_.prefetch_bytes(held(i) - 1);
      }
      std::size_t i = 0;
      for (std::size_t row = first; row < end; ++row) {
        const bool asked = i < n && rows[i] == row;
        numbers[row] = asked ? intern(keys[row], hashes[i]) : numbers[row - 1];
        i += asked ? 1 : 0;
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
    std::size_t at = h & mask;
    for (; slots_[at].number != 0; at = (at + 1) & mask) {
      if (slots_[at].tag == tag(h) && same_key(keys_[slots_[at].number - 1], which)) break;
    }
    return at;
  }

  void grow(std::size_t keys) {
    std::vector<slot> wider(std::bit_ceil(std::max<std::size_t>(16, 2 * keys)));
    const std::size_t mask = wider.size() - 1;
    for (std::size_t index = 0; index < keys_.size(); ++index) {
      const std::uint64_t h = hash_(keys_[index]);
      std::size_t at = h & mask;
      while (wider[at].number != 0) at = (at + 1) & mask;
      wider[at] = {tag(h), static_cast<std::uint32_t>(index + 1)};
    }
    slots_ = std::move(wider);
  }

  hash_seed hash_ = hash_seed::fresh();
  Keys keys_;
  std::vector<slot> slots_;
  std::uint32_t last_ = 0;
};

/// Ids. Those of a range without many gaps, as a sequence gives them out, are looked up in a table of the range; others are
/// hashed.
class id_table {
 public:
  [[nodiscard]] const id_keys& keys() const noexcept { return hashed_.keys(); }

  std::uint32_t intern(std::int64_t id) {
    if (!in_range(id)) return hashed_.intern(id);
    std::uint32_t& number = range_[place(id)];
    if (number == 0) {
      hashed_.keys().push_back(id);
      number = static_cast<std::uint32_t>(keys().size());
    }
    return number - 1;
  }

  void intern(std::span<const std::int64_t> ids, std::span<std::uint32_t> numbers) {
    if (keys().size() == 0 && range_.empty() && !ids.empty()) set_range(ids);
    if (range_.empty()) return hashed_.intern(ids, numbers);
    if (!std::all_of(ids.begin(), ids.end(), [this](std::int64_t id) { return in_range(id); })) {
      for (std::size_t row = 0; row < ids.size(); ++row) numbers[row] = intern(ids[row]);
      return;
    }
    // Whether an id is new is chance: it is written behind the last in any case, and stays there if it is.
    const auto before = static_cast<std::uint32_t>(keys().size());
    std::int64_t* const added = hashed_.keys().room(std::min(ids.size(), range_.size()) + 1);
    std::uint32_t count = 0;
    for (std::size_t row = 0; row < ids.size(); ++row) {
      std::uint32_t& number = range_[place(ids[row])];
      added[count] = ids[row];
      count += number == 0 ? 1 : 0;
      number = number == 0 ? before + count : number;
      numbers[row] = number - 1;
    }
    hashed_.keys().taken(count);
  }

  [[nodiscard]] std::optional<account> find(std::int64_t id) const noexcept {
    if (!in_range(id)) return hashed_.find(id);
    const std::uint32_t number = range_[place(id)];
    return number == 0 ? std::nullopt : std::optional<account>(account{number - 1});
  }

 private:
  [[nodiscard]] std::uint64_t place(std::int64_t id) const noexcept {
    return static_cast<std::uint64_t>(id) - static_cast<std::uint64_t>(low_);
  }
  [[nodiscard]] bool in_range(std::int64_t id) const noexcept { return place(id) < range_.size(); }

  void set_range(std::span<const std::int64_t> ids) {
    std::int64_t low = ids.front(), high = low;
    for (const std::int64_t id : ids) low = std::min(low, id), high = std::max(high, id);
    const std::uint64_t width = static_cast<std::uint64_t>(high) - static_cast<std::uint64_t>(low);
    constexpr std::uint64_t entries_a_row = 4;   // a table that large costs less than hashing
    if (width >= std::min<std::uint64_t>(entries_a_row * ids.size(), most_accounts / 2)) return;
    low_ = low;
    range_.resize(width + 1);
  }

  table<id_keys> hashed_;                   // holds all keys; its slots only what lies outside the range
  std::int64_t low_ = 0;
  std::vector<std::uint32_t> range_;        // number plus one
};

template <class Key>
void require_room(std::span<const Key> keys, std::span<std::uint32_t> numbers) {
  if (keys.size() == numbers.size()) return;
  throw schema_error("account_index: " + std::to_string(keys.size()) + " keys and room for " + std::to_string(numbers.size()) +
                     " numbers; each key has one");
}

[[noreturn]] void refuse_mixing(const char* held, const char* given) {
  throw schema_error(std::string("account_index: it holds ") + held + ", and the key given is " + given +
                     "; convert one side, since \"17\" and 17 may or may not be the same account");
}

}  // namespace

struct account_index::implementation {
  // Only one of the two ever holds keys.
  table<text_keys> text;
  id_table ids;

  void require_text() const {
    if (ids.keys().size() != 0) refuse_mixing("64-bit ids", "text");
  }
  void require_ids() const {
    if (text.keys().size() != 0) refuse_mixing("text", "a 64-bit id");
  }
  [[nodiscard]] std::size_t size() const noexcept { return text.keys().size() + ids.keys().size(); }

  void require_known(account which) const {
    if (which.index < size()) return;
    throw data_error({"account", problem::no_row, std::to_string(which.index),
                      "an account number must come from this index, which holds " + std::to_string(size()) + " accounts",
                      "look it up in the index that gave it out"});
  }
};

account_index::account_index() : self_(std::make_unique<implementation>()) {}
account_index::~account_index() = default;
account_index::account_index(account_index&&) noexcept = default;
account_index& account_index::operator=(account_index&&) noexcept = default;

account account_index::intern(std::string_view key) {
  self_->require_text();
  return {self_->text.intern(key)};
}

account account_index::intern(std::int64_t key) {
  self_->require_ids();
  return {self_->ids.intern(key)};
}

void account_index::intern(std::span<const std::string_view> keys, std::span<std::uint32_t> numbers) {
  require_room(keys, numbers);
  if (!keys.empty()) self_->require_text();
  self_->text.intern(keys, numbers);
}

void account_index::intern(std::span<const std::int64_t> keys, std::span<std::uint32_t> numbers) {
  require_room(keys, numbers);
  if (!keys.empty()) self_->require_ids();
  self_->ids.intern(keys, numbers);
}

std::optional<account> account_index::find(std::string_view key) const {
  self_->require_text();
  return self_->text.find(key);
}

std::optional<account> account_index::find(std::int64_t key) const {
  self_->require_ids();
  return self_->ids.find(key);
}

std::size_t account_index::size() const noexcept { return self_->size(); }
bool account_index::holds_text() const noexcept { return self_->text.keys().size() != 0; }

std::string account_index::key(account which) const {
  self_->require_known(which);
  return holds_text() ? std::string(self_->text.keys()[which.index]) : std::to_string(self_->ids.keys()[which.index]);
}

std::int64_t account_index::id(account which) const {
  if (holds_text()) throw schema_error("account_index: it holds text keys, which have no 64-bit id; read them with key()");
  self_->require_known(which);
  return self_->ids.keys()[which.index];
}

}  // namespace sojourn
