// One example of every state of surveys, revenue and lifetime: its released bytes, and what made-up bytes come to.
#include <doctest/doctest.h>

#include <limits>

#include "golden_state.hpp"
#include "sojourn/lifetime/decay.hpp"
#include "sojourn/lifetime/exit_table.hpp"
#include "sojourn/lifetime/survival.hpp"
#include "sojourn/revenue/cause_movements.hpp"
#include "sojourn/revenue/churn.hpp"
#include "sojourn/revenue/cohort.hpp"
#include "sojourn/revenue/currency_movements.hpp"
#include "sojourn/revenue/lane_movements.hpp"
#include "sojourn/revenue/movements.hpp"
#include "sojourn/revenue/mrr_series.hpp"
#include "sojourn/revenue/parts/revenue_partial.hpp"
#include "sojourn/revenue/renewal.hpp"
#include "sojourn/revenue/snapshot_tally.hpp"
#include "sojourn/surveys/nps.hpp"
#include "sojourn/surveys/response_rate.hpp"

using namespace sojourn;
using namespace sojourn::test;

namespace {

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
  state.zero_weight = 2;
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
  period.free_opening = 3;
  period.free_closing = 2;
  period.free_new = 1;
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

mrr_series_state series() {
  constexpr detail::int128 billion = 1'000'000'000;
  return {two_months, day::from_ymd(2024, 3, 1), {{-5, 2}, {100 * billion * billion, 3}, {}}};
}

currency_revenue_state several_currencies() {
  currency_revenue_state state{revenue(), std::vector<closing_value>(2), 77};
  state.closing[0] = {980, detail::wide_int::product(1'000'000, 1'000'000)};
  state.closing[1] = {-7, detail::wide_int::product(7, 7)};
  return state;
}

cause_movements_state causes() {
  cause_movements_state state{two_months, day::from_ymd(2024, 3, 1), revenue().policy, {}};
  state.periods = {{{1, 0, 0, 0, 5, 700, 0, 0, 2}, {64, 900, 1, 40, 0, 0, 3, 1, 0}}, {}};
  return state;
}

lane_movements_state lanes() {
  lane_movements_state state{two_months, day::from_ymd(2024, 3, 1), revenue().policy, {}};
  state.periods = {{{0, 900, 0, 0, 0, 5, 0, 0, 400}, {300, 0, 70, 1, 30, 0, 2, 400, 0}}, {}};
  return state;
}

revenue_partial partly() {
  revenue_partial state{{}, revenue()};
  state.accounts.slots[0] = 1u << 5;
  state.accounts.slots[63] = std::uint64_t{1} << 63;
  state.accounts.listed = {7, std::uint64_t{1} << 63};
  return state;
}

snapshot_state snapshots_seen() {
  return {revenue(), cohorts(), 12, 2, 1};
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

exit_table exits_by_cause() {
  exit_table table{.groups = {"basic", "pro"}, .causes = {"failed payment", "price"}, .cells = {}, .rows_missing = 3};
  const detail::int128 large = static_cast<detail::int128>(1) << 70;
  table.cells = {{.group = 0, .time = 30, .cause = 2, .accounts = 4, .weight = 400, .weight_squares = 50'000},
                 {.group = 1, .entry = 10, .time = 90, .cause = 0, .accounts = 1, .weight = 7, .weight_squares = 49},
                 {.time = 12, .cause = 1, .accounts = 2, .weight = large, .weight_squares = large}};
  return table;
}

decay_state renewals_faced() {
  return {.periods = {{869, 131}, {0, 0}, {512, 41}}};
}

void read_periods(const revenue_state& state) {
  for (std::int32_t p = 0; p < state.grid.count; ++p) {
    (void)state.grid.label(p);
    (void)state.complete(p);
    (void)state.periods[static_cast<std::size_t>(p)].closing();
    (void)state.periods[static_cast<std::size_t>(p)].accounts_closing();
  }
}

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
  check_state(revenue(), "state_36_revenue", read_periods);
  check_state(partly(), "state_51_revenue_partial", [](const revenue_partial& state) { read_periods(state.revenue); });
  check_state(causes(), "state_52_cause_movements",
              [](const cause_movements_state& state) { (void)movements_by_cause(state, {}); });
  check_state(lanes(), "state_53_lane_movements", [](const lane_movements_state& state) { (void)movements_by_lane(state); });
  check_state(cohorts(), "state_34_cohort", [](const cohort_state& state) { (void)cohort_retention(state); });
  check_state(renewed(), "state_35_renewal", nothing_more);
  check_state(series(), "state_40_mrr_series", [](const mrr_series_state& state) { (void)mrr_series(state); });
  check_state(ledger_counts{900, 4, 3, 2, 1}, "state_41_ledger_counts", nothing_more);
  check_state(snapshots_seen(), "state_43_snapshot", [](const snapshot_state& state) {
    read_periods(state.revenue);
    (void)cohort_retention(state.cohorts);
  });
  check_state(several_currencies(), "state_50_currency_revenue", [](const currency_revenue_state& state) {
    (void)movements(state);
    read_periods(state.revenue);
  });
}

TEST_CASE("golden states: lifetime") {
  check_state(lifetimes_seen(), "state_64_survival", [](const survival_state& state) {
    (void)kaplan_meier(state);
    (void)kaplan_meier(state, {.measure = survival_measure::weight});
    (void)state.accounts();
  });
  check_state(exits_by_cause(), "state_66_exit_table", [](const exit_table& table) {
    (void)cumulative_incidence(table);
    (void)cumulative_incidence(table, {}, survival_measure::weight);
    (void)lifetimes_of(table);
    (void)exit_table_rows(table);
    (void)gray_test(table, 1);
    (void)cause_logrank(table, 1);
  });
  check_state(renewals_faced(), "state_65_decay", [](const decay_state& state) {
    (void)fit_decay(state);
    (void)state.observed_survival();
  });
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
  CHECK_THROWS_AS((void)decoded<decay_state>(to_bytes(decay_state{{{std::numeric_limits<std::int64_t>::max(), 1}}})),
                  state_error);
}

TEST_CASE("exit_table: fields that form no state are refused") {
  const auto refuses = [](const auto& damage) {
    exit_table table = exits_by_cause();
    damage(table);
    CHECK_THROWS_AS((void)decoded<exit_table>(to_bytes(table)), state_error);
  };
  refuses([](exit_table& t) { t.cells.push_back(t.cells.back()); });
  refuses([](exit_table& t) { t.cells[1].entry = 90; });
  refuses([](exit_table& t) { t.cells[0].cause = 3; });
  refuses([](exit_table& t) { t.cells[1].group = 2; });
  refuses([](exit_table& t) { std::swap(t.causes[0], t.causes[1]); });
  refuses([](exit_table& t) { t.groups.push_back("unused"); });
  refuses([](exit_table& t) { t.cells[0].accounts = t.cells[1].accounts = std::numeric_limits<std::int64_t>::max(); });
}

TEST_CASE("mrr_series_state, snapshot_state: fields that form no state are refused") {
  mrr_series_state beyond_calendar = series();
  beyond_calendar.grid.first = month{1 << 30};
  CHECK_THROWS_AS((void)decoded<mrr_series_state>(to_bytes(beyond_calendar)), state_error);
  mrr_series_state short_of_a_period = series();
  short_of_a_period.in_force.pop_back();
  CHECK_THROWS_AS((void)decoded<mrr_series_state>(to_bytes(short_of_a_period)), state_error);
  snapshot_state two_grids = snapshots_seen();
  two_grids.cohorts.grid.first = two_grids.cohorts.grid.first + months{1};
  CHECK_THROWS_AS((void)decoded<snapshot_state>(to_bytes(two_grids)), state_error);
  snapshot_state broken_part = snapshots_seen();
  broken_part.cohorts.cells.pop_back();
  CHECK_THROWS_AS((void)decoded<snapshot_state>(to_bytes(broken_part)), state_error);
}
