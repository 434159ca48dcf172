// Rows of a struct as the named columns of a table.
//
//   return rows_table(rows).add("period", &row::period).add("left", &row::left).table();
//
// The type of a field decides the type of its column: double; bool; whole numbers (int64); `day`; text. A `std::optional` of
// any of these has missing cells. Layer: 5. Needs: std only.
#pragma once

#include <concepts>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "sojourn/arrow/table.hpp"
#include "sojourn/domain/calendar.hpp"

namespace sojourn::inline v0_1::capi {

template <class T>
struct cell_of {
  using value = T;
  static constexpr bool optional = false;
};
template <class T>
struct cell_of<std::optional<T>> {
  using value = T;
  static constexpr bool optional = true;
};

template <class T>
auto cell_stored(const T& value) {
  if constexpr (std::same_as<T, day>) {
    return value.since_epoch;
  } else if constexpr (std::convertible_to<T, std::string_view>) {
    return std::string(std::string_view(value));
  } else if constexpr (std::floating_point<T>) {
    return static_cast<double>(value);
  } else if constexpr (std::same_as<T, bool>) {
    return static_cast<std::uint8_t>(value);
  } else {
    return static_cast<std::int64_t>(value);
  }
}

template <class T, class Stored>
arrow::any_column cells_column(std::vector<Stored> values, const std::vector<std::uint8_t>& present) {
  if constexpr (std::same_as<T, day>) {
    return arrow::any_column::dates(std::move(values), present);
  } else if constexpr (std::same_as<T, bool>) {
    return arrow::any_column::booleans(std::move(values), present);
  } else {
    return arrow::any_column::from(std::move(values), present);
  }
}

template <class Rows>
class rows_table {
 public:
  using row = typename Rows::value_type;

  explicit rows_table(const Rows& rows) : rows_(rows) {}

  rows_table& add(const char* name, arrow::any_column column) {
    made_.names.emplace_back(name);
    made_.columns.push_back(std::move(column));
    return *this;
  }
  /// `field` is a member, or a function of a row.
  template <std::invocable<const row&> Field>
  rows_table& add(const char* name, const Field& field) {
    using result = std::remove_cvref_t<std::invoke_result_t<Field, const row&>>;
    using value = typename cell_of<result>::value;
    std::vector<decltype(cell_stored(std::declval<value>()))> values;
    std::vector<std::uint8_t> present;
    values.reserve(rows_.size());
    present.reserve(cell_of<result>::optional ? rows_.size() : 0);
    for (const row& one : rows_) {
      const auto& cell = std::invoke(field, one);
      if constexpr (cell_of<result>::optional) {
        present.push_back(cell.has_value() ? 1 : 0);
        values.push_back(cell_stored(cell.value_or(value{})));
      } else {
        values.push_back(cell_stored<value>(cell));
      }
    }
    return add(name, cells_column<value>(std::move(values), present));
  }

  [[nodiscard]] arrow::table table() { return std::move(made_); }

 private:
  const Rows& rows_;
  arrow::table made_;
};

}  // namespace sojourn::inline v0_1::capi
