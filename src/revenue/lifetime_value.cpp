#include "sojourn/revenue/lifetime_value.hpp"

#include <algorithm>
#include <limits>
#include <string>

#include "detail/number_text.hpp"

namespace sojourn::inline v0_1 {
namespace {

constexpr double cashier_months = 60;

void require_terms(double gross_margin, const ltv_options& options) {
  if (!(gross_margin > 0 && gross_margin <= 1)) {
    throw data_error({"gross_margin", problem::no_row, detail::number_text(gross_margin), "a share above 0, at most 1",
                      "80 % is 0.8; without a margin the result would be lifetime revenue, for that give 1"});
  }
  const bool capped = options.policy.ltv_zero_churn == ltv_zero_churn::cap;
  if (capped && !options.cap_months)
    throw schema_error("ltv: under ltv_zero_churn cap give cap_months, the longest lifetime");
  if (!capped && options.cap_months) throw schema_error("ltv: cap_months is for ltv_zero_churn cap, and only for it");
  if (options.cap_months && *options.cap_months < 1) throw schema_error("ltv: cap_months is 1 month or more");
}

}  // namespace

estimate lifetime_value(const estimate& arpa_minor, const estimate& churn_a_month, double gross_margin,
                        const ltv_options& options) {
  require_terms(gross_margin, options);
  for (const estimate* part : {&arpa_minor, &churn_a_month}) {
    if (!part->defined()) return undefined_estimate(part->reason, options.level, part->n).as(lifetime_value_label);
  }
  const double margin = arpa_minor.value * gross_margin;
  const double longest = options.cap_months ? *options.cap_months : std::numeric_limits<double>::infinity();
  const auto worth = [&](double churn) { return margin * (churn > 0 ? std::min(1 / churn, longest) : longest); };
  estimate value = churn_a_month.as(lifetime_value_label);
  value.value = worth(churn_a_month.value);
  value.low = value.high = std::numeric_limits<double>::quiet_NaN();
  if (!(churn_a_month.value > 0) && !options.cap_months) {
    if (options.policy.ltv_zero_churn == ltv_zero_churn::undefined) {
      return undefined_estimate(undefined_reason::zero_loss, options.level, churn_a_month.n).as(lifetime_value_label);
    }
    value.value = options.policy.ltv_zero_churn == ltv_zero_churn::zero ? 0 : margin * cashier_months;
    value.method = interval_method::none;
  }
  if (value.method == interval_method::none) return value;
  value.low = worth(churn_a_month.high);
  value.high = worth(churn_a_month.low);
  return value;
}

std::vector<day_window> ltv_windows(const revenue_policy& policy, day from, day to) {
  // Every window is scaled to a month below, so a policy's window may be shorter than the period that it ends.
  const auto window = [&policy](day first, day end) {
    return churn_window(policy, policy.window == revenue_policy::unlimited ? first : end, end);
  };
  if (policy.ltv_churn == ltv_churn::period) return {window(from, to)};
  const month current = month::of(day{to.since_epoch - 1});
  std::vector<day_window> all;
  for (std::int32_t back = 6; back >= 1; --back) {
    const month one = current - months{back};
    all.push_back(window(one.first_day(), (one + months{1}).first_day()));
  }
  return all;
}

estimate churn_a_month(std::span<const day_window> windows, std::span<const estimate> churn) {
  std::vector<estimate> monthly(churn.begin(), churn.end());
  for (std::size_t i = 0; i < monthly.size(); ++i) {
    const double share = windows_a_year(windows[i]) / 12;
    monthly[i].value *= share, monthly[i].low *= share, monthly[i].high *= share;
  }
  return mean_estimate(monthly);
}

namespace detail {

namespace {

/// `churn_of` reads logo churn of a window, `income_of` ARPA at the closing.
template <class Churn, class Income>
estimate ltv_read_by(day from, day to, double gross_margin, const ltv_options& options, const Churn& churn_of,
                     const Income& income_of) {
  rate_options rates{options.policy, options.level};
  rates.policy.annualise = annualise::none;
  require_churn_of_levels(rates.policy);
  const std::vector<day_window> windows = ltv_windows(rates.policy, from, to);
  std::vector<estimate> churn;
  churn.reserve(windows.size());
  for (const day_window& w : windows) churn.push_back(churn_of(w, rates));
  return lifetime_value(income_of(rates), churn_a_month(windows, churn), gross_margin, options);
}

}  // namespace

estimate ltv_of(const ledger& book, day from, day to, double gross_margin, const ltv_options& options,
                const any_executor& host) {
  return ltv_read_by(
      from, to, gross_margin, options,
      [&](day_window w, const rate_options& rates) { return logo_churn_of(book, w.from, w.to, rates, host); },
      [&](const rate_options& rates) {
        return arpa(tally_spans(book, cuts_of({from, to}, false), rates.policy, host).front(), rates);
      });
}

estimate ltv_of(const keyed_ledger& book, day from, day to, double gross_margin, const ltv_options& options,
                const any_executor& host) {
  return ltv_read_by(
      from, to, gross_margin, options,
      [&](day_window w, const rate_options& rates) {
        return rate_of(book, ledger_rate::logo_churn, w.from, w.to, rates, host);
      },
      [&](const rate_options& rates) {
        return arpa(at_closing_rates(tally_period(book, from, to, rates.policy, host)), rates);
      });
}

}  // namespace detail
}  // namespace sojourn::inline v0_1
