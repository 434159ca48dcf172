// Groups that are no weighted means: published rules, random trees against the row-by-row reference, what must hold for all
// of them.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "oracle/slow_scorecard.hpp"
#include "random_trees.hpp"

using namespace health_test;
using doctest::Approx;

namespace {

/// Signals s0, s1, ... of these weights in one group.
h::scorecard_spec group_of(const h::aggregator& how, const std::vector<double>& weights,
                           h::normaliser norm = h::identity{}) {
  h::scorecard_spec spec = card({}, {});
  for (std::size_t k = 0; k < weights.size(); ++k) {
    spec.signals.push_back(signal("s" + std::to_string(k), norm));
    spec.tree.mean.push_back(leaf(weights[k], "s" + std::to_string(k)));
  }
  spec.tree.how = how;
  return spec;
}

/// Parts, base and cut of one account; their sum is checked against its score.
std::vector<double> parts_of(const h::scorecard_spec& spec, const std::vector<double>& x, double* base = nullptr,
                             double* cut = nullptr) {
  table t;
  for (std::size_t k = 0; k < x.size(); ++k) {
    t.names.push_back(spec.signals[k].name);
    t.values.push_back({x[k]});
  }
  const auto card = h::compile(spec);
  const auto parts = h::explain(card, t.view());
  double sum = parts.base.empty() ? 0 : parts.base[0] + parts.cut[0];
  for (const double part : parts.points) sum += part;
  CHECK(sum == Approx(h::score(card, t.view()).score[0]).epsilon(1e-12));
  if (base != nullptr) *base = parts.base.at(0), *cut = parts.cut.at(0);
  return parts.points;
}

void check_near(const std::vector<double>& actual, const std::vector<double>& expected) {
  REQUIRE(actual.size() == expected.size());
  for (std::size_t i = 0; i < actual.size(); ++i) CHECK(actual[i] == Approx(expected[i]).epsilon(1e-12));
}

}  // namespace

TEST_CASE("H09: worst of: any poor is poor, only good ones are good, attributes without a value are left out") {
  const auto spec = group_of(h::worst_of{}, {1, 1, 1});
  CHECK(one(spec, {100, 100, missing}) == 100);
  CHECK(one(spec, {100, 0, missing}) == 0);
  CHECK(one(spec, {100, 50, missing}) == 50);
  CHECK(one(spec, {100, missing, missing}) == 100);
  CHECK(one(spec, {50, 0, missing}) == 0);
}

TEST_CASE("H13: impacts add to a neutral base and stop at the ends of the scale") {
  auto spec = group_of(h::point_sum{5, 0, 10}, {5, 5}, h::ramp{-5, 5});
  for (auto& b : spec.tree.mean) b.at_worst = -5;
  CHECK(one(spec, {5, 4}) == 100);
  CHECK(one(spec, {-5, -3}) == 0);
  CHECK(one(spec, {2, -3}) == Approx(40));
  CHECK(one(spec, {2, missing}) == Approx(70));  // what is missing has no impact
  double base = 0, cut = 0;
  check_near(parts_of(spec, {5, 4}, &base, &cut), {50, 40});
  CHECK(base == 50);
  CHECK(cut == Approx(-40));
}

TEST_CASE("H33: deductions from 100") {
  h::scorecard_spec spec = card({}, {});
  spec.tree.how = h::point_sum{100, 0, 100};
  const double deduct[] = {20, 12, 6, 2};
  const char* names[] = {"critical", "high", "medium", "low"};
  for (std::size_t k = 0; k < 4; ++k) {
    spec.signals.push_back(signal(names[k], h::ramp{10, 0}));
    spec.tree.mean.push_back(leaf(0, names[k]));
    spec.tree.mean.back().at_worst = -10 * deduct[k];
  }
  spec.tiers.tiers = {{"F", 0}, {"D", 35}, {"C", 50}, {"B", 65}, {"A", 80}};
  CHECK(one(spec, {1, 1, 2, 1}) == Approx(54).epsilon(1e-12));
  CHECK(h::compile(spec).ladder().of(54) == 2);
  CHECK(one(spec, {10, 10, 10, 10}) == 0);
  check_near(parts_of(spec, {1, 1, 2, 1}), {-20, -12, -12, -2});
}

TEST_CASE("H36: points over the most there are") {
  const auto spec = group_of(h::point_sum{}, {40, 40, 20}, h::ramp{0, 40});
  CHECK(one(spec, {40, 30, 40}) == Approx(90).epsilon(1e-12));
}

