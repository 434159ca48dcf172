// Rules and manual values: published cards, the order in which they act, and random conditions against their plain meaning.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <optional>
#include <random>

#include "health_fixtures.hpp"

using namespace health_test;
using doctest::Approx;

namespace {

h::rule when(std::string condition, h::rule_action action, double value = 0) {
  h::rule r;
  r.id = condition;
  r.when = std::move(condition);
  r.action = action;
  r.value = value;
  return r;
}
h::rule tier_rule(std::string condition, h::rule_action action, std::string tier) {
  h::rule r = when(std::move(condition), action);
  r.tier = std::move(tier);
  return r;
}

/// One account of one identity signal "x" that scores as given, and a signal "y" without weight.
h::scores ruled(const std::vector<h::rule>& rules, double x, double y = missing, h::score_options options = {},
                h::tier_spec tiers = {}) {
  h::scorecard_spec spec = card({signal("x"), signal("y")}, {leaf(1, "x"), leaf(0, "y")});
  spec.rules = rules;
  for (std::size_t r = 0; r < rules.size(); ++r) spec.rules[r].id += "#" + std::to_string(r);
  spec.tiers = std::move(tiers);
  const table t{{"x", "y"}, {{x}, {y}}};
  return h::score(h::compile(spec), t.view(), options);
}
double final_score(const std::vector<h::rule>& rules, double x, double y = missing, h::score_options options = {}) {
  return ruled(rules, x, y, options).score[0];
}

/// The production card of an open-core vendor: four binned signals of equal weight, a bonus, and two overrides.
h::scorecard_spec mattermost() {
  const auto right = h::closed_side::right;
  const h::missing_policy quarter{h::missing_kind::neutral, 0.25};
  auto spec = card({signal("tenure", h::bins{{0.5, 1, 2}, {0.25, 0.5, 0.75, 0.9}, right}),
                    signal("license", h::bins{{15, 30, 60, 90}, {0.1, 0.25, 0.75, 0.9, 1}, right}),
                    signal("tickets", h::bins{{1, 3, 5}, {0.5, 1, 0.75, 0.25}}),
                    signal("task", h::bins{{30, 60, 90}, {1, 0.75, 0.5, 0.25}}, quarter), signal("reference", h::boolean{}),
                    signal("early", h::boolean{}), signal("risk", h::boolean{})},
                   {leaf(25, "tenure"), leaf(25, "license"), leaf(25, "tickets"), leaf(25, "task"), leaf(0, "reference"),
                    leaf(0, "early"), leaf(0, "risk")});
  spec.rules = {when("reference == 1", h::rule_action::add, 10), when("early == 1", h::rule_action::set, 50),
                when("risk == 1", h::rule_action::set, 20)};
  spec.rules[1].priority = 1;
  spec.rules[2].priority = 2;
  return spec;
}

}  // namespace

TEST_CASE("H22, H23, H25, H26, H28, H29: a production card with a bonus and overrides that set") {
  struct line {
    std::vector<double> x;
    double raw, without, with;
  };
  const line lines[] = {{{3, 200, 2, 10, 0, 0, 0}, 97.5, 98, 98},        {{3, 200, 2, 10, 1, 0, 0}, 107.5, 100, 100},
                        {{0.4, 10, 6, missing, 0, 1, 0}, 21.25, 21, 50}, {{3, 200, 2, 10, 1, 1, 1}, 107.5, 100, 20},
                        {{1.5, 75, 1, 45, 0, 0, 0}, 85, 85, 85},         {{1.5, 75, 4, 45, 0, 0, 0}, 78.75, 79, 79}};
  auto plain = mattermost();
  plain.rules.resize(1);
  for (const line& l : lines) {
    CAPTURE(l.raw);
    CHECK(std::round(one(plain, l.x)) == l.without);
    CHECK(std::round(one(mattermost(), l.x)) == l.with);
    const double bonus = l.x[4] * 10;
    plain.rules.clear();
    CHECK(one(plain, l.x) + bonus == Approx(l.raw).epsilon(1e-14));
    plain.rules = {mattermost().rules[0]};
  }
  CHECK(h::compile(mattermost()).warnings().size() == 2);  // a set also raises: 21 became 50
}

