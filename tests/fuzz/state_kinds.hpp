// Every kind of state, with how it is read: the number of a kind is its byte in the seeds, so new ones come last.
#pragma once

#include <cstddef>

#include "sojourn/health.hpp"
#include "sojourn/health/book/transition_values.hpp"
#include "sojourn/health/evaluation/validation.hpp"
#include "sojourn/health/signals/engagement.hpp"
#include "sojourn/lifetime/decay.hpp"
#include "sojourn/lifetime/exit_table.hpp"
#include "sojourn/lifetime/survival.hpp"
#include "sojourn/revenue/cause_movements.hpp"
#include "sojourn/revenue/churn.hpp"
#include "sojourn/revenue/cohort.hpp"
#include "sojourn/revenue/currency_movements.hpp"
#include "sojourn/revenue/economics.hpp"
#include "sojourn/revenue/lane_movements.hpp"
#include "sojourn/revenue/movements.hpp"
#include "sojourn/revenue/mrr_series.hpp"
#include "sojourn/revenue/parts/revenue_partial.hpp"
#include "sojourn/revenue/renewal.hpp"
#include "sojourn/revenue/retention.hpp"
#include "sojourn/revenue/snapshot_tally.hpp"
#include "sojourn/state_bytes.hpp"
#include "sojourn/stats/distribution.hpp"
#include "sojourn/stats/moments.hpp"
#include "sojourn/stats/ratio.hpp"
#include "sojourn/surveys/nps.hpp"
#include "sojourn/surveys/response_rate.hpp"

namespace sojourn::fuzz {

/// An error is an answer.
template <class Call>
void answered(const Call& call) {
  try {
    call();
  } catch (const error&) {
  }
}

inline void read_months(const revenue_state& state) {
  (void)movements(state);
  for (const revenue_period& period : state.periods) {
    (void)logo_churn(period);
    (void)gross_mrr_churn(period);
    (void)net_mrr_churn(period);
    (void)quick_ratio(period);
    (void)arpa(period);
  }
}

inline constexpr std::size_t state_kinds = 29;
inline constexpr auto nothing = [](const auto&) {};

/// Calls `use.template operator()<State>(read)` for a kind below `state_kinds`.
template <class Use>
void with_state_kind(std::size_t kind, const Use& use) {
  switch (kind) {
    case 0:
      use.template operator()<score_counts>([](const score_counts& s) { (void)nps(s); });
      break;
    case 1:
      use.template operator()<weighted_score_counts>([](const weighted_score_counts& s) { (void)nps(s); });
      break;
    case 2:
      use.template operator()<response_counts>([](const response_counts& s) { (void)response_rate(s); });
      break;
    case 3:
      use.template operator()<retention_state>(
          [](const retention_state& s) { (void)nrr(s), (void)grr(s), (void)logo_retention(s); });
      break;
    case 4:
      use.template operator()<revenue_state>(read_months);
      break;
    case 5:
      use.template operator()<revenue_partial>([](const revenue_partial& s) { read_months(s.revenue); });
      break;
    case 6:
      use.template operator()<cause_movements_state>(
          [](const cause_movements_state& s) { (void)movements_by_cause(s, {}); });
      break;
    case 7:
      use.template operator()<lane_movements_state>([](const lane_movements_state& s) { (void)movements_by_lane(s); });
      break;
    case 8:
      use.template operator()<cohort_state>([](const cohort_state& s) { (void)cohort_retention(s); });
      break;
    case 9:
      use.template operator()<renewal_state>(
          [](const renewal_state& s) { (void)logo_renewal(s), (void)gross_dollar_renewal(s), (void)net_dollar_renewal(s); });
      break;
    case 10:
      use.template operator()<mrr_series_state>([](const mrr_series_state& s) { (void)mrr_series(s); });
      break;
    case 11:
      use.template operator()<snapshot_state>([](const snapshot_state& s) {
        read_months(s.revenue);
        (void)cohort_retention(s.cohorts);
      });
      break;
    case 12:
      use.template operator()<currency_revenue_state>([](const currency_revenue_state& s) { (void)movements(s); });
      break;
    case 13:
      use.template operator()<survival_state>([](const survival_state& s) {
        (void)kaplan_meier(s);
        (void)kaplan_meier(s, {.measure = survival_measure::weight});
      });
      break;
    case 14:
      use.template operator()<exit_table>([](const exit_table& s) { (void)lifetimes_of(s); });
      break;
    case 15:
      use.template operator()<decay_state>([](const decay_state& s) { (void)s.observed_survival(); });
      break;
    case 16:
      use.template operator()<ratio_state>([](const ratio_state& s) { (void)ratio(s); });
      break;
    case 17:
      use.template operator()<distribution_state>([](const distribution_state& s) { (void)quantile(s, 0.5); });
      break;
    case 18:
      use.template operator()<health::outcome_scores>([](const health::outcome_scores& s) { (void)health::auc(s); });
      break;
    case 19:
      use.template operator()<moments_state>(nothing);
      break;
    case 20:
      use.template operator()<by_segment<score_counts>>(nothing);
      break;
    case 21:
      use.template operator()<by_segment<weighted_score_counts>>(nothing);
      break;
    case 22:
      use.template operator()<ledger_counts>(nothing);
      break;
    case 23:
      use.template operator()<health::health_state>(nothing);
      break;
    case 24:
      use.template operator()<health::transition_state>(nothing);
      break;
    case 25:
      use.template operator()<health::transition_value_state>(
          [](const health::transition_value_state& s) { (void)health::movements(s); });
      break;
    case 26:
      use.template operator()<health::tier_outcomes>(
          [](const health::tier_outcomes& s) { (void)health::churn_by_tier(s, 4); });
      break;
    case 27:
      use.template operator()<health::lead_times>([](const health::lead_times& s) { (void)health::lead_time(s); });
      break;
    default:
      use.template operator()<engagement_state>(
          [](const engagement_state& s) { (void)engagement(s, {.as_of = day{19'720}}); });
      break;
  }
}

}  // namespace sojourn::fuzz
