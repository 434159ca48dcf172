// How the columns of a table become facts: which has which role, and what reads it. Made once for tables with the same
// columns.
// Layer: 4. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sojourn/arrow/any_column.hpp"
#include "sojourn/arrow/held_facts.hpp"
#include "sojourn/input/read_days.hpp"

namespace sojourn::inline v0_1 {
namespace arrow SOJOURN_EXPORT {

/// What reads a column; the words that hosts say. `ends` and `last_ends` count the days that stand for an open end.
enum class role_reader : std::uint8_t { plain, days, ends, last_days, last_ends, months, moments, money, label };
constexpr std::array<std::string_view, 9> values_of(role_reader) {
  return {"plain", "days", "ends", "last_days", "last_ends", "months", "moments", "money", "label"};
}

/// A column that tables of a source may have.
struct source_role {
  std::string_view name;
  role_reader read = role_reader::plain;
  bool required = false;
  bool usual = true;       ///< false: used only where the caller names its column
  bool ends_term = false;  ///< the end of what a row says, which some tables write as its last day
};
/// Those of rows of that source; any of them stands for a column of its own name.
[[nodiscard]] std::vector<source_role> roles_of(fact_source source);

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

  [[nodiscard]] const std::vector<planned_column>& columns() const noexcept { return columns_; }
  /// `given` in the order of the plan. Throws what the readers of the columns throw.
  [[nodiscard]] given_facts read(std::vector<any_column> given) const;

 private:
  [[nodiscard]] any_column read_column(const planned_column& what, any_column source, given_facts& to) const;

  std::vector<planned_column> columns_;
  std::string currency_;
  date_reading dates_;
  bool usual_dates_;
  table_read table_;
  std::optional<std::size_t> currencies_;  // the place of the column of codes
  std::shared_ptr<const std::map<std::string, std::string>> names_;
};

}  // namespace arrow SOJOURN_EXPORT
}  // namespace sojourn::inline v0_1
