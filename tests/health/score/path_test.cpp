// What if, and the smallest way to a better tier: by hand, against a search over all subsets, and with everything in the
// way.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "random_trees.hpp"

using namespace health_test;
using doctest::Approx;
using sojourn::day;

namespace {

h::scorecard_spec flat(std::vector<double> weights) {
  h::scorecard_spec spec = card({}, {});
  for (std::size_t k = 0; k < weights.size(); ++k) {
    spec.signals.push_back(signal("s" + std::to_string(k)));
    spec.tree.mean.push_back(leaf(weights[k], "s" + std::to_string(k)));
  }
  return spec;
}

table one_account(const h::scorecard_spec& spec, const std::vector<double>& x) {
  table t;
  for (std::size_t k = 0; k < x.size(); ++k) {
    t.names.push_back(spec.signals[k].name);
    t.values.push_back({x[k]});
  }
  return t;
}

h::path way(const h::scorecard_spec& spec, const std::vector<double>& x, h::tier_code wanted,
            const h::path_options& how = {}, const h::score_options& options = {}) {
  const auto t = one_account(spec, x);
  return h::path_to(h::compile(spec), t.view(), 0, wanted, how, options);
}

}  // namespace

TEST_CASE("what if: other values for one account, everything else as it is") {
  h::scorecard_spec spec = flat({3, 1});
  spec.signals[1].norm = h::value_map{{{"good", 1}, {"poor", 0}}};
  const auto compiled = h::compile(spec);
  const std::vector<double> x = {20, 60, missing};
  const std::vector<std::int32_t> mood = {1, 0, 0};
  const std::uint8_t there[] = {0b101};
  const sojourn::signals columns = {{"s1", sojourn::column<std::int32_t>(mood, there), {"good", "poor"}, {}},
                                    {"s0", sojourn::column<double>(x), {}, {}}};
  CHECK(h::what_if(compiled, columns, 0, {}).score == h::score(compiled, columns).score[0]);
  CHECK(h::what_if(compiled, columns, 1, {}).score == 60);
  const std::vector<h::assumption> busy = {{"s0", 80}}, happy = {{"s1", missing, "good"}},
                                   both = {{"s0", 80}, {"s1", missing, "good"}}, silent = {{"s1"}};
  CHECK(h::what_if(compiled, columns, 0, busy).score == Approx(60));
  CHECK(h::what_if(compiled, columns, 0, happy).score == Approx(40));
  CHECK(h::what_if(compiled, columns, 0, both).score == Approx(85));
  CHECK(h::what_if(compiled, columns, 0, both).tier == 2);
  CHECK(h::what_if(compiled, columns, 0, silent).score == Approx(20));
  const std::vector<h::assumption> typo = {{"s2", 80}};
  CHECK_THROWS_AS((void)h::what_if(compiled, columns, 0, typo), sojourn::schema_error);
  CHECK_THROWS_AS((void)h::what_if(compiled, columns, 3, busy), sojourn::schema_error);
}

TEST_CASE("what if: what is replaced was seen today") {
  h::scorecard_spec spec = flat({1, 1});
  spec.signals[0].observed_at = "seen";
  spec.signals[0].stale = h::staleness{.validity = 10};
  const table t{{"s0", "s1", "seen"}, {{100}, {0}, {900}}};
  const h::score_options options{.as_of = day{1000}};
  const std::vector<h::assumption> fresh = {{"s0", 80}};
  CHECK(h::score(h::compile(spec), t.view(), options).score[0] == 0);
  CHECK(h::what_if(h::compile(spec), t.view(), 0, fresh, options).score == 40);
}

TEST_CASE("path: the fewest signals, the last of them only as far as needed") {
  const auto p = way(flat({5, 3, 2}), {20, 20, 20}, 1);
  CHECK(p.status == h::path_status::reached);
  CHECK(p.method == h::path_method::exact);
  REQUIRE(p.steps.size() == 1);
  CHECK(p.steps[0].signal == 0);
  CHECK(p.steps[0].s_before == Approx(0.2));
  CHECK(p.steps[0].value == Approx(80));
  CHECK(p.steps[0].points == Approx(30));
  CHECK(p.now.score == Approx(20));
  CHECK(p.then.score == Approx(50).epsilon(1e-10));
  CHECK(p.then.tier == 1);
  const auto green = way(flat({5, 3, 2}), {20, 20, 20}, 2);
  REQUIRE(green.steps.size() == 2);
  CHECK(green.steps[1].signal == 1);
  CHECK(green.steps[1].value == Approx(70));
}

