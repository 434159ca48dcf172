#include "sojourn/lifetime/fine_gray.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <random>

#include "exit_columns.hpp"
#include "sojourn/domain/error.hpp"

using namespace sojourn;
using namespace sojourn::test;
using doctest::Approx;

namespace {

using numbers = std::vector<double>;

fine_gray_fit fitted(const exit_columns& rows, const numbers& x, std::uint32_t cause = 1) {
  return fit_fine_gray({.rows = rows.view(), .features = {{"x", x}}}, cause);
}

}  // namespace

TEST_CASE("fine_gray FG-04: those who left for the other cause stay at risk") {
  const fine_gray_fit fit = fitted({.time = {1, 2, 3, 4}, .cause = {1, 2, 1, 2}}, {1, 0, 0, 1});
  CHECK(fit.coefficients[0].coef == Approx(std::log(2.0) / 2).epsilon(1e-9));
  CHECK(fit.null_log_likelihood == Approx(-2.48490664979).epsilon(1e-10));
  CHECK(fit.log_likelihood == Approx(-2.4558943546).epsilon(1e-10));
  CHECK(fit.events == 2);
  CHECK(fit.competing_events == 2);
}

TEST_CASE("fine_gray FG-05: with the weight of the censoring, 2/3") {
  const fine_gray_fit fit = fitted({.time = {1, 2, 3, 4}, .cause = {2, 0, 1, 1}}, {1, 0, 1, 0});
  CHECK(fit.coefficients[0].coef == Approx(std::log(0.9) / 2).epsilon(1e-9));
}

TEST_CASE("fine_gray FG-08: a cause that never happens has a status") {
  CHECK(fitted({.time = {1, 2, 3}, .cause = {2, 0, 2}}, {1, 0, 1}).status == regression_status::no_events);
}

TEST_CASE("fine_gray: without other causes it is the Cox regression with Breslow's ties") {
  std::mt19937_64 random(41);
  for (int round = 0; round < 50; ++round) {
    const exit_columns rows = random_exits(random, 1, false, round % 2 == 0);
    numbers x;
    for (std::size_t i = 0; i < rows.size(); ++i) x.push_back(static_cast<double>(random() % 5));
    const fine_gray_fit share = fitted(rows, x);
    const cox_fit rate = fit_cox({.rows = rows.view(), .features = {{"x", x}}}, {.ties = cox_ties::breslow});
    REQUIRE(share.status == rate.status);
    if (share.status != regression_status::converged) continue;
    REQUIRE(share.coefficients[0].coef == Approx(rate.coefficients[0].coef).epsilon(1e-9));
    const numbers at{2};
    REQUIRE(1 - incidence_of(share, at).back() == Approx(survival_of(rate, at).survival.back()).epsilon(1e-9));
  }
}

TEST_CASE("fine_gray: late entry, strata and the code of those still there are refused") {
  const numbers x{1, 0, 1};
  CHECK_THROWS_AS((void)fitted({.time = {1, 2, 3}, .cause = {1, 0, 2}, .entry = {0, 0, 1}}, x), schema_error);
  CHECK(fitted({.time = {1, 2, 3}, .cause = {1, 0, 1}, .entry = {0.5, 0, 0}}, x).accounts == 3);  // before anybody left
  CHECK_THROWS_AS((void)fitted({.time = {1, 2, 3}, .cause = {1, 0, 2}}, x, 0), schema_error);
  const exit_columns rows{.time = {1, 2, 3}, .cause = {1, 0, 2}};
  const std::vector<std::uint32_t> strata{0, 1, 0};
  CHECK_THROWS_AS((void)fit_fine_gray({.rows = rows.view(), .features = {{"x", x}}, .strata = strata}, 1), schema_error);
}

TEST_CASE("fine_gray: in 2,000 random tables each number is finite, or a status or a note says why") {
  std::mt19937_64 random(43);
  int converged = 0;
  for (int round = 0; round < 2'000; ++round) {
    CAPTURE(round);
    exit_columns rows = random_exits(random, 3, false, round % 3 == 0);
    numbers x, z;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (round % 4 == 0) rows.count.push_back(static_cast<std::int64_t>(random() % 4));
      x.push_back(1e6 + static_cast<double>(random() % 9));
      z.push_back(round % 13 == 0 ? 2 * x.back() - 3 : static_cast<double>(random() % 2));
    }
    const fine_gray_fit fit = fit_fine_gray({.rows = rows.view(), .features = {{"x", x}, {"z", z}}}, 1);
    const bool usable = fit.status == regression_status::converged || fit.status == regression_status::collinear;
    if (fit.status == regression_status::converged) ++converged;
    if (!usable) continue;
    for (const regression_coefficient& one : fit.coefficients) {
      REQUIRE((std::isfinite(one.coef) && one.standard_error > 0) == one.note.empty());
    }
    double before = 0;
    for (const double share : incidence_of(fit, numbers{1e6 + 4, 1})) {
      REQUIRE(share >= before);
      REQUIRE(share <= 1);
      before = share;
    }
  }
  CHECK(converged > 800);
}
