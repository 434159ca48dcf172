// Committed, consumed, overage and unused amounts of each period.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <cstdint>
#include <string>
#include <vector>

#include "sojourn/revenue/book/read.hpp"
#include "sojourn/revenue/period_grid.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// Usage of one period in minor units, of all accounts of a reading. In every row
/// `carried_in + committed + overage = consumed + shortfall + carried`, to the unit.
struct usage_period {
  std::string period;
  std::int64_t carried_in = 0;  ///< `carried` of the day before the period
  std::int64_t committed = 0;  ///< commitments that fell to the period: minimums, and prepaid amounts spread over their term
  std::int64_t consumed = 0;
  std::int64_t overage = 0;    ///< of it what no commitment covers
  std::int64_t shortfall = 0;  ///< commitments that expired unused: of a minimum each month, of a prepaid amount at its end
  std::int64_t carried = 0;    ///< committed so far, neither used nor expired; below zero: used ahead of the calendar
  std::int64_t balance = 0;    ///< prepaid amounts that are left at the end of the period
  bool complete = true;        ///< false: `as_of` cuts the period
  friend bool operator==(const usage_period&, const usage_period&) = default;
};

/// What one customer of the reading used in one period: an account, or a parent of a reading by parent.
struct customer_usage {
  account who;
  usage_period used;
};

/// One row per period of the grid that `as_of` has reached; a period that it cuts holds what is known, and no shortfall of
/// months that are not over. A consumption or an overage counts on the first day of its record, a shortfall on the last day
/// of its month or term. A prepaid term of whole months is spread over them in equal parts, and within a month over its
/// days; any other term over its days; each to the nearest minor unit so that the whole term is the whole amount.
///
/// Which rows count is the view's: knowledge, `where`, mergers; a part of a ledger has the usage of its accounts, by the
/// last owner of each row, and parts add up to the whole. In several currencies a period stands at the rates of its opening,
/// as its movements do; `carried` closes the row after amounts were rounded, and what rates did to it between two periods is
/// in neither. Where each row is valued once (`service_start`, `purchase`), so are its amounts. Throws `schema_error`
/// without usage, and for several currencies without rates; `data_error` where a rate is missing; `overflow_error` for
/// totals beyond 64 bits. O(rows log rows + commitments x periods). What it does not tell you: what was invoiced or paid.
[[nodiscard]] std::vector<usage_period> usage_movements(const book& of, const reading& how, const period_grid& grid);

/// The same by customer, in order of periods, then customers; customers without any usage by then have no row.
[[nodiscard]] std::vector<customer_usage> usage_of_customers(const book& of, const reading& how, const period_grid& grid);

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
