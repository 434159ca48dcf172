// Rules on signals and groups, segments, the cycle before, values by hand for a signal, diagnoses: each alone, then random
// cards against a reference that shares nothing but the spec.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <random>

#include "health_fixtures.hpp"
#include "sojourn/health/book/find_diagnoses.hpp"

using namespace health_test;
using doctest::Approx;

namespace {

h::rule acting(std::string id, std::string condition, h::rule_action action, double value = 0) {
  h::rule r;
  r.id = std::move(id);
  r.when = std::move(condition);
  r.action = action;
  r.value = value;
  return r;
}
h::rule on_signal(std::string signal, std::string condition, h::rule_action action, double value = 0) {
  h::rule r = acting("on " + signal + " " + std::to_string(static_cast<int>(action)), std::move(condition), action, value);
  r.scope = h::rule_scope::signal;
  r.target = std::move(signal);
  return r;
}
h::rule on_group(std::string group, std::string condition, h::rule_action action, double value = 0) {
  h::rule r = on_signal(std::move(group), std::move(condition), action, value);
  r.scope = h::rule_scope::group;
  return r;
}

/// a, b in group "use" of weight 3 (1 : 1), c beside it with weight 1, x without weight.
h::scorecard_spec small(std::vector<h::rule> rules) {
  auto spec = card({signal("a"), signal("b"), signal("c"), signal("x")},
                   {sub(3, "use", {leaf(1, "a"), leaf(1, "b")}), leaf(1, "c"), leaf(0, "x")});
  spec.rules = std::move(rules);
  return spec;
}

table book(std::vector<std::vector<double>> values) {
  return {{"a", "b", "c", "x"}, std::move(values)};
}

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

TEST_CASE("values by hand for a signal: they stand in for its value, in its unit, and grow old like it") {
  auto spec = small({});
  spec.signals[0].norm = h::ramp{0, 10};
  spec.signals[0].observed_at = "seen";
  spec.signals[0].stale.emplace().validity = 30;
  table t = book({{2, missing, 4}, {0, 0, 0}, {0, 0, 0}, {1, 1, 1}});
  t.names.push_back("seen");
  t.values.push_back({90, missing, 80});
  const auto day = [](int d) { return sojourn::day{d}; };
  const auto scored = [&](std::vector<h::manual_value> values, int today = 100) {
    auto r = h::score(h::compile(spec), t.view(), {.as_of = day(today), .manual = values});
    for (double& s : r.score) s /= 37.5;  // a alone holds 3/8 of the score
    return r;
  };
  const auto rating = [&](std::size_t row, double value, int on) {
    h::manual_value m{row, value, h::manual_mode::signal, day(on)};
    m.signal = "a";
    return m;
  };
  CHECK(scored({}).score[0] == Approx(0.2));
  CHECK(scored({rating(0, 8, 95)}).score[0] == Approx(0.8));
  CHECK(scored({rating(0, 8, 95)}).manual[0] == h::manual_state::bound);
  CHECK(scored({rating(0, 8, 90)}).score[0] == Approx(0.8));  // the same day: by hand
  CHECK(scored({rating(0, 8, 85)}).score[0] == Approx(0.2));  // the feed is newer
  CHECK(scored({rating(0, 8, 85)}).manual[0] == h::manual_state::overruled);
  auto stubborn = rating(0, 8, 85);
  stubborn.merge = h::manual_merge::priority;
  CHECK(scored({stubborn}).score[0] == Approx(0.8));
  CHECK(scored({rating(1, 8, 95)}).score[1] == Approx(0.8));  // where there was none
  CHECK(scored({}).score[1] == Approx(0.0));
  CHECK(scored({rating(1, 8, 69)}).score[1] == Approx(0.0));  // older than its validity
  CHECK(scored({rating(0, 8, 95), rating(0, 6, 97)}).score[0] == Approx(0.6));
  auto first = rating(0, 8, 95);
  first.priority = 1;
  CHECK(scored({first, rating(0, 6, 97)}).score[0] == Approx(0.8));
  CHECK(scored({rating(0, 8, 101)}).manual[0] == h::manual_state::waiting);
  auto gone = rating(0, 8, 95);
  gone.expires_at = day(100);
  CHECK(scored({gone}).manual[0] == h::manual_state::expired);
  gone.expires_at = day(101);
  CHECK(scored({gone}).score[0] == Approx(0.8));
  CHECK(t.values[0][0] == 2);  // the caller's column is as it was
  auto wrong = rating(0, 8, 95);
  wrong.signal = "aa";
  CHECK_THROWS_AS((void)scored({wrong}), sojourn::schema_error);
  CHECK_THROWS_AS((void)scored({rating(0, inf, 95)}), sojourn::data_error);
  CHECK_THROWS_AS((void)scored({rating(3, 1, 95)}), sojourn::data_error);
  // A feed without days says nothing about when: the hand counts.
  spec.signals[0].observed_at.clear();
  spec.signals[0].stale.reset();
  CHECK(scored({rating(0, 8, 1)}).score[0] == Approx(0.8));
}

TEST_CASE("values by hand: which one decided") {
  const auto of = [](std::vector<h::manual_value> values, std::vector<h::rule> rules = {}) {
    const table t = book({{50}, {50}, {50}, {1}});
    return h::score(h::compile(small(std::move(rules))), t.view(), {.as_of = sojourn::day{100}, .manual = values});
  };
  const auto day = [](int d) { return sojourn::day{d}; };
  using enum h::manual_mode;
  const auto two = of({{0, 70, set, day(90)}, {0, 80, set, day(95)}});
  CHECK(two.by_hand == std::vector<std::int32_t>{1});
  CHECK(two.manual == std::vector<h::manual_state>{h::manual_state::overruled, h::manual_state::bound});
  const auto capped = of({{0, 80, set, day(95)}}, {acting("c", "x == 1", h::rule_action::cap, 60)});
  CHECK(capped.by_hand == std::vector<std::int32_t>{-1});
  CHECK(capped.binding[0] == 0);
  CHECK(capped.manual[0] == h::manual_state::overruled);
  auto yields = acting("c", "x == 1", h::rule_action::cap, 60);
  yields.strength = h::cap_strength::yields_to_manual;
  CHECK(of({{0, 80, set, day(95)}}, {yields}).manual[0] == h::manual_state::bound);
  CHECK(of({{0, 50, set, day(95)}}).manual[0] == h::manual_state::overruled);  // it was so anyway
  CHECK(of({{0, 80, set, day(95)}, {0, 60, cap, day(1)}}).by_hand == std::vector<std::int32_t>{1});
  CHECK(of({{0, 80, set, day(95), day(100)}}).manual[0] == h::manual_state::expired);  // on the day it expires it is gone
}

TEST_CASE("diagnoses: rules find them, the most severe speaks, and what could not be decided is carried") {
  auto spec = small({});
  const auto finds = [](std::string id, std::string condition, std::string code, h::diagnosis_severity severity) {
    h::rule r = acting(std::move(id), std::move(condition), h::rule_action::none);
    r.finding.emplace();
    r.finding->code = std::move(code);
    r.finding->severity = severity;
    return r;
  };
  spec.rules = {finds("low", "a < 50", "ability.low_use", h::diagnosis_severity::low),
                acting("c", "c < 10", h::rule_action::cap, 40),
                finds("very low", "a < 20 and b < 20", "ability.low_use", h::diagnosis_severity::high),
                finds("left", "x == 1", "stakeholder.sponsor_left", h::diagnosis_severity::critical)};
  spec.rules[3].finding->evidence = {"c"};
  const auto compiled = h::compile(spec);
  CHECK(h::compile_json(compiled.to_json()).spec() == spec);
  const table t = book({{40, 10, 60, missing}, {50, 10, 50, 50}, {50, 50, 50, 50}, {0, 1, missing, 0}});
  const auto r = h::score(compiled, t.view());
  CHECK(h::diagnosis_codes(compiled) == std::vector<std::string>{"ability.low_use", "stakeholder.sponsor_left"});
  const auto found = h::find_diagnoses(compiled, r);
  CHECK(found.active == std::vector<h::finding>{{0, 0, 0}, {1, 0, 2}, {1, 1, 3}});
  CHECK(found.undecided == std::vector<h::diagnosis>{{2, 1}, {3, 0}});
  CHECK(h::evidence_of(compiled, 2) == std::vector<std::string>{"a", "b"});
  CHECK(h::evidence_of(compiled, 3) == std::vector<std::string>{"c"});
  CHECK(r.raw[0] == r.score[0]);  // a rule that only diagnoses moves nothing
  CHECK_THROWS_AS((void)h::find_diagnoses(h::compile(small({})), r), sojourn::schema_error);

  const std::vector<h::diagnosis_record> before = {{{2, 1}, h::diagnosis_status::fresh, 1},
                                                   {{3, 1}, h::diagnosis_status::persistent, 2}};
  std::vector<h::diagnosis> active;
  for (const h::finding& f : found.active) active.push_back({f.row, f.code});
  const auto records = h::follow(before, active, {}, found.undecided);
  const auto of = [&](h::diagnosis what) {
    return std::find_if(records.begin(), records.end(), [&](const auto& d) { return d.what == what; })->status;
  };
  CHECK(of({2, 1}) == h::diagnosis_status::fresh);  // nobody could tell: as it was
  CHECK(of({3, 1}) == h::diagnosis_status::resolved);
  CHECK(of({1, 1}) == h::diagnosis_status::fresh);
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

TEST_CASE("fuzz: a card with every kind of rule, damaged at random, compiles or is explained, and never does harm") {
  const std::string good = R"card({ "sojourn": 1, "card": "rules", "segment": "plan",
    "signals": {"a": {"norm": "identity", "observed_at": "seen"}, "b": {"norm": {"ramp": [0, 5]}, "missing": "worst"}, "c": {"norm": "bool"}},
    "tree": {"mean": [[3, {"id": "use", "mean": [[1, "a"], [1, "b"]]}], [1, "c"]]},
    "rules": [
      {"id": "r1", "if": "segment() == 'gold' or segment(seats) > 10", "signal": "a", "add": 5},
      {"id": "r2", "if": "prev(a) > 3 and delta(b) < -1", "group": "use", "exclude": true, "on_unknown": "fire"},
      {"id": "r3", "if": "missing(b) or age(a) > 30", "group": "use", "floor": 20},
      {"id": "r4", "if": "c == 1", "cap_tier": "red", "diagnosis": "stakeholder.left", "severity": "critical", "evidence": ["c"],
       "remedy": ["call", "visit"], "owner_role": "csm", "due_days": 7, "reason": "S29"},
      {"id": "r5", "if": "b between 1 and 2", "diagnosis": "low", "class": "ability"},
      {"id": "r6", "if": "sub(use) < 10 and prev_tier() == 'red'", "set": 5, "priority": 2}] })card";
  REQUIRE(h::validate_json(good).size() == 1);  // the set may raise
  const auto whole = h::compile_json(good);
  REQUIRE(h::compile_json(whole.to_json()).spec() == whole.spec());
  CHECK(whole.inputs() == std::vector<std::string>{"a", "b", "c", "seen", "plan", "seats"});
  CHECK(whole.spec().rules[3].finding->due_days == 7);
  CHECK(whole.spec().rules[4].finding->kind == h::diagnosis_class::ability);
  std::mt19937 random(4711);
  const auto below = [&](std::size_t n) { return static_cast<std::size_t>(random() % n); };
  const std::string_view pieces[] = {"{",
                                     "}",
                                     "[",
                                     "]",
                                     ",",
                                     "\"",
                                     "segment()",
                                     "prev(a)",
                                     "delta(",
                                     "\"signal\": \"b\",",
                                     "\"group\": \"use\",",
                                     "\"diagnosis\": \"data.x\",",
                                     "\"exclude\": true,",
                                     "\"due_days\": 3,",
                                     "-1",
                                     "'",
                                     "null"};
  int compiled = 0, refused = 0;
  for (int round = 0; round < 4000; ++round) {
    std::string text = good;
    for (std::size_t edits = 1 + below(3); edits-- > 0;) {
      const std::size_t at = below(text.size());
      switch (below(6)) {
        case 0:
          text[at] = static_cast<char>(random() & 0xff);
          break;
        case 1:
          text.erase(at, 1 + below(12));
          break;
        case 2:
          text.insert(at, pieces[below(std::size(pieces))]);
          break;
        case 3:
          text.insert(at, text.substr(below(text.size()), below(60)));
          break;
        default:
          text[text.find_first_of("0123456789", at) % text.size()] = static_cast<char>('0' + below(10));
          break;
      }
      if (text.empty()) text = " ";
    }
    if (sojourn::has_errors(h::validate_json(text))) {
      ++refused;
      REQUIRE_THROWS_AS((void)h::compile_json(text), h::card_error);
      continue;
    }
    ++compiled;
    const auto card = h::compile_json(text);
    REQUIRE(h::compile_json(card.to_json()).hash() == card.hash());
    table t, then;
    for (const std::string& name : card.inputs()) {
      t.names.push_back(name);
      t.values.push_back({1, missing, inf, -5, 1e300});
    }
    then = t;
    const sojourn::signals before = then.view();
    const auto r = h::score(card, t.view(), {.as_of = sojourn::day{20'000}, .previous_signals = &before});
    for (const double score : r.score) REQUIRE((std::isnan(score) || (score >= 0 && score <= 100)));
    (void)h::find_diagnoses(card, r);
  }
  CHECK(compiled > 200);
  CHECK(refused > 1000);
}