TEST_CASE("H42: a mean forgives what a geometric mean does not") {
  const std::vector<double> weights = {1, 1, 1, 1};
  CHECK(one(group_of(h::weighted_mean{}, weights), {21, 1, 1, 1}) == Approx(6));
  CHECK(one(group_of(h::weighted_mean{}, weights), {6, 6, 6, 6}) == Approx(6));
  CHECK(one(group_of(h::geometric_mean{}, weights), {21, 1, 1, 1}) == Approx(2.1406951429).epsilon(1e-10));
  CHECK(one(group_of(h::geometric_mean{}, weights), {6, 6, 6, 6}) == 6);
}

TEST_CASE("H47: (1 x 2 x 3^2)^(1/4); what is 0 is raised to the floor") {
  CHECK(one(group_of(h::geometric_mean{}, {1, 1, 2}), {1, 2, 3}) == Approx(2.0597671439071177).epsilon(1e-13));
  CHECK(one(group_of(h::power_mean{0}, {1, 1, 2}), {1, 2, 3}) == Approx(2.0597671439071177).epsilon(1e-13));
  CHECK(one(group_of(h::geometric_mean{0.01}, {1, 1}), {0, 100}) == Approx(10));
  CHECK(one(group_of(h::harmonic_mean{0.1}, {1, 1}), {0, 100}) == Approx(100 / 5.5));
}

TEST_CASE("aggregators: powers, minimum, maximum, mixture and the best n, by hand") {
  const std::vector<double> w = {1, 3};
  CHECK(one(group_of(h::power_mean{2}, w), {80, 40}) == Approx(100 * std::sqrt((0.64 + 3 * 0.16) / 4)));
  CHECK(one(group_of(h::power_mean{-2}, w), {80, 40}) == Approx(100 / std::sqrt((1 / 0.64 + 3 / 0.16) / 4)));
  CHECK(one(group_of(h::power_mean{1}, w), {80, 40}) == Approx(50));
  CHECK(one(group_of(h::power_mean{64}, w), {0, 0}) == 0);
  CHECK(one(group_of(h::lowest{}, w), {80, 40}) == 40);
  CHECK(one(group_of(h::highest{}, w), {80, 40}) == 80);
  CHECK(one(group_of(h::mean_and_min{0.25}, w), {80, 40}) == Approx(0.75 * 50 + 0.25 * 40));
  CHECK(one(group_of(h::best_of{2}, {1, 1, 100}), {80, 40, 10}) == Approx(60));
  CHECK(one(group_of(h::best_of{2}, {1, 1, 1}), {80, missing, missing}) == 80);
  CHECK(one(group_of(h::lowest{}, {1, 0}), {80, 40}) == 80);  // a weight of 0 takes no part
  CHECK(std::isnan(one(group_of(h::lowest{}, {1, 0}), {missing, 40})));
}

TEST_CASE(
    "parts: min and max give all to the one that binds, ties by weight; a mixture what it is; geometric by logarithms") {
  check_near(parts_of(group_of(h::lowest{}, {1, 3}), {80, 40}), {0, 40});
  check_near(parts_of(group_of(h::worst_of{}, {1, 3}), {40, 40}), {10, 30});
  check_near(parts_of(group_of(h::highest{}, {1, 3}), {80, 40}), {80, 0});
  check_near(parts_of(group_of(h::mean_and_min{0.25}, {1, 3}), {80, 40}), {0.75 * 20, 0.75 * 30 + 0.25 * 40});
  check_near(parts_of(group_of(h::best_of{2}, {1, 1, 3}), {80, 40, 40}), {40, 5, 15});
  const double v = std::sqrt(0.8 * 0.4), l = (v - 0.01) / std::log(v / 0.01);
  check_near(parts_of(group_of(h::geometric_mean{0.01}, {1, 1}), {80, 40}),
             {50 * (0.01 + l * std::log(80)), 50 * (0.01 + l * std::log(40))});
  // Two players: the mean of joining first and joining last.
  const auto square = [](double a, double b) { return 100 * std::sqrt((a * a + b * b) / 2); };
  const double first = (square(0.8, 0) + square(0.8, 0.4) - square(0, 0.4)) / 2;
  check_near(parts_of(group_of(h::power_mean{2}, {1, 1}), {80, 40}), {first, square(0.8, 0.4) - first});
}

