// Rules on signals and groups, and conditions on segments and the cycle before: each alone, then random cards against a
// reference that shares nothing but the spec.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <random>

#include "rule_fixtures.hpp"

using namespace health_test;
using doctest::Approx;

namespace {

double sum_of(const h::adjustment& a) {
  return a.group + a.add + a.floor + a.set + a.cap + a.clamp;
}

}  // namespace

TEST_CASE("rules on a signal: its points change before they go up, and the parts still add to the score") {
  using enum h::rule_action;
  const auto of = [](h::rule r, std::vector<double> x = {40, 80, 20, 1}) {
    const auto compiled = h::compile(small({std::move(r)}));
    const table t = book({{x[0]}, {x[1]}, {x[2]}, {x[3]}});
    const auto result = h::score(compiled, t.view());
    const auto parts = h::explain(compiled, t.view());
    double sum = 0;
    for (std::size_t k = 0; k < 4; ++k) sum += parts.part(0, k);
    CHECK(sum == result.raw[0]);
    CHECK(result.raw[0] + sum_of(parts.adjustments[0]) == result.score[0]);
    return result;
  };
  CHECK(of(on_signal("a", "x == 1", add, 20)).score[0] == Approx(0.75 * 70 + 0.25 * 20));
  CHECK(of(on_signal("a", "x == 1", cap, 10)).score[0] == Approx(0.75 * 45 + 5));
  CHECK(of(on_signal("a", "x == 1", floor, 60)).score[0] == Approx(0.75 * 70 + 5));
  CHECK(of(on_signal("a", "x == 1", set, 0)).score[0] == Approx(0.75 * 40 + 5));
  CHECK(of(on_signal("a", "x == 1", exclude)).score[0] == Approx(0.75 * 80 + 5));  // b takes its weight
  CHECK(of(on_signal("a", "x == 1", add, 90)).score[0] == Approx(0.75 * 90 + 5));  // 130 points end at 100
  CHECK(of(on_signal("a", "x == 2", set, 0)).score[0] == Approx(50));
  const auto fired = of(on_signal("a", "x == 1", cap, 10));
  CHECK(fired.fired[0] == 1);
  CHECK(fired.binding[0] == 0);
  CHECK(fired.flags[0] == h::flag::adjusted);
  CHECK(of(on_signal("a", "x == 1", cap, 50)).binding[0] == h::no_rule);  // it stood lower already
  CHECK(of(on_signal("x", "x == 1", set, 50)).binding[0] == h::no_rule);  // without weight nothing moves
  CHECK(of(on_signal("a", "x == 1", set, 50), {missing, 80, 20, 1}).score[0] ==
        Approx(0.75 * 80 + 5));  // missing stays missing
  CHECK(of(on_signal("a", "x == 1", set, 50), {40, 80, 20, missing}).flags[0] == h::flag::undecided_rule);
}

TEST_CASE("rules on a signal: an excluded value follows the missing policy") {
  auto spec = small({on_signal("a", "x == 1", h::rule_action::exclude)});
  const table t = book({{40}, {80}, {20}, {1}});
  spec.signals[0].missing = {h::missing_kind::worst, 0};
  CHECK(h::score(h::compile(spec), t.view()).score[0] == Approx(0.75 * 40 + 5));
  CHECK((h::score(h::compile(spec), t.view()).flags[0] & h::flag::imputed) != 0);
  spec.signals[0].missing = {h::missing_kind::fail, 0};
  CHECK(std::isnan(h::score(h::compile(spec), t.view()).score[0]));
  spec.signals[0].missing = {};
  CHECK(h::score(h::compile(spec), t.view()).coverage[0] == Approx((1.5 + 1) / 4));
}

