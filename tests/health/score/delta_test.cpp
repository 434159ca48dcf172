// Two cycles compared: effects add up to the change of the score, each means what the definition says.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "random_trees.hpp"

using namespace health_test;
using doctest::Approx;
using sojourn::day;

namespace {

h::snapshot cycle_of(const h::scorecard_spec& spec, const std::vector<std::vector<double>>& columns) {
  table t;
  for (std::size_t k = 0; k < columns.size(); ++k) {
    t.names.push_back(spec.signals[k].name);
    t.values.push_back(columns[k]);
  }
  return h::take_snapshot(h::compile(spec), t.view());
}

h::scorecard_spec flat(std::vector<double> weights, h::aggregator how = h::weighted_mean{}) {
  h::scorecard_spec spec = card({}, {});
  for (std::size_t k = 0; k < weights.size(); ++k) {
    spec.signals.push_back(signal("s" + std::to_string(k)));
    spec.tree.mean.push_back(leaf(weights[k], "s" + std::to_string(k)));
  }
  spec.tree.how = how;
  return spec;
}

/// The sum of all effects of one row.
double explained(const h::delta_table& d, std::size_t row) {
  double sum = d.rules[row] + d.model[row];
  for (std::size_t k = 0; k < d.signals; ++k) sum += d.value_of(row, k) + d.coverage_of(row, k);
  return sum;
}

/// Random trees, before and now, some rows of which lose or gain signals; all effects must add to the change.
std::size_t check_random_trees(unsigned seed, int rounds, bool means) {
  tree_maker make(seed);
  std::size_t compared = 0;
  for (int round = 0; round < rounds; ++round) {
    auto spec = make.make();
    if (means) {
      const auto flatten = [](h::group& g, const auto& self) -> void {
        g.how = h::weighted_mean{};
        for (h::branch& b : g.mean) {
          b.at_worst = 0;
          if (auto* inner = std::get_if<h::group>(&b.node)) self(*inner, self);
        }
      };
      flatten(spec.tree, flatten);
      if (make.chance(4)) {
        for (h::branch& b : spec.tree.mean)
          if (auto* inner = std::get_if<h::group>(&b.node))
            inner->min_coverage = 0, inner->own_weight = h::group_weight::fixed;
      }
    }
    if (make.chance(3)) spec.smoothing = h::smoothing_spec{.lambda = 0.5};
    const auto card = h::compile(spec);
    const auto t0 = make.accounts(spec, 4);
    auto t1 = make.accounts(spec, 4);
    for (std::size_t k = 0; k < t1.values.size(); ++k)
      if (make.chance(2)) t1.values[k] = t0.values[k];
    const auto before = h::take_snapshot(card, t0.view(), {.as_of = day{random_day}});
    const h::score_options options{.as_of = day{random_day + 7}, .previous = before.result.cycle};
    const auto now = h::take_snapshot(card, t1.view(), options);
    REQUIRE(same_bits(now.result.score, h::score(card, t1.view(), options).score));
    const auto d = h::delta(before, now);
    for (std::size_t row = 0; row < 4; ++row) {
      CAPTURE(card.to_json());
      const bool both = !std::isnan(before.result.score[row]) && !std::isnan(now.result.score[row]);
      REQUIRE(std::isnan(d.total[row]) != both);
      if (!both) {
        REQUIRE((d.trend[row] == h::trend::unknown) == std::isnan(now.result.score[row]));
        continue;
      }
      ++compared;
      REQUIRE(d.total[row] == now.result.score[row] - before.result.score[row]);
      REQUIRE(std::abs(explained(d, row) - d.total[row]) < 1e-11);
      for (std::size_t k = 0; k < d.signals; ++k) {
        const h::signal_state &a = before.of(row)[k], &b = now.of(row)[k];
        if (a == b && !spec.signals[k].stale) REQUIRE(d.value_of(row, k) == 0);
        if (std::isnan(a.s) || std::isnan(b.s)) REQUIRE(d.value_of(row, k) == 0);
      }
    }
  }
  return compared;
}

}  // namespace