TEST_CASE("rules: adds, then floors, then set, then caps, then the ends of the scale; a cap beats them all") {
  using enum h::rule_action;
  const auto plus = [](double v) { return when("x >= 0", h::rule_action::add, v); };
  CHECK(final_score({plus(10), plus(-3)}, 50) == 57);
  CHECK(final_score({plus(80)}, 50) == 100);
  CHECK(final_score({plus(-80)}, 50) == 0);
  CHECK(final_score({when("x >= 0", floor, 70), plus(10)}, 50) == 70);
  CHECK(final_score({when("x >= 0", floor, 70), when("x >= 0", floor, 80)}, 50) == 80);
  CHECK(final_score({when("x >= 0", cap, 40), when("x >= 0", floor, 70)}, 50) == 40);
  CHECK(final_score({when("x >= 0", cap, 40), when("x >= 0", cap, 30)}, 50) == 30);
  CHECK(final_score({when("x >= 0", cap, 40), when("x >= 0", set, 90)}, 50) == 40);
  CHECK(final_score({when("x >= 0", set, 90), when("x >= 0", set, 80)}, 50) == 90);  // same priority: the first
  CHECK(final_score({when("x >= 0", cap, 70)}, 50) == 50);
  CHECK(std::isnan(final_score({when("x >= 0", exclude), when("x >= 0", set, 90)}, 50)));
  CHECK(ruled({when("x >= 0", exclude)}, 50).tier[0] == h::unknown_tier);
  CHECK(ruled({when("x >= 0", exclude)}, 50).flags[0] == h::flag::excluded);
  CHECK(std::isnan(final_score({when("missing(x)", set, 90)}, missing)));  // what is unknown stays unknown
}

TEST_CASE("rules: what fired, which one bound, and what was not decided") {
  using enum h::rule_action;
  const auto r = ruled({when("x > 10", add, 5), when("x > 90", cap, 5), when("y > 1", cap, 0), when("x > 10", cap, 52)}, 50);
  CHECK(r.score[0] == 52);
  CHECK(r.raw[0] == 50);
  CHECK(r.fired[0] == 0b1001u);
  CHECK(r.binding[0] == 3);
  CHECK(r.flags[0] == (h::flag::undecided_rule | h::flag::adjusted));
  auto fires = when("y > 1", cap, 0);
  fires.on_unknown = h::undecided::fires;
  CHECK(final_score({fires}, 50) == 0);
  CHECK(ruled({when("x > 10", add, 5), when("x > 10", add, -7)}, 50).binding[0] == 1);
  CHECK(ruled({when("x > 99", add, 5)}, 50).binding[0] == h::no_rule);
  const table plain{{"x"}, {{50}}};
  CHECK(h::score(h::compile(only(h::identity{})), plain.view()).raw.empty());
}

TEST_CASE("rules: a cap on the tier acts at once, past the margins, and the score follows it") {
  h::tier_spec sticky;
  sticky.up = sticky.down = 5;
  const std::vector<double> before = {80};
  const std::vector<h::tier_code> green = {2}, red = {0};
  const auto capped = ruled({tier_rule("x > 0", h::rule_action::cap_tier, "red")}, 90, missing,
                            {.previous_score = before, .previous_tier = green}, sticky);
  CHECK(capped.tier[0] == 0);
  CHECK(capped.score[0] == 49.99);
  const auto raised = ruled({tier_rule("x > 0", h::rule_action::floor_tier, "green")}, 10, missing,
                            {.previous_score = before, .previous_tier = red}, sticky);
  CHECK(raised.tier[0] == 2);
  CHECK(raised.score[0] == 75);
  const auto both = ruled(
      {tier_rule("x > 0", h::rule_action::floor_tier, "green"), tier_rule("x > 0", h::rule_action::cap_tier, "yellow")}, 10);
  CHECK(both.tier[0] == 1);
  CHECK(both.score[0] == 74.99);
  CHECK(ruled({tier_rule("x > 0", h::rule_action::cap_tier, "green")}, 90).score[0] == 90);
}

