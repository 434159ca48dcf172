#include "sojourn/revenue/churn.hpp"

#include <algorithm>
#include <cmath>
#include <string>

namespace sojourn::inline v0_1 {
namespace {

// A ratio of totals of everybody: no account-level pairing behind it, hence no interval.
estimate plain_ratio(detail::int128 loss, const revenue_period& period, confidence_level level) {
  const std::int64_t n = period.base.accounts_opening;
  if (n == 0) return undefined_estimate(undefined_reason::no_observations, level);
  if (period.opening() == 0) return undefined_estimate(undefined_reason::zero_denominator, level, n);
  estimate e;
  e.level = level.value();
  e.n = n;
  e.value = detail::to_double(loss) / detail::to_double(period.opening());
  return e;
}

// Leavers over a number that they need not be part of: no share, hence no interval.
estimate leavers_over(double lost, double customers, std::int64_t n, confidence_level level) {
  if (!(customers > 0)) return undefined_estimate(undefined_reason::no_observations, level).as(logo_churn_label);
  estimate e = estimate{}.as(logo_churn_label);
  e.level = level.value();
  e.n = n;
  e.value = lost / customers;
  return e;
}

estimate daily_sum(std::span<const revenue_period> days, confidence_level level) {
  double sum = 0;
  bool any = false;
  for (const revenue_period& day : days) {
    if (day.base.accounts_opening == 0) continue;
    sum += static_cast<double>(day.base.accounts_lost) / static_cast<double>(day.base.accounts_opening);
    any = true;
  }
  return leavers_over(sum, any ? 1.0 : 0.0, days.empty() ? 0 : days.front().base.accounts_opening, level);
}

using churn_of_period = estimate (*)(const revenue_period&, const rate_options&);

// MRR churn of each day over its own opening, added up; days that open without MRR add nothing.
estimate daily_sum(std::span<const revenue_period> days, const rate_options& options, churn_of_period of_day,
                   const metric_label& label) {
  rate_options daily = options;
  daily.policy.logo_denominator = logo_denominator::start;
  estimate sum = undefined_estimate(undefined_reason::no_observations, options.level).as(label);
  for (const revenue_period& day : days) {
    const estimate rate = of_day(day, daily);
    if (!rate.defined()) {
      if (!sum.defined()) sum.reason = rate.n > 0 ? rate.reason : sum.reason;
      continue;
    }
    if (!sum.defined()) {
      sum = estimate{}.as(label);
      sum.level = options.level.value();
      sum.value = 0;
    }
    sum.value += rate.value;
  }
  sum.n = days.empty() ? 0 : days.front().base.accounts_opening;
  return sum;
}

estimate mrr_churn(std::span<const revenue_period> days, const rate_options& options, churn_of_period of_period,
                   const metric_label& label) {
  if (options.policy.logo_denominator == logo_denominator::daily_sum) return daily_sum(days, options, of_period, label);
  if (days.size() != 1) throw schema_error(std::string(label.name) + ": one period, except for daily_sum");
  return of_period(days.front(), options);
}

void refuse_whole_period(const revenue_policy& policy, const metric_label& label) {
  if (policy.logo_denominator != logo_denominator::daily_sum) return;
  throw schema_error(std::string(label.name) + ": this denominator needs the days of the period; read it from the ledger");
}

estimate exposure_rate(std::span<const revenue_period> days, confidence_level level) {
  std::int64_t lost = 0;
  std::int64_t customer_days = 0;
  for (const revenue_period& day : days) {
    lost += day.accounts_churned;
    customer_days += day.base.accounts_opening;
  }
  const double length = static_cast<double>(days.size());
  return leavers_over(static_cast<double>(lost) * length, static_cast<double>(customer_days),
                      days.empty() ? 0 : days.front().base.accounts_opening, level);
}

}  // namespace

namespace detail {

void require_churn_of_levels(const revenue_policy& policy) {
  if (policy.logo_denominator != logo_denominator::available_to_renew) return;
  throw schema_error(
      "logo_denominator available_to_renew needs the rows as terms, which no ledger of levels holds: ask a ledger of "
      "subscription periods for available_to_renew or logo_churn (C++: logo_churn_of with the rows), or name another "
      "logo_denominator");
}

}  // namespace detail

estimate logo_churn(const revenue_period& period, const rate_options& options) {
  const std::int64_t opening = period.base.accounts_opening;
  const proportion_options as_share{options.level, options.policy.rate_ci};
  const auto left = static_cast<double>(period.accounts_churned);
  switch (options.policy.logo_denominator) {
    case logo_denominator::start:
      return proportion(period.base.accounts_lost, opening, as_share).as(logo_churn_label);
    case logo_denominator::start_plus_new:
      return proportion(period.base.accounts_lost + period.new_lost, opening + period.accounts_new, as_share)
          .as(logo_churn_label);
    case logo_denominator::start_all_leavers:
      return leavers_over(left, static_cast<double>(opening), opening, options.level);
    case logo_denominator::mean:
      return leavers_over(left, 0.5 * static_cast<double>(opening + period.accounts_closing()), opening, options.level);
    case logo_denominator::daily_sum:
    case logo_denominator::exposure:
      break;
    case logo_denominator::available_to_renew:
      detail::require_churn_of_levels(options.policy);
  }
  throw schema_error("logo_churn: this denominator needs the days of the period; read it from the ledger");
}

estimate logo_churn(std::span<const revenue_period> days, const rate_options& options) {
  if (options.policy.logo_denominator == logo_denominator::daily_sum) return daily_sum(days, options.level);
  if (options.policy.logo_denominator == logo_denominator::exposure) return exposure_rate(days, options.level);
  if (days.size() != 1) throw schema_error("logo_churn: one period, except for daily_sum and exposure");
  return logo_churn(days.front(), options);
}

estimate gross_mrr_churn(std::span<const revenue_period> days, const rate_options& options) {
  return mrr_churn(days, options, gross_mrr_churn, gross_mrr_churn_label);
}

estimate net_mrr_churn(std::span<const revenue_period> days, const rate_options& options) {
  return mrr_churn(days, options, net_mrr_churn, net_mrr_churn_label);
}

estimate gross_mrr_churn(const revenue_period& period, const rate_options& options) {
  detail::require_churn_of_levels(options.policy);
  refuse_whole_period(options.policy, gross_mrr_churn_label);
  if (options.policy.mrr_churn_cap == mrr_churn_cap::none) {
    return plain_ratio(period.churn + period.contraction, period, options.level).as(gross_mrr_churn_label);
  }
  return lost_share(period.base, period.lost_in_events, options).as(gross_mrr_churn_label);
}

estimate net_mrr_churn(const revenue_period& period, const rate_options& options) {
  detail::require_churn_of_levels(options.policy);
  refuse_whole_period(options.policy, net_mrr_churn_label);
  switch (options.policy.net_churn) {
    case net_churn::cohort:
      break;
    case net_churn::with_reactivation:
      return plain_ratio(period.churn + period.contraction - period.expansion - period.reactivation, period, options.level)
          .as(net_mrr_churn_label);
    case net_churn::expansion_only:
      return plain_ratio(period.churn - period.expansion, period, options.level).as(net_mrr_churn_label);
  }
  estimate lost = ratio(loss_ratio(period.base, period.base.net), {options.level}).as(net_mrr_churn_label);
  if (options.interval == ratio_interval::linearised || lost.method == interval_method::none) return lost;
  const estimate kept = nrr(period.base, options);
  lost.low = 1 - kept.high;
  lost.high = 1 - kept.low;
  lost.method = kept.method;
  return lost;
}

estimate annual_rate(const estimate& rate, annualise how, double windows) {
  if (how == annualise::compound) return compound_churn(rate, windows);
  estimate e = rate;
  if (how == annualise::simple) e.value *= windows, e.low *= windows, e.high *= windows;
  return e;
}

estimate compound_churn(estimate rate, double periods) {
  const auto over = [periods](double r) { return 1 - std::pow(1 - r, periods); };
  rate.value = over(rate.value);
  rate.low = over(rate.low);
  rate.high = over(rate.high);
  return rate;
}

}  // namespace sojourn::inline v0_1
