#include "sojourn/stats/total_variance.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "sojourn/domain/error.hpp"

using namespace sojourn;
using doctest::Approx;

namespace {

constexpr double missing = std::numeric_limits<double>::quiet_NaN();

}  // namespace

TEST_CASE("total_variance FC-09: ten accounts that stay with 0.7 or with 0.9") {
  std::vector<conditional_moments> rates;
  for (const double p : {0.7, 0.9}) rates.push_back({.probability = 0.5, .mean = 10 * p, .variance = 10 * p * (1 - p)});
  const total_variance found = variance_over(rates);
  CHECK(found.mean == Approx(8).epsilon(1e-12));
  CHECK(found.process_variance == Approx(1.5).epsilon(1e-12));
  CHECK(found.parameter_variance == Approx(1).epsilon(1e-12));
  CHECK(found.variance() == Approx(2.5).epsilon(1e-12));
}

TEST_CASE("total_variance FC-20: segments share parameters, whose errors add before they are squared") {
  const std::vector<uncertain_part> segments{{.mean = 100, .process_variance = 16, .loadings = {3, 0}},
                                             {.mean = 200, .process_variance = 9, .loadings = {2, 1}}};
  const total_variance found = sum_of_parts(segments);
  CHECK(found.mean == 300);
  CHECK(found.variance() == 51);
  CHECK(found.process_variance == 25);
  CHECK(found.parameter_variance == 26);
  double alone = 0;
  for (const uncertain_part& one : segments) alone += sum_of_parts({&one, 1}).variance();
  CHECK(alone == 39);  // what adding variances would say
}

TEST_CASE("total_variance: the scale of probabilities does not matter, and the parts are those of simulated draws") {
  const std::vector<conditional_moments> rates{{.probability = 2, .mean = 1, .variance = 4},
                                               {.probability = 6, .mean = 3, .variance = 0}};
  const total_variance found = variance_over(rates);
  CHECK(found.mean == 2.5);
  CHECK(found.process_variance == 1);
  CHECK(found.parameter_variance == 0.75);
  std::mt19937_64 random(9);
  std::normal_distribution<double> normal;
  double sum = 0, squares = 0;
  constexpr int n = 200'000;
  for (int draw = 0; draw < n; ++draw) {
    const double x = random() % 4 == 0 ? 1 + 2 * normal(random) : 3;
    sum += x, squares += x * x;
  }
  CHECK(squares / n - sum / n * (sum / n) == Approx(found.variance()).epsilon(0.02));
}

TEST_CASE("total_variance: parts may know different numbers of parameters, and none is 0") {
  const std::vector<uncertain_part> parts{{.mean = 1, .process_variance = 0, .loadings = {2}},
                                          {.mean = 1, .process_variance = 0, .loadings = {-2, 5}}};
  CHECK(sum_of_parts(parts).variance() == 25);
  CHECK(sum_of_parts({}).variance() == 0);
  const std::vector<uncertain_part> unknown{{.mean = 1}, {.mean = 1, .process_variance = missing}};
  CHECK(std::isnan(sum_of_parts(unknown).variance()));
  CHECK(sum_of_parts(unknown).mean == 2);
}

TEST_CASE("total_variance: what cannot be meant is named") {
  CHECK_THROWS_AS((void)variance_over({}), schema_error);
  const std::vector<conditional_moments> below{{.probability = 1}, {.probability = -1}};
  CHECK_THROWS_WITH_AS((void)variance_over(below), doctest::Contains("\"probability\", row 1"), data_error);
  const std::vector<conditional_moments> unclear{{.probability = 1, .mean = 0, .variance = missing}};
  CHECK_THROWS_WITH_AS((void)variance_over(unclear), doctest::Contains("\"variance\", row 0"), data_error);
  const std::vector<uncertain_part> part{{.mean = 1, .process_variance = -1}};
  CHECK_THROWS_WITH_AS((void)sum_of_parts(part), doctest::Contains("\"process_variance\", row 0"), data_error);
}
