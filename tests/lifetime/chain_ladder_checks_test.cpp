#include "sojourn/lifetime/chain_ladder_checks.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "published_triangles.hpp"

using namespace sojourn;
using namespace sojourn::test;
using doctest::Approx;

TEST_CASE("chain_ladder_checks CL-16: the Reinsurance Association's triangle, Mack 1994") {
  const chain_ladder_checks checks = check_chain_ladder(fit_chain_ladder(raa()));
  CHECK(checks.calendar_statistic == 14);
  CHECK(checks.calendar_mean == Approx(12.875).epsilon(1e-12));
  CHECK(checks.calendar_sd == Approx(1.99462167465).epsilon(1e-10));
  CHECK(checks.correlation_statistic == Approx(0.0695578231293).epsilon(1e-10));
  CHECK(checks.correlation_sd == Approx(0.188982236505).epsilon(1e-10));
  CHECK(checks.residuals.size() == 45);
}

TEST_CASE("chain_ladder_checks: weighted residuals of an age add up to 0, and calendar periods count back") {
  const chain_ladder_fit fit = fit_chain_ladder(taylor_ashe());
  const chain_ladder_checks checks = check_chain_ladder(fit);
  double first = 0;
  for (const development_residual& one : checks.residuals) {
    if (one.age == 0) first += one.residual * std::sqrt(fit.triangle.row(static_cast<std::size_t>(one.cohort))[0]);
    CHECK(one.calendar == 8 - one.age - one.cohort);
  }
  CHECK(std::abs(first) < 1e-6);
}

TEST_CASE("chain_ladder_checks: periods that push all cohorts the same way are seen") {
  std::vector<std::vector<double>> rows;
  for (int cohort = 0; cohort < 12; ++cohort) {
    rows.push_back({1000});
    for (int age = 1; age < 12 - cohort; ++age)
      rows.back().push_back(rows.back().back() *
                            (((cohort + age) % 2 == 0 ? 1.05 : 0.95) + 0.001 * ((cohort * 7 + age * 3) % 11)));
  }
  const chain_ladder_checks checks = check_chain_ladder(fit_chain_ladder(age_triangle(rows)));
  CHECK(checks.calendar_statistic < checks.calendar_mean - 3 * checks.calendar_sd);
}

TEST_CASE("chain_ladder_checks: too little for a test is NaN, and zeros are counted") {
  const chain_ladder_checks checks = check_chain_ladder(fit_chain_ladder(age_triangle({{0, 80}, {50, 40}, {50}})));
  CHECK(std::isnan(checks.correlation_statistic));
  CHECK(checks.zero_starts == 1);
  CHECK(checks.residuals.size() == 1);
  CHECK(std::isnan(checks.residuals[0].residual));
}
