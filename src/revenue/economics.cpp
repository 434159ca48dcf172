#include "sojourn/revenue/economics.hpp"

#include <algorithm>
#include <limits>
#include <string>

#include "detail/number_text.hpp"

namespace sojourn::inline v0_1 {
namespace {

constexpr double never_paid_back = std::numeric_limits<double>::infinity();

double minor(detail::int128 ticks) {
  return detail::to_double(ticks) / static_cast<double>(mrr::ticks_per_minor);
}

estimate without_interval(double value, std::int64_t n, const metric_label& what) {
  estimate e = estimate{}.as(what);
  e.value = value;
  e.n = n;
  return e;
}

/// An estimate turned into another by a function that only rises or only falls; costs are taken as known.
template <class F>
estimate carried_over(const estimate& from, std::int64_t customers, const metric_label& what, const F& f) {
  if (from.method == interval_method::none) return without_interval(f(from.value), customers, what);
  estimate e = from.as(what);
  const double at_low = f(from.low), at_high = f(from.high);
  e.value = f(from.value);
  e.low = std::min(at_low, at_high);
  e.high = std::max(at_low, at_high);
  return e;
}

void require_margin(double margin) {
  if (margin > 0 && margin <= 1) return;
  throw data_error({"gross_margin", problem::no_row, detail::number_text(margin), "a margin is a share above 0, at most 1",
                    "0.8 means 80 %"});
}

}  // namespace

estimate arpa(const revenue_period& period, const rate_options& options) {
  const std::int64_t n = period.paying_closing();
  // A ratio of sums whose denominator is 1 for each paying customer.
  const ratio_state mean{period.closing(),          n, period.closing_square, detail::wide_int::from(period.closing()),
                         detail::wide_int::from(n), n};
  return ratio(mean, {options.level, 1.0 / static_cast<double>(mrr::ticks_per_minor)}).as(arpa_label);
}

estimate average_sale_price(const revenue_period& period) {
  const std::int64_t n = period.paying_new();
  if (n == 0) return undefined_estimate(undefined_reason::no_observations).as(average_sale_price_label);
  return without_interval(minor(period.new_business) / static_cast<double>(n), n, average_sale_price_label);
}

estimate quick_ratio(const revenue_period& period, const rate_options& options) {
  const detail::int128 lost = period.contraction + period.churn;
  const std::int64_t n = period.base.accounts_opening;
  if (lost == 0) return undefined_estimate(undefined_reason::zero_loss, options.level, n).as(quick_ratio_label);
  detail::int128 won = period.new_business + period.expansion;
  if (options.policy.quick_ratio_reactivation == quick_ratio_reactivation::include) won += period.reactivation;
  return without_interval(detail::to_double(won) / detail::to_double(lost), n, quick_ratio_label);
}

estimate customer_lifetime(const estimate& churn) {
  if (!churn.defined()) return churn.as(customer_lifetime_label);
  if (churn.value == 0) {
    return undefined_estimate(undefined_reason::infinite, confidence_level{churn.level}, churn.n)
        .as(customer_lifetime_label);
  }
  estimate e = churn.as(customer_lifetime_label);
  e.value = 1 / churn.value;
  e.low = 1 / churn.high;
  e.high = 1 / churn.low;
  return e;
}

estimate acquisition_cost(const acquisition& won) {
  if (won.customers <= 0) return undefined_estimate(undefined_reason::no_observations).as(acquisition_cost_label);
  return without_interval(static_cast<double>(won.spend.minor()) / static_cast<double>(won.customers), won.customers,
                          acquisition_cost_label);
}

estimate payback_months(const acquisition& won, double gross_margin) {
  require_margin(gross_margin);
  if (won.new_mrr.ticks() <= 0) {
    return undefined_estimate(undefined_reason::zero_denominator, {}, won.customers).as(payback_months_label);
  }
  return without_interval(static_cast<double>(won.spend.minor()) / (won.new_mrr.minor() * gross_margin), won.customers,
                          payback_months_label);
}

estimate payback_months_per_customer(const acquisition& won, const estimate& arpa_minor, double gross_margin) {
  require_margin(gross_margin);
  const estimate cost = acquisition_cost(won);
  for (const estimate* part : {&cost, &arpa_minor}) {
    if (!part->defined()) return part->as(payback_months_per_customer_label);
  }
  if (arpa_minor.value == 0) {
    return undefined_estimate(undefined_reason::zero_denominator, {}, won.customers).as(payback_months_per_customer_label);
  }
  return carried_over(arpa_minor, won.customers, payback_months_per_customer_label,
                      [&](double arpa) { return arpa > 0 ? cost.value / (arpa * gross_margin) : never_paid_back; });
}

estimate payback_months(const acquisition& won, const estimate& arpa_minor, double gross_margin,
                        const revenue_policy& policy) {
  if (policy.payback == payback_basis::aggregate) return payback_months(won, gross_margin);
  return payback_months_per_customer(won, arpa_minor, gross_margin);
}

estimate ltv_to_cac(const estimate& lifetime_value_minor, const acquisition& won) {
  const estimate cost = acquisition_cost(won);
  for (const estimate* part : {&cost, &lifetime_value_minor}) {
    if (!part->defined()) return part->as(ltv_to_cac_label);
  }
  if (cost.value == 0) return undefined_estimate(undefined_reason::zero_denominator, {}, won.customers).as(ltv_to_cac_label);
  return carried_over(lifetime_value_minor, won.customers, ltv_to_cac_label,
                      [&](double value) { return value / cost.value; });
}

}  // namespace sojourn::inline v0_1
