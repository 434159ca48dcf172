// The conventions that revenue metrics disagree about, as one value with a canonical text and a fingerprint.
// Layer: 3. Needs: std only; JSON and presets link sojourn.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "sojourn/revenue/policy_options.hpp"
#include "sojourn/stats/estimate.hpp"
#include "sojourn/stats/ratio_interval.hpp"

namespace sojourn {

/// Every field is explained in docs/definitions/policy.md; the defaults are the commonest published rule, or the one with an
/// invariant. Day counts are 0 and up.
struct revenue_policy {
  /// As a number of days: never.
  static constexpr std::int32_t unlimited = std::numeric_limits<std::int32_t>::max();

  // Read by the tallies and read-outs.
  movement_mode movements = movement_mode::gross_events;
  sojourn::same_period_new_churn new_and_churned = sojourn::same_period_new_churn::count_both;
  /// A return after more than this many days without MRR is a new customer (Maxio: 90). Default: always a reactivation.
  std::int32_t reactivation_max_gap = unlimited;
  sojourn::logo_denominator logo_denominator = sojourn::logo_denominator::start;
  sojourn::mrr_churn_cap mrr_churn_cap = sojourn::mrr_churn_cap::opening_mrr;
  sojourn::net_churn net_churn = sojourn::net_churn::cohort;
  grr_basis grr = grr_basis::account_min;
  sojourn::quick_ratio_reactivation quick_ratio_reactivation = sojourn::quick_ratio_reactivation::include;

  // Read where MRR is made: `mrr_from_price`, `rows_from_prices`, `rows_from_invoices`, and `ledger_of` (lapse_grace). A
  // ledger that is built from ready-made MRR knows nothing of them.
  customer_unit unit = customer_unit::account;
  mrr_source source = mrr_source::state;
  sojourn::churn_at churn_at = sojourn::churn_at::service_end;
  /// An unpaid subscription ends so many days after it fell due (Baremetrics: 30). Default: it is kept (Stripe, Recurly).
  std::int32_t past_due = unlimited;
  paused_is paused = paused_is::zero_as_contraction;
  sojourn::free_is free_is = sojourn::free_is::churned;
  discount_rule discounts = discount_rule::recurring;
  tax_rule tax = tax_rule::exclude;
  usage_rule usage = usage_rule::exclude;
  /// The months of `usage_rule::trailing_mean`.
  std::int32_t usage_months = 3;
  refund_rule refunds = refund_rule::ignore;
  sojourn::calendar_factor calendar_factor = sojourn::calendar_factor::weeks_52_days_365;
  mrr_rounding rounding = mrr_rounding::none_until_output;
  /// Changes of an account within so many minutes of the one before are one change (ChartMogul: 60). Only a log of changes
  /// that knows times of day can follow it; on one day all changes are one already.
  std::int32_t grouping_minutes = 0;
  /// A time without MRR of at most so many days did not happen (Natero: 3).
  std::int32_t lapse_grace = 0;

  // Read where several currencies become one: `tally_revenue` of a `currency_ledger` (mrr/currencies.hpp).
  fx_rule fx = fx_rule::period_open_rate;

  // Read by the rates (mrr/rates.hpp), cohorts, renewals and economics.
  /// Churn of a period looks back so many days from its end (Stripe, Baremetrics: 30). Default: the calendar period.
  std::int32_t window = unlimited;
  sojourn::annualise annualise = sojourn::annualise::none;
  sojourn::nrr_window nrr_window = sojourn::nrr_window::twelve_months;
  cohort_presence cohort_state = cohort_presence::active_at_end;
  sojourn::cohort_index cohort_index = sojourn::cohort_index::calendar_period;
  sojourn::cohort_mean cohort_mean = sojourn::cohort_mean::size_weighted;
  /// A renewal up to so many days after the end of the term still counts.
  std::int32_t renewal_grace = 30;
  sojourn::renewal_open renewal_open = sojourn::renewal_open::exclude;
  payback_basis payback = payback_basis::aggregate;
  sojourn::ltv_churn ltv_churn = sojourn::ltv_churn::trailing_mean_6;
  sojourn::ltv_zero_churn ltv_zero_churn = sojourn::ltv_zero_churn::undefined;
  proportion_interval rate_ci = proportion_interval::wilson;

