#include "sojourn/stats/chi_square.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

using namespace sojourn;
using doctest::Approx;

TEST_CASE("chi-square: published quantiles have their tails") {
  CHECK(chi_square_p_value(3.841458820694124, 1) == Approx(0.05).epsilon(1e-12));
  CHECK(chi_square_p_value(11.344866730144373, 3) == Approx(0.01).epsilon(1e-12));
  CHECK(chi_square_p_value(2 * std::log(20.0), 2) == Approx(0.05).epsilon(1e-14));  // exp(-x/2) on two degrees
}

TEST_CASE("chi-square: small p-values keep their digits, edges are exact") {
  CHECK(chi_square_p_value(1000, 2) == Approx(std::exp(-500.0)).epsilon(1e-12));
  CHECK(chi_square_p_value(0, 5) == 1);
  CHECK(chi_square_p_value(-1e-18, 5) == 1);  // rounding of a sum of squares
  CHECK(chi_square_p_value(std::numeric_limits<double>::infinity(), 1) == 0);
  CHECK(std::isnan(chi_square_p_value(std::nan(""), 1)));
  CHECK(std::isnan(chi_square_p_value(1, 0)));
}
