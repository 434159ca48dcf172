#include <doctest/doctest.h>

#include <random>
#include <span>
#include <utility>

#include "health_fixtures.hpp"
#include "sojourn/health/score/account_scorer.hpp"

using namespace health_test;
using sojourn::column;
using sojourn::day;
using sojourn::signals;

namespace {

/// All columns of one row, as a table of one account.
h::scores table_of_one(const h::scorecard& card, const std::vector<double>& values, day as_of) {
  signals columns;
  for (std::size_t i = 0; i < values.size(); ++i)
    columns.push_back({card.inputs()[i], column<double>(std::span<const double>(&values[i], 1))});
  return h::score(card, columns, {.as_of = as_of});
}

void check_rows(const h::scorecard& card, unsigned seed, day as_of = {}) {
  std::mt19937_64 random(seed);
  h::account_scorer scorer(card, as_of);
  REQUIRE(scorer.inputs() == card.inputs().size());
  for (int row = 0; row < 400; ++row) {
    std::vector<double> values;
    for (std::size_t i = 0; i < scorer.inputs(); ++i) {
      const auto pick = random() % 20;
      values.push_back(pick == 0                   ? missing
                       : pick == 1 && row % 5 == 0 ? inf
                                                   : static_cast<double>(random() % 1300) * 0.1 - 15);
      scorer.set(i, values.back());
    }
    const h::scores expected = table_of_one(card, values, as_of);
    const h::account_score found = scorer.score();
    REQUIRE(same_bits({found.score, found.coverage}, {expected.score[0], expected.coverage[0]}));
    REQUIRE(found.tier == expected.tier[0]);
    REQUIRE(found.flags == expected.flags[0]);
  }
}

}  // namespace

TEST_CASE("account scorer: a usual card gives an account what the table of it gives") {
  check_rows(
      h::compile(card({signal("a"), signal("b", h::ramp{90, 10}), signal("c", h::piecewise{{{0, 0.5}, {20, 1}, {60, 0}}})},
                      {leaf(3, "a"), sub(2, "g", {leaf(1, "b"), leaf(2, "c")}, 0.5)}, 0.5)),
      1);
}

TEST_CASE("account scorer: policies, ages, denominators and rules are those of the table") {
  auto spec = card({signal("a", h::identity{}, {h::missing_kind::worst}), signal("b", h::logistic{40, 0.1}),
                    signal("c", h::bins{{10, 50}, {0, 0.4, 1}}, {h::missing_kind::fail}), signal("d", h::ramp{0, 3})},
                   {leaf(3, "a"), leaf(1, "b"), leaf(2, "c"), leaf(2, "d")}, 0.5);
  spec.signals[3].per = "seats";
  spec.signals[1].stale = h::staleness{.validity = 90.0};
  spec.signals[1].observed_at = "seen";
  spec.rules.push_back({.id = "low", .when = "a < 20", .action = h::rule_action::cap, .value = 30});
  check_rows(h::compile(spec), 2, day{60});
}

TEST_CASE("account scorer: texts are looked up, and may take the place of numbers and give it back") {
  const h::scorecard named =
      h::compile(card({signal("mood", h::value_map{{{"good", 1}, {"poor", 0.25}, {"3", 0.5}}}), signal("a")},
                      {leaf(1, "mood"), leaf(1, "a")}));
  h::account_scorer scorer(named);
  scorer.set(1, 50);
  scorer.set_text(0, "good");
  CHECK(scorer.score().score == 75);
  scorer.set_text(0, "poor");
  CHECK(scorer.score().score == 37.5);
  scorer.set_text(0, "odd");
  CHECK(scorer.score().flags == h::flag::irregular);
  scorer.set(0, 3);
  CHECK(scorer.score().score == 50);
  scorer.set(0, missing);
  CHECK(scorer.score().coverage == 0.5);
  scorer.set_text(1, "fifty");
  CHECK_THROWS_AS((void)scorer.score(), sojourn::schema_error);
  scorer.set(1, 100);
  CHECK(scorer.score().score == 100);
}

TEST_CASE("account scorer: a range whose policy is error is checked for every account") {
  auto spec = card({signal("a")}, {leaf(1, "a")});
  spec.signals[0].valid = h::valid_range{0, 100, h::invalid_policy::error};
  h::account_scorer scorer(h::compile(spec));
  scorer.set(0, 40);
  CHECK(scorer.score().score == 40);
  scorer.set(0, 140);
  CHECK_THROWS_AS((void)scorer.score(), sojourn::data_error);
  scorer.set(0, 60);
  CHECK(scorer.score().score == 60);
}