  /// Shows every option by its name, in order of names: `visit(name, field)`.
  template <class Visitor, class Self>
  static constexpr void options(Visitor&& visit, Self& self) {
    visit("annualise", self.annualise);
    visit("calendar_factor", self.calendar_factor);
    visit("churn_at", self.churn_at);
    visit("cohort_index", self.cohort_index);
    visit("cohort_mean", self.cohort_mean);
    visit("cohort_state", self.cohort_state);
    visit("discounts", self.discounts);
    visit("free_is", self.free_is);
    visit("fx", self.fx);
    visit("grouping_minutes", self.grouping_minutes);
    visit("grr", self.grr);
    visit("lapse_grace", self.lapse_grace);
    visit("logo_denominator", self.logo_denominator);
    visit("ltv_churn", self.ltv_churn);
    visit("ltv_zero_churn", self.ltv_zero_churn);
    visit("movement_mode", self.movements);
    visit("mrr_churn_cap", self.mrr_churn_cap);
    visit("net_churn", self.net_churn);
    visit("nrr_window", self.nrr_window);
    visit("past_due", self.past_due);
    visit("paused", self.paused);
    visit("payback", self.payback);
    visit("quick_ratio_reactivation", self.quick_ratio_reactivation);
    visit("rate_ci", self.rate_ci);
    visit("reactivation_max_gap", self.reactivation_max_gap);
    visit("refunds", self.refunds);
    visit("renewal_grace", self.renewal_grace);
    visit("renewal_open", self.renewal_open);
    visit("rounding", self.rounding);
    visit("same_period_new_churn", self.new_and_churned);
    visit("source", self.source);
    visit("tax", self.tax);
    visit("unit", self.unit);
    visit("usage", self.usage);
    visit("usage_months", self.usage_months);
    visit("window", self.window);
  }

  template <class Archive, class Self>
  static void fields(Archive& archive, Self& self) {
    options([&archive](std::string_view, auto& field) { archive(field); }, self);
  }
  /// Every field holds one of its named values; bytes from outside may not.
  [[nodiscard]] constexpr bool canonical() const noexcept {
    bool holds = true;
    options(
        [&holds](std::string_view, const auto& field) {
          using option = std::remove_cvref_t<decltype(field)>;
          if constexpr (std::is_enum_v<option>) {
            holds = holds && static_cast<std::size_t>(field) < values_of(option{}).size();
          } else {
            holds = holds && field >= 0;
          }
        },
        *this);
    // Grace days are added to dates; a window without days has no opening, and of no months there is no mean.
    return holds && window > 0 && lapse_grace <= longest_grace && renewal_grace <= longest_grace && usage_months > 0 &&
           usage_months <= most_usage_months && grouping_minutes <= minutes_a_day;
  }
  static constexpr std::int32_t longest_grace = 3660;
  static constexpr std::int32_t most_usage_months = 120;
  static constexpr std::int32_t minutes_a_day = 1440;

  /// After so many unpaid days a subscription ends; `unlimited`: it is kept.
  [[nodiscard]] constexpr std::int32_t unpaid_grace() const noexcept {
    return churn_at == sojourn::churn_at::nonpayment && past_due == unlimited ? 0 : past_due;
  }

  /// The rules of a vendor or author, as far as they are published: chartmogul, chartmogul_b2c, stripe, baremetrics,
  /// profitwell, recurly, maxio, saas_capital, kellogg_atr, fight_churn, polar. Options on which nothing is published keep
  /// their defaults. Throws `schema_error` for another name, with the nearest one.
  [[nodiscard]] static revenue_policy preset(std::string_view name);
  [[nodiscard]] static std::vector<std::string> presets();

  friend constexpr bool operator==(const revenue_policy&, const revenue_policy&) = default;
};

/// Canonical text: one JSON object, every option named, keys sorted, no spaces; days without limit are null.
[[nodiscard]] std::string to_json(const revenue_policy& policy);
/// The policy behind `to_json`; what is not named keeps its default. Throws `schema_error` that lists every unknown option
/// and value with its JSON pointer and the nearest name there is, and every option given twice.
[[nodiscard]] revenue_policy policy_from_json(std::string_view json);
/// 64-bit FNV-1a hash of the canonical text: equal policies, equal fingerprints. It names a policy, it does not protect it.
[[nodiscard]] std::uint64_t fingerprint(const revenue_policy& policy);

/// Options of every revenue read-out.
struct rate_options {
  revenue_policy policy{};
  confidence_level level{};
  ratio_interval interval = ratio_interval::score;  ///< of MRR churn, NRR and GRR
};

}  // namespace sojourn
