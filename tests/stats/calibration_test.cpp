#include "sojourn/stats/calibration.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include "sojourn/domain/error.hpp"

using namespace sojourn;
using doctest::Approx;

TEST_CASE("calibration_of: Brier, log loss and AUC by hand") {
  const std::vector<double> p{0.1, 0.4, 0.4, 0.8};
  const std::vector<std::uint8_t> outcome{0, 1, 0, 1};
  const calibration_result found = calibration_of(p, outcome, {}, 2);
  CHECK(found.brier == Approx((0.01 + 0.36 + 0.16 + 0.04) / 4));
  CHECK(found.log_loss == Approx(-(std::log(0.9) + std::log(0.4) + std::log(0.6) + std::log(0.8)) / 4));
  CHECK(found.auc == Approx((1 + 0.5 + 1 + 1) / 4));  // the pair of equal probabilities counts half
  CHECK(found.expected == Approx(1.7));
  CHECK(found.bins.size() == 2);
  CHECK(found.bins[0].n == 3);  // equal probabilities share a bin
  CHECK(found.bins[0].observed.value == Approx(1.0 / 3));
  CHECK(found.bins[1].from == 0.8);
}

TEST_CASE("calibration_of: times repeat rows") {
  const std::vector<double> few{0.2, 0.7, 0.5}, many{0.2, 0.2, 0.7, 0.5, 0.5, 0.5};
  const std::vector<std::uint8_t> of_few{0, 1, 1}, of_many{0, 0, 1, 1, 1, 1};
  const std::vector<std::int64_t> times{2, 1, 3};
  const calibration_result a = calibration_of(few, of_few, times, 3), b = calibration_of(many, of_many, {}, 3);
  CHECK(a.brier == Approx(b.brier).epsilon(1e-14));
  CHECK(a.auc == b.auc);
  REQUIRE(a.bins.size() == b.bins.size());
  for (std::size_t i = 0; i < a.bins.size(); ++i) CHECK(a.bins[i].n == b.bins[i].n);
}

TEST_CASE("calibration_of: nothing, one outcome, certainty that fails") {
  CHECK(std::isnan(calibration_of({}, {}).brier));
  const std::vector<double> p{0.0, 1.0, std::numeric_limits<double>::quiet_NaN()};
  const std::vector<std::uint8_t> events{1, 1, 1};
  const calibration_result found = calibration_of(p, events);
  CHECK(std::isnan(found.auc));
  CHECK(std::isinf(found.log_loss));
  CHECK(found.missing == 1);
  CHECK(found.n == 2);
}

TEST_CASE("calibration_of: what is no probability names its row") {
  const std::vector<double> p{0.5, 1.5};
  const std::vector<std::uint8_t> outcome{0, 1};
  CHECK_THROWS_AS((void)calibration_of(p, outcome), data_error);
  CHECK_THROWS_AS((void)calibration_of(p, outcome, {}, 0), schema_error);
  CHECK_THROWS_AS((void)calibration_of(p, std::vector<std::uint8_t>{1}), schema_error);
}
