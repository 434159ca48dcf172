// The steps of one account, period by period.
// Layer: 5. Needs: links sojourn.
#pragma once

#include <cstddef>
#include <span>

#include "sojourn/revenue/account_history.hpp"
#include "sojourn/revenue/period_grid.hpp"

namespace sojourn::inline v0_1::detail {

/// The steps before the first period.
[[nodiscard]] inline std::span<const mrr_step> steps_before(const period_finder& finder,
                                                            std::span<const mrr_step> steps) noexcept {
  std::size_t count = 0;
  while (count < steps.size() && steps[count].when.since_epoch < finder.first_day()) ++count;
  return steps.first(count);
}

/// What an account has been through after these steps.
[[nodiscard]] inline account_history history_of(std::span<const mrr_step> steps) noexcept {
  account_history past;
  for (const mrr_step& step : steps) past.follow(step);
  return past;
}

/// Calls visit(period, steps) for every period with steps, in order. `steps` begin in the first period or later.
template <class Visit>
void for_each_period(const period_finder& finder, std::span<const mrr_step> steps, const Visit& visit) {
  for (std::size_t i = 0; i < steps.size() && steps[i].when.since_epoch < finder.end_day();) {
    const std::int32_t period = finder(steps[i].when.since_epoch);
    const std::size_t first = i;
    while (i < steps.size() && steps[i].when.since_epoch < finder.end_day() && finder(steps[i].when.since_epoch) == period) {
      ++i;
    }
    visit(static_cast<std::size_t>(period), steps.subspan(first, i - first));
  }
}

/// The steps of a period as one change, on the day of the first.
[[nodiscard]] inline mrr_step as_one_step(std::span<const mrr_step> steps) noexcept {
  mrr_step whole = steps.back();
  whole.when = steps.front().when;
  return whole;
}

}  // namespace sojourn::inline v0_1::detail
