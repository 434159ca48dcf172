// One example of every public state: its released bytes, and what made-up bytes of its kind come to.
#include <doctest/doctest.h>

#include <fstream>
#include <iterator>
#include <random>
#include <string>

#include "sojourn/churn.hpp"
#include "sojourn/cohort.hpp"
#include "sojourn/decay.hpp"
#include "sojourn/health.hpp"
#include "sojourn/mrr/movements.hpp"
#include "sojourn/nps.hpp"
#include "sojourn/renewal.hpp"
#include "sojourn/response_rate.hpp"
#include "sojourn/state_bytes.hpp"
#include "sojourn/survival.hpp"

using namespace sojourn;

namespace {

using buffer = std::vector<std::uint8_t>;

score_counts answers() {
  score_counts state;
  state.answers = {1, 0, 0, 0, 0, 0, 2, 3, 5, 8, 13};
  state.no_score = 4;
  state.superseded = 1;
  return state;
}

weighted_score_counts weighted_answers() {
  weighted_score_counts state;
  state.counts.low = 1;
  state.counts.answers = {2, 0, 1};
  state.counts.no_score = 1;
  state.answers = {{3'000'000'000, 5'000'000'000'000'000'000}, {}, {500'000'000, 250'000'000'000'000'000}};
  state.no_score = {1'000'000'000, 1'000'000'000'000'000'000};
  return state;
}

template <class S>
by_segment<S> in_segments(const S& each) {
  by_segment<S> state;
  state.segments = {each, {}, each};
  state.missing = each;
  return state;
}

retention_state retained() {
  retention_state state;
  state.add(1000, 900);
  state.add(500, 0);
  state.add(200, 300);
  return state;
}

const period_grid two_months{month::of(day::from_ymd(2024, 1, 1)), 1, 2};

revenue_state revenue() {
  revenue_state state;
  state.grid = two_months;
  state.known_until = day::from_ymd(2024, 3, 1);
  state.policy.reactivation_max_gap = 90;
  state.policy.grr = grr_basis::churn_only;
  state.periods.resize(2);
  revenue_period& period = state.periods[0];
  period.new_business = 700;
  period.reactivation = 60;
  period.expansion = 100;
  period.contraction = 100;
  period.churn = 500;
  period.accounts_new = 2;
  period.accounts_reactivated = 1;
  period.accounts_churned = 1;
  period.new_lost = 1;
  period.closing_square = detail::wide_int::product(-3, 1'000'000'007);
  period.base = retained();
  period.lost_in_events.add(500, 500);
  return state;
}

cohort_state cohorts() {
  cohort_state state;
  state.grid = two_months;
  state.observed = 1;
  state.start = {{3, 300}, {1, 90}};
  state.cells = {{3, 310}, {2, 200}, {1, 90}, {}};
  state.accounts_earlier = 7;
  return state;
}

renewal_state renewed() {
  renewal_state state;
  state.contracts_due = 9;
  state.early = 1;
  state.on_time = 2;
  state.late = 1;
  state.lost = 3;
  state.returned_after_grace = 1;
  state.pending = 2;
  state.units_pending = 2;
  state.value_pending = 12'345;
  state.decided = retained();
  return state;
}

survival_state lifetimes_seen() {
  survival_state state;
  survival_cell first;
  first.time = 3;
  first.events = 2;
  first.event_weight = 30;
  first.event_weight_squares = 500;
  survival_cell second;
  second.entry = 4;
  second.time = 12;
  second.censored = 1;
  second.censored_weight = static_cast<detail::int128>(1) << 70;
  second.censored_weight_squares = 9;
  state.cells = {first, second};
  state.rows_missing = 6;
  return state;
}

decay_state renewals_faced() { return {.periods = {{869, 131}, {0, 0}, {512, 41}}}; }

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

template <class State>
State decoded(const buffer& bytes) {
  return from_bytes<State>(bytes);
}

buffer golden(const std::string& name) {
  std::ifstream file(std::string(SOJOURN_SOURCE_DIR) + "/tests/golden/" + name + ".hex");
  buffer bytes;
  for (std::string each; file >> each;) bytes.push_back(static_cast<std::uint8_t>(std::stoi(each, nullptr, 16)));
  return bytes;
}

/// The payload changed and the checksum made right: a `state_error`, or a state with these very bytes that `read` copes with.
template <class State, class Read>
int survivors_of_made_up_bytes(const buffer& whole, const Read& read) {
  std::mt19937 random(77);
  int decoded_states = 0;
  for (int round = 0; round < 4'000; ++round) {
    buffer payload(whole.begin() + 28, whole.end() - 4);
    for (auto changes = random() % 4; changes < 4; ++changes) {
      payload[random() % payload.size()] = static_cast<std::uint8_t>(random() % 3 == 0 ? 255 : random());
    }
    const buffer made_up = detail::seal(State::bytes_kind, 0, payload);
    try {
      const State state = decoded<State>(made_up);
      REQUIRE(to_bytes(state) == made_up);
      ++decoded_states;
      read(state);
    } catch (const error&) {
    }
  }
  return decoded_states;
}

template <class State, class Read>
void check_state(const State& state, const std::string& name, const Read& read) {
  CAPTURE(name);
  const buffer released = golden(name);
  REQUIRE(to_bytes(state) == released);
  REQUIRE(decoded<State>(released) == state);
  for (std::size_t length = 0; length < released.size(); ++length) {
    REQUIRE_THROWS_AS((void)decoded<State>(buffer(released.begin(), released.begin() + static_cast<std::ptrdiff_t>(length))), state_error);
  }
  CHECK(survivors_of_made_up_bytes<State>(released, read) > 0);
}

constexpr auto nothing_more = [](const auto&) {};

}  // namespace

TEST_CASE("golden states: surveys") {
  const auto read = [](const auto& state) { (void)nps(state); };
  check_state(answers(), "state_16_score_counts", read);
  check_state(weighted_answers(), "state_17_weighted_score_counts", nothing_more);
  check_state(in_segments(answers()), "state_18_score_counts_by_segment", nothing_more);
  check_state(in_segments(weighted_answers()), "state_19_weighted_score_counts_by_segment", nothing_more);
  check_state(response_counts{10, 9, 4, 5}, "state_20_response_counts", nothing_more);
}

TEST_CASE("golden states: revenue") {
  check_state(retained(), "state_32_retention", nothing_more);
  check_state(revenue(), "state_33_revenue", [](const revenue_state& state) {
    for (std::int32_t p = 0; p < state.grid.count; ++p) {
      (void)state.grid.label(p);
      (void)state.complete(p);
      (void)state.periods[static_cast<std::size_t>(p)].closing();
      (void)state.periods[static_cast<std::size_t>(p)].accounts_closing();
    }
  });
  check_state(cohorts(), "state_34_cohort", [](const cohort_state& state) { (void)cohort_retention(state); });
  check_state(renewed(), "state_35_renewal", nothing_more);
}

TEST_CASE("golden states: lifetime") {
  check_state(lifetimes_seen(), "state_64_survival", [](const survival_state& state) {
    (void)kaplan_meier(state);
    (void)kaplan_meier(state, {.measure = survival_measure::weight});
    (void)state.accounts();
  });
  check_state(renewals_faced(), "state_65_decay", [](const decay_state& state) {
    (void)fit_decay(state);
    (void)state.observed_survival();
  });
}

TEST_CASE("golden states: health") {
  check_state(book(), "state_96_health", nothing_more);
  check_state(moved(), "state_97_transition", nothing_more);
}

TEST_CASE("survival_state, decay_state: fields that form no state are refused") {
  survival_state twice = lifetimes_seen();
  twice.cells.push_back(twice.cells.back());
  CHECK_THROWS_AS((void)decoded<survival_state>(to_bytes(twice)), state_error);
  survival_state empty_cell = lifetimes_seen();
  empty_cell.cells.push_back({.entry = 9});
  CHECK_THROWS_AS((void)decoded<survival_state>(to_bytes(empty_cell)), state_error);
  survival_state too_many = lifetimes_seen();
  too_many.cells[0].events = too_many.cells[1].censored = std::numeric_limits<std::int64_t>::max();
  CHECK_THROWS_AS((void)decoded<survival_state>(to_bytes(too_many)), state_error);
  CHECK_THROWS_AS((void)decoded<decay_state>(to_bytes(decay_state{{{3, 1}, {}}})), state_error);
  CHECK_THROWS_AS((void)decoded<decay_state>(to_bytes(decay_state{{{std::numeric_limits<std::int64_t>::max(), 1}}})), state_error);
}
