// Which steps of an account are one change.
// Layer: 5. Needs: links sojourn.
#pragma once

#include "sojourn/revenue/ledger/step.hpp"

namespace sojourn::inline v0_1::detail {

/// Whether a step belongs to the change of the step before it. The steps of one change are of one day, lane after lane; the
/// next change of that day, at another moment, names the same lanes again.
[[nodiscard]] inline bool in_one_change(const mrr_step& before, const mrr_step& next) noexcept {
  return before.when == next.when && before.lane < next.lane;
}

}  // namespace sojourn::inline v0_1::detail
