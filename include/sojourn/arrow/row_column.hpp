// A field of every row as a column. The type of the field decides the type of the column: double, float; bool; whole
// numbers; `day`; text; an enum that has words (a dictionary). A `std::optional` of any of these has missing cells.
// Layer: 4. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <concepts>
#include <cstdint>
#include <functional>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "sojourn/arrow/any_column.hpp"
#include "sojourn/domain/calendar.hpp"
#include "sojourn/domain/words.hpp"

namespace sojourn::inline v0_1 {
namespace arrow SOJOURN_EXPORT {

/// How wide whole numbers are stored: 32 bits where the field has them, or always 64.
enum class whole_width : std::uint8_t { of_field, always_64 };

namespace detail {

template <class T>
struct cell {
  using value = T;
  static constexpr bool optional = false;
};
template <class T>
struct cell<std::optional<T>> {
  using value = T;
  static constexpr bool optional = true;
};

template <class Rows, class Field>
using cell_of = cell<std::remove_cvref_t<std::invoke_result_t<const Field&, const typename Rows::value_type&>>>;

template <whole_width Width, class T>
auto stored(const T& value) {
  if constexpr (std::same_as<T, day>) {
    return value.since_epoch;
  } else if constexpr (std::is_enum_v<T>) {
    return static_cast<std::uint32_t>(value);
  } else if constexpr (std::convertible_to<T, std::string_view>) {
    return std::string(std::string_view(value));
  } else if constexpr (std::floating_point<T>) {
    return static_cast<double>(value);
  } else if constexpr (std::same_as<T, bool>) {
    return static_cast<std::uint8_t>(value);
  } else if constexpr (Width == whole_width::of_field && std::same_as<T, std::uint8_t>) {
    return value;
  } else if constexpr (Width == whole_width::of_field && sizeof(T) < sizeof(std::int64_t) && std::is_signed_v<T>) {
    return static_cast<std::int32_t>(value);
  } else {
    return static_cast<std::int64_t>(value);
  }
}

template <class T, class Stored>
any_column column_of(std::vector<Stored> values, const std::vector<std::uint8_t>& present) {
  if constexpr (std::same_as<T, day>) {
    return any_column::dates(std::move(values), present);
  } else if constexpr (has_words<T>) {
    const auto words = values_of(T{});
    return any_column::dictionary(std::move(values), {words.begin(), words.end()}, present);
  } else if constexpr (std::same_as<T, bool>) {
    return any_column::booleans(std::move(values), present);
  } else {
    return any_column::from(std::move(values), present);
  }
}

}  // namespace detail

/// `field` is a member of a row, or a function of it.
template <whole_width Width = whole_width::of_field, class Rows, class Field>
  requires std::invocable<const Field&, const typename Rows::value_type&>
[[nodiscard]] any_column row_column(const Rows& rows, const Field& field) {
  using cell = detail::cell_of<Rows, Field>;
  using value = typename cell::value;
  std::vector<decltype(detail::stored<Width>(std::declval<value>()))> values;
  std::vector<std::uint8_t> present;
  values.reserve(std::size(rows));
  present.reserve(cell::optional ? std::size(rows) : 0);
  for (const auto& row : rows) {
    const auto& found = std::invoke(field, row);
    if constexpr (cell::optional) {
      present.push_back(found.has_value() ? 1 : 0);
      values.push_back(detail::stored<Width>(found.value_or(value{})));
    } else {
      values.push_back(detail::stored<Width, value>(found));
    }
  }
  return detail::column_of<value>(std::move(values), present);
}

}  // namespace arrow SOJOURN_EXPORT
}  // namespace sojourn::inline v0_1
