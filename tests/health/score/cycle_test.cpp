// What one cycle takes over from the one before: smoothing, tiers that wait, gaps.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include <random>

#include "health_fixtures.hpp"

using namespace health_test;
using doctest::Approx;
using sojourn::day;

namespace {

h::scorecard_spec plain() {
  return card({signal("x")}, {leaf(1, "x")});
}

/// One account through the cycles: a score and a tier each.
class life {
 public:
  explicit life(const h::scorecard_spec& spec) : card_(h::compile(spec)) {}

  h::scores next(double x, int today = 0) {
    const table t{{"x"}, {{x}}};
    const auto r = h::score(card_, t.view(), {.as_of = day{today}, .previous = before_});
    before_ = r.cycle;
    return r;
  }
  [[nodiscard]] const std::vector<h::cycle_state>& before() const { return before_; }
  void go_back_to(std::vector<h::cycle_state> state) { before_ = std::move(state); }

 private:
  h::scorecard card_;
  std::vector<h::cycle_state> before_;
};

std::string tiers_of(const h::scorecard_spec& spec, const std::vector<double>& path) {
  life one(spec);
  std::string letters;
  for (const double x : path) {
    const auto tier = one.next(x).tier[0];
    letters += tier == h::unknown_tier ? '?' : "RYG"[tier];
  }
  return letters;
}

}  // namespace

TEST_CASE("H62: with margins of 3, several tiers are crossed in one step, and 48 stops a fall from green at yellow") {
  h::tier_spec spec;
  spec.up = spec.down = 3;
  const h::tier_ladder ladder(spec);
  CHECK(ladder.of(48, 2) == 1);
  CHECK(ladder.of(46, 2) == 0);
  CHECK(ladder.of(80, 0) == 2);
  CHECK(ladder.of(76, 0) == 1);
}

