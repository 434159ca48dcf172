// A column the caller owns: values, and which of them are missing. No copy.
// Layer: 2. Needs: std only.
#pragma once

#include "sojourn/export.hpp"

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

#include "sojourn/detail/lifetimebound.hpp"
#include "sojourn/domain/error.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

namespace detail {

template <class T, class Column, class Range>
concept column_of =
    !std::same_as<std::remove_cvref_t<Range>, Column> && std::constructible_from<std::span<const T>, const Range&>;
template <class Range>
concept dies_with_statement =
    !std::is_lvalue_reference_v<Range> && !std::ranges::enable_borrowed_range<std::remove_cvref_t<Range>>;

}  // namespace detail

/// Values plus an optional validity bitmap in Arrow's layout (least significant bit first, 1 = present). `bit_offset` is the
/// bit of row 0; the values span starts at row 0 already. Without a bitmap every row is present.
template <class T>
class column {
 public:
  constexpr column() = default;
  constexpr column(std::span<const T> values, const std::uint8_t* validity = nullptr, std::size_t bit_offset = 0,
                   std::string_view name = {}) noexcept
      : values_(values), validity_(validity), bit_offset_(bit_offset), name_(name) {}
  /// From any contiguous container that outlives the column, or a view of one. A container that dies with the statement is
  /// refused: name it first.
  template <class Range>
    requires(detail::column_of<T, column, Range> && std::is_lvalue_reference_v<Range>)
  constexpr column(Range&& values SOJOURN_LIFETIMEBOUND, std::string_view name SOJOURN_LIFETIMEBOUND = {}) noexcept
      : values_(values), name_(name) {}
  /// From a view that dies with the statement; what it looks at does not.
  template <class Range>
    requires(detail::column_of<T, column, Range> && !std::is_lvalue_reference_v<Range> &&
             !detail::dies_with_statement<Range>)
  constexpr column(Range&& values, std::string_view name SOJOURN_LIFETIMEBOUND = {}) noexcept
      : values_(values), name_(name) {}
  template <class Range>
    requires(detail::column_of<T, column, Range> && detail::dies_with_statement<Range>)
  constexpr column(Range&& values, std::string_view name = {}) = delete;

  [[nodiscard]] constexpr std::size_t size() const noexcept { return values_.size(); }
  [[nodiscard]] constexpr bool empty() const noexcept { return values_.empty(); }
  [[nodiscard]] constexpr const T& operator[](std::size_t row) const noexcept { return values_[row]; }
  [[nodiscard]] constexpr std::span<const T> values() const noexcept { return values_; }
  [[nodiscard]] constexpr bool may_have_missing() const noexcept { return validity_ != nullptr; }
  [[nodiscard]] constexpr bool present(std::size_t row) const noexcept {
    if (validity_ == nullptr) return true;
    const std::size_t bit = bit_offset_ + row;
    return ((validity_[bit / 8] >> (bit % 8)) & 1u) != 0;
  }
  /// The bitmap, null when every row is present, and the bit of row 0 in it.
  [[nodiscard]] constexpr const std::uint8_t* validity() const noexcept { return validity_; }
  [[nodiscard]] constexpr std::size_t bit_offset() const noexcept { return bit_offset_; }
  /// The caller's name for it, used in error messages; empty when none was given.
  [[nodiscard]] constexpr std::string_view name() const noexcept { return name_; }
  /// The name, or the given word where the caller named nothing.
  [[nodiscard]] std::string name_or(std::string_view fallback) const {
    return std::string(name_.empty() ? fallback : name_);
  }

 private:
  std::span<const T> values_;
  const std::uint8_t* validity_ = nullptr;
  std::size_t bit_offset_ = 0;
  std::string_view name_;
};

/// Throws `schema_error` naming both columns when their lengths differ.
template <class A, class B>
void require_same_length(const column<A>& a, std::string_view a_name, const column<B>& b, std::string_view b_name) {
  if (a.size() == b.size()) return;
  throw schema_error("columns \"" + a.name_or(a_name) + "\" (" + std::to_string(a.size()) + " rows) and \"" +
                     b.name_or(b_name) + "\" (" + std::to_string(b.size()) +
                     " rows) differ in length; a table needs equal lengths");
}

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