TEST_CASE("account scorer: an input that the card does not have is refused, and inputs have names") {
  h::account_scorer scorer(h::compile(card({signal("a"), signal("b")}, {leaf(1, "a"), leaf(1, "b")})));
  CHECK(scorer.input("b") == 1);
  CHECK_THROWS_AS((void)scorer.input("c"), sojourn::schema_error);
  CHECK_THROWS_AS(scorer.set(2, 1), sojourn::schema_error);
  CHECK_THROWS_AS(scorer.set_text(2, "x"), sojourn::schema_error);
  CHECK_THROWS_AS(scorer.set_previous(2, 1), sojourn::schema_error);
  CHECK_THROWS_AS(scorer.set_previous_text(7, "x"), sojourn::schema_error);
  scorer.set(scorer.input("a"), 40);
  scorer.set(scorer.input("b"), 80);
  CHECK(scorer.score().score == 60);
  scorer.clear();
  CHECK(scorer.score().score != scorer.score().score);
}

TEST_CASE("account scorer: the cycle before and the parts are those of a table of one account") {
  auto spec = card(
      {signal("a", h::identity{}, h::missing_policy{.kind = h::missing_kind::carry_forward, .max_age = 30}), signal("b")},
      {leaf(3, "a"), leaf(1, "b")});
  spec.smoothing = h::smoothing_spec{.lambda = 0.5};
  spec.signals[0].observed_at = "seen";
  const h::scorecard smooth = h::compile(spec);
  REQUIRE(smooth.reads_previous());
  const double then[] = {70, 20, 98};
  const double now[] = {missing, 60, missing};
  const auto columns = [&](const double* values) {
    return signals{{"a", column<double>(std::span<const double>(values, 1))},
                   {"b", column<double>(std::span<const double>(values + 1, 1))},
                   {"seen", column<double>(std::span<const double>(values + 2, 1))}};
  };
  const signals before = columns(then), today = columns(now);
  const h::scores first = h::score(smooth, before, {.as_of = day{100}});
  const h::score_options options{.as_of = day{107}, .previous_signals = &before, .previous = first.cycle};
  const h::scores second = h::score(smooth, today, options);

  h::account_scorer start(smooth, day{100});
  start.set(start.input("a"), 70);
  start.set(start.input("b"), 20);
  start.set(start.input("seen"), 98);
  CHECK(start.score().score == first.score[0]);
  CHECK(start.cycle() == first.cycle[0]);
  h::account_scorer scorer(smooth, day{107});
  scorer.set(scorer.input("b"), 60);
  scorer.set_previous(start.cycle());
  scorer.set_previous(scorer.input("a"), 70);
  scorer.set_previous(scorer.input("b"), 20);
  scorer.set_previous(scorer.input("seen"), 98);
  const h::account_score found = scorer.score();
  CHECK(same_bits({found.score, found.coverage, found.delta}, {second.score[0], second.coverage[0], second.delta[0]}));
  CHECK(found.prev_tier == second.prev_tier[0]);
  CHECK(scorer.cycle() == second.cycle[0]);
  const h::contributions expected = h::explain(smooth, today, options), parts = scorer.explain();
  CHECK(same_bits(parts.points, expected.points));
  CHECK(same_bits(parts.lost, expected.lost));
  CHECK(parts.adjustments == expected.adjustments);
}

TEST_CASE("account scorer: one that was moved from says so, and may be assigned to") {
  const h::scorecard simple = h::compile(card({signal("a")}, {leaf(1, "a")}));
  h::account_scorer scorer(simple);
  h::account_scorer taken(std::move(scorer));
  taken.set(0, 30);
  CHECK(taken.score().score == 30);
  CHECK(scorer.inputs() == 0);  // NOLINT(bugprone-use-after-move): defined, and tested here
  CHECK_THROWS_AS(scorer.set(0, 1), sojourn::schema_error);
  CHECK_THROWS_AS((void)scorer.score(), sojourn::schema_error);
  CHECK_THROWS_AS((void)scorer.explain(), sojourn::schema_error);
  scorer = h::account_scorer(simple);
  scorer.set(0, 45);
  CHECK(scorer.score().score == 45);
}