TEST_CASE("rules on a group: its value changes before it goes up; the points it moved are a line of their own") {
  using enum h::rule_action;
  const auto of = [](std::vector<h::rule> rules) {
    const auto compiled = h::compile(small(std::move(rules)));
    const table t = book({{40}, {80}, {20}, {1}});
    const auto result = h::score(compiled, t.view());
    const auto parts = h::explain(compiled, t.view());
    CHECK(result.raw[0] + sum_of(parts.adjustments[0]) == Approx(result.score[0]).epsilon(1e-14));
    return std::pair(result.score[0], parts.adjustments[0].group);
  };
  CHECK(of({on_group("use", "x == 1", cap, 30)}).first == Approx(0.75 * 30 + 5));
  CHECK(of({on_group("use", "x == 1", cap, 30)}).second == Approx(0.75 * -30));
  CHECK(of({on_group("use", "x == 1", add, 10)}).first == Approx(0.75 * 70 + 5));
  CHECK(of({on_group("use", "x == 1", set, 100), on_group("use", "x > 0", cap, 90)}).first == Approx(0.75 * 90 + 5));
  CHECK(of({on_group("use", "x == 1", exclude)}).first == Approx(20));
  CHECK(of({on_signal("a", "x == 1", set, 0), on_group("use", "x == 1", floor, 50)}).first == Approx(0.75 * 50 + 5));
  CHECK(of({on_group("use", "x == 1", cap, 30), acting("all", "sub(use) <= 30 and score() < 28", add, 5)}).first ==
        Approx(0.75 * 30 + 10));
}

TEST_CASE("rules on a group: excluded, it is missing whatever its signals' policies put in") {
  auto spec = small({on_group("use", "x == 1", h::rule_action::exclude)});
  spec.signals[0].missing = {h::missing_kind::best, 0};
  const table t = book({{missing, missing}, {80, 80}, {20, 20}, {1, 0}});
  const auto r = h::score(h::compile(spec), t.view());
  CHECK(r.score[0] == Approx(20));
  CHECK(r.score[1] == Approx(0.75 * 90 + 5));
  CHECK(r.coverage[0] == Approx(0.25));
  CHECK(r.binding == std::vector<std::int16_t>{0, h::no_rule});
}

TEST_CASE("rules on a group: where the tree takes the worst, what the group became is what counts") {
  using enum h::rule_action;
  const auto of = [](std::vector<h::rule> rules, std::vector<double> x, bool smooth = false) {
    auto spec = small(std::move(rules));
    spec.tree.how = h::lowest{};
    if (smooth) spec.smoothing = h::smoothing_spec{.lambda = 0.5};
    const auto compiled = h::compile(spec);
    const table t = book({{x[0]}, {x[1]}, {x[2]}, {x[3]}});
    h::cycle_state before;
    before.score = before.smoothed = 10;
    before.tier = 0;
    h::score_options options;
    if (smooth) options.previous = std::span<const h::cycle_state>(&before, 1);
    const auto result = h::score(compiled, t.view(), options);
    const auto parts = h::explain(compiled, t.view(), options);
    double sum = 0;
    for (std::size_t k = 0; k < 4; ++k) sum += parts.part(0, k);
    CHECK(sum == Approx(result.raw[0]).epsilon(1e-13));
    CHECK(sum + parts.adjustments[0].smoothing + sum_of(parts.adjustments[0]) == Approx(result.score[0]).epsilon(1e-13));
    return std::pair{result.raw[0], result.score[0]};
  };
  const auto is = [](std::pair<double, double> found, double raw, double score) {
    CHECK(found.first == Approx(raw));
    CHECK(found.second == Approx(score));
  };
  // use = (40 + 80) / 2 = 60 against c.
  is(of({on_group("use", "x == 1", cap, 30)}, {40, 80, 90, 1}), 60.0, 30.0);
  is(of({on_group("use", "x == 1", cap, 30)}, {40, 80, 20, 1}), 20.0, 20.0);
  is(of({on_group("use", "x == 1", add, 25)}, {40, 80, 70, 1}), 60.0, 70.0);
  is(of({on_group("use", "x == 1", exclude)}, {40, 80, 70, 1}), 70.0, 70.0);
  is(of({on_group("use", "x == 1", cap, 30), acting("top", "sub(use) < 31", set, 5)}, {40, 80, 90, 1}), 60.0, 5.0);
  // Smoothing follows what the groups became: halfway from 10 to 30; the sum of the parts stays in `raw`.
  is(of({on_group("use", "x == 1", cap, 30)}, {40, 80, 90, 1}, true), 60.0, 20.0);
}

