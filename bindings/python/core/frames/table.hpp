// Rows of a struct as the named columns that Python gets.
//
//   return table(rows).add("period", &row::period).add("share", [](const row& r) { return r.share(); }).columns();
//
// The type of a field decides the type of its column: double, float; bool; whole numbers; `day`; text; an enum that has
// words (a dictionary); a 128-bit total (exact Python ints). A `std::optional` of any of these has missing cells.
#pragma once

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

#include "frames/words.hpp"
#include "sojourn/arrow/any_column.hpp"
#include "sojourn/detail/int128.hpp"
#include "sojourn/domain/calendar.hpp"
#include "whole_argument.hpp"

namespace sojourn::python {

namespace cells {

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

/// What a column stores of a field.
template <class T>
auto stored(const T& value) {
  if constexpr (std::same_as<T, day>) {
    return value.since_epoch;
  } else if constexpr (std::is_enum_v<T>) {
    return static_cast<std::uint32_t>(value);
  } else if constexpr (std::convertible_to<T, std::string_view>) {
    return std::string(std::string_view(value));
  } else if constexpr (std::floating_point<T>) {
    return static_cast<double>(value);
  } else if constexpr (std::same_as<T, bool> || std::same_as<T, std::uint8_t>) {
    return static_cast<std::uint8_t>(value);
  } else if constexpr (sizeof(T) < sizeof(std::int64_t) && std::is_signed_v<T>) {
    return static_cast<std::int32_t>(value);
  } else {
    return static_cast<std::int64_t>(value);
  }
}

template <class T, class Stored>
arrow::any_column column_of(std::vector<Stored> values, const std::vector<std::uint8_t>& present) {
  if constexpr (std::same_as<T, day>) {
    return arrow::any_column::dates(std::move(values), present);
  } else if constexpr (std::is_enum_v<T>) {
    return word_column(std::move(values), words_of<T>(), present);
  } else if constexpr (std::same_as<T, bool>) {
    return arrow::any_column::booleans(std::move(values), present);
  } else {
    return arrow::any_column::from(std::move(values), present);
  }
}

}  // namespace cells

/// Columns by name, in the order they are added.
class named_columns {
 public:
  named_columns& add(const char* name, arrow::any_column column) {
    columns_[name] = std::move(column);
    return *this;
  }
  template <class T>
  named_columns& add(const char* name, std::vector<T> values) {
    return add(name, arrow::any_column::from(std::move(values)));
  }
  named_columns& add_flags(const char* name, std::vector<std::uint8_t> values) {
    return add(name, arrow::any_column::booleans(std::move(values)));
  }
  [[nodiscard]] pybind11::dict columns() const { return columns_; }

 protected:
  pybind11::dict columns_;
};

/// `field` is a member, or a function of a row, as everywhere in C++.
template <class Rows>
class row_table : public named_columns {
 public:
  using row = typename Rows::value_type;

  explicit row_table(const Rows& rows) : rows_(rows) {}

  /// A column that is there already.
  row_table& add(const char* name, arrow::any_column column) {
    named_columns::add(name, std::move(column));
    return *this;
  }
  template <std::invocable<const row&> Field>
  row_table& add(const char* name, Field field) {
    using result = std::remove_cvref_t<std::invoke_result_t<Field, const row&>>;
    using value = typename cells::cell<result>::value;
    if constexpr (std::same_as<value, sojourn::detail::int128>) {
      pybind11::list cells;
      for (const row& one : rows_)
        cells.append(pybind11::int_(pybind11::str(sojourn::detail::to_string(std::invoke(field, one)))));
      columns_[name] = cells;
    } else {
      std::vector<decltype(cells::stored(std::declval<value>()))> values;
      std::vector<std::uint8_t> present;
      values.reserve(std::size(rows_));
      for (const row& one : rows_) {
        const auto& cell = std::invoke(field, one);
        if constexpr (cells::cell<result>::optional) {
          present.push_back(cell.has_value());
          values.push_back(cells::stored(cell.value_or(value{})));
        } else {
          values.push_back(cells::stored<value>(cell));
        }
      }
      columns_[name] = cells::column_of<value>(std::move(values), present);
    }
    return *this;
  }

  /// Places in `labels`; a place beyond them is missing.
  template <std::invocable<const row&> Field>
  row_table& add_places(const char* name, Field field, std::vector<std::string> labels) {
    std::vector<std::uint32_t> codes;
    std::vector<std::uint8_t> present;
    for (const row& one : rows_) {
      const auto place = static_cast<std::size_t>(std::invoke(field, one));
      present.push_back(place < labels.size());
      codes.push_back(present.back() != 0 ? static_cast<std::uint32_t>(place) : 0u);
    }
    columns_[name] = word_column(std::move(codes), std::move(labels), present);
    return *this;
  }

 private:
  const Rows& rows_;
};

template <class Rows>
row_table<Rows> table(const Rows& rows) {
  return row_table<Rows>(rows);
}

/// A text that is missing where it is empty.
template <class Row>
auto text_or_missing(std::string Row::* field) {
  return [field](const Row& row) { return (row.*field).empty() ? std::optional<std::string>() : row.*field; };
}

}  // namespace sojourn::python