TEST_CASE("H63: half of a half-life later the smoothed score has gone 29 % of the way") {
  h::scorecard_spec spec = plain();
  spec.smoothing = h::smoothing_spec{.half_life_days = 30};
  life one(spec);
  CHECK(one.next(80, 20'000).score[0] == 80);
  const auto r = one.next(50, 20'015);
  CHECK(r.score[0] == Approx(71.21320343559643).epsilon(1e-14));
  CHECK(r.raw[0] == 50);
  CHECK(r.cycle[0].smoothed == r.score[0]);
  CHECK(r.not_later == 0);
}

TEST_CASE(
    "smoothing: a fixed share a cycle, with or without days; scored again on the same day nothing moves, and it is "
    "counted") {
  h::scorecard_spec spec = plain();
  spec.smoothing = h::smoothing_spec{.lambda = 0.25};
  life undated(spec);
  CHECK(undated.next(100).score[0] == 100);
  CHECK(undated.next(0).score[0] == 75);
  CHECK(undated.next(75).score[0] == 75);
  life dated(spec);
  (void)dated.next(100, 10);
  const auto first = dated.next(0, 11);
  const auto again = dated.next(0, 11);
  CHECK(again.score == first.score);
  CHECK(again.tier == first.tier);
  CHECK(again.cycle == first.cycle);
  CHECK(again.not_later == 1);
  CHECK(dated.next(0, 5).score[0] == 75);
}

TEST_CASE("smoothing: a gap keeps the memory for max_gap cycles and no score; then it starts anew") {
  h::scorecard_spec spec = plain();
  spec.smoothing = h::smoothing_spec{.lambda = 0.5, .max_gap = 2};
  for (const int gap : {1, 2, 3}) {
    life one(spec);
    (void)one.next(100);
    for (int c = 0; c < gap; ++c) {
      const auto r = one.next(missing);
      CHECK(std::isnan(r.score[0]));
      CHECK(r.tier[0] == h::unknown_tier);
      CHECK(r.cycle[0].gap == c + 1);
    }
    CHECK(one.next(0).score[0] == (gap <= 2 ? 50 : 0));
  }
}

TEST_CASE("smoothing: it comes before rules, so an escalation acts at once; every step is a line of the explanation") {
  h::scorecard_spec spec = card({signal("x"), signal("gone")}, {leaf(1, "x"), leaf(0, "gone")});
  spec.smoothing = h::smoothing_spec{.lambda = 0.5};
  spec.tiers.dwell = 3;
  h::rule left;
  left.id = "left";
  left.when = "gone == 100";
  left.action = h::rule_action::cap_tier;
  left.tier = "red";
  spec.rules = {left};
  const auto card = h::compile(spec);
  const table healthy{{"x", "gone"}, {{90}, {0}}}, lost{{"x", "gone"}, {{80}, {100}}};
  const auto first = h::score(card, healthy.view());
  const h::score_options options{.previous = first.cycle};
  const auto r = h::score(card, lost.view(), options);
  CHECK(r.raw[0] == 80);
  CHECK(r.cycle[0].smoothed == 85);
  CHECK(r.score[0] == Approx(49.99));
  CHECK(r.tier[0] == 0);
  CHECK(r.cycle[0].tier == 0);
  CHECK(r.prev_tier[0] == 2);
  const auto parts = h::explain(card, lost.view(), options);
  const h::adjustment& a = parts.adjustments[0];
  CHECK(a.smoothing == 5);
  CHECK(parts.part(0, 0) + a.smoothing + a.add + a.floor + a.set + a.cap + a.clamp == Approx(r.score[0]).epsilon(1e-14));
  // The cap is gone: the smoothed score was never touched by it, the tier must wait to rise.
  const auto back = h::score(card, healthy.view(), {.previous = r.cycle});
  CHECK(back.score[0] == 87.5);
  CHECK(back.tier[0] == 0);
}

TEST_CASE("dwell: a change of tier must hold; one that does not is forgotten; a run settles on what all of it agrees on") {
  h::scorecard_spec spec = plain();
  CHECK(tiers_of(spec, {80, 60, 80, 60, 60}) == "GYGYY");
  spec.tiers.dwell = 2;
  CHECK(tiers_of(spec, {80, 60, 80, 60, 60, 60}) == "GGGGYY");
  CHECK(tiers_of(spec, {80, 60, 20, 20, 20}) == "GGYRR");
  CHECK(tiers_of(spec, {80, 20, 60, 20, 20, 20}) == "GGYYRR");
  CHECK(tiers_of(spec, {60, 80, 20, 80, 20}) == "YYYYY");
  spec.tiers.dwell = 3;
  CHECK(tiers_of(spec, {80, 20, 20, 20, 80, 80, 80}) == "GGGRRRG");
  CHECK(tiers_of(spec, {80, 20, missing, 20, 20, 20}) == "GG?RRR");  // what was unknown has no memory
}

TEST_CASE("dwell: days that do not pass do not count") {
  h::scorecard_spec spec = plain();
  spec.tiers.dwell = 2;
  life one(spec);
  (void)one.next(80, 10);
  (void)one.next(60, 11);
  const auto state = one.before();
  for (int again = 0; again < 3; ++again) CHECK(one.next(60, 11).tier[0] == 2);
  CHECK(one.before() == state);
  CHECK(one.next(60, 12).tier[0] == 1);
}

TEST_CASE("gaps: a tier may be held over them, and is never averaged") {
  h::scorecard_spec spec = plain();
  CHECK(tiers_of(spec, {80, missing, 74}) == "G?Y");
  spec.tiers.hold_unknown = 2;
  spec.tiers.up = spec.tiers.down = 3;
  CHECK(tiers_of(spec, {80, missing, missing, 74, missing, missing, missing, 74}) == "GGGGGG?Y");
  life one(spec);
  (void)one.next(80);
  const auto r = one.next(missing);
  CHECK(std::isnan(r.score[0]));
  CHECK((r.flags[0] & h::flag::no_data) != 0);
  const auto state = h::tally_health(r);
  CHECK(state.unknown.accounts == 1);
  CHECK(state.tiers[2].accounts == 0);
}

TEST_CASE(
    "cycles: random walks agree with a rewriting of the definition; a path inside the band never moves, no tier flips "
    "faster than dwell") {
  std::mt19937 random(5);
  const auto uniform = [&](double a, double b) { return std::uniform_real_distribution<double>(a, b)(random); };
  for (int round = 0; round < 300; ++round) {
    h::scorecard_spec spec = plain();
    const double lambda = round % 3 == 0 ? 1 : uniform(0.1, 1), half_life = uniform(2, 40);
    const bool by_days = round % 2 == 0;
    spec.smoothing = by_days ? h::smoothing_spec{.half_life_days = half_life, .max_gap = 2}
                             : h::smoothing_spec{.lambda = lambda, .max_gap = 2};
    spec.tiers.up = uniform(0, 5);
    spec.tiers.down = uniform(0, 5);
    spec.tiers.dwell = 1 + static_cast<int>(random() % 4);
    life account(spec);
    double smoothed = missing;
    int tier = -1;
    int gap = 0, today = 1000, scored_on = 0;
    std::vector<int>
        wanted;  // the tiers pointed to since the last change, while they differ from the present one, on one side of it
    double x = uniform(0, 100);
    for (int cycle = 0; cycle < 60; ++cycle) {
      today += 1 + static_cast<int>(random() % 20);
      x = std::clamp(x + uniform(-15, 15), 0.0, 100.0);
      const bool unknown = random() % 8 == 0;
      const auto r = account.next(unknown ? missing : x, today);
      if (unknown) {
        REQUIRE(r.tier[0] == h::unknown_tier);
        if (++gap > 2) smoothed = missing;
        tier = -1;
        wanted.clear();
        continue;
      }
      gap = 0;
      if (std::isnan(smoothed))
        smoothed = x;
      else
        smoothed += (by_days ? 1 - std::pow(0.5, (today - scored_on) / half_life) : lambda) * (x - smoothed);
      scored_on = today;
      REQUIRE(r.score[0] == Approx(smoothed).epsilon(1e-12));
      const double limits[] = {50, 75};
      int pointed = 0;
      if (tier < 0) {
        for (const double limit : limits) pointed += r.score[0] >= limit;
        tier = pointed;
      } else {
        pointed = tier;
        while (pointed < 2 && r.score[0] >= limits[pointed] + spec.tiers.up) ++pointed;
        while (pointed > 0 && r.score[0] < limits[pointed - 1] - spec.tiers.down) --pointed;
        const bool turned = !wanted.empty() && (wanted.back() > tier) != (pointed > tier);
        if (pointed == tier || turned) wanted.clear();
        if (pointed != tier) wanted.push_back(pointed);
        if (static_cast<int>(wanted.size()) >= spec.tiers.dwell) {
          const auto [low, high] = std::minmax_element(wanted.begin(), wanted.end());
          tier = pointed > tier ? *low : *high;
          wanted.assign(pointed == tier ? 0u : 1u, pointed);
        }
      }
      REQUIRE(int{r.tier[0]} == tier);
    }
  }
}

TEST_CASE("cycles: cards say what they take over, and only what makes sense") {
  const auto source = [](const std::string& more) {
    return R"({"sojourn": 1, "signals": {"x": {"norm": "identity"}}, "tree": {"mean": [[1, "x"]]}, )" + more + "}";
  };
  const auto card = h::compile_json(
      source(R"("smoothing": {"half_life_days": 14}, "tiers": {"low": 0, "high": 50, "dwell": 2, "unknown": {"hold": 3}})"));
  CHECK(card.spec().smoothing == h::smoothing_spec{.half_life_days = 14});
  CHECK(card.spec().tiers.dwell == 2);
  CHECK(card.spec().tiers.hold_unknown == 3);
  CHECK(h::compile_json(card.to_json()).to_json() == card.to_json());
  CHECK(h::compile_json(source(R"("tiers": {"low": 0, "unknown": "report"})")).spec().tiers.hold_unknown == 0);
  const auto place = [&](const std::string& more) { return h::validate_json(source(more)).at(0).pointer; };
  CHECK(place(R"("smoothing": {})") == "/smoothing");
  CHECK(place(R"("smoothing": {"lambda": 0.5, "half_life_days": 3})") == "/smoothing");
  CHECK(place(R"("smoothing": {"lambda": 1.5})") == "/smoothing/lambda");
  CHECK(place(R"("smoothing": {"lambda": 0.5, "max_gap": -1})") == "/smoothing/max_gap");
  CHECK(place(R"("smoothing": {"half_life_days": -3})") == "/smoothing/half_life_days");
  CHECK(place(R"("smoothing": {"half_life": 3})") == "/smoothing/half_life");
  CHECK(place(R"("tiers": {"low": 0, "dwell": 0})") == "/tiers/dwell");
  CHECK(place(R"("tiers": {"low": 0, "dwell": 1.5})") == "/tiers/dwell");
  CHECK(place(R"("tiers": {"low": 0, "unknown": {"hold": 0}})") == "/tiers/unknown/hold");
  CHECK(place(R"("tiers": {"low": 0, "unknown": "hold"})") == "/tiers/unknown");
  const std::vector<double> x = {50};
  const sojourn::signals columns = {{"x", sojourn::column<double>(x), {}, {}}};
  CHECK_THROWS_WITH_AS((void)h::score(card, columns), doctest::Contains("as_of"), sojourn::schema_error);
  CHECK_THROWS_WITH_AS((void)h::score(card, columns, {.as_of = day{9}, .previous_score = x}), doctest::Contains("states"),
                       sojourn::schema_error);
  const std::vector<h::cycle_state> two(2);
  CHECK_THROWS_AS((void)h::score(card, columns, {.as_of = day{9}, .previous = two}), sojourn::schema_error);
}
