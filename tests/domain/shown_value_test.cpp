#include "sojourn/domain/shown_value.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <random>

using namespace sojourn;

namespace {

double by_printf(double value) {
  char text[64];
  std::snprintf(text, sizeof text, "%.11e", value);
  return std::strtod(text, nullptr);
}

}  // namespace

TEST_CASE("shown_value: 12 significant digits") {
  CHECK(shown_value(100 * 0.9) == 90);
  CHECK(shown_value(89.99999999999999) == 90);
  CHECK(shown_value(89.9999999999) == 89.9999999999);
  CHECK(shown_value(0.1 + 0.2) == 0.3);
  CHECK(shown_value(-0.0) == 0);
  CHECK(std::isnan(shown_value(std::numeric_limits<double>::quiet_NaN())));
  CHECK(std::isinf(shown_value(std::numeric_limits<double>::infinity())));
}

TEST_CASE("shown_value: comparing, reaching and passing are one rule") {
  std::mt19937_64 random(3);
  std::uniform_real_distribution<double> anywhere(-120, 120);
  for (int round = 0; round < 20'000; ++round) {
    double threshold = anywhere(random);
    if (round % 3 == 0) threshold = std::round(threshold);
    if (round % 7 == 0) threshold *= 1e-9;
    double value = threshold;
    const int steps = static_cast<int>(random() % 4000) - 2000;
    for (int i = 0; i < std::abs(steps); ++i) value = std::nextafter(value, steps > 0 ? 1e300 : -1e300);
    if (round % 5 == 0) value = anywhere(random);
    const double a = by_printf(value), b = by_printf(threshold);
    REQUIRE(shown_value(value) == a);
    REQUIRE((compare_shown(value, threshold) >= 0) == (a >= b));
    REQUIRE((compare_shown(value, threshold) > 0) == (a > b));
    REQUIRE((value >= lowest_reaching(threshold)) == (a >= b));
    REQUIRE((value > highest_not_passing(threshold)) == (a > b));
    REQUIRE((shown_difference(value, threshold) == 0) == (a == b));
  }
  CHECK(lowest_reaching(0) == 0);
  CHECK(!(compare_shown(std::numeric_limits<double>::quiet_NaN(), 1) >= 0));
}
