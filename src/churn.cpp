#include "sojourn/churn.hpp"

#include <algorithm>
#include <cmath>

namespace sojourn {
namespace {

// A ratio of totals of everybody: no account-level pairing behind it, hence no interval.
estimate plain_ratio(detail::int128 loss, const revenue_period& period, confidence_level level) {
  const std::int64_t n = period.base.accounts_opening;
  if (n == 0) return undefined_estimate(undefined_reason::no_observations, level);
  estimate e;
  e.level = level.value();
  e.n = n;
  e.value = detail::to_double(loss) / detail::to_double(period.opening());
  return e;
}

}  // namespace

estimate logo_churn(const revenue_period& period, const rate_options& options) {
  std::int64_t lost = period.base.accounts_lost;
  std::int64_t exposed = period.base.accounts_opening;
  if (options.policy.logo_denominator == logo_denominator::start_plus_new) {
    lost += period.new_lost;
    exposed += period.accounts_new;
  }
  return proportion(lost, exposed, {options.level});
}

estimate gross_mrr_churn(const revenue_period& period, const rate_options& options) {
  if (options.policy.mrr_churn_cap == mrr_churn_cap::none) {
    return plain_ratio(period.churn + period.contraction, period, options.level);
  }
  estimate e = ratio(loss_ratio(period.base, period.lost_in_events), {options.level});
  if (e.method == interval_method::linearised) {
    e.low = std::clamp(e.low, 0.0, 1.0);
    e.high = std::clamp(e.high, 0.0, 1.0);
  }
  return e;
}

estimate net_mrr_churn(const revenue_period& period, const rate_options& options) {
  switch (options.policy.net_churn) {
    case net_churn::cohort: break;
    case net_churn::with_reactivation:
      return plain_ratio(period.churn + period.contraction - period.expansion - period.reactivation, period, options.level);
    case net_churn::expansion_only: return plain_ratio(period.churn - period.expansion, period, options.level);
  }
  return ratio(loss_ratio(period.base, period.base.net), {options.level});
}

estimate compound_churn(estimate rate, double periods) {
  const auto over = [periods](double r) { return 1 - std::pow(1 - r, periods); };
  rate.value = over(rate.value);
  rate.low = over(rate.low);
  rate.high = over(rate.high);
  return rate;
}

}  // namespace sojourn
