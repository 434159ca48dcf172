#include "sojourn/lifetime/sbg.hpp"

#include <cmath>

#include "lifetime/decay_terms.hpp"
#include "stats/special_functions.hpp"

namespace sojourn::inline v0_1 {

using detail::exact_lifetime;
using detail::log_of;
using detail::require_rate;
using detail::require_renewals;

namespace {
/// Longer products are found through the gamma function.
constexpr std::int64_t longest_product = 10'000;
}  // namespace

double survival(const sbg& model, std::int64_t renewals) {
  require_renewals(renewals, 0);
  if (renewals > longest_product) {
    const double t = static_cast<double>(renewals);
    return detail::gamma_ratio(model.beta + t, model.alpha) / detail::gamma_ratio(model.beta, model.alpha);
  }
  double s = 1;
  for (std::int64_t t = 1; t <= renewals; ++t) s *= retention(model, t);
  return s;
}

double retention(const sbg& model, std::int64_t renewal) {
  require_renewals(renewal, 1);
  const double kept = model.beta + static_cast<double>(renewal - 1);
  return kept / (model.alpha + kept);
}

double churn_probability(const sbg& model, std::int64_t renewal) {
  require_renewals(renewal, 1);
  return survival(model, renewal - 1) * model.alpha / (model.alpha + model.beta + static_cast<double>(renewal - 1));
}

double log_likelihood(const sbg& model, const decay_state& observed) {
  double sum = 0;
  double kept = model.beta;
  for (const auto& period : observed.periods) {
    const double all = model.alpha + kept;
    sum += log_of(period.renewed, kept / all) + log_of(period.lost, model.alpha / all);
    kept += 1;
  }
  return sum;
}

estimate expected_lifetime(const sbg& model) {
  if (model.alpha <= 1) return undefined_estimate(undefined_reason::infinite).as(decay_lifetime_label);
  return exact_lifetime((model.alpha + model.beta - 1) / (model.alpha - 1));
}

estimate discounted_lifetime(const sbg& model, double rate) {
  require_rate(rate);
  if (rate == 0) return expected_lifetime(model);
  const double z = 1 / (1 + rate);
  double sum = 0, term = 1, kept = model.beta;
  // Retention never exceeds 1, so what is left out is below term / (1 - z) = term (1 + rate) / rate.
  while (term * (1 + rate) > sum * rate * 1e-16) {
    sum += term;
    term *= kept / (model.alpha + kept) * z;
    kept += 1;
  }
  return exact_lifetime(sum);
}

estimate discounted_residual_lifetime(const sbg& model, std::int64_t renewals, double rate) {
  require_renewals(renewals, 0);
  estimate residual = discounted_lifetime(given_renewals(model, renewals + 1), rate);
  if (residual.defined()) residual.value *= retention(model, renewals + 1);
  return residual;
}

}  // namespace sojourn::inline v0_1
