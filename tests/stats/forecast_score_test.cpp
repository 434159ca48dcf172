#include "sojourn/stats/forecast_score.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "sojourn/domain/error.hpp"

using namespace sojourn;
using doctest::Approx;

TEST_CASE("forecast_score FC-10: Gneiting and Raftery, eq. 43") {
  const std::vector<double> low{90, 95, 100, 80}, high{110, 105, 120, 100}, actual{100, 108, 99, 100};
  const interval_score found = score_intervals(low, high, actual, confidence_level{0.8});
  CHECK(found.covered == 2);
  CHECK(found.coverage == 0.5);
  CHECK(found.mean_width == 17.5);
  CHECK(found.score == Approx(27.5).epsilon(1e-12));
}

TEST_CASE("forecast_score: what is missing is counted, what cannot be meant is named") {
  const std::vector<double> low{std::numeric_limits<double>::quiet_NaN(), 1}, high{2, 2}, actual{1, 1.5};
  CHECK(score_intervals(low, high, actual).missing == 1);
  CHECK(score_intervals(low, high, actual).n == 1);
  CHECK(std::isnan(score_intervals({}, {}, {}).score));
  CHECK_THROWS_WITH_AS((void)score_intervals(high, low, actual), doctest::Contains("\"low\", row 1, value 2"), data_error);
  CHECK_THROWS_AS((void)score_intervals(low, high, std::vector<double>{1}), schema_error);
}

TEST_CASE("forecast_score FC-12: half the error at the median") {
  CHECK(pinball_loss(2, 3, 0.5) == 0.5);
  CHECK(pinball_loss(2, 3, 0.9) == 0.9);
  CHECK(pinball_loss(3, 2, 0.9) == Approx(0.1));
}

TEST_CASE("forecast_score: the factor is an order statistic within limits") {
  const std::vector<double> errors{-2, 1, 0.5, 1.5, -1, 2.5, 0, 1, 3}, ones(9, 2.0);
  const interval_factor at80 = calibrate_intervals(errors, ones, confidence_level{0.8});
  CHECK(at80.n == 9);
  CHECK(at80.factor == 1.25);  // the eighth of nine: ceil(10 x 0.8)
  CHECK(at80.limit == factor_limit::none);
  CHECK(calibrate_intervals(errors, ones, confidence_level{0.5}).limit == factor_limit::narrowest);
  CHECK(calibrate_intervals(errors, ones, confidence_level{0.5}).factor == 0.8);
  CHECK(calibrate_intervals(errors, ones).limit == factor_limit::too_few);
  CHECK(calibrate_intervals(errors, ones).factor == 3);
  CHECK(calibrate_intervals(errors, std::vector<double>(9, 0.1), confidence_level{0.8}).limit == factor_limit::widest);
  CHECK(std::isnan(calibrate_intervals({}, {}).factor));
  CHECK_THROWS_AS((void)calibrate_intervals(errors, std::vector<double>(9, 0.0)), data_error);
  CHECK_THROWS_AS((void)calibrate_intervals(errors, std::vector<double>(3, 1.0)), schema_error);
}
