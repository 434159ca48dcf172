// The conventions that revenue metrics disagree about, as one value.
// Layer: 3. Needs: std only.
#pragma once

#include <cstdint>
#include <limits>

#include "sojourn/stats/estimate.hpp"

namespace sojourn {

/// Within one period, is every change counted or only the difference between its two ends?
enum class movement_mode : std::uint8_t {
  gross_events,    ///< every change of an account's MRR (ChartMogul, Stripe): months add up to quarters
  net_endpoints,   ///< opening against closing of the account (fight-churn, mrr-playbook, Natero)
};

/// A customer who joins and leaves within one period.
enum class same_period_new_churn : std::uint8_t {
  count_both,   ///< one new and one churned (Stripe, Maxio, ReCharge)
  drop,         ///< neither (ProfitWell)
};

/// What lost customers are divided by.
enum class logo_denominator : std::uint8_t {
  start,            ///< customers at the start; only they can be lost (ChartMogul B2B, Recurly, Baremetrics)
  start_plus_new,   ///< plus the new customers of the period, who can be lost too (Stripe, Gumroad)
};

/// May an account lose more than it had at the start of the period?
enum class mrr_churn_cap : std::uint8_t {
  opening_mrr,   ///< no: its loss is capped at its opening MRR (Baremetrics since its 275.8 %, fight-churn)
  none,          ///< yes: churn + contraction of everybody over opening MRR (ChartMogul, Chargebee)
};

/// What offsets the losses in net MRR churn.
enum class net_churn : std::uint8_t {
  cohort,              ///< 1 - NRR of the accounts of the opening; reactivated ones were not in it (fight-churn)
  with_reactivation,   ///< churn + contraction - expansion - reactivation of everybody (ChartMogul)
  expansion_only,      ///< churn - expansion of everybody (Baremetrics)
};

/// What counts as lost in gross revenue retention.
enum class grr_basis : std::uint8_t {
  account_min,   ///< each account at min(opening, closing): counts downgrades, at most 100 %, at most NRR (SaaS Capital)
  churn_only,    ///< only accounts that left entirely (ServiceTitan's filings)
};

/// Does money that comes back count as growth in the quick ratio?
enum class quick_ratio_reactivation : std::uint8_t {
  include,   ///< then ratio > 1 is the same as net new MRR > 0 (growthstack)
  exclude,   ///< Baremetrics, GrowPanel
};

/// Every field is named in docs/definitions; the defaults are the commonest published rule, or the one with an invariant.
struct revenue_policy {
  static constexpr std::int32_t unlimited = std::numeric_limits<std::int32_t>::max();

  movement_mode movements = movement_mode::gross_events;
  sojourn::same_period_new_churn new_and_churned = sojourn::same_period_new_churn::count_both;
  /// A return after more than this many days without MRR is a new customer (Maxio: 90). Default: always a reactivation.
  std::int32_t reactivation_max_gap = unlimited;
  sojourn::logo_denominator logo_denominator = sojourn::logo_denominator::start;
  sojourn::mrr_churn_cap mrr_churn_cap = sojourn::mrr_churn_cap::opening_mrr;
  sojourn::net_churn net_churn = sojourn::net_churn::cohort;
  grr_basis grr = grr_basis::account_min;
  sojourn::quick_ratio_reactivation quick_ratio_reactivation = sojourn::quick_ratio_reactivation::include;

  template <class Archive, class Self>
  static void fields(Archive& archive, Self& self) {
    archive(self.movements, self.new_and_churned, self.reactivation_max_gap, self.logo_denominator, self.mrr_churn_cap,
            self.net_churn, self.grr, self.quick_ratio_reactivation);
  }
  /// Every field holds one of its named values; bytes from outside may not.
  [[nodiscard]] constexpr bool canonical() const noexcept {
    return movements <= movement_mode::net_endpoints && new_and_churned <= sojourn::same_period_new_churn::drop &&
           reactivation_max_gap >= 0 && logo_denominator <= sojourn::logo_denominator::start_plus_new &&
           mrr_churn_cap <= sojourn::mrr_churn_cap::none && net_churn <= sojourn::net_churn::expansion_only &&
           grr <= grr_basis::churn_only && quick_ratio_reactivation <= sojourn::quick_ratio_reactivation::exclude;
  }
  friend constexpr bool operator==(const revenue_policy&, const revenue_policy&) = default;
};

/// Options of every revenue read-out.
struct rate_options {
  revenue_policy policy{};
  confidence_level level{};
};

}  // namespace sojourn
