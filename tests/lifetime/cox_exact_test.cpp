// Exact ties against the sum over all sets, written out.
#include <doctest/doctest.h>

#include <cmath>
#include <random>

#include "exit_columns.hpp"
#include "sojourn/domain/error.hpp"
#include "sojourn/lifetime/cox.hpp"

using namespace sojourn;
using namespace sojourn::test;
using doctest::Approx;

namespace {

using numbers = std::vector<double>;

cox_fit exact_fit(const exit_columns& rows, const numbers& x, const numbers& y) {
  return fit_cox({.rows = rows.view(), .features = {{"x", x}, {"y", y}}}, {.ties = cox_ties::exact});
}

/// Sum of exp(sum of eta) over all sets of `size` of these accounts.
double sum_of_sets(const numbers& eta, std::size_t size, std::size_t from = 0) {
  if (size == 0) return 1;
  double sum = 0;
  for (std::size_t i = from; i + size <= eta.size(); ++i) sum += std::exp(eta[i]) * sum_of_sets(eta, size - 1, i + 1);
  return sum;
}

double exact_by_definition(const exit_columns& rows, const numbers& x, const numbers& y, double bx, double by) {
  numbers ages = rows.time;
  std::sort(ages.begin(), ages.end());
  ages.erase(std::unique(ages.begin(), ages.end()), ages.end());
  double value = 0;
  for (const double age : ages) {
    numbers at_risk;
    std::size_t exits_here = 0;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (!rows.at_risk(i, age)) continue;
      const double eta = bx * x[i] + by * y[i];
      const auto times = static_cast<std::size_t>(rows.count.empty() ? 1 : rows.count[i]);
      at_risk.insert(at_risk.end(), times, eta);
      if (rows.time[i] != age || rows.cause[i] == 0) continue;
      exits_here += times;
      value += static_cast<double>(times) * eta;
    }
    value -= std::log(sum_of_sets(at_risk, exits_here));
  }
  return value;
}

}  // namespace

TEST_CASE("cox COX-24: two tied exits are one of six sets") {
  const exit_columns rows{.time = {1, 1, 2, 2}, .cause = {1, 1, 0, 0}};
  const numbers x{1, 0, 1, 0};
  const cox_fit fit = fit_cox({.rows = rows.view(), .features = {{"x", x}}}, {.ties = cox_ties::exact});
  CHECK(fit.coefficients[0].coef == Approx(0).epsilon(1e-12));
  CHECK(fit.coefficients[0].standard_error == Approx(std::sqrt(3.0)).epsilon(1e-12));
  CHECK(fit.log_likelihood == Approx(-std::log(6.0)).epsilon(1e-12));
}

TEST_CASE("cox: exact ties of random rows have the likelihood of all sets, its top, and its curvature") {
  std::mt19937_64 random(71);
  int maxima = 0;
  for (int round = 0; round < 60; ++round) {
    CAPTURE(round);
    exit_columns rows;
    numbers x, y;
    for (int i = 0; i < 11; ++i) {
      rows.time.push_back(static_cast<double>(random() % 4 + 1));
      rows.cause.push_back(random() % 3 == 0 ? 0 : 1);
      rows.entry.push_back(round % 2 == 0 ? 0 : static_cast<double>(random() % 2) * 0.5);
      rows.count.push_back(round % 3 == 0 ? static_cast<std::int64_t>(random() % 2 + 1) : 1);
      x.push_back(static_cast<double>(random() % 5) - 1);
      y.push_back(static_cast<double>(random() % 100) / 25);
    }
    const cox_fit fit = exact_fit(rows, x, y);
    if (fit.status != regression_status::converged) continue;
    ++maxima;
    const double bx = fit.coefficients[0].coef, by = fit.coefficients[1].coef;
    const auto value = [&](double dx, double dy) { return exact_by_definition(rows, x, y, bx + dx, by + dy); };
    REQUIRE(fit.null_log_likelihood == Approx(exact_by_definition(rows, x, y, 0, 0)).epsilon(1e-10));
    REQUIRE(fit.log_likelihood == Approx(value(0, 0)).epsilon(1e-10));
    constexpr double h = 1e-3;
    REQUIRE(std::abs(value(h, 0) - value(-h, 0)) / (2 * h) < 1e-4);
    REQUIRE(std::abs(value(0, h) - value(0, -h)) / (2 * h) < 1e-4);
    const double xx = -(value(h, 0) - 2 * value(0, 0) + value(-h, 0)) / (h * h);
    const double yy = -(value(0, h) - 2 * value(0, 0) + value(0, -h)) / (h * h);
    const double xy = -(value(h, h) - value(h, -h) - value(-h, h) + value(-h, -h)) / (4 * h * h);
    REQUIRE(fit.coefficients[0].standard_error == Approx(std::sqrt(yy / (xx * yy - xy * xy))).epsilon(1e-4));
  }
  CHECK(maxima > 40);
}

