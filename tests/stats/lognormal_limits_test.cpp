#include "sojourn/stats/lognormal_limits.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

using namespace sojourn;
using doctest::Approx;

TEST_CASE("lognormal_limits FC-16: Mack 1993, section 5") {
  const value_limits limits = lognormal_limits(100, 20);
  CHECK(limits.low == Approx(66.5134544091).epsilon(5e-12));
  CHECK(limits.high == Approx(144.563001588).epsilon(5e-12));
}

TEST_CASE("lognormal_limits: never below 0, the mean without spread, NaN where there is no mean") {
  CHECK(lognormal_limits(1, 100).low > 0);
  CHECK(lognormal_limits(5, 0).low == 5);
  CHECK(lognormal_limits(5, 0).high == 5);
  CHECK(std::isnan(lognormal_limits(0, 1).low));
  CHECK(std::isnan(lognormal_limits(std::numeric_limits<double>::quiet_NaN(), 1).high));
  CHECK(std::isnan(lognormal_limits(1, std::numeric_limits<double>::quiet_NaN()).high));
}
