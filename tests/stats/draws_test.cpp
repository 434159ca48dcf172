#include "sojourn/stats/draws.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <random>

#include "sojourn/domain/error.hpp"

using namespace sojourn;
using doctest::Approx;

TEST_CASE("draws: quantiles are values that were drawn") {
  const std::vector<double> draws{5, 1, 4, 2, 3, 6, 7, 8, 9, 10};
  CHECK(draw_quantile(draws, 0.1) == 1);
  CHECK(draw_quantile(draws, 0.9) == 9);
  CHECK(draw_quantile(draws, 0.91) == 10);
  CHECK(draw_quantile(draws, 0) == 1);
  CHECK(draw_quantile(draws, 1) == 10);
  CHECK(std::isnan(draw_quantile({}, 0.5)));
  CHECK_THROWS_AS((void)draw_quantile(draws, 1.5), schema_error);
}

TEST_CASE("draws: mean, spread and limits") {
  const draw_summary found = summary_of_draws({3, 1, 2, 4}, confidence_level{0.5});
  CHECK(found.mean == 2.5);
  CHECK(found.standard_error == Approx(std::sqrt(5.0 / 3)));
  CHECK(found.low == 1);
  CHECK(found.high == 3);
  CHECK(std::isnan(summary_of_draws({1}).low));
}

TEST_CASE("draws FC-12: the score of three draws, by hand") {
  CHECK(crps({1, 2, 4}, 3) == Approx(2.0 / 3).epsilon(1e-12));
  CHECK(crps({7}, 3) == 4);
  CHECK(std::isnan(crps({}, 3)));
  CHECK(std::isnan(crps({1, std::numeric_limits<double>::quiet_NaN()}, 3)));
  CHECK(std::isnan(crps({1}, std::numeric_limits<double>::quiet_NaN())));
}

TEST_CASE("draws: the score by its definition, pair by pair") {
  std::mt19937_64 random(1);
  std::normal_distribution<double> normal;
  for (int round = 0; round < 200; ++round) {
    std::vector<double> draws(1 + random() % 30);
    for (double& x : draws) x = normal(random);
    const double actual = normal(random);
    double error = 0, pairs = 0;
    for (const double x : draws) {
      error += std::abs(x - actual);
      for (const double other : draws) pairs += std::abs(x - other);
    }
    const auto n = static_cast<double>(draws.size());
    REQUIRE(crps(draws, actual) == Approx(error / n - pairs / (2 * n * n)).epsilon(1e-10));
  }
}
