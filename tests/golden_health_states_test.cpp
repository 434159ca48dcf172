// One example of every state of health: its released bytes, and what made-up bytes of its kind come to.
#include <doctest/doctest.h>

#include "golden_state.hpp"
#include "sojourn/health.hpp"
#include "sojourn/health/book/transition_values.hpp"
#include "sojourn/health/evaluation/validation.hpp"
#include "sojourn/health/signals/engagement.hpp"

using namespace sojourn;
using namespace sojourn::test;

namespace {

health::health_state book() {
  health::health_state state;
  state.tiers[0] = {2, 61'500'000'000, 2'000'000'000'000'000'000, -5};
  state.tiers[15] = {1, 99'000'000'000, 1, 70};
  state.unknown = {4, 0, 0, 11};
  state.coverage[0] = 4;
  state.coverage[10] = 3;
  return state;
}

health::transition_state moved() {
  health::transition_state state;
  state.counts[0][1] = 5;
  state.counts[17][0] = 2;
  state.counts[3][16] = 1;
  return state;
}

health::transition_value_state value_moved() {
  health::transition_value_state state;
  state.values[0][1] = 61'500'000'000;
  state.values[17][0] = -5;
  state.values[3][16] = static_cast<detail::int128>(1) << 70;
  state.missing = 6;
  return state;
}

health::outcome_scores foretold() {
  health::outcome_scores state;
  state.left.counts = {{250'000'000'000, 1}, {975'000'000'000, 12}};
  state.stayed.counts = {{-1'000'000'000'000'000'000, 3}, {1'000'000'000, 88}};
  state.unlabelled = 5;
  state.unscored = 2;
  return state;
}

health::tier_outcomes became_of_tiers() {
  health::tier_outcomes state;
  state.left[0] = 1;
  state.left[15] = 40;
  state.left[16] = 2;
  state.stayed[0] = 900;
  state.stayed[2] = 7;
  state.unlabelled = 3;
  return state;
}

health::lead_times warned() {
  health::lead_times state;
  state.days.counts = {{-14, 2}, {0, 1}, {60, 9}};
  state.never_red = 4;
  return state;
}

/// With an account whose rows were taken back and not yet entered again.
engagement_state used() {
  engagement_state state;
  state.days[{1, 19'700}] = {2, 30, 1'500'000, 1, 4};
  state.days[{1, 19'701}] = {1, 0, 0, 0, 0};
  state.days[{7, -3}] = {-1, -8, 0, 0, 2};
  state.features[{1, 0, 19'700}] = 2;
  state.features[{7, 3, -3}] = -1;
  state.uncounted = 3;
  state.without_volume = 1;
  return state;
}

}  // namespace

TEST_CASE("golden states: health") {
  check_state(book(), "state_96_health", nothing_more);
  check_state(moved(), "state_97_transition", nothing_more);
  check_state(value_moved(), "state_104_transition_value",
              [](const health::transition_value_state& state) { (void)health::movements(state); });
  check_state(foretold(), "state_112_outcome_scores", [](const health::outcome_scores& state) { (void)health::auc(state); });
  check_state(became_of_tiers(), "state_113_tier_outcomes",
              [](const health::tier_outcomes& state) { (void)health::churn_by_tier(state, 4); });
  check_state(warned(), "state_114_lead_times", [](const health::lead_times& state) { (void)health::lead_time(state); });
  check_state(used(), "state_115_engagement",
              [](const engagement_state& state) { (void)engagement(state, {.as_of = day{19'720}}); });
}

TEST_CASE("engagement_state, outcome_scores, lead_times: fields that form no state are refused") {
  engagement_state empty_day = used();
  empty_day.days[{9, 19'700}] = {};
  CHECK_THROWS_AS((void)decoded<engagement_state>(to_bytes(empty_day)), state_error);
  engagement_state empty_feature = used();
  empty_feature.features[{9, 0, 19'700}] = 0;
  CHECK_THROWS_AS((void)decoded<engagement_state>(to_bytes(empty_feature)), state_error);
  health::outcome_scores twice = foretold();
  twice.stayed.counts.push_back(twice.stayed.counts.back());
  CHECK_THROWS_AS((void)decoded<health::outcome_scores>(to_bytes(twice)), state_error);
  health::lead_times falling = warned();
  falling.days.counts.push_back({1, 1});
  CHECK_THROWS_AS((void)decoded<health::lead_times>(to_bytes(falling)), state_error);
}
