#include "sojourn/lifetime/odp.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <numeric>
#include <random>

#include "published_triangles.hpp"
#include "sojourn/domain/error.hpp"
#include "sojourn/exec/executor.hpp"

using namespace sojourn;
using namespace sojourn::test;

namespace {

void check_rel(double found, double wanted, double tolerance) {
  CAPTURE(found);
  CAPTURE(wanted);
  CHECK(std::abs(found - wanted) <= tolerance * std::abs(wanted));
}

double spread_of(const std::vector<double>& draws) {
  const double mean = std::accumulate(draws.begin(), draws.end(), 0.0) / static_cast<double>(draws.size());
  double sum = 0;
  for (const double x : draws) sum += (x - mean) * (x - mean);
  return std::sqrt(sum / static_cast<double>(draws.size() - 1));
}

}  // namespace

TEST_CASE("odp CL-12: Taylor and Ashe, England and Verrall 1999") {
  const odp_fit fit = fit_odp(taylor_ashe());
  check_rel(fit.phi, 52601.3615189, 1e-9);
  CHECK(fit.dof == 55 - 19);
  const double first[] = {168.926149032, 115.009844188,  -111.935546653, -311.630509796, 170.234270952,
                          521.036218531, -235.515594736, -98.6386046023, -86.9097032828};
  for (std::size_t k = 0; k < 9; ++k) check_rel(fit.residuals[0][k], first[k], 1e-8);
  CHECK(std::abs(fit.residuals[0][9]) < 1e-9);
  CHECK(fit.leverage[0][9] > 1 - 1e-9);
  const triangle_projection all = project(fit);
  check_rel(all.total.value - all.total.latest, 18680855.6119, 1e-9);
  check_rel(all.total.standard_error, 2945646.23124, 1e-9);
  check_rel(all.cohorts[1].standard_error, 110099.278449, 1e-9);
  check_rel(all.cohorts[9].standard_error, 1980090.72427, 1e-9);
}

TEST_CASE("odp CL-12: ten thousand draws have the analytic error, and threads change no bit") {
  const odp_fit fit = fit_odp(taylor_ashe());
  const bootstrap_plan plan{.replicates = 10'000, .seed = 3};
  const odp_draws draws = bootstrap_odp(fit, plan);
  CHECK(draws.refused == 0);
  check_rel(spread_of(draws.total), 2945646.23124, 0.05);
  check_rel(std::accumulate(draws.total.begin(), draws.total.end(), 0.0) / 1e4, 18680855.6119, 0.02);
  thread_executor three(3);
  const auto bulk = [&](std::size_t n, detail::task_ref draw) { three.bulk(n, draw); };
  CHECK(bootstrap_odp(fit, plan, std::nullopt, bulk).total == draws.total);
  CHECK(bootstrap_odp(fit, {.replicates = 100, .seed = 4}).total != bootstrap_odp(fit, {.replicates = 100}).total);
}

TEST_CASE("odp CL-14: money lost by age") {
  const age_triangle lost({{100, 150, 160, 164}, {144, 210, 226}, {72, 130}, {110}});
  const odp_fit fit = fit_odp(lost);
  check_rel(fit.phi, 2.21433343306, 1e-6);
  check_rel(project(fit).total.standard_error, 23.9942425111, 1e-6);
  check_rel(project(fit).total.value, project(fit_chain_ladder(lost)).total.value, 1e-12);
  CHECK(project(fit, 1).total.value < project(fit).total.value);
}

TEST_CASE("odp: money that shrinks is refused, and the message says what to take") {
  const age_triangle kept({{1000, 900, 850}, {1200, 1056}, {900}});
  CHECK_THROWS_WITH_AS((void)fit_odp(kept), doctest::Contains("method=\"mack\""), schema_error);
  CHECK_THROWS_WITH_AS((void)fit_odp(age_triangle({{5, 0}, {1, 9}, {3}})), doctest::Contains("ends at 0"), data_error);
  CHECK_THROWS_AS((void)fit_odp(age_triangle()), schema_error);
}

TEST_CASE("odp: without spare cells there is no spread, and nothing lost yet is no certainty") {
  const odp_fit small = fit_odp(age_triangle({{100, 180}, {50}}));
  CHECK(std::isnan(small.phi));
  CHECK(project(small).cohorts[1].gap == projection_gap::no_sigma);
  CHECK_THROWS_AS((void)bootstrap_odp(small), schema_error);
  const odp_fit fit = fit_odp(age_triangle({{100, 150, 160}, {144, 210}, {0}}));
  CHECK(project(fit).cohorts[2].gap == projection_gap::nothing_yet);
  CHECK(std::isnan(project(fit).cohorts[2].standard_error));
}

TEST_CASE("odp: ten thousand random triangles that grow give numbers or a reason") {
  std::mt19937_64 random(6);
  for (int round = 0; round < 10'000; ++round) {
    CAPTURE(round);
    std::vector<std::vector<double>> rows(1 + random() % 8);
    for (auto& row : rows) {
      double value = random() % 5 == 0 ? 0 : static_cast<double>(random() % 1000);
      for (std::size_t age = 1 + random() % 8; age > 0; --age) {
        row.push_back(value);
        value += random() % 3 == 0 ? 0 : static_cast<double>(random() % 300);
      }
    }
    const odp_fit fit = fit_odp(age_triangle(rows));
    const triangle_projection all = project(fit);
    for (const projected_value& one : all.cohorts) {
      REQUIRE(std::isfinite(one.value) == (one.gap != projection_gap::no_factor));
      REQUIRE(std::isfinite(one.standard_error) == (one.gap == projection_gap::none));
    }
    if (std::isnan(fit.phi)) continue;
    for (const double total : bootstrap_odp(fit, {.replicates = 3}).total) REQUIRE(std::isfinite(total));
  }
}