TEST_CASE("parts: groups inside groups hand on what they are worth; a loss is what a perfect value would add") {
  h::scorecard_spec spec =
      card({signal("a"), signal("b"), signal("c")}, {sub(1, "weakest", {leaf(1, "a"), leaf(1, "b")}), leaf(1, "c")});
  std::get<h::group>(spec.tree.mean[0].node).how = h::lowest{};
  check_near(parts_of(spec, {30, 50, 70}), {15, 0, 35});
  const table t{{"a", "b", "c"}, {{30}, {50}, {70}}};
  const auto parts = h::explain(h::compile(spec), t.view());
  check_near(parts.lost, {10, 0, 15});  // a at 100 leaves b at 50 to bind
  CHECK(h::drivers(parts, 1)[0].signal == 2);
  CHECK(parts.method == h::attribution::exact);
  const auto wide = group_of(h::harmonic_mean{}, std::vector<double>(13, 1));
  std::vector<double> x;
  for (int k = 0; k < 13; ++k) x.push_back(5 + 7 * k);
  (void)parts_of(wide, x);
  table many;
  for (std::size_t k = 0; k < 13; ++k) many.names.push_back("s" + std::to_string(k)), many.values.push_back({x[k]});
  CHECK(h::explain(h::compile(wide), many.view()).method == h::attribution::sampled);
}

TEST_CASE(
    "trees: 1,500 random cards of every aggregator and policy agree with the row-by-row reference, their parts with the "
    "score") {
  tree_maker make(1);
  std::size_t known = 0, unknown = 0;
  for (int round = 0; round < 1500; ++round) {
    const auto spec = make.make();
    const auto card = h::compile(spec);
    const auto t = make.accounts(spec, 12);
    const h::score_options options{.as_of = sojourn::day{random_day}};
    const auto r = h::score(card, t.view(), options);
    const auto parts = h::explain(card, t.view(), options);
    for (std::size_t row = 0; row < r.size(); ++row) {
      slow::account_row cells;
      for (std::size_t k = 0; k < t.names.size(); ++k) cells[t.names[k]] = t.values[k][row];
      const slow::card expected(spec, cells, random_day);
      CAPTURE(card.to_json());
      CAPTURE(row);
      REQUIRE(r.coverage[row] == Approx(expected.coverage).epsilon(1e-12));
      REQUIRE(std::isnan(r.score[row]) == std::isnan(expected.score));
      if (std::isnan(expected.score)) {
        ++unknown;
        continue;
      }
      ++known;
      REQUIRE(std::abs(r.score[row] - expected.score) < 1e-10);
      double sum = parts.base.empty() ? 0 : parts.base[row] + parts.cut[row];
      for (std::size_t k = 0; k < parts.signals; ++k) {
        sum += parts.part(row, k);
        REQUIRE(parts.loss(row, k) >= 0);
      }
      REQUIRE(std::abs(sum - r.score[row]) < 1e-10);
    }
    REQUIRE(h::compile_json(card.to_json()).to_json() == card.to_json());
    REQUIRE(h::compile_json(card.to_json()).hash() == card.hash());
  }
  CHECK(known > 5000);
  CHECK(unknown > 1000);
}

