#include "sojourn/lifetime/chain_ladder.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <random>
#include <vector>

#include "published_triangles.hpp"
#include "sojourn/domain/error.hpp"

using namespace sojourn;
using namespace sojourn::test;

namespace {

void check_rel(double found, double wanted, double tolerance) {
  CAPTURE(found);
  CAPTURE(wanted);
  CHECK(std::abs(found - wanted) <= tolerance * std::abs(wanted));
}

/// Any triangle that is allowed: ragged rows of any length, zeros, factors on both sides of 1.
age_triangle random_triangle(std::mt19937_64& random) {
  std::vector<std::vector<double>> rows(1 + random() % 12);
  for (auto& row : rows) {
    double value = static_cast<double>(random() % 1'000'000);
    for (std::size_t age = 1 + random() % 12; age > 0; --age) {
      row.push_back(value);
      value =
          random() % 9 == 0 ? 0 : value * static_cast<double>(random() % 2000) / 1000 + static_cast<double>(random() % 3);
    }
  }
  return age_triangle(rows);
}

}  // namespace

TEST_CASE("chain_ladder CL-01: Taylor and Ashe, Mack 1993") {
  const chain_ladder_fit fit = fit_chain_ladder(taylor_ashe());
  check_rel(fit.steps[0].factor, 3.49060654793, 1e-10);
  check_rel(fit.steps[0].sigma, 400.350256002, 1e-10);
  check_rel(fit.steps[8].standard_error, 0.0107936622149, 1e-8);
  CHECK(fit.steps[8].source == sigma_source::mack);
  const triangle_projection all = project(fit);
  check_rel(all.total.value - all.total.latest, 18680855.6119, 1e-8);
  check_rel(all.total.standard_error, 2447094.86083, 1e-8);
  check_rel(all.cohorts[9].standard_error, 1363154.91173, 1e-8);
  CHECK(all.cohorts[0].standard_error == 0);
}

TEST_CASE("chain_ladder: the other rule of the last sigma moves the total to the other number that is printed") {
  const auto all = project(fit_chain_ladder(taylor_ashe(), {.sigma = last_sigma_rule::loglinear}));
  CHECK(std::abs(all.total.standard_error - 2441364) < 0.5);
}

TEST_CASE("chain_ladder CL-02: the Reinsurance Association's triangle") {
  const auto all = project(fit_chain_ladder(raa()));
  check_rel(all.total.standard_error, 26909.0111556, 1e-8);
  check_rel(all.cohorts[9].process_se, 23464.1063895, 1e-8);
  check_rel(all.cohorts[9].parameter_se, 7275.86510793, 1e-8);
}

TEST_CASE("chain_ladder CL-07: factors below 1 are ordinary") {
  const auto all = project(fit_chain_ladder(age_triangle({{1000, 900, 850, 840}, {1200, 1056, 990}, {900, 828}, {1100}})));
  check_rel(all.cohorts[3].value, 918.352801481, 1e-9);
  check_rel(all.total.standard_error, 25.0703660789, 1e-9);
}

TEST_CASE("chain_ladder CL-06, CL-08: where no spread can be estimated there is no error, and a reason") {
  const auto small = project(fit_chain_ladder(age_triangle({{100, 80}, {50}})));
  check_rel(small.cohorts[1].value, 40, 1e-12);
  CHECK(std::isnan(small.cohorts[1].standard_error));
  CHECK(small.cohorts[1].gap == projection_gap::no_sigma);
  CHECK(small.total.gap == projection_gap::no_sigma);
  CHECK(small.cohorts[0].standard_error == 0);
  const chain_ladder_fit three = fit_chain_ladder(age_triangle({{100, 150, 165}, {110, 175}, {120}}));
  check_rel(three.steps[0].sigma, 0.65795169496, 1e-11);
  CHECK(three.steps[1].source == sigma_source::unknown);
  check_rel(project(three).total.value, 561.785714286, 1e-11);
}

TEST_CASE("chain_ladder CL-09: nothing lies ahead of one cohort") {
  const auto one = project(fit_chain_ladder(age_triangle({{100, 90, 85}})));
  CHECK(one.total.value == 85);
  CHECK(one.total.standard_error == 0);
}

TEST_CASE("chain_ladder CL-10: a pair that starts at 0 has no ratio") {
  const auto fit = fit_chain_ladder(age_triangle({{100, 110, 115, 116}, {0, 50, 60}, {200, 210}, {150}}));
  check_rel(fit.steps[0].factor, 16.0 / 15, 1e-12);
  CHECK(fit.steps[0].zero_starts == 1);
  const auto gone = project(fit_chain_ladder(age_triangle({{100, 0, 0}, {50, 20}})));
  CHECK(gone.cohorts[1].gap == projection_gap::no_factor);
  CHECK(std::isnan(gone.total.value));
}

TEST_CASE("chain_ladder: a tail has an error of its own, or is taken as known and says so") {
  const auto known = fit_chain_ladder(raa(), {.tail = tail_factor{.factor = 1.05}});
  CHECK(known.steps.back().source == sigma_source::taken_as_known);
  CHECK(project(known).cohorts[0].standard_error == 0);
  check_rel(project(known).total.value, 1.05 * project(fit_chain_ladder(raa())).total.value, 1e-12);
  const auto given = fit_chain_ladder(raa(), {.tail = tail_factor{1.05, 71, 0.02}});
  check_rel(project(given).cohorts[0].standard_error, std::sqrt(18834 * 71.0 * 71 + 18834 * 0.02 * 18834 * 0.02), 1e-12);
  CHECK_THROWS_AS((void)fit_chain_ladder(raa(), {.tail = tail_factor{.factor = 1.05, .sigma = 71}}), schema_error);
  CHECK_THROWS_AS((void)fit_chain_ladder(raa(), {.tail = tail_factor{.factor = -1}}), schema_error);
  CHECK_THROWS_AS((void)fit_chain_ladder(age_triangle()), schema_error);
}

TEST_CASE("chain_ladder: steps ahead end at the last age and add up to the whole") {
  const chain_ladder_fit fit = fit_chain_ladder(taylor_ashe());
  CHECK(project(fit, 0).total.value == project(fit, 0).total.latest);
  CHECK(project(fit, 0).total.standard_error == 0);
  CHECK(project(fit, 9).total.value == project(fit).total.value);
  CHECK(project(fit, std::size_t(-1)).total.standard_error == project(fit).total.standard_error);
  CHECK(project(fit, 1).cohorts[9].value == taylor_ashe().latest(9) * fit.steps[0].factor);
}

TEST_CASE("chain_ladder: ten thousand random triangles; what has no reason to be missing is a number") {
  std::mt19937_64 random(5);
  int with_error = 0;
  for (int round = 0; round < 10'000; ++round) {
    CAPTURE(round);
    const chain_ladder_fit fit = fit_chain_ladder(
        random_triangle(random), {.sigma = round % 2 == 0 ? last_sigma_rule::mack : last_sigma_rule::loglinear});
    for (const std::optional<std::size_t> periods : {std::optional<std::size_t>(), std::optional<std::size_t>(2)}) {
      const triangle_projection all = project(fit, periods);
      for (const projected_value& one : all.cohorts) {
        REQUIRE(std::isfinite(one.value) == (one.gap != projection_gap::no_factor));
        REQUIRE(std::isfinite(one.standard_error) == (one.gap == projection_gap::none));
      }
      REQUIRE(std::isfinite(all.total.standard_error) == (all.total.gap == projection_gap::none));
      with_error += all.total.gap == projection_gap::none ? 1 : 0;
    }
  }
  CHECK(with_error > 2000);
}