TEST_CASE("path: the cheapest improvements; limits; what cannot be reached") {
  const std::vector<h::effort> dear = {{"s0", 100, 1}};
  const auto p = way(flat({5, 3, 2}), {20, 20, 20}, 1, {.goal = h::path_goal::cheapest, .efforts = dear});
  REQUIRE(p.steps.size() == 2);
  CHECK(p.steps[0].signal == 1);
  CHECK(p.steps[1].signal == 2);
  CHECK(p.cost == Approx(0.8 + 0.3));
  const std::vector<h::effort> little = {{"s0", 1, 0.3}, {"s1", 1, 0.3}, {"s2", 1, 0.3}};
  CHECK(way(flat({5, 3, 2}), {20, 20, 20}, 1, {.efforts = little}).status == h::path_status::out_of_reach);
  CHECK(way(flat({5, 3, 2}), {60, 60, 60}, 1).status == h::path_status::already_there);
  CHECK(way(flat({1}), {missing}, 1).status == h::path_status::unscored);
  CHECK_THROWS_AS((void)way(flat({1}), {50}, 3), sojourn::schema_error);
  const std::vector<h::effort> typo = {{"x", 1, 1}}, negative = {{"s0", -1, 1}};
  CHECK_THROWS_AS((void)way(flat({1}), {10}, 1, {.efforts = typo}), sojourn::schema_error);
  CHECK_THROWS_AS((void)way(flat({1}), {10}, 1, {.efforts = negative}), sojourn::schema_error);
}

TEST_CASE("path: margins count; dwell and smoothing do not; what is not known cannot be improved") {
  h::scorecard_spec spec = flat({1, 1});
  spec.tiers.up = 4;
  spec.tiers.dwell = 3;
  spec.smoothing = h::smoothing_spec{.lambda = 0.1};
  h::cycle_state red;
  red.tier = 0;
  red.smoothed = red.score = 10;
  const std::vector<h::cycle_state> before = {red};
  const auto p = way(spec, {20, 20}, 1, {}, {.previous = before});
  CHECK(p.status == h::path_status::reached);
  CHECK(p.then.score == Approx(54).epsilon(1e-9));
  const auto half = way(spec, {20, missing}, 1);
  REQUIRE(half.steps.size() == 1);
  CHECK(half.steps[0].value == Approx(50));
}

TEST_CASE("path: a rule can hold an account down, or be lifted by the improvement itself") {
  h::scorecard_spec spec = flat({1, 1});
  h::rule cap;
  cap.id = "cap";
  cap.when = "s0 < 30";
  cap.value = 40;
  spec.rules = {cap};
  const auto freed = way(spec, {20, 90}, 1);  // its signals would do as they are, but for the cap
  CHECK(freed.now.raw == 55);
  CHECK(freed.status == h::path_status::reached);
  CHECK(freed.steps[0].signal == 0);
  const auto lifted = way(spec, {20, 40}, 1);
  CHECK(lifted.status == h::path_status::reached);
  CHECK(lifted.steps[0].signal == 0);
  spec.rules[0].when = "s1 < 101";
  CHECK(way(spec, {20, 40}, 1).status == h::path_status::held_down);
  h::rule bonus;
  bonus.id = "bonus";
  bonus.when = "s1 > 0";
  bonus.action = h::rule_action::add;
  bonus.value = 10;
  spec.rules = {bonus};
  CHECK(way(spec, {20, 40}, 1).then.score == Approx(50).epsilon(1e-9));
}

TEST_CASE("path: every normaliser is turned round, to a value that suffices") {
  const auto reaches = [](h::normaliser norm, double x, double wanted, const std::string& label = "") {
    h::scorecard_spec spec = only(std::move(norm));
    spec.signals[0].valid.reset();
    const table t{{"x"}, {{x}}};
    const auto card = h::compile(spec);
    const auto p = h::path_to(card, t.view(), 0, 1, {}, {.as_of = day{1000}});
    REQUIRE(p.status == h::path_status::reached);
    REQUIRE(p.steps.size() == 1);
    CHECK(p.then.tier >= 1);
    CHECK(p.then.score >= 50);
    if (label.empty())
      CHECK(p.steps[0].value == Approx(wanted).epsilon(1e-6));
    else
      CHECK(p.steps[0].label == label);
  };
  reaches(h::identity{}, 10, 50);
  reaches(h::ramp{0, 10}, 1, 5);
  reaches(h::ramp{10, 0}, 9, 5);
  reaches(h::piecewise{{{0, 0}, {10, 1}, {20, 0}}}, 1, 5);
  reaches(h::piecewise{{{0, 0}, {10, 1}, {20, 0}}}, 19, 15);
  reaches(h::bins{{10, 20}, {0.1, 0.6, 0.2}}, 5, 10);
  reaches(h::bins{{10, 20}, {0.1, 0.6, 0.2}}, 25, 20);
  reaches(h::value_map{{{"1", 0.2}, {"2", 0.9}, {"3", 0.7}}}, 1, 3);
  reaches(h::boolean{}, 0, 1);
  reaches(h::boolean{1, 0}, 1, 0);
  reaches(h::target{5, 6, 2}, 3.5, 4);
  reaches(h::target{5, 6, 2}, 7.5, 7);
  reaches(h::logistic{3, 2}, 1, 3);
  reaches(h::logistic{3, -2}, 5, 3);
  reaches(h::log_ramp{0, 99}, 1, 9);
  reaches(h::saturating{4}, 1, 4);
  reaches(h::recency{30, 0}, 900, 970);
  reaches(h::zscore{10, 2}, 7, 10);
  reaches(h::robust_z{10, 2, h::better_side::lower}, 15, 10);
  reaches(h::percentile{{10, 20, 30, 40}}, 15, 30);
  reaches(h::percentile{{10, 20, 30, 40}, h::better_side::lower}, 35, 20);
}