TEST_CASE("delta: a value that moves and a signal that appears, by hand") {
  // Weights 3 and 1. Before: 60 and nothing. Now: 80 and 40.
  const auto spec = flat({3, 1});
  const auto d = h::delta(cycle_of(spec, {{60}, {missing}}), cycle_of(spec, {{80}, {40}}));
  CHECK(d.total[0] == Approx(10));
  CHECK(d.value_of(0, 0) == Approx((1 + 0.75) / 2 * 20));
  CHECK(d.value_of(0, 1) == 0);
  const double middle = (60 + 70) / 2.0;
  CHECK(d.coverage_of(0, 0) == Approx(-0.25 * (70 - middle)));
  CHECK(d.coverage_of(0, 1) == Approx(0.25 * (40 - middle)));
  CHECK(explained(d, 0) == Approx(10).epsilon(1e-14));
  CHECK(d.trend[0] == h::trend::up);
}

TEST_CASE("delta: what appears at the average moves nothing") {
  const auto spec = flat({1, 1});
  const auto d = h::delta(cycle_of(spec, {{60}, {missing}}), cycle_of(spec, {{60}, {60}}));
  CHECK(d.total[0] == 0);
  CHECK(d.coverage_of(0, 0) == 0);
  CHECK(d.coverage_of(0, 1) == 0);
  CHECK(d.trend[0] == h::trend::flat);
}

TEST_CASE("delta: a geometric mean changes by logarithmic means") {
  const auto d = h::delta(cycle_of(flat({1, 3}, h::geometric_mean{}), {{40}, {50}}),
                          cycle_of(flat({1, 3}, h::geometric_mean{}), {{80}, {20}}));
  const double before = 100 * std::pow(0.4, 0.25) * std::pow(0.5, 0.75),
               now = 100 * std::pow(0.8, 0.25) * std::pow(0.2, 0.75);
  const double mean = (now - before) / std::log(now / before);
  CHECK(d.value_of(0, 0) == Approx(mean * 0.25 * std::log(2.0)).epsilon(1e-12));
  CHECK(d.value_of(0, 1) == Approx(mean * 0.75 * std::log(0.4)).epsilon(1e-12));
  CHECK(d.value_of(0, 0) + d.value_of(0, 1) == Approx(now - before).epsilon(1e-13));
}

TEST_CASE("delta: the minimum moves by the one that binds; points by what the ends let through") {
  const auto low =
      h::delta(cycle_of(flat({1, 3}, h::lowest{}), {{40}, {80}}), cycle_of(flat({1, 3}, h::lowest{}), {{60}, {90}}));
  CHECK(low.value_of(0, 0) == Approx(20));
  CHECK(low.value_of(0, 1) == 0);
  const h::point_sum points{0, 0, 100};
  const auto cut = h::delta(cycle_of(flat({80, 80}, points), {{50}, {50}}), cycle_of(flat({80, 80}, points), {{100}, {75}}));
  CHECK(cut.total[0] == Approx(20));  // 80 before, 140 now, of which 100 count
  CHECK(cut.value_of(0, 0) == Approx(40 * 20.0 / 60));
  CHECK(cut.value_of(0, 1) == Approx(20 * 20.0 / 60));
}

