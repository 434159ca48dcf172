// What a score hides, on accounts whose parts are known.
#include "sojourn/health/book/watermelon.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "health_fixtures.hpp"

using namespace health_test;
using doctest::Approx;

TEST_CASE("watermelon: sub-scores by class, and critical signals that are red alone") {
  h::scorecard_spec spec = card({signal("logins"), signal("files"), signal("csat"), signal("sponsor")},
                                {leaf(3, "logins"), leaf(1, "files"), leaf(2, "csat"), leaf(2, "sponsor")});
  spec.signals[0].kind = spec.signals[1].kind = h::signal_class::objective;
  spec.signals[2].kind = h::signal_class::subjective;
  spec.signals[3].critical = h::criticality::critical;
  const table t{{"logins", "files", "csat", "sponsor"},
                {{100, 100, missing, missing},
                 {60, missing, missing, missing},
                 {20, missing, missing, missing},
                 {0, 100, 50, missing}}};
  const auto compiled = h::compile(spec);
  const auto view = h::look_inside(compiled, h::explain(compiled, t.view()));
  CHECK(view.objective[0] == Approx(90));
  CHECK(view.subjective[0] == Approx(20));
  CHECK(view.objective[1] == Approx(100));
  CHECK(std::isnan(view.subjective[1]));
  CHECK(std::isnan(view.objective[2]));
  CHECK(view.critical_red == std::vector<std::uint8_t>{1, 0, 0, 0});  // 50 is yellow; nothing known is not red
  CHECK(std::isnan(view.objective[3]));
}
