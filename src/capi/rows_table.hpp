// Rows of a struct as the named columns of a table.
//
//   return rows_table(rows).add("period", &row::period).add("left", &row::left).table();
//
// `arrow::row_column` says which type gives which column; whole numbers have 64 bits. Layer: 5. Needs: links sojourn.
#pragma once

#include <concepts>
#include <utility>

#include "sojourn/arrow/row_column.hpp"
#include "sojourn/arrow/table.hpp"

namespace sojourn::inline v0_1::capi {

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
  template <std::invocable<const row&> Field>
  rows_table& add(const char* name, const Field& field) {
    return add(name, arrow::row_column<arrow::whole_width::always_64>(rows_, field));
  }

  [[nodiscard]] arrow::table table() { return std::move(made_); }

 private:
  const Rows& rows_;
  arrow::table made_;
};

}  // namespace sojourn::inline v0_1::capi
