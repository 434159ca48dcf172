#include <doctest/doctest.h>

#include <random>

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