TEST_CASE("rules: what a rule on a part cannot do is said, with its place") {
  const auto told = [](h::rule r, std::string_view pointer, std::string_view message) {
    auto spec = small({std::move(r)});
    const auto found = h::validate(spec);
    CAPTURE(sojourn::to_string(found));
    CHECK(std::any_of(found.begin(), found.end(), [&](const auto& d) {
      return d.pointer == pointer && d.message.find(message) != std::string::npos && d.level == sojourn::severity::error;
    }));
  };
  using enum h::rule_action;
  told(on_signal("a", "score() > 5", cap, 1), "/rules/0/if", "before there is a score");
  told(on_signal("a", "tier() == 'red'", cap, 1), "/rules/0/if", "before there is a score");
  told(on_group("use", "sub(use) > 5", cap, 1), "/rules/0/if", "before there is a score");
  told(on_signal("q", "x > 5", cap, 1), "/rules/0/signal", "not declared");
  told(on_group("usage", "x > 5", cap, 1), "/rules/0/group", "not declared");
  told(on_group("", "x > 5", cap, 1), "/rules/0/group", "root");
  told(on_signal("a", "segment() == 'gold'", cap, 1), "/rules/0/if", "which column");
  told(on_signal("a", "x > 1", none), "/rules/0", "does nothing");
  auto tiers = on_signal("a", "x > 5", cap_tier);
  tiers.tier = "red";
  told(tiers, "/rules/0", "not a tier");
  auto global = small({on_group("use", "x > 1", cap, 1)});
  global.missing_scope = h::redistribution_scope::global;
  CHECK(sojourn::has_errors(h::validate(global)));
}

TEST_CASE("rules: what can never count is remarked, not refused") {
  using enum h::rule_action;
  const auto remarks = [](std::vector<h::rule> rules) {
    for (std::size_t r = 0; r < rules.size(); ++r) rules[r].id = "r" + std::to_string(r);
    const auto found = h::validate(small(std::move(rules)));
    CHECK_FALSE(sojourn::has_errors(found));
    return found.size();
  };
  CHECK(remarks({acting("", "x > 1", set, 50)}) == 1);
  CHECK(remarks({acting("", "score() > 60 and x > 1", set, 50)}) == 0);  // it can only lower
  CHECK(remarks({acting("", "50 <= score()", set, 50)}) == 0);
  CHECK(remarks({acting("", "score() > 40", set, 50)}) == 1);
  CHECK(remarks({on_signal("a", "x > 1", set, 50)}) == 0);
  CHECK(remarks({acting("", "x > 1", cap, 40), acting("", "x > 1", floor, 60)}) == 1);
  CHECK(remarks({acting("", "x > 1", floor, 60), acting("", "x > 1", cap, 40)}) == 1);
  CHECK(remarks({acting("", "x > 1", floor, 30), acting("", "x > 1", cap, 40)}) == 0);
  CHECK(remarks({acting("", "x > 1", cap, 30), acting("", "x > 1", cap, 40)}) == 1);
  CHECK(remarks({acting("", "x > 1", cap, 100)}) == 1);
  CHECK(remarks({acting("", "x between 5 and 1", cap, 10)}) == 1);
}

