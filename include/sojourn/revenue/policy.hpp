// The conventions that revenue metrics disagree about, as one value with a canonical text and a fingerprint.
// Layer: 3. Needs: std only; JSON and presets link sojourn.
#pragma once

#include "sojourn/export.hpp"

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
inline namespace v0_1 SOJOURN_EXPORT {

/// Each field is described once, in `options`; docs/definitions/policy.md says who follows which. The defaults are the
/// commonest published rule, or the one with an invariant. Numbers of days, minutes and months are 0 and up.
struct revenue_policy {
  /// As a number of days: no limit.
  static constexpr std::int32_t unlimited = std::numeric_limits<std::int32_t>::max();

  // Read by the tallies and read-outs.
  movement_mode movements = movement_mode::gross_events;
  sojourn::same_period_new_churn new_and_churned = sojourn::same_period_new_churn::count_both;
  std::int32_t reactivation_max_gap = unlimited;
  sojourn::logo_denominator logo_denominator = sojourn::logo_denominator::start;
  sojourn::mrr_churn_cap mrr_churn_cap = sojourn::mrr_churn_cap::opening_mrr;
  sojourn::net_churn net_churn = sojourn::net_churn::cohort;
  grr_basis grr = grr_basis::account_min;
  sojourn::quick_ratio_reactivation quick_ratio_reactivation = sojourn::quick_ratio_reactivation::include;

  // Read where MRR is made: `mrr_from_price`, `rows_from_prices`, `rows_from_invoices`, and `ledger_of` (lapse_grace). A
  // ledger that is built from ready-made MRR cannot follow them.
  customer_unit unit = customer_unit::account;
  mrr_source source = mrr_source::state;
  sojourn::churn_at churn_at = sojourn::churn_at::service_end;
  end_day_rule end_day = end_day_rule::open;
  std::int32_t past_due = unlimited;
  paused_is paused = paused_is::zero_as_contraction;
  sojourn::free_is free_is = sojourn::free_is::churned;
  discount_rule discounts = discount_rule::recurring;
  tax_rule tax = tax_rule::exclude;
  usage_rule usage = usage_rule::exclude;
  sojourn::usage_basis usage_basis = sojourn::usage_basis::committed;
  std::int32_t usage_months = 3;
  refund_rule refunds = refund_rule::ignore;
  sojourn::calendar_factor calendar_factor = sojourn::calendar_factor::weeks_52_days_365;
  mrr_rounding rounding = mrr_rounding::none_until_output;
  std::int32_t grouping_minutes = 0;
  std::int32_t lapse_grace = 0;

  // Read where several currencies become one: `tally_revenue` of a ledger in currencies (revenue/currency_movements.hpp).
  fx_rule fx = fx_rule::period_open_rate;

  // Read by the rates (revenue/rates.hpp), cohorts, renewals and economics.
  std::int32_t window = unlimited;
  sojourn::annualise annualise = sojourn::annualise::none;
  sojourn::nrr_window nrr_window = sojourn::nrr_window::twelve_months;
  cohort_presence cohort_state = cohort_presence::active_at_end;
  sojourn::cohort_index cohort_index = sojourn::cohort_index::calendar_period;
  sojourn::cohort_mean cohort_mean = sojourn::cohort_mean::size_weighted;
  std::int32_t renewal_grace = 30;
  sojourn::renewal_open renewal_open = sojourn::renewal_open::exclude;
  payback_basis payback = payback_basis::aggregate;
  sojourn::ltv_churn ltv_churn = sojourn::ltv_churn::trailing_mean_6;
  sojourn::ltv_zero_churn ltv_zero_churn = sojourn::ltv_zero_churn::undefined;
  proportion_interval rate_ci = proportion_interval::wilson;

  /// The list of all options, in order of names: `visit(name, field)`, or `visit(name, field, meaning)` for visitors that
  /// take the meaning too. JSON, the fingerprint, state bytes and the Python class follow this list.
  template <class Visitor, class Self>
  static constexpr void options(Visitor&& visit, Self& self) {
    const auto option = [&visit](std::string_view name, auto& field, std::string_view meaning) {
      if constexpr (std::is_invocable_v<Visitor&, std::string_view, decltype(field), std::string_view>) {
        visit(name, field, meaning);
      } else {
        visit(name, field);
      }
    };
    option("annualise", self.annualise,
           "how churn of one window becomes churn of a year: not at all, times the windows in a year, or compounded");
    option("calendar_factor", self.calendar_factor, "how many months a week and a day are");
    option("churn_at", self.churn_at,
           "the day on which a subscription stops bringing MRR; nonpayment is service_end with past_due=0");
    option("cohort_index", self.cohort_index,
           "how the age of a cohort counts: in periods of the calendar, or in months of 30 days since each account's first "
           "day");
    option("cohort_mean", self.cohort_mean, "how cohorts are averaged: weighted by their size, or one cohort, one vote");
    option("cohort_state", self.cohort_state,
           "who is retained in a cohort: customers at the end of the age, or only those who never left");
    option("discounts", self.discounts, "which discounts lower MRR");
    option(
        "end_day", self.end_day,
        "the day of an end, a request to cancel or the end of billing: the first one without MRR, or the last one with it");
    option("free_is", self.free_is, "whether a subscription at price 0 has churned, or is an active customer without MRR");
    option("fx", self.fx, "the exchange rates at which several currencies are shown");
    option("grouping_minutes", self.grouping_minutes,
           "changes of an account at most this many minutes after the one before are one change; needs times of day");
    option("grr", self.grr, "what gross revenue retention counts as lost");
    option("lapse_grace", self.lapse_grace, "gaps of at most this many days without MRR are bridged");
    option("logo_denominator", self.logo_denominator,
           "what lost customers are divided by; available_to_renew holds for MRR churn too");
    option("ltv_churn", self.ltv_churn,
           "the churn behind lifetime value: the mean of the six months before the current one, or that of the period");
    option(
        "ltv_zero_churn", self.ltv_zero_churn,
        "lifetime value when nobody left: undefined, at most the caller's cap of months, zero, or sixty months of margin");
    option("movement_mode", self.movements, "whether every change within a period counts, or only opening against closing");
    option("mrr_churn_cap", self.mrr_churn_cap,
           "the most that an account can lose in a period: its opening MRR, or no limit");
    option(
        "net_churn", self.net_churn,
        "what offsets the losses in net MRR churn: growth of the opening's accounts, also reactivation, or expansion only");
    option("nrr_window", self.nrr_window,
           "how far revenue retention looks back; trailing_mean_4q is the mean of the last four quarter ends");
    option("past_due", self.past_due,
           "an unpaid subscription ends this many days after it fell due; without a limit it is kept");
    option("paused", self.paused, "a paused subscription: no MRR but still a customer, churned, or unchanged");
    option("payback", self.payback, "payback of all spend by all new MRR, or per customer");
    option("quick_ratio_reactivation", self.quick_ratio_reactivation,
           "whether MRR that comes back counts as growth in the quick ratio");
    option("rate_ci", self.rate_ci, "the interval of shares of customers");
    option("reactivation_max_gap", self.reactivation_max_gap,
           "a return after more than this many days without MRR is a new customer; without a limit a reactivation");
    option("refunds", self.refunds,
           "refunds and credits of invoices: ignored, or negative MRR over the period that they take back");
    option("renewal_grace", self.renewal_grace, "a renewal at most this many days after the end of the term still counts");
    option("renewal_open", self.renewal_open,
           "a contract that is not renewed while its days of grace run: in no rate, or lost");
    option("rounding", self.rounding,
           "where fractions of a minor unit are cut: only in output, or per price to a minor unit or a hundredth of one");
    option("same_period_new_churn", self.new_and_churned,
           "a customer who joins and leaves within one period: counted in both, or in neither");
    option("source", self.source,
           "where a line of an invoice ends: with its subscription, or with the period that it bills");
    option("tax", self.tax, "whether tax within the price counts");
    option("unit", self.unit, "what one customer is: an account, or each of its subscriptions");
    option("usage", self.usage,
           "whether prices by usage count; trailing_mean is the mean of the usage_months before each month");
    option("usage_basis", self.usage_basis,
           "what usage with commitments brings as MRR; the mean is that of the usage_months before each month");
    option("usage_months", self.usage_months, "the months of usage=trailing_mean and usage_basis=consumed_trailing_mean");
    option("window", self.window,
           "churn looks back this many days from the end of the period; without a limit over the period itself");
  }

  template <class Archive, class Self>
  static void fields(Archive& archive, Self& self) {
    options([&archive](std::string_view, auto& field) { archive(field); }, self);
  }
  /// Every field holds one of its named values; bytes from outside may not.
  [[nodiscard]] bool canonical() const noexcept;
  static constexpr std::int32_t longest_grace = 3660;
  static constexpr std::int32_t most_usage_months = 120;
  static constexpr std::int32_t minutes_a_day = 1440;

  /// After this many unpaid days a subscription ends; `unlimited`: it is kept.
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

/// One option as documents and other languages show it.
struct policy_option {
  std::string_view name;
  std::string_view meaning;
  std::vector<std::string_view> words;  ///< its values; empty where it is a number of days, minutes or months
  std::string usual;                    ///< the default as JSON writes it, words without quotes: "start", "30", "null"
  bool limitless = false;               ///< a number that may be `unlimited`
};

/// All options of `revenue_policy`, in order of names.
[[nodiscard]] std::vector<policy_option> policy_options();

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

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
