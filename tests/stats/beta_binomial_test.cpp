#include "sojourn/stats/beta_binomial.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <numeric>

#include "sojourn/domain/error.hpp"

using namespace sojourn;
using doctest::Approx;

TEST_CASE("beta_binomial FC-07: (k + 1) / 28") {
  const std::vector<double> found = beta_binomial(6, 2, 1);
  REQUIRE(found.size() == 7);
  for (std::size_t k = 0; k <= 6; ++k) CHECK(std::abs(found[k] - static_cast<double>(k + 1) / 28) < 1e-12);
}

TEST_CASE("beta_binomial FC-19: a binomial interval of logos") {
  const std::vector<double> found = binomial(40, 0.9);
  CHECK(count_limits(found, confidence_level{0.8}) == std::pair<std::int64_t, std::int64_t>{34, 38});
  double mean = 0, square = 0;
  for (std::size_t k = 0; k < found.size(); ++k) {
    mean += static_cast<double>(k) * found[k];
    square += static_cast<double>(k * k) * found[k];
  }
  CHECK(mean == Approx(36).epsilon(1e-12));
  CHECK(std::sqrt(square - mean * mean) == Approx(1.8973665961).epsilon(1e-9));
}

TEST_CASE("beta_binomial: large counts do not underflow, certain ones are a point, wrong ones are refused") {
  const std::vector<double> large = beta_binomial(100'000, 30, 3);
  CHECK(std::accumulate(large.begin(), large.end(), 0.0) == Approx(1));
  CHECK(count_limits(large).first < 100'000 * 30 / 33);
  CHECK(binomial(5, 1).back() == 1);
  CHECK(count_limits(binomial(5, 0)) == std::pair<std::int64_t, std::int64_t>{0, 0});
  CHECK(beta_binomial(0, 1, 1) == std::vector<double>{1});
  CHECK_THROWS_AS((void)beta_binomial(-1, 1, 1), schema_error);
  CHECK_THROWS_AS((void)beta_binomial(3, 0, 1), schema_error);
  CHECK_THROWS_AS((void)binomial(3, 1.2), schema_error);
}