TEST_CASE(
    "manual values: in force from their day until the day they expire; latest first, priority before it; caps still bind") {
  using enum h::rule_action;
  const auto day = [](int d) { return sojourn::day{d}; };
  const auto by_hand = [&](std::vector<h::manual_value> values, std::vector<h::rule> rules = {}, int today = 100) {
    return ruled(rules, 50, missing, {.as_of = day(today), .manual = values});
  };
  const h::manual_value eighty{0, 80, h::manual_mode::set, day(90), day(110)};
  CHECK(by_hand({eighty}).score[0] == 80);
  CHECK(by_hand({eighty}).binding[0] == h::by_hand);
  CHECK(by_hand({eighty}, {}, 90).score[0] == 80);
  CHECK(by_hand({eighty}, {}, 89).score[0] == 50);
  CHECK(by_hand({eighty}, {}, 109).score[0] == 80);
  CHECK(by_hand({eighty}, {}, 110).score[0] == 50);
  CHECK(by_hand({{0, 70, h::manual_mode::set, day(95)}, eighty}).score[0] == 70);
  CHECK(by_hand({eighty, {0, 70, h::manual_mode::set, day(95)}}).score[0] == 70);
  CHECK(by_hand({{0, 70, h::manual_mode::set, day(95)}, {0, 80, h::manual_mode::set, day(90), day(110), 1}}).score[0] == 80);
  CHECK(by_hand({eighty, {0, 65, h::manual_mode::set, day(90)}}).score[0] == 65);  // same day, same priority: the lowest
  CHECK(by_hand({{0, 65, h::manual_mode::set, day(90)}, eighty}).score[0] == 65);
  CHECK(by_hand({eighty}, {when("x > 0", set, 20)}).score[0] == 80);
  auto strong = when("x > 0", set, 20);
  strong.priority = 1;
  CHECK(by_hand({eighty}, {strong}).score[0] == 20);
  CHECK(by_hand({eighty}, {when("x > 0", cap, 60)}).score[0] == 60);
  auto yields = when("x > 0", cap, 40);
  yields.strength = h::cap_strength::yields_to_manual;
  CHECK(by_hand({eighty}, {yields}).score[0] == 80);
  CHECK(by_hand({}, {yields}).score[0] == 40);
  CHECK(by_hand({{0, 30, h::manual_mode::cap}}).score[0] == 30);
  CHECK(by_hand({{0, 60, h::manual_mode::floor}}).score[0] == 60);
  CHECK(by_hand({{0, 60, h::manual_mode::floor}, {0, 30, h::manual_mode::cap}}).score[0] == 30);
  CHECK_THROWS_AS((void)by_hand({{1, 60}}), sojourn::data_error);
  CHECK_THROWS_AS((void)by_hand({{0, 101}}), sojourn::data_error);
}

TEST_CASE("rules: parts and adjustments add to the score") {
  using enum h::rule_action;
  h::scorecard_spec spec = card({signal("x"), signal("y")}, {leaf(1, "x"), leaf(3, "y")});
  spec.rules = {when("x > 90", add, 30), when("x < 10", floor, 40), when("y > 70", set, 55),
                when("y between 20 and 60", cap, 45), when("y < 2", exclude)};
  std::mt19937 random(9);
  std::uniform_real_distribution<double> points(0, 100);
  table t{{"x", "y"}, {{}, {}}};
  for (int i = 0; i < 2000; ++i) t.values[0].push_back(points(random)), t.values[1].push_back(points(random));
  const auto compiled = h::compile(spec);
  const auto r = h::score(compiled, t.view());
  const auto parts = h::explain(compiled, t.view());
  for (std::size_t i = 0; i < 2000; ++i) {
    if (std::isnan(r.score[i])) {
      REQUIRE(std::isnan(parts.part(i, 0)));
      continue;
    }
    REQUIRE(parts.part(i, 0) + parts.part(i, 1) == r.raw[i]);
    const h::adjustment& a = parts.adjustments[i];
    REQUIRE(r.raw[i] + a.add + a.floor + a.set + a.cap + a.clamp == Approx(r.score[i]).epsilon(1e-13));
  }
}

