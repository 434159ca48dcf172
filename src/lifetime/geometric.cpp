#include "sojourn/lifetime/geometric.hpp"

#include <cmath>

#include "lifetime/decay_terms.hpp"

namespace sojourn::inline v0_1 {

using detail::exact_lifetime;
using detail::log_of;
using detail::require_rate;
using detail::require_renewals;

double survival(const geometric& model, std::int64_t renewals) {
  require_renewals(renewals, 0);
  return renewals == 0 ? 1 : std::exp(static_cast<double>(renewals) * std::log1p(-model.theta));
}

double retention(const geometric& model, std::int64_t renewal) {
  require_renewals(renewal, 1);
  return 1 - model.theta;
}

double churn_probability(const geometric& model, std::int64_t renewal) {
  require_renewals(renewal, 1);
  return model.theta * survival(model, renewal - 1);
}

double log_likelihood(const geometric& model, const decay_state& observed) {
  double sum = 0;
  for (const auto& period : observed.periods) {
    sum += log_of(period.lost, model.theta);
    if (period.renewed != 0) sum += static_cast<double>(period.renewed) * std::log1p(-model.theta);
  }
  return sum;
}

estimate expected_lifetime(const geometric& model) {
  return discounted_lifetime(model, 0);
}

estimate discounted_lifetime(const geometric& model, double rate) {
  require_rate(rate);
  if (rate + model.theta == 0) return undefined_estimate(undefined_reason::infinite).as(decay_lifetime_label);
  return exact_lifetime((1 + rate) / (rate + model.theta));
}

estimate discounted_residual_lifetime(const geometric& model, std::int64_t renewals, double rate) {
  require_renewals(renewals, 0);
  estimate residual = discounted_lifetime(model, rate);
  if (residual.defined()) residual.value *= 1 - model.theta;
  return residual;
}

}  // namespace sojourn::inline v0_1