TEST_CASE("delta: effects add to the change on 20,000 accounts of random trees of means") {
  CHECK(check_random_trees(1, 9000, true) > 20'000);
}

TEST_CASE("delta: effects add to the change in random trees of every aggregator") {
  CHECK(check_random_trees(2, 1200, false) > 2000);
}

TEST_CASE("delta: a change of the card is told from a change of the customer, where the cycle before can be scored again") {
  const auto old_card = flat({1, 1}), new_card = flat({3, 1});
  const std::vector<std::vector<double>> x0 = {{40}, {80}}, x1 = {{50}, {80}};
  const auto before = cycle_of(old_card, x0), now = cycle_of(new_card, x1), again = cycle_of(new_card, x0);
  const auto blind = h::delta(before, now);
  CHECK(blind.total[0] == Approx(57.5 - 60));
  CHECK(std::isnan(blind.model[0]));
  CHECK(std::isnan(blind.value_of(0, 0)));
  CHECK(blind.trend[0] == h::trend::down);
  const auto told = h::delta(before, now, {.before_with_card_of_now = &again});
  CHECK(told.model[0] == Approx(50 - 60));
  CHECK(told.value_of(0, 0) == Approx(7.5));
  CHECK(explained(told, 0) == Approx(told.total[0]).epsilon(1e-13));
}

TEST_CASE("delta: rules are an effect of their own; accounts come, go and fall silent") {
  h::scorecard_spec spec = flat({1});
  h::rule cap;
  cap.id = "cap";
  cap.when = "s0 > 70";
  cap.value = 60;
  spec.rules = {cap};
  const auto before = cycle_of(spec, {{50, 90, missing, 10}}), now = cycle_of(spec, {{90, missing, 30, 51.5}});
  const std::size_t none = h::not_there;
  const std::vector<std::size_t> same = {0, 1, 2, none};
  const auto d = h::delta(before, now, {.row_before = same});
  CHECK(d.total[0] == Approx(10));
  CHECK(d.value_of(0, 0) == Approx(40));
  CHECK(d.rules[0] == Approx(-30));
  CHECK(d.trend == std::vector<h::trend>{h::trend::up, h::trend::unknown, h::trend::appeared, h::trend::appeared});
  CHECK(d.lost == std::vector<std::size_t>{3});
  const std::vector<std::size_t> swapped = {3, 2, 1, 0};
  CHECK(h::delta(before, now, {.row_before = swapped}).trend[3] == h::trend::flat);  // 50 -> 51.5
  CHECK(h::delta(before, now, {.dead_band = 1, .row_before = swapped}).trend[3] == h::trend::up);
  const std::vector<std::size_t> short_one = {0}, beyond = {0, 1, 2, 9};
  CHECK_THROWS_AS((void)h::delta(before, now, {.row_before = short_one}), sojourn::schema_error);
  CHECK_THROWS_AS((void)h::delta(before, now, {.row_before = beyond}), sojourn::schema_error);
  CHECK_THROWS_AS((void)h::delta(before, cycle_of(spec, {{1}})), sojourn::schema_error);
  CHECK_THROWS_AS((void)h::delta(before, now, {.dead_band = -1}), sojourn::schema_error);
}

TEST_CASE("delta: more than 12 signals at once are sampled, labelled, and still add up") {
  std::vector<double> weights(20, 1);
  std::vector<std::vector<double>> x0, x1;
  for (int k = 0; k < 20; ++k) {
    x0.push_back({20.0 + 3 * k});
    x1.push_back({k % 5 == 0 ? missing : 90.0 - 4 * k});
  }
  const auto spec = flat(weights, h::harmonic_mean{});
  const auto d = h::delta(cycle_of(spec, x0), cycle_of(spec, x1));
  CHECK(d.method == h::attribution::sampled);
  CHECK(explained(d, 0) == Approx(d.total[0]).epsilon(1e-11));
  CHECK(h::delta(cycle_of(spec, x0), cycle_of(spec, x1)).value == d.value);
}

TEST_CASE("slopes: least squares and the median of pairs, over what is there") {
  const std::vector<double> a = {10, 50, missing, 5}, b = {20, 50, 3, 5}, c = {30, 50, 4, 90}, e = {40, 50, missing, 5};
  const std::vector<std::span<const double>> history = {a, b, c, e};
  const std::vector<double> times = {0, 1, 2, 3};
  const auto line = h::score_slopes(history, times);
  CHECK(line[0] == Approx(10));
  CHECK(line[1] == 0);
  CHECK(std::isnan(line[2]));
  CHECK(line[3] == Approx(8.5));
  CHECK(h::score_slopes(history, times, h::slope_method::theil_sen)[3] == 0);
  const std::vector<double> same = {0, 1, 1, 2};
  CHECK_THROWS_AS((void)h::score_slopes(history, same), sojourn::schema_error);
}

TEST_CASE("delta: a change of exactly the dead band is flat, the next number is not") {
  const h::scorecard_spec spec = flat({1});
  const double more = std::nextafter(52.0, 60.0), less = std::nextafter(48.0, 40.0);
  const auto before = cycle_of(spec, {{50, 50, 50, 50}}), now = cycle_of(spec, {{52, 48, more, less}});
  const auto d = h::delta(before, now, {.dead_band = 2});
  CHECK(d.trend == std::vector<h::trend>{h::trend::flat, h::trend::flat, h::trend::up, h::trend::down});
}

TEST_CASE("slopes: the median of an even number of pairs lies between the two in the middle") {
  const std::vector<double> a = {0}, b = {1}, c = {3}, e = {7};
  const std::vector<std::span<const double>> history = {a, b, c, e};
  const std::vector<double> times = {0, 1, 2, 3};
  // Of 1, 1.5, 2, 7/3, 3, 4.
  CHECK(h::score_slopes(history, times, h::slope_method::theil_sen)[0] == Approx((2 + 7.0 / 3) / 2).epsilon(1e-15));
}
