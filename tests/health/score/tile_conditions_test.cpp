// What a tile of rows decides at once (rules, tiers with a memory, ages) against the same rows one by one.
#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>
#include <random>
#include <vector>

#include "rule_fixtures.hpp"

using namespace health_test;

namespace {

constexpr std::size_t rows = 1'300;  // more than two tiles

/// Limits, their neighbours, numbers that are shown like them, numbers from anywhere, gaps and infinities.
double odd_number(std::mt19937_64& random) {
  const double limit = static_cast<double>(random() % 11);
  switch (random() % 9) {
    case 0:
      return missing;
    case 1:
      return limit;
    case 2:
      return std::nextafter(limit, -1.0);
    case 3:
      return std::nextafter(limit, 20.0);
    case 4:
      return limit * (1 + 1e-13);
    case 5:
      return limit * (1 - 4e-12);
    case 6:
      return random() % 20 == 0 ? inf : limit;
    default:
      return static_cast<double>(random() % 10'000) / 1000;
  }
}

h::scorecard_spec ruled(bool on_parts) {
  using action = h::rule_action;
  auto spec =
      small({acting("1", "a < 3", action::cap, 60), acting("2", "a <= 3 and b > 7", action::add, 5),
             acting("3", "5 >= b", action::add, -1), acting("4", "c == 4 or c != 6", action::add, 2),
             acting("5", "x between 2 and 5", action::floor, 30), acting("6", "not (a >= 9) and missing(x)", action::add, 1),
             acting("7", "score() < 50", action::add, 3), acting("8", "score() >= 90 or sub(use) < 10", action::cap, 95),
             acting("9", "a > b", action::add, 0.5)});
  spec.rules[4].on_unknown = h::undecided::fires;
  if (on_parts) {
    spec.rules.push_back(on_signal("a", "b >= 8", action::add, 10));
    spec.rules.push_back(on_group("use", "x < 1 or a > c", action::cap, 70));
  }
  for (h::signal_spec& one : spec.signals) one.norm = h::ramp{0, 10};
  spec.tiers.up = 1.5;
  spec.tiers.down = 2.5;
  return spec;
}

struct cycle {
  table values{{"a", "b", "c", "x"}, {}};
  std::vector<double> score;
  std::vector<h::tier_code> tier;
  std::vector<std::int32_t> seen;

  explicit cycle(std::uint64_t seed) {
    std::mt19937_64 random(seed);
    values.values.resize(4);
    for (std::size_t row = 0; row < rows; ++row) {
      for (auto& column : values.values) column.push_back(odd_number(random));
      score.push_back(static_cast<double>(random() % 100));
      constexpr h::tier_code others[] = {h::unknown_tier, h::no_tier, h::foreign_tier, 9};
      tier.push_back(random() % 4 == 0 ? others[random() % 4] : static_cast<h::tier_code>(random() % 3));
      seen.push_back(20'000 - static_cast<std::int32_t>(random() % 2'000) + 5);
    }
  }

  [[nodiscard]] h::scores scored(const h::scorecard& card, std::size_t first, std::size_t count) const {
    sojourn::signals columns;
    for (std::size_t k = 0; k < values.names.size(); ++k) {
      columns.push_back(
          {values.names[k], sojourn::column<double>(std::span(values.values[k]).subspan(first, count)), {}, {}});
    }
    columns.push_back({"seen", sojourn::column<std::int32_t>(std::span(seen).subspan(first, count)), {}, {}});
    h::score_options options{.as_of = sojourn::day{20'000}};
    options.previous_score = std::span(score).subspan(first, count);
    options.previous_tier = std::span(tier).subspan(first, count);
    return h::score(card, columns, options);
  }
};

void check_tiles_against_rows(const h::scorecard_spec& spec, std::uint64_t seed) {
  const h::scorecard card = h::compile(spec);
  const cycle book(seed);
  const h::scores whole = book.scored(card, 0, rows);
  std::uint64_t fired = 0;
  for (std::size_t row = 0; row < rows; ++row) {
    CAPTURE(row);
    const h::scores alone = book.scored(card, row, 1);
    REQUIRE(same_bits({whole.score[row]}, alone.score));
    REQUIRE(whole.tier[row] == alone.tier[0]);
    REQUIRE(whole.flags[row] == alone.flags[0]);
    if (!spec.rules.empty()) {
      fired |= whole.fired[row];
      REQUIRE(whole.fired[row] == alone.fired[0]);
      REQUIRE(whole.undecided[row] == alone.undecided[0]);
      REQUIRE(whole.binding[row] == alone.binding[0]);
    }
    if (!whole.stale_share.empty()) REQUIRE(same_bits({whole.stale_share[row]}, alone.stale_share));
  }
  CHECK(fired == (std::uint64_t{1} << spec.rules.size()) - 1);  // every rule was tried
}

}  // namespace

TEST_CASE("tile conditions: rules fire, rest and bind in a tile as they do for one account") {
  check_tiles_against_rows(ruled(false), 1);
  check_tiles_against_rows(ruled(true), 2);
}

TEST_CASE("tile conditions: tiers owned from above, and halved values and weights by days in any number") {
  auto spec = ruled(false);
  spec.tiers.closed = h::closed_side::right;
  check_tiles_against_rows(spec, 3);
  spec.rules.clear();
  for (h::signal_spec& one : spec.signals) one.observed_at = "seen";
  spec.signals[0].stale = h::staleness{.validity = 1'500.0, .decay_weight = h::weight_decay{30, 7}};
  spec.signals[1].stale = h::staleness{.to_neutral = h::neutral_decay{.half_life = 200, .grace = 10, .neutral = 0.5}};
  check_tiles_against_rows(spec, 4);
}
