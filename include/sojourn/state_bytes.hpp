// States to canonical bytes and back: the same state gives the same bytes on every machine, and damage is noticed.
// Layer: 4. Needs: links sojourn.
//
//   "SJRN" | u16 format version | u16 kind | u16 flags | u16 header length | u64 spec fingerprint | u64 payload length
//   | payload | u32 CRC-32C of all before it                                               all integers little-endian
//
// A state joins in by two members beside its data, read in both directions, so that no field is described twice:
//
//   static constexpr std::uint16_t bytes_kind = 17;      // never reused; 1-15 stats, 16-31 surveys, 32-63 revenue,
//                                                        // 64-95 lifetime, 96-127 health
//   template <class Archive, class Self>
//   static void fields(Archive& archive, Self& self) { archive(self.promoters, self.passives, self.detractors); }
//
// and, where not every combination of fields is a state, `bool canonical() const` (a vector that must be sorted). Fields may
// be integers up to 192 bits, bool, enums, arrays, vectors, strings, maps, and structs with `fields`; doubles may not, since
// they do not merge exactly. Changing the fields of a released state means a new kind.
#pragma once

#include "sojourn/export.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "sojourn/detail/int128.hpp"
#include "sojourn/detail/wide_int.hpp"
#include "sojourn/domain/error.hpp"
#include "sojourn/stats/mergeable.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

template <class S>
concept storable = mergeable<S> && requires { std::integral_constant<std::uint16_t, S::bytes_kind>{}; };

/// What bytes say about themselves.
struct state_header {
  std::uint16_t version = 0;
  std::uint16_t kind = 0;
  std::uint64_t spec_fingerprint = 0;  ///< of the options that the state was made under; 0 = it depends on none
  std::size_t payload_length = 0;
  friend constexpr bool operator==(const state_header&, const state_header&) = default;
};

/// The header of intact bytes. Throws `state_error` that names what is wrong: not state bytes, an unknown version or flag,
/// truncated, trailing bytes, damaged.
[[nodiscard]] state_header read_header(std::span<const std::uint8_t> bytes);

namespace detail {

[[nodiscard]] std::uint32_t crc32c(std::span<const std::uint8_t> bytes) noexcept;
[[nodiscard]] std::vector<std::uint8_t> seal(std::uint16_t kind, std::uint64_t spec_fingerprint,
                                             std::span<const std::uint8_t> payload);
/// The payload, once everything around it is found right.
[[nodiscard]] std::span<const std::uint8_t> unseal(std::uint16_t kind, std::uint64_t spec_fingerprint,
                                                   std::span<const std::uint8_t> bytes);

template <class T>
inline constexpr bool is_wide_integer = std::is_same_v<T, int128> || std::is_same_v<T, uint128>;
template <class T>
inline constexpr bool is_list = false;
template <class T, class A>
inline constexpr bool is_list<std::vector<T, A>> = true;
template <>
inline constexpr bool is_list<std::string> = true;
template <class T>
inline constexpr bool is_array = false;
template <class T, std::size_t N>
inline constexpr bool is_array<std::array<T, N>> = true;
template <class T>
inline constexpr bool is_map = false;
template <class K, class V, class C, class A>
inline constexpr bool is_map<std::map<K, V, C, A>> = true;
template <class>
inline constexpr bool unsupported = false;

class byte_writer {
 public:
  template <class... Fields>
  void operator()(const Fields&... fields) {
    (write(fields), ...);
  }
  [[nodiscard]] const std::vector<std::uint8_t>& bytes() const noexcept { return bytes_; }

 private:
  template <class T>
  void write(const T& value) {
    if constexpr (std::is_enum_v<T>) {
      write(static_cast<std::underlying_type_t<T>>(value));
    } else if constexpr (is_wide_integer<T>) {
      put(static_cast<std::uint64_t>(value), 8);
      put(static_cast<std::uint64_t>(static_cast<uint128>(value) >> 64), 8);
    } else if constexpr (std::is_integral_v<T>) {
      put(static_cast<std::uint64_t>(value), sizeof value);
    } else if constexpr (std::is_same_v<T, wide_int>) {
      write(value.limbs);
    } else if constexpr (is_array<T>) {
      for (const auto& item : value) write(item);
    } else if constexpr (is_list<T>) {
      put(value.size(), 8);
      for (const auto& item : value) write(item);
    } else if constexpr (is_map<T>) {
      put(value.size(), 8);
      for (const auto& [key, item] : value) operator()(key, item);
    } else if constexpr (requires(byte_writer& archive) { T::fields(archive, value); }) {
      T::fields(*this, value);
    } else {
      static_assert(unsupported<T>, "a field must be an integer, an enum, a container of these or a struct with fields()");
    }
  }

