// What one account alone did in each period, by the tally that counts all of them.
// Layer: 5. Needs: links sojourn.
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <vector>

#include "revenue/revenue_tally.hpp"
#include "sojourn/revenue/revenue_state.hpp"

namespace sojourn::inline v0_1::detail {

/// Its memory is used again from account to account.
class account_periods {
 public:
  account_periods(const period_finder& finder, std::size_t periods, const revenue_policy& policy) : finder_(finder) {
    state_.policy = policy;
    state_.periods.resize(periods);
  }

  /// Valid until the next call.
  [[nodiscard]] std::span<const revenue_period> of(std::span<const mrr_step> steps) {
    std::fill(state_.periods.begin(), state_.periods.end(), revenue_period{});
    revenue_tally tally(finder_, state_);
    tally.add(steps);
    tally.finish();
    return state_.periods;
  }

 private:
  const period_finder& finder_;
  revenue_state state_;
};

}  // namespace sojourn::inline v0_1::detail