TEST_CASE("conditions: text, ages, groups, tiers, the score and its past") {
  h::scorecard_spec spec = card({signal("stage", h::value_map{{{"live", 1}, {"pilot", 0.5}}}), signal("a"), signal("b")},
                                {leaf(1, "stage"), sub(1, "use", {leaf(1, "a"), leaf(1, "b")})});
  spec.signals[1].observed_at = "seen";
  const std::vector<std::int32_t> codes = {0, 1, -1};
  const std::uint8_t bits[] = {0b011};
  const std::vector<double> a = {60, 20, missing}, b = {80, missing, missing}, seen = {95, 40, missing},
                            before = {70, 70, missing};
  const std::vector<h::tier_code> tiers = {2, 0, h::no_tier};
  const sojourn::signals columns = {{"stage", sojourn::column<std::int32_t>(codes, bits), {"live", "pilot"}, {}},
                                    {"a", sojourn::column<double>(a), {}, {}},
                                    {"b", sojourn::column<double>(b), {}, {}},
                                    {"seen", sojourn::column<double>(seen), {}, {}}};
  const auto fires = [&](std::string condition) {
    auto with_rule = spec;
    with_rule.rules = {when(condition, h::rule_action::add, 1)};
    const auto r = h::score(h::compile(with_rule), columns,
                            {.as_of = sojourn::day{100}, .previous_score = before, .previous_tier = tiers});
    std::string found;
    for (std::size_t i = 0; i < 3; ++i)
      found += (r.flags[i] & h::flag::undecided_rule) != 0 ? '?' : r.fired[i] == 1 ? 'y' : 'n';
    return found;
  };
  CHECK(fires("stage == 'live'") == "yn?");
  CHECK(fires("stage in ('pilot', 'gone')") == "ny?");
  CHECK(fires("stage != 3") == "???");
  CHECK(fires("missing(stage)") == "nny");
  CHECK(fires("age(a) > 30") == "ny?");
  CHECK(fires("age(b) > 30") == "???");
  CHECK(fires("sub(use) > 50") == "yn?");
  CHECK(fires("tier() == 'green'") == "yn?");
  CHECK(fires("tier() < 'yellow'") == "ny?");
  CHECK(fires("prev_tier() >= 'yellow'") == "yn?");
  CHECK(fires("score() > 50") == "yn?");
  CHECK(fires("delta_score() < -10") == "ny?");
  CHECK(fires("prev_score() == 70") == "yy?");
  CHECK(fires("missing(a) or b > 1") == "y?y");
  CHECK(fires("not missing(a) and b > 1") == "y?n");
  CHECK(fires("a between 20 and 60") == "yy?");
}

namespace {

/// A condition as text and as what it means; nothing = undecided.
struct meaning {
  std::string text;
  std::function<std::optional<bool>(const std::vector<double>&)> of;
};

class condition_maker {
 public:
  explicit condition_maker(unsigned seed) : random_(seed) {}
  std::size_t below(std::size_t n) { return static_cast<std::size_t>(random_() % n); }

  meaning make(std::size_t depth) {
    if (depth == 0 || below(4) == 0) return simple();
    if (below(4) == 0) {
      const meaning a = make(depth - 1);
      return {"not (" + a.text + ")", [a](const auto& x) {
                const auto known = a.of(x);
                return known ? std::optional(!*known) : std::nullopt;
              }};
    }
    const meaning a = make(depth - 1), b = make(depth - 1);
    const bool all = below(2) == 0;
    return {"(" + a.text + (all ? ") and (" : ") or (") + b.text + ")", [a, b, all](const auto& x) -> std::optional<bool> {
              const auto p = a.of(x), q = b.of(x);
              if ((p && *p != all) || (q && *q != all)) return !all;  // one side decides
              if (!p || !q) return std::nullopt;
              return all;
            }};
  }