TEST_CASE(
    "trees: scaled weights, permuted siblings and permuted rows leave every score; threads and batches leave every bit") {
  tree_maker make(2);
  const h::score_options options{.as_of = sojourn::day{random_day}};
  for (int round = 0; round < 200; ++round) {
    const auto spec = make.make();
    const auto t = make.accounts(spec, 40);
    const auto before = h::score(h::compile(spec), t.view(), options).score;
    auto other = spec;
    if (!std::holds_alternative<h::point_sum>(spec.tree.how))
      for (auto& b : other.tree.mean) b.weight *= 0.731;
    std::reverse(other.tree.mean.begin(), other.tree.mean.end());
    const auto after = h::score(h::compile(other), t.view(), options).score;
    for (std::size_t i = 0; i < 40; ++i)
      REQUIRE((std::isnan(after[i]) ? std::isnan(before[i]) : std::abs(after[i] - before[i]) < 1e-11));
    table head = t;  // one row at a time: no row may see its neighbours, or the end of a tile
    std::vector<double> single;
    for (std::size_t i = 0; i < 40; ++i) {
      for (std::size_t k = 0; k < t.values.size(); ++k) head.values[k] = {t.values[k][i]};
      single.push_back(h::score(h::compile(spec), head.view(), options).score[0]);
    }
    REQUIRE(same_bits(single, before));
  }
  const auto spec = make.make();
  const auto big = make.accounts(spec, 150'001);
  const auto card = h::compile(spec);
  const auto whole = h::score(card, big.view(), options);
  for (const std::size_t threads : {2u, 3u, 8u})
    CHECK(same_bits(h::score(card, big.view(), options, sojourn::thread_executor(threads)).score, whole.score));
}

TEST_CASE("aggregators: no member that rises lowers the score, and the score stays between the worst and the best member") {
  tree_maker make(3);
  for (int round = 0; round < 20'000; ++round) {
    const auto how = make.how();
    std::vector<double> weights, x;
    const std::size_t count = 1 + make.below(6);
    for (std::size_t k = 0; k < count; ++k) {
      weights.push_back(make.uniform(0.1, 9));
      x.push_back(make.chance(5) ? missing : make.uniform(6, 100));
    }
    const auto spec = group_of(how, weights);
    const double before = one(spec, x);
    if (std::isnan(before)) continue;
    std::vector<double> present = x;
    std::erase_if(present, [](double value) { return std::isnan(value); });
    if (!std::holds_alternative<h::point_sum>(how)) {
      REQUIRE(before >= *std::min_element(present.begin(), present.end()) - 1e-12);
      REQUIRE(before <= *std::max_element(present.begin(), present.end()) + 1e-12);
    }
    double& raised = x[make.below(count)];
    if (std::isnan(raised)) continue;
    raised = std::min(100.0, raised + make.uniform(0, 20));
    REQUIRE(one(spec, x) >= before - 1e-12);
  }
}

TEST_CASE("aggregators: what cannot be is told at compile time, with its place") {
  const auto problem = [](const std::string& tree, const std::string& more = "") {
    const auto found =
        h::validate_json(R"({"sojourn": 1, "signals": {"a": {"norm": "identity"}}, )" + more + R"("tree": )" + tree + "}");
    return found.empty() ? std::string() : found[0].pointer + ": " + found[0].message;
  };
  const auto says = [&](const std::string& tree, const std::string& place) {
    CHECK_MESSAGE(problem(tree).starts_with(place + ": "), tree, " -> ", problem(tree));
  };
  CHECK(problem(R"({"geometric": [[1, "a"]]})").empty());
  CHECK(problem(R"({"points": [[[-5, 5], "a"]], "base": 5, "high": 10})").empty());
  says(R"({"geometric": [[1, "a"]], "floor": 0})", "/tree/floor");
  says(R"({"harmonic": [[1, "a"]], "floor": -1})", "/tree/floor");
  says(R"({"power": [[1, "a"]], "p": -1, "floor": 0})", "/tree/floor");
  CHECK(problem(R"({"power": [[1, "a"]], "p": 2, "floor": 0})").empty());
  says(R"({"power": [[1, "a"]]})", "/tree");
  says(R"({"power": [[1, "a"]], "p": 1e9})", "/tree/p");
  says(R"({"mean_min": [[1, "a"]], "a": 1.5})", "/tree/a");
  says(R"({"best_n": [[1, "a"]], "n": 0})", "/tree/n");
  says(R"({"best_n": [[1, "a"]], "n": 1.5})", "/tree/n");
  says(R"({"best_n": [[1, "a"]], "n": 2})", "/tree/n");
  says(R"({"points": [[1, "a"]], "low": 5, "high": 5})", "/tree/high");
  says(R"({"points": [[[5, -5], "a"]]})", "/tree/points/0/0");
  says(R"({"mean": [[[0, 5], "a"]], "floor": 1})", "/tree/floor");
  says(R"({"mean": [[[1, 5], "a"]]})", "/tree/mean/0/0");
  says(R"({"min": [[-1, "a"]]})", "/tree/min/0/0");
  says(R"({"min": [[1, "b"]]})", "/tree/min/0/1");
  says(R"({"min": [[1, "a"]], "max": [[1, "a"]]})", "/tree");
  says(R"({"min": []})", "/tree");
  says(R"({"mni": [[1, "a"]]})", "/tree");
  CHECK(problem(R"({"min": [[1, "a"]]})", R"("missing_scope": "global", )").starts_with("/tree/min: "));
}
