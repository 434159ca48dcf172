// The accounts behind a number as tables show them: minor units that add up to the number, or accounts.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <cstdint>
#include <vector>

#include "sojourn/revenue/cohort.hpp"
#include "sojourn/revenue/explain/contributors.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// One entry per account of `contribution::top`, and the rest as the last. The entries add up to `amount` and to `base`.
struct shown_contribution {
  std::int64_t amount = 0;
  std::int64_t base = 0;
  std::vector<std::int64_t> amounts;
  std::vector<std::int64_t> bases;
};

/// Money in minor units by `shown_as`, counts of accounts as they are. A movement is the one that the waterfall shows, which
/// largest remainders may move by one minor unit.
[[nodiscard]] shown_contribution shown(const contribution& found, revenue_cell cell);
[[nodiscard]] shown_contribution shown(const contribution& found, cohort_measure measure);

/// A part of a cell in whole minor units, or in accounts where the part counts them.
[[nodiscard]] std::int64_t shown_amount(detail::int128 amount, revenue_cell cell);
[[nodiscard]] std::int64_t shown_base(detail::int128 base, revenue_cell cell);

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
