#include "sojourn/stats/bootstrap.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "detail/counter_random.hpp"
#include "detail/order_statistics.hpp"

namespace sojourn::inline v0_1 {
namespace {

using detail::counter_random;
using detail::quantile_of;

double ratio_of(const ratio_part& sums) {
  return sums.denominator == 0 ? std::numeric_limits<double>::quiet_NaN() : sums.numerator / sums.denominator;
}

}  // namespace

estimate bootstrap_ratio(std::span<const ratio_part> accounts, const bootstrap_plan& plan, const bulk_draws& bulk) {
  if (plan.replicates < 0) throw schema_error("the number of replicates cannot be negative");
  const auto n = static_cast<std::int64_t>(accounts.size());
  constexpr metric_label ratio_label{"ratio", "ratio"};
  if (n == 0) return undefined_estimate(undefined_reason::no_observations, plan.level).as(ratio_label);
  ratio_part whole;
  for (const ratio_part& one : accounts) whole.numerator += one.numerator, whole.denominator += one.denominator;
  if (whole.denominator == 0) return undefined_estimate(undefined_reason::zero_denominator, plan.level, n).as(ratio_label);
  estimate result = estimate{}.as(ratio_label);
  result.value = ratio_of(whole);
  result.level = plan.level.value();
  result.n = n;
  if (n < 2 || plan.replicates < 2) return result;
  std::vector<double> drawn(static_cast<std::size_t>(plan.replicates));
  bulk(drawn.size(), [&](std::size_t replicate) {
    const counter_random draw(plan.seed, replicate);
    ratio_part sums;
    for (std::size_t i = 0; i < accounts.size(); ++i) {
      const ratio_part& one = accounts[static_cast<std::size_t>(draw.below(i, accounts.size()))];
      sums.numerator += one.numerator;
      sums.denominator += one.denominator;
    }
    drawn[replicate] = ratio_of(sums);
  });
  std::erase_if(drawn, [](double r) { return std::isnan(r); });
  if (drawn.size() < 2) return result;
  std::ranges::sort(drawn);
  if (drawn.front() == drawn.back()) return result;  // nothing varied: that is no evidence of certainty
  result.low = quantile_of(drawn, (1 - plan.level.value()) / 2);
  result.high = quantile_of(drawn, (1 + plan.level.value()) / 2);
  result.method = interval_method::bootstrap;
  return result;
}

}  // namespace sojourn::inline v0_1
