#include "sojourn/lifetime/churn_by_cause.hpp"

#include <doctest/doctest.h>

#include <limits>
#include <random>

#include "exit_columns.hpp"
#include "sojourn/domain/error.hpp"

using namespace sojourn;
using namespace sojourn::test;
using doctest::Approx;

TEST_CASE("churn_by_cause FC-13: accounts of age 2 that pay 900 all leave, two thirds of them for the first cause") {
  const exit_columns rows{.time = {1, 1, 2, 3, 4, 4}, .cause = {1, 2, 0, 1, 2, 1}};
  const churn_by_cause found = expected_churn(cumulative_incidence(rows.view(), 2, {.given_age = 2}), 900);
  REQUIRE(found.time.back() == 4);
  CHECK(found.lost[0].back() == Approx(600).epsilon(1e-12));
  CHECK(found.lost[1].back() == Approx(300).epsilon(1e-12));
  CHECK(found.left.back() == 0);
  CHECK(found.lost[0].front() == Approx(300).epsilon(1e-12));
  CHECK(found.lost[1].front() == 0);
}

TEST_CASE("churn_by_cause: causes and what is left add up to the MRR at every age") {
  std::mt19937_64 random(13);
  for (int round = 0; round < 200; ++round) {
    const exit_columns rows = random_exits(random, 3, round % 2 == 1, round % 3 == 0);
    const churn_by_cause found = expected_churn(cumulative_incidence(rows.view(), 3), 12'345);
    for (std::size_t row = 0; row < found.time.size(); ++row) {
      double sum = found.left[row];
      for (const auto& lost : found.lost) sum += lost[row];
      REQUIRE(sum == Approx(12'345).epsilon(1e-12));
    }
  }
}

TEST_CASE("churn_by_cause: an amount that cannot be meant is named") {
  const exit_columns rows{.time = {1, 2}, .cause = {1, 0}};
  const incidence_curves curves = cumulative_incidence(rows.view(), 1);
  for (const double wrong : {-1.0, std::numeric_limits<double>::infinity(), std::numeric_limits<double>::quiet_NaN()})
    CHECK_THROWS_WITH_AS((void)expected_churn(curves, wrong), doctest::Contains("\"mrr\""), data_error);
}
