// Bytes as the payload of a state of any kind: refused, or a state that writes these very bytes, merges, retracts and is
// read.
#include "fuzz/fuzz_input.hpp"
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

using namespace sojourn;
using fuzz::require;

namespace {

/// An error is an answer.
template <class Call>
void answered(const Call& call) {
  try {
    call();
  } catch (const error&) {
  }
}

template <class State, class Read>
void try_state(std::span<const std::uint8_t> payload, const Read& read) {
  const auto sealed = detail::seal(State::bytes_kind, 0, payload);
  State state;
  try {
    state = from_bytes<State>(sealed);
  } catch (const state_error&) {
    return;
  }
  require(to_bytes(state) == sealed, "a state writes other bytes than it came from");
  answered([&] {
    State twice = state;
    twice += state;
    twice -= state;
    require(twice == state, "adding and taking away changes a state");
  });
  answered([&] { read(state); });
}

void read_months(const revenue_state& state) {
  (void)movements(state);
  for (const revenue_period& period : state.periods) {
    (void)logo_churn(period);
    (void)gross_mrr_churn(period);
    (void)net_mrr_churn(period);
    (void)quick_ratio(period);
    (void)arpa(period);
  }
}

constexpr auto nothing = [](const auto&) {};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::fuzz_input input(data, size);
  const std::size_t kind = input.below(20);
  const auto payload = input.rest();
  switch (kind) {
    case 0:
      try_state<score_counts>(payload, [](const score_counts& s) { (void)nps(s); });
      break;
    case 1:
      try_state<weighted_score_counts>(payload, [](const weighted_score_counts& s) { (void)nps(s); });
      break;
    case 2:
      try_state<response_counts>(payload, [](const response_counts& s) { (void)response_rate(s); });
      break;
    case 3:
      try_state<retention_state>(payload,
                                 [](const retention_state& s) { (void)nrr(s), (void)grr(s), (void)logo_retention(s); });
      break;
    case 4:
      try_state<revenue_state>(payload, read_months);
      break;
    case 5:
      try_state<revenue_partial>(payload, [](const revenue_partial& s) { read_months(s.revenue); });
      break;
    case 6:
      try_state<cause_movements_state>(payload, [](const cause_movements_state& s) { (void)movements_by_cause(s, {}); });
      break;
    case 7:
      try_state<lane_movements_state>(payload, [](const lane_movements_state& s) { (void)movements_by_lane(s); });
      break;
    case 8:
      try_state<cohort_state>(payload, [](const cohort_state& s) { (void)cohort_retention(s); });
      break;
    case 9:
      try_state<renewal_state>(payload, [](const renewal_state& s) {
        (void)logo_renewal(s), (void)gross_dollar_renewal(s), (void)net_dollar_renewal(s);
      });
      break;
    case 10:
      try_state<mrr_series_state>(payload, [](const mrr_series_state& s) { (void)mrr_series(s); });
      break;
    case 11:
      try_state<snapshot_state>(payload, [](const snapshot_state& s) {
        read_months(s.revenue);
        (void)cohort_retention(s.cohorts);
      });
      break;
    case 12:
      try_state<currency_revenue_state>(payload, [](const currency_revenue_state& s) { (void)movements(s); });
      break;
    case 13:
      try_state<survival_state>(payload, [](const survival_state& s) {
        (void)kaplan_meier(s);
        (void)kaplan_meier(s, {.measure = survival_measure::weight});
      });
      break;
    case 14:
      try_state<exit_table>(payload, [](const exit_table& s) { (void)lifetimes_of(s); });
      break;
    case 15:
      try_state<decay_state>(payload, [](const decay_state& s) { (void)s.observed_survival(); });
      break;
    case 16:
      try_state<ratio_state>(payload, [](const ratio_state& s) { (void)ratio(s); });
      break;
    case 17:
      try_state<distribution_state>(payload, [](const distribution_state& s) { (void)quantile(s, 0.5); });
      break;
    case 18:
      try_state<health::outcome_scores>(payload, nothing);
      break;
    default:
      try_state<moments_state>(payload, nothing);
      break;
  }
  return 0;
}