 private:
  meaning simple() {
    const std::size_t k = below(3);
    const double v = static_cast<double>(below(4));
    const std::string name = "s" + std::to_string(k), value = std::to_string(static_cast<int>(v));
    const auto test = [k](auto holds) {
      return [k, holds](const std::vector<double>& x) {
        return std::isnan(x[k]) ? std::nullopt : std::optional<bool>(holds(x[k]));
      };
    };
    switch (below(9)) {
      case 0:
        return {name + " < " + value, test([v](double x) { return x < v; })};
      case 1:
        return {name + " <= " + value, test([v](double x) { return x <= v; })};
      case 2:
        return {name + " > " + value, test([v](double x) { return x > v; })};
      case 3:
        return {name + " >= " + value, test([v](double x) { return x >= v; })};
      case 4:
        return {name + " == " + value, test([v](double x) { return x == v; })};
      case 5:
        return {name + " != " + value, test([v](double x) { return x != v; })};
      case 6:
        return {name + " in (" + value + ", 2)", test([v](double x) { return x == v || x == 2; })};
      case 7:
        return {name + " between 1 and " + value, test([v](double x) { return x >= 1 && x <= v; })};
      default:
        return {"missing(" + name + ")",
                [k](const std::vector<double>& x) { return std::optional<bool>(std::isnan(x[k])); }};
    }
  }
  std::mt19937 random_;
};

struct outcome {
  double score;
  std::uint64_t fired = 0;
  bool undecided = false;
};

/// The definition, word for word.
outcome by_definition(const std::vector<h::rule>& rules, const std::vector<meaning>& meanings, const std::vector<double>& x,
                      double raw) {
  outcome result{raw};
  double adds = 0, floors = -inf, caps = inf;
  bool excluded = false;
  const h::rule* set = nullptr;
  for (std::size_t r = 0; r < rules.size(); ++r) {
    const auto held = meanings[r].of(x);
    if (!held) result.undecided = true;
    if (!held.value_or(rules[r].on_unknown == h::undecided::fires)) continue;
    result.fired |= std::uint64_t{1} << r;
    switch (rules[r].action) {
      case h::rule_action::add:
        adds += rules[r].value;
        break;
      case h::rule_action::floor:
        floors = std::max(floors, rules[r].value);
        break;
      case h::rule_action::cap:
        caps = std::min(caps, rules[r].value);
        break;
      case h::rule_action::set:
        if (set == nullptr || rules[r].priority > set->priority) set = &rules[r];
        break;
      default:
        excluded = true;
    }
  }
  double h = std::max(raw + adds, floors);
  if (set != nullptr) h = set->value;
  h = std::min(h, caps);
  result.score = excluded ? missing : std::min(100.0, std::max(0.0, h));
  return result;
}

}  // namespace

TEST_CASE("rules: 400 random cards of random conditions and actions do what the definition says") {
  condition_maker make(5);
  int excluded = 0, undecided = 0, moved = 0;
  for (int round = 0; round < 400; ++round) {
    auto spec = card({signal("s0", h::ramp{0, 4}), signal("s1", h::ramp{0, 4}), signal("s2", h::ramp{0, 4})},
                     {leaf(1, "s0"), leaf(2, "s1"), leaf(3, "s2")});
    std::vector<meaning> meanings;
    for (std::size_t n = 1 + make.below(6); n-- > 0;) {
      meanings.push_back(make.make(4));
      constexpr h::rule_action actions[] = {h::rule_action::add, h::rule_action::floor, h::rule_action::cap,
                                            h::rule_action::set, h::rule_action::exclude};
      const auto action = actions[make.below(make.below(3) == 0 ? 5 : 4)];
      h::rule r = when(meanings.back().text, action, static_cast<double>(make.below(90)));
      r.id = "r" + std::to_string(n);
      if (action == h::rule_action::exclude) r.value = 0;
      if (action == h::rule_action::add && make.below(2) == 0) r.value = -r.value;
      if (action == h::rule_action::set) r.priority = static_cast<int>(make.below(3));
      if (make.below(4) == 0) r.on_unknown = h::undecided::fires;
      spec.rules.push_back(std::move(r));
    }
    table t{{"s0", "s1", "s2"}, {{}, {}, {}}};
    for (int row = 0; row < 30; ++row) {
      for (auto& column : t.values) column.push_back(make.below(6) == 0 ? missing : static_cast<double>(make.below(5)));
    }
    const auto compiled = h::compile(spec);
    const auto r = h::score(compiled, t.view());
    REQUIRE(h::compile_json(compiled.to_json()).spec() == spec);
    for (std::size_t row = 0; row < 30; ++row) {
      CAPTURE(compiled.to_json());
      CAPTURE(row);
      const outcome expected =
          by_definition(spec.rules, meanings, {t.values[0][row], t.values[1][row], t.values[2][row]}, r.raw[row]);
      REQUIRE(r.fired[row] == expected.fired);
      REQUIRE(((r.flags[row] & h::flag::undecided_rule) != 0) == expected.undecided);
      if (std::isnan(r.raw[row]) || std::isnan(expected.score))
        REQUIRE(std::isnan(r.score[row]));
      else
        REQUIRE(r.score[row] == expected.score);
      excluded += (r.flags[row] & h::flag::excluded) != 0;
      undecided += expected.undecided;
      moved += r.score[row] != r.raw[row];
    }
  }
  CHECK(excluded > 100);
  CHECK(undecided > 1000);
  CHECK(moved > 1000);
}