TEST_CASE("conditions: the segment of the card, any other column, and the signal in the cycle before") {
  auto spec = small({});
  spec.segment = "plan";
  const std::vector<double> a = {40, 40, 40, missing}, then = {50, missing, 40, 9}, rest(4, 50.0);
  const std::vector<std::int32_t> plan = {0, 1, 1, -1};
  const std::vector<double> seats = {5, 50, missing, 5};
  const std::uint8_t bits[] = {0b0111};
  const sojourn::signals now = {{"a", sojourn::column<double>(a), {}, {}},
                                {"b", sojourn::column<double>(rest), {}, {}},
                                {"c", sojourn::column<double>(rest), {}, {}},
                                {"x", sojourn::column<double>(rest), {}, {}},
                                {"plan", sojourn::column<std::int32_t>(plan, bits), {"free", "gold"}, {}},
                                {"seats", sojourn::column<double>(seats), {}, {}}};
  const sojourn::signals before = {{"a", sojourn::column<double>(then), {}, {}}};
  const auto fires = [&](const std::string& condition, bool scoped = false) {
    auto with_rule = spec;
    with_rule.rules = {scoped ? on_signal("b", condition, h::rule_action::add, 1)
                              : acting("r", condition, h::rule_action::add, 1)};
    const auto r = h::score(h::compile(with_rule), now, {.previous_signals = &before});
    std::string found;
    for (std::size_t i = 0; i < 4; ++i) found += r.undecided[i] != 0 ? '?' : r.fired[i] == 1 ? 'y' : 'n';
    return found;
  };
  for (const bool scoped : {false, true}) {
    CHECK(fires("segment() == 'gold'", scoped) == "nyy?");
    CHECK(fires("segment(plan) in ('free', 'trial')", scoped) == "ynn?");
    CHECK(fires("segment(seats) >= 5", scoped) == "yy?y");
    CHECK(fires("prev(a) > 45", scoped) == "y?nn");
    CHECK(fires("delta(a) < 0", scoped) == "y?n?");
    CHECK(fires("prev(b) > 0", scoped) == "????");  // that cycle had no such column
    CHECK(fires("missing(a)", scoped) == "nnny");
  }
  auto named = spec;
  named.rules = {acting("r", "segment() == 'gold'", h::rule_action::add, 1)};
  CHECK(h::compile(named).inputs().back() == "plan");
  const table without = book({{1}, {1}, {1}, {1}});
  CHECK_THROWS_AS((void)h::score(h::compile(named), without.view()), sojourn::schema_error);
}

namespace {

/// The definition, one account at a time: signals, then groups from below, then the rest.
struct reference {
  const h::scorecard_spec& spec;
  std::vector<double> x;

  [[nodiscard]] bool holds(const h::rule& r) const {  // "s1 < 2" is all the test makes
    const auto k = static_cast<std::size_t>(r.when[1] - '0');
    return !std::isnan(x[k]) && x[k] < r.when[5] - '0';
  }
  [[nodiscard]] std::optional<double> apply(h::rule_scope scope, const std::string& target, double points) const {
    double adds = 0, floors = -inf, caps = inf, set = missing;
    for (const h::rule& r : spec.rules) {
      if (r.scope != scope || r.target != target || !holds(r)) continue;
      if (r.action == h::rule_action::exclude) return std::nullopt;
      if (r.action == h::rule_action::add) adds += r.value;
      if (r.action == h::rule_action::floor) floors = std::max(floors, r.value);
      if (r.action == h::rule_action::cap) caps = std::min(caps, r.value);
      if (r.action == h::rule_action::set && std::isnan(set)) set = r.value;
    }
    double h = std::max(points + adds, floors);
    if (!std::isnan(set)) h = set;
    return std::clamp(std::min(h, caps), 0.0, 100.0);
  }
  [[nodiscard]] std::optional<double> leaf_value(const std::string& name) const {
    const auto k = static_cast<std::size_t>(name[1] - '0');
    if (std::isnan(x[k])) return std::nullopt;
    return apply(h::rule_scope::signal, name, 100 * std::clamp(x[k] / 5, 0.0, 1.0));
  }
  [[nodiscard]] std::optional<double> mean(const h::group& g) const {
    double sum = 0, weight = 0;
    for (const h::branch& b : g.mean) {
      const auto* name = std::get_if<std::string>(&b.node);
      const auto value = name != nullptr ? leaf_value(*name) : mean(std::get<h::group>(b.node));
      if (!value || b.weight == 0) continue;
      sum += b.weight * *value;
      weight += b.weight;
    }
    if (weight == 0) return std::nullopt;
    if (g.id.empty()) return sum / weight;
    return apply(h::rule_scope::group, g.id, sum / weight);
  }
};

}  // namespace

