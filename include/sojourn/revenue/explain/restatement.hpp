// Why a closed month is another number today: the accounts that moved it, and the rows that moved them.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <cstdint>
#include <vector>

#include "sojourn/revenue/book/read.hpp"
#include "sojourn/revenue/period_grid.hpp"
#include "sojourn/revenue/period_movements.hpp"
#include "sojourn/revenue/policy.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// What one account adds to the difference of two closes in one period.
struct restated_period {
  std::int32_t period = 0;  ///< of the grid
  period_movements change;  ///< second close - first close
};

struct restated_account {
  account who;
  std::vector<restated_period> periods;  ///< those that changed
  std::vector<std::uint32_t> learned;    ///< rows of the caller's table known on the second day only
  std::vector<std::uint32_t> dropped;    ///< rows known on the first day only
};

struct restatement {
  period_grid grid;
  day first;  ///< of knowledge
  day second;
  std::vector<period_movements> change;      ///< a period of the grid: the sum over `accounts`, exactly
  std::vector<restated_account> accounts;    ///< by account number; those without a change are left out and counted
  std::int64_t accounts_without_effect = 0;  ///< with rows that came or went and changed no period of the grid
};

/// The waterfalls of `grid` as known on two days, second minus first, account by account: the difference of the tallies of
/// the book read under `how` with `known_on` = second and first, tick for tick. `how.as_of` is the first day that is not
/// known on either; none: no day is cut.
///
/// Periods are closed ones: throws `schema_error` when one was not over on one of the two days, or is cut by `as_of`. O(rows
/// to find the accounts that changed, and their facts). What it does not tell you: who recorded the rows, and why so late.
[[nodiscard]] restatement compare_closes(const book& of, day first, day second, const period_grid& grid,
                                         const view& how = {});

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
