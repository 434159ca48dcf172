// Rows of a struct as the named columns that Python gets.
//
//   return table(rows).add("period", &row::period).add("share", [](const row& r) { return r.share(); }).columns();
//
// `arrow::row_column` says which type gives which column; a 128-bit total gives exact Python ints.
#pragma once

#include <concepts>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "frames/words.hpp"
#include "sojourn/arrow/any_column.hpp"
#include "sojourn/arrow/row_column.hpp"
#include "sojourn/detail/int128.hpp"
#include "whole_argument.hpp"

namespace sojourn::python {

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
    if constexpr (std::same_as<std::remove_cvref_t<std::invoke_result_t<Field, const row&>>, sojourn::detail::int128>) {
      pybind11::list cells;
      for (const row& one : rows_)
        cells.append(pybind11::int_(pybind11::str(sojourn::detail::to_string(std::invoke(field, one)))));
      columns_[name] = cells;
    } else {
      columns_[name] = arrow::row_column(rows_, field);
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