TEST_CASE("cox: exact ties of many accounts keep within the range of doubles") {
  std::mt19937_64 random(72);
  exit_columns rows;
  numbers x, y;
  for (int i = 0; i < 3000; ++i) {
    x.push_back(1e6 + static_cast<double>(random() % 1000) / 100);
    y.push_back(static_cast<double>(random() % 2));
    const double left = static_cast<double>(random() % 1000) / 1000;
    rows.time.push_back(static_cast<double>(random() % 3 + 1));
    rows.cause.push_back(left < 0.2 + 0.3 * y.back() ? 1 : 0);
  }
  const cox_fit fit = exact_fit(rows, x, y);
  REQUIRE(fit.status == regression_status::converged);
  CHECK(std::isfinite(fit.log_likelihood));
  // Under so many ties Breslow's coefficient is far too small, and Efron's lies between.
  const auto other = [&](cox_ties ties) {
    return fit_cox({.rows = rows.view(), .features = {{"x", x}, {"y", y}}}, {.ties = ties}).coefficients[1].coef;
  };
  CHECK(other(cox_ties::breslow) < other(cox_ties::efron));
  CHECK(other(cox_ties::efron) < fit.coefficients[1].coef);
}

TEST_CASE("cox: exact ties refuse what has no meaning under them") {
  exit_columns rows{.time = {1, 1, 2, 2, 3}, .cause = {1, 1, 0, 1, 0}};
  const numbers x{1, 0, 2, 0, 1};
  const std::vector<std::uint32_t> cluster{0, 0, 1, 2, 3};
  const cox_options exact{.ties = cox_ties::exact};
  const regression_rows plain{.rows = rows.view(), .features = {{"x", x}}};
  const cox_fit fit = fit_cox(plain, exact);
  REQUIRE(fit.status == regression_status::converged);
  CHECK_THROWS_AS((void)schoenfeld(plain, fit), schema_error);
  CHECK_THROWS_AS((void)proportional_hazards(plain, fit), schema_error);
  CHECK(survival_of(fit, numbers{1}).survival.back() < 1);
  CHECK_THROWS_AS((void)fit_cox({.rows = rows.view(), .features = {{"x", x}}, .cluster = cluster}, exact), schema_error);
  rows.count = {1'000'000'000, 1, 1, 1, 1'000'000'000};
  CHECK_THROWS_WITH_AS(
      (void)fit_cox({.rows = rows.view(), .features = {{"x", x}}}, exact),
      "cox: exact ties of 1000000001 exits among 2000000003 at risk at age 1 take too many steps; give ages "
      "in a finer unit, or take efron",
      schema_error);
  rows.count.clear();
  rows.weight = {1, 2, 1, 1, 1};
  CHECK_THROWS_AS((void)fit_cox({.rows = rows.view(), .features = {{"x", x}}}, exact), schema_error);
}
