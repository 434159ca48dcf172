// Values of revenue between Python and the core: keys, days, periods, rows of a ledger, and small results.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sojourn/arrow/any_column.hpp"
#include "sojourn/arrow/money.hpp"
#include "sojourn/detail/int128.hpp"
#include "sojourn/revenue/ledger/keyed_ledger.hpp"
#include "sojourn/revenue/ledger/tenure.hpp"
#include "sojourn/revenue/movements.hpp"
#include "sojourn/revenue/period_grid.hpp"
#include "sojourn/revenue/rates.hpp"
#include "whole_argument.hpp"

namespace sojourn::python {

/// Accounts in a row, for whatever is counted of some of them.
struct some_accounts {
  std::vector<account> who;
};

/// A key as Python has it: text, or an integer of any type (NumPy's too).
account_key key_from(const pybind11::object& key);
pybind11::object key_object(const account_index& keys, account who);

/// Callers of the core that name no day ask for the day after the latest date, which Python then shows and judges.
inline as_of_day asked_day(std::optional<std::int32_t> number) {
  return number ? as_of_day(day{*number}) : as_of_day::after_latest_date();
}

inline std::optional<day> day_from(std::optional<std::int32_t> number) {
  return number ? std::optional(day{*number}) : std::nullopt;
}
inline std::optional<std::int32_t> day_number(const std::optional<day>& when) {
  return when ? std::optional(when->since_epoch) : std::nullopt;
}

/// The days [first, end) as two numbers.
using span_days = std::pair<std::int32_t, std::int32_t>;
inline day_window window_from(span_days days) {
  return {day{days.first}, day{days.second}};
}
inline span_days days_of(day_window window) {
  return {window.from.since_epoch, window.to.since_epoch};
}

period_grid grid_of(std::int32_t first, std::int32_t months_each, std::int32_t count);
rate_options rate_options_of(const revenue_policy& policy, double level, const std::string& method);

/// The accounts that occur in a column, as the ledger numbers them; new keys are learned.
std::vector<account> accounts_in(account_index& keys, const arrow::any_column& column, const std::string& name);

/// A total of ticks as an exact Python int.
pybind11::int_ exact_int(detail::int128 value);

/// The waterfall as columns, with the labels of periods that are not known whole.
pybind11::dict movement_columns(const std::vector<movement_row>& rows);
/// A row of it by the names that Python shows.
pybind11::dict movement_dict(const movement_row& row);
pybind11::dict explanation_dict(const account_explanation& why);
pybind11::dict tenure_columns(survival_input all);
pybind11::dict counts_dict(const std::vector<named_count>& counts);

}  // namespace sojourn::python