TEST_CASE("rules on parts: 300 random cards do what the definition says, whatever the number of threads") {
  std::mt19937 random(12);
  const auto below = [&](std::size_t n) { return static_cast<std::size_t>(random() % n); };
  int moved = 0, unknown = 0;
  for (int round = 0; round < 300; ++round) {
    std::vector<h::signal_spec> signals;
    std::vector<h::branch> leaves;
    for (std::size_t k = 0; k < 6; ++k) {
      signals.push_back(signal("s" + std::to_string(k), h::ramp{0, 5}));
      leaves.push_back(leaf(static_cast<double>(below(4)) + (k % 2 == 0 ? 1 : 0), "s" + std::to_string(k)));
    }
    auto spec =
        card(signals,
             {sub(1 + static_cast<double>(below(3)), "g", {leaves[0], leaves[1], sub(2, "inner", {leaves[2], leaves[3]})}),
              leaves[4], leaves[5]});
    const std::vector<std::string> groups = {"g", "inner"};
    for (std::size_t n = 1 + below(7); n-- > 0;) {
      constexpr h::rule_action actions[] = {h::rule_action::add, h::rule_action::floor, h::rule_action::cap,
                                            h::rule_action::set, h::rule_action::exclude};
      const std::size_t observed = below(6);
      const std::string condition = "s" + std::to_string(observed) + " < " + std::to_string(below(6));
      const auto action = actions[below(below(3) == 0 ? 5 : 4)];
      const double value = action == h::rule_action::exclude ? 0 : static_cast<double>(below(101));
      h::rule r = below(2) == 0 ? on_signal("s" + std::to_string(below(6)), condition, action, value)
                                : on_group(groups[below(2)], condition, action, value);
      r.id = "r" + std::to_string(n);
      spec.rules.push_back(std::move(r));
    }
    table t;
    for (std::size_t k = 0; k < 6; ++k) {
      t.names.push_back("s" + std::to_string(k));
      t.values.emplace_back();
      for (int row = 0; row < 40; ++row) t.values.back().push_back(below(6) == 0 ? missing : static_cast<double>(below(6)));
    }
    const auto compiled = h::compile(spec);
    REQUIRE(h::compile_json(compiled.to_json()).spec() == spec);
    const auto r = h::score(compiled, t.view());
    const auto parts = h::explain(compiled, t.view());
    REQUIRE(same_bits(h::score(compiled, t.view(), {}, sojourn::thread_executor(3)).score, r.score));
    for (std::size_t row = 0; row < 40; ++row) {
      CAPTURE(compiled.to_json());
      reference by_hand{spec, {}};
      for (const auto& column : t.values) by_hand.x.push_back(column[row]);
      const auto expected = by_hand.mean(spec.tree);
      REQUIRE(std::isnan(r.score[row]) == !expected.has_value());
      if (!expected) {
        ++unknown;
        continue;
      }
      REQUIRE(r.score[row] == Approx(*expected).epsilon(1e-12));
      double sum = 0;
      for (std::size_t k = 0; k < 6; ++k) sum += parts.part(row, k);
      REQUIRE(sum == r.raw[row]);
      REQUIRE(r.raw[row] + sum_of(parts.adjustments[row]) == Approx(r.score[row]).epsilon(1e-12));
      moved += (r.flags[row] & h::flag::adjusted) != 0;
    }
  }
  CHECK(moved > 2000);
  CHECK(unknown >= 10);
}