  void put(std::uint64_t value, std::size_t width) {
    for (std::size_t i = 0; i < width; ++i) bytes_.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
  }

  std::vector<std::uint8_t> bytes_;
};

/// Reads what byte_writer wrote. A length is believed only as far as the bytes that are left can hold that many items.
class byte_reader {
 public:
  explicit byte_reader(std::span<const std::uint8_t> bytes) noexcept : left_(bytes) {}

  template <class... Fields>
  void operator()(Fields&... fields) {
    (read(fields), ...);
  }
  void require_end() const {
    if (!left_.empty())
      throw state_error("state bytes: " + std::to_string(left_.size()) + " bytes follow the last field of the payload");
  }

 private:
  template <class T>
  void read(T& value) {
    if constexpr (std::is_enum_v<T>) {
      value = static_cast<T>(take<std::underlying_type_t<T>>());
    } else if constexpr (std::is_same_v<T, bool>) {
      const auto byte = take<std::uint8_t>();
      if (byte > 1) throw state_error("state bytes: a yes/no field holds " + std::to_string(byte));
      value = byte != 0;
    } else if constexpr (is_wide_integer<T>) {
      const auto low = take<std::uint64_t>();
      value = static_cast<T>((static_cast<uint128>(take<std::uint64_t>()) << 64) | low);
    } else if constexpr (std::is_integral_v<T>) {
      value = take<T>();
    } else if constexpr (std::is_same_v<T, wide_int>) {
      read(value.limbs);
    } else if constexpr (is_array<T>) {
      for (auto& item : value) read(item);
    } else if constexpr (is_list<T>) {
      value.clear();
      const std::size_t items = take_length<typename T::value_type>();
      value.reserve(items);
      for (std::size_t i = 0; i < items; ++i) {
        typename T::value_type item{};
        read(item);
        value.push_back(std::move(item));
      }
    } else if constexpr (is_map<T>) {
      read_map(value);
    } else {
      T::fields(*this, value);
    }
  }

  template <class Map>
  void read_map(Map& value) {
    value.clear();
    for (std::size_t left = take_length<typename Map::key_type, typename Map::mapped_type>(); left > 0; --left) {
      typename Map::key_type key{};
      typename Map::mapped_type item{};
      operator()(key, item);
      if (!value.empty() && !value.key_comp()(value.rbegin()->first, key)) {
        throw state_error("state bytes: the keys of a map are not in rising order");
      }
      value.emplace_hint(value.end(), std::move(key), std::move(item));
    }
  }

  template <class Integer>
  Integer take() {
    if (left_.size() < sizeof(Integer)) throw state_error("state bytes: the payload ends inside a field");
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < sizeof(Integer); ++i) value |= static_cast<std::uint64_t>(left_[i]) << (8 * i);
    left_ = left_.subspan(sizeof(Integer));
    return static_cast<Integer>(value);
  }

  template <class... Items>
  std::size_t take_length() {
    const auto length = take<std::uint64_t>();
    byte_writer smallest;  // NOLINT(misc-const-correctness): where there are no items
    smallest(Items{}...);
    const std::size_t each = smallest.bytes().empty() ? 1 : smallest.bytes().size();
    const std::size_t most = left_.size() / each;
    if (length > most) {
      throw state_error("state bytes: a list claims " + std::to_string(length) + " items where at most " +
                        std::to_string(most) + " fit the bytes that follow");
    }
    return static_cast<std::size_t>(length);
  }

  std::span<const std::uint8_t> left_;
};

}  // namespace detail

/// The canonical bytes of a state. `spec_fingerprint` names the options that it was made under, where there are any.
template <storable S>
[[nodiscard]] std::vector<std::uint8_t> to_bytes(const S& state, std::uint64_t spec_fingerprint = 0) {
  detail::byte_writer payload;
  S::fields(payload, state);
  return detail::seal(S::bytes_kind, spec_fingerprint, payload.bytes());
}

/// The state behind bytes that `to_bytes` wrote, for the same options. Throws `state_error` that names what is wrong, also
/// for bytes that somebody made up; allocates no more than in proportion to `bytes`.
template <storable S>
[[nodiscard]] S from_bytes(std::span<const std::uint8_t> bytes, std::uint64_t spec_fingerprint = 0) {
  detail::byte_reader payload(detail::unseal(S::bytes_kind, spec_fingerprint, bytes));
  S state{};
  S::fields(payload, state);
  payload.require_end();
  if constexpr (requires { state.canonical(); }) {
    if (!state.canonical())
      throw state_error("state bytes: the fields do not form a state of kind " + std::to_string(S::bytes_kind));
  }
  return state;
}

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
