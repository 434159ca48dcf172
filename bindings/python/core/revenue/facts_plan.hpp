// How the columns of a table become facts: which has which role, and what reads it. Made once for tables with the same
// columns.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bind.hpp"
#include "revenue/held_facts.hpp"
#include "sojourn/input/read_days.hpp"

namespace sojourn::python {

/// What reads a column; the words that Python says.
enum class role_reader : std::uint8_t { plain, days, ends, last_days, last_ends, months, moments, money, label };
constexpr std::array<std::string_view, 9> values_of(role_reader) {
  return {"plain", "days", "ends", "last_days", "last_ends", "months", "moments", "money", "label"};
}

struct planned_column {
  std::string role;  ///< of a label: its name
  std::string name;  ///< of the column, for errors
  role_reader read = role_reader::plain;
  std::string amounts{};  ///< of money: "minor", "major", or empty where the name says it
};

class facts_plan {
 public:
  /// `currency` is that of all amounts, unless a column of codes has the role "currency". `usual_dates`: text is ISO 8601.
  facts_plan(std::vector<planned_column> columns, std::string currency, date_reading dates, bool usual_dates,
             table_read table);

  /// `columns` in the order of the plan: columns, or lists of Python values.
  [[nodiscard]] given_facts read(const pybind11::sequence& columns) const;

 private:
  [[nodiscard]] arrow::any_column read_column(const planned_column& what, arrow::any_column source, given_facts& to) const;

  std::vector<planned_column> columns_;
  std::string currency_;
  date_reading dates_;
  bool usual_dates_;
  table_read table_;
  std::optional<std::size_t> currencies_;  // the place of the column of codes
  std::shared_ptr<const std::map<std::string, std::string>> names_;
};

}  // namespace sojourn::python
