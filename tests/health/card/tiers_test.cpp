#include "sojourn/health/card/tiers.hpp"

#include <doctest/doctest.h>

#include "health_fixtures.hpp"

using namespace health_test;

namespace {

h::scorecard_spec green_from_90(h::closed_side closed = h::closed_side::left) {
  h::scorecard_spec spec = card({signal("csat", h::ramp{1, 5})}, {leaf(1, "csat")});
  spec.tiers.tiers = {{"red", 0}, {"yellow", 50}, {"green", 90}};
  spec.tiers.closed = closed;
  return spec;
}

const table csat{{"csat"}, {{4.6, 4.5, 3.0}}};

}  // namespace

TEST_CASE("edge J03: a score that is shown as 90 is in the tier from 90 on, and rules on 90 fire") {
  h::scorecard_spec spec = green_from_90();
  REQUIRE(100 * (4.6 - 1) / 4 < 90);  // the trap: 89.99999999999999
  const h::scores plain = h::score(h::compile(spec), csat.view());
  CHECK(plain.tier == std::vector<h::tier_code>{2, 1, 1});
  h::rule one;
  one.id = "ninety";
  one.when = "score() >= 90";
  one.action = h::rule_action::add;
  one.value = 1;
  spec.rules.push_back(one);
  const h::scores ruled = h::score(h::compile(spec), csat.view());
  CHECK(ruled.score[0] == doctest::Approx(91));
  CHECK(ruled.score[1] == doctest::Approx(87.5));
}

TEST_CASE("tiers: a tier that owns its upper end keeps a score that is shown as the threshold") {
  const h::tier_ladder ladder(green_from_90(h::closed_side::right).tiers);
  CHECK(ladder.of(89.99999999999999) == 1);
  CHECK(ladder.of(90.00000000000001) == 1);
  CHECK(ladder.of(90.0000000001) == 2);
}

TEST_CASE("tiers: margins are reached by the score that is shown") {
  h::tier_spec spec = green_from_90().tiers;
  spec.up = 0.1;
  spec.down = 0.2;
  const h::tier_ladder ladder(spec);
  CHECK(ladder.of(90.09999999999999, 1) == 2);
  CHECK(ladder.of(89.8, 2) == 2);  // 90 - 0.2 is 89.8 as shown, whatever the last bit says
  CHECK(ladder.of(89.79999999, 2) == 1);
}
