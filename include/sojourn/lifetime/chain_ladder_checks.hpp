// Does the triangle look as Mack's chain ladder assumes? Tests of calendar effects and of neighbouring factors; residuals.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <cstdint>
#include <limits>
#include <vector>

#include "sojourn/lifetime/chain_ladder.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// What a ratio differs from its factor by, in units of what is usual for its size.
struct development_residual {
  std::int64_t cohort = 0;
  std::int64_t age = 0;       ///< of the start of the step
  std::int64_t calendar = 0;  ///< periods before the latest one: 0 for steps that ended last
  double ratio = 0;
  double residual = std::numeric_limits<double>::quiet_NaN();  ///< NaN where sigma is unknown or 0
};

struct chain_ladder_checks {
  /// Ratios above and below the median of their age, counted by calendar period: Z = sum of the smaller counts. Far below
  /// its mean, some periods push all cohorts the same way, as a price rise does.
  double calendar_statistic = 0;
  double calendar_mean = 0;
  double calendar_sd = 0;
  /// Rank correlation of neighbouring ratios, weighted over ages; 0 on average where they are independent. NaN with fewer
  /// than two cohorts that show two steps.
  double correlation_statistic = std::numeric_limits<double>::quiet_NaN();
  double correlation_sd = std::numeric_limits<double>::quiet_NaN();
  std::int64_t zero_starts = 0;  ///< pairs left out because they start at 0
  std::vector<development_residual> residuals{};
};

/// Mack's tests (1994), and (C(k+1) - f C(k)) / (sigma sqrt(C(k))) per ratio. Calendar periods are counted back from the
/// latest value of each cohort. A ratio equal to its median counts on neither side; ranks of ties are their mean.
/// O(cells log cells). What it does not tell you: which event it was, and with few cohorts the tests see little.
[[nodiscard]] chain_ladder_checks check_chain_ladder(const chain_ladder_fit& fit);

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
