#include "sojourn/health/card/day_inputs.hpp"

#include <doctest/doctest.h>

#include "health_fixtures.hpp"

using namespace health_test;

TEST_CASE("day_inputs: signals by recency and the days of observation, each once") {
  h::scorecard_spec spec = card({signal("usage"), signal("last_login", h::recency{30, 0}), signal("nps")},
                                {leaf(1, "usage"), leaf(1, "last_login"), leaf(1, "nps")});
  spec.signals[0].observed_at = "seen_on";
  spec.signals[2].observed_at = "seen_on";
  CHECK(h::day_inputs(h::compile(spec)) == std::vector<std::string>{"seen_on", "last_login"});
}
