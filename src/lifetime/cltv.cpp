#include "sojourn/lifetime/cltv.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string>

namespace sojourn::inline v0_1 {
namespace {

std::string shortest_decimal(double value) {
  char digits[32];
  return {digits, std::to_chars(digits, digits + sizeof digits, value).ptr};
}

void require_cltv(bool holds, const char* name, double value, const char* rule) {
  if (!holds) throw schema_error(std::string("cltv: ") + name + " is " + shortest_decimal(value) + "; " + rule);
}

void require_terms(double arpa, const cltv_options& options) {
  require_cltv(std::isfinite(arpa), "arpa", arpa, "give a finite number, the revenue of an account a period");
  require_cltv(std::isfinite(options.discount_rate) && options.discount_rate >= 0, "the discount rate",
               options.discount_rate, "a rate per period is 0 or more, for example 0.01 a month");
  require_cltv(std::isfinite(options.acquisition_cost), "the acquisition cost", options.acquisition_cost,
               "give a finite number in the unit of arpa, or 0");
  const std::int32_t cap = options.cap_periods.value_or(0);
  require_cltv(cap >= 0, "the cap", cap, "a cap is 0 or more periods; leave it out to count all");
}

/// Sum of x^t over t = 0 .. n - 1, or over all t. The closed form keeps its digits for x near 1.
double geometric_sum(double x, std::optional<std::int32_t> periods) {
  if (!periods) return 1 / (1 - x);
  if (x == 1) return *periods;
  if (x == 0) return *periods > 0 ? 1 : 0;
  return std::expm1(*periods * std::log(x)) / (x - 1);
}

/// Expected discounted number of payments of an account with constant retention.
double payments(double churn, payment_timing timing, const cltv_options& options) {
  const double d = options.discount_rate;
  const double keep = (1 - churn) / (1 + d);
  const double sum = options.cap_periods ? geometric_sum(keep, options.cap_periods) : (1 + d) / (churn + d);
  switch (timing) {
    case payment_timing::new_customer_pays_now:
      return sum;
    case payment_timing::just_paid:
      return sum * keep;
    case payment_timing::period_end:
      return sum / (1 + d);
    case payment_timing::renewal_due:
      return sum * (1 - churn);
  }
  return sum;
}

double capped_sum(const decay_fit& fit, double rate, std::int32_t first, std::int32_t last) {
  double sum = 0;
  for (std::int32_t t = first; t < last; ++t) sum += survival(fit, t) * std::exp(-t * std::log1p(rate));
  return sum;
}

}  // namespace

estimate cltv(double arpa, contribution_margin margin, const estimate& churn, payment_timing timing, cltv_options options) {
  require_terms(arpa, options);
  if (!churn.defined()) return churn.as(cltv_label);
  require_cltv(churn.value >= 0 && churn.value <= 1, "churn", churn.value, "churn per period lies in [0, 1]; 3 % is 0.03");
  const double contribution = arpa * margin.share();
  const auto value_at = [&](double rate) {
    return contribution * payments(rate, timing, options) - options.acquisition_cost;
  };
  estimate value = churn.as(cltv_label);
  if (churn.value + options.discount_rate == 0 && !options.cap_periods) {
    return undefined_estimate(undefined_reason::zero_loss, confidence_level{churn.level}, churn.n).as(cltv_label);
  }
  value.value = value_at(churn.value);
  if (churn.method == interval_method::none) return value;
  const double at_low = value_at(churn.low), at_high = value_at(churn.high);
  value.low = std::min(at_low, at_high);
  value.high = std::max(at_low, at_high);
  return value;
}

estimate cltv(double arpa, contribution_margin margin, double churn, payment_timing timing, cltv_options options) {
  estimate rate;
  rate.value = churn;
  return cltv(arpa, margin, rate, timing, options);
}

estimate cltv(double arpa, contribution_margin margin, const decay_fit& retention, payment_timing timing,
              cltv_options options) {
  require_terms(arpa, options);
  const double d = options.discount_rate;
  const bool has_paid = timing == payment_timing::just_paid || timing == payment_timing::renewal_due;
  estimate value = discounted_lifetime(retention, d).as(cltv_label);
  if (options.cap_periods && retention.usable()) {
    // The first `cap_periods` payments; for a customer who has paid they are the ones after that.
    const std::int32_t skip = has_paid ? 1 : 0;
    value.value = capped_sum(retention, d, skip, *options.cap_periods + skip);
    value.reason = undefined_reason::defined;
  } else if (has_paid) {
    value.value -= 1;
  }
  if (timing == payment_timing::period_end) value.value /= 1 + d;
  if (timing == payment_timing::renewal_due) value.value *= 1 + d;
  value.value = arpa * margin.share() * value.value - options.acquisition_cost;
  return value;
}

}  // namespace sojourn::inline v0_1