TEST_CASE("path: no subset of fewer signals would do, on random means; what it finds scores as it says") {
  tree_maker make(11);
  int found = 0;
  for (int round = 0; round < 400; ++round) {
    const std::size_t count = 2 + make.below(6);
    std::vector<double> weights, x;
    for (std::size_t k = 0; k < count; ++k) {
      weights.push_back(make.uniform(0.5, 5));
      x.push_back(make.chance(6) ? missing : make.uniform(0, 90));
    }
    const auto spec = flat(weights);
    const auto wanted = static_cast<h::tier_code>(1 + make.below(2));
    const auto p = way(spec, x, wanted);
    if (p.status != h::path_status::reached) continue;
    ++found;
    REQUIRE(p.then.tier >= wanted);
    REQUIRE(p.method == h::path_method::exact);
    auto after = x;
    for (const auto& step : p.steps) after[step.signal] = step.value;
    REQUIRE(one(spec, after) == Approx(p.then.score).epsilon(1e-12));
    const double need = wanted == 1 ? 50 : 75;
    for (unsigned set = 0; set < 1u << count; ++set) {
      if (static_cast<std::size_t>(__builtin_popcount(set)) >= p.steps.size()) continue;
      auto tried = x;
      for (std::size_t k = 0; k < count; ++k)
        if ((set >> k & 1u) != 0 && !std::isnan(x[k])) tried[k] = 100;
      REQUIRE(one(spec, tried) < need);
    }
    // The cheapest way costs no more than any other way found.
    std::vector<h::effort> efforts;
    for (std::size_t k = 0; k < count; ++k) efforts.push_back({"s" + std::to_string(k), make.uniform(0, 3), 1});
    const auto cheap = way(spec, x, wanted, {.goal = h::path_goal::cheapest, .efforts = efforts});
    const auto few = way(spec, x, wanted, {.efforts = efforts});
    REQUIRE(cheap.status == h::path_status::reached);
    REQUIRE(cheap.cost <= few.cost + 1e-9);
  }
  CHECK(found > 200);
}

TEST_CASE("path: in any tree the answer is verified, nothing of it can be left out, and it is labelled") {
  tree_maker make(12);
  int found = 0;
  for (int round = 0; round < 600; ++round) {
    const auto spec = make.make();
    const auto t = make.accounts(spec, 3);
    const auto card = h::compile(spec);
    const h::score_options options{.as_of = day{random_day}};
    const auto r = h::score(card, t.view(), options);
    for (std::size_t row = 0; row < 3; ++row) {
      const auto p = h::path_to(card, t.view(), row, 2, {}, options);
      REQUIRE((p.status == h::path_status::unscored) == std::isnan(r.score[row]));
      if (p.status != h::path_status::reached) continue;
      ++found;
      REQUIRE(p.then.tier == 2);
      std::vector<h::assumption> all;
      double points = 0;
      for (const auto& step : p.steps) all.push_back({spec.signals[step.signal].name, step.value}), points += step.points;
      REQUIRE(h::what_if(card, t.view(), row, all, options).score == Approx(p.then.score).epsilon(1e-12));
      REQUIRE(points == Approx(p.then.raw - p.now.raw).epsilon(1e-9));
      if (p.method == h::path_method::exact) continue;
      for (std::size_t left = 0; left < all.size(); ++left) {
        auto rest = all;
        rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(left));
        REQUIRE(h::what_if(card, t.view(), row, rest, options).score <
                75 + 1e-9);  // the path aims that far past a threshold
      }
    }
  }
  CHECK(found > 200);
}
