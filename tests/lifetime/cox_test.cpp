#include "sojourn/lifetime/cox.hpp"

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

cox_fit fitted(const exit_columns& rows, const numbers& x, const cox_options& options = {}) {
  return fit_cox({.rows = rows.view(), .features = {{"x", x}}}, options);
}

/// The partial log-likelihood of one feature by its definition, with Efron's or Breslow's correction.
double by_definition(const exit_columns& rows, const numbers& x, double coef, cox_ties ties) {
  std::vector<double> ages = rows.time;
  std::sort(ages.begin(), ages.end());
  ages.erase(std::unique(ages.begin(), ages.end()), ages.end());
  double value = 0;
  for (const double age : ages) {
    double risk = 0, leaving = 0, weight = 0, exits_here = 0;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (!rows.at_risk(i, age)) continue;
      const double r = rows.worth(i) * std::exp(coef * x[i]);
      risk += r;
      if (rows.time[i] != age || rows.cause[i] == 0) continue;
      leaving += r;
      weight += rows.worth(i);
      exits_here += 1;
      value += rows.worth(i) * coef * x[i];
    }
    for (int j = 0; j < static_cast<int>(exits_here); ++j) {
      const double share = ties == cox_ties::efron ? j / exits_here : 0;
      value -= weight / exits_here * std::log(risk - share * leaving);
    }
  }
  return value;
}

}  // namespace

TEST_CASE("cox COX-21, 30: an exact toy, and rows of no weight are absent") {
  const cox_fit fit = fitted({.time = {1, 2, 3}, .cause = {1, 1, 1}}, {1, 0, 1});
  CHECK(fit.status == regression_status::converged);
  CHECK(fit.coefficients[0].coef == Approx(-std::log(2.0) / 2).epsilon(1e-9));
  CHECK(fit.coefficients[0].standard_error == Approx(1.43549997276).epsilon(1e-9));
  CHECK(fit.log_likelihood == Approx(-1.76274717404).epsilon(1e-10));
  CHECK(fit.null_log_likelihood == Approx(-std::log(6.0)).epsilon(1e-12));
  const cox_fit weighted =
      fitted({.time = {1, 2, 3, 1, 2.5}, .cause = {1, 1, 1, 1, 0}, .weight = {1, 1, 1, 0, 0}}, {1, 0, 1, 5, -3});
  CHECK(weighted.coefficients[0].coef == Approx(-std::log(2.0) / 2).epsilon(1e-9));
  CHECK(weighted.accounts == 3);
}

TEST_CASE("cox COX-22, 23: two tied exits by Efron and by Breslow") {
  const exit_columns rows{.time = {1, 1, 2, 2}, .cause = {1, 1, 0, 0}};
  CHECK(fitted(rows, {1, 0, 1, 0}).log_likelihood == Approx(-std::log(12.0)).epsilon(1e-12));
  CHECK(fitted(rows, {1, 0, 1, 0}, {.ties = cox_ties::breslow}).log_likelihood == Approx(-std::log(16.0)).epsilon(1e-12));
}

TEST_CASE("cox COX-26, 28: separated and without events") {
  const cox_fit apart = fitted({.time = {1, 2, 3, 4}, .cause = {1, 1, 1, 1}}, {1, 1, 0, 0});
  CHECK(apart.status == regression_status::separated);
  CHECK(std::isinf(apart.coefficients[0].coef));
  CHECK(std::isnan(apart.coefficients[0].standard_error));
  CHECK(apart.log_likelihood == Approx(-std::log(4.0)).epsilon(1e-7));
  CHECK_THROWS_AS((void)survival_of(apart, numbers{1}), schema_error);
  CHECK(fitted({.time = {1, 2}, .cause = {0, 0}}, {1, 0}).status == regression_status::no_events);
}

TEST_CASE("cox: the likelihood of random rows is that of the definition, and largest at the coefficient") {
  std::mt19937_64 random(31);
  int maxima = 0;
  for (int round = 0; round < 200; ++round) {
    CAPTURE(round);
    const exit_columns rows = random_exits(random, 1, round % 2 == 1, round % 3 == 0);
    numbers x;
    for (std::size_t i = 0; i < rows.size(); ++i) x.push_back(static_cast<double>(random() % 7) - 3);
    const cox_ties ties = round % 4 < 2 ? cox_ties::efron : cox_ties::breslow;
    if (std::count(rows.weight.begin(), rows.weight.end(), 0.0) > 0) continue;  // the definition counts ties by rows
    const cox_fit fit = fitted(rows, x, {.ties = ties});
    if (fit.status != regression_status::converged) continue;
    ++maxima;
    const double coef = fit.coefficients[0].coef;
    REQUIRE(fit.null_log_likelihood == Approx(by_definition(rows, x, 0, ties)).epsilon(1e-9));
    REQUIRE(fit.log_likelihood == Approx(by_definition(rows, x, coef, ties)).epsilon(1e-9));
    for (const double away : {-1e-3, 1e-3}) REQUIRE(fit.log_likelihood >= by_definition(rows, x, coef + away, ties));
  }
  CHECK(maxima > 100);
}

TEST_CASE("cox: the order of rows changes no bit") {
  std::mt19937_64 random(32);
  for (int round = 0; round < 50; ++round) {
    exit_columns rows = random_exits(random, 1, round % 2 == 1, round % 3 == 0);
    for (std::size_t i = 0; i < rows.size(); ++i) rows.count.push_back(static_cast<std::int64_t>(random() % 3 + 1));
    const auto feature_of = [](const exit_columns& of) {
      numbers x;
      for (std::size_t i = 0; i < of.size(); ++i) x.push_back(of.time[i] * 0.1 + static_cast<double>(of.group[i]));
      return x;
    };
    const exit_columns mixed = rows.shuffled(random);
    const cox_fit fit = fitted(rows, feature_of(rows)), again = fitted(mixed, feature_of(mixed));
    REQUIRE(fit.status == again.status);
    REQUIRE((fit.coefficients[0].coef == again.coefficients[0].coef || std::isnan(fit.coefficients[0].coef)));
    REQUIRE((fit.log_likelihood == again.log_likelihood || std::isnan(fit.log_likelihood)));
  }
}

TEST_CASE("cox: collinear features have a note, wrong input an error") {
  const exit_columns rows{.time = {1, 2, 3, 4}, .cause = {1, 1, 0, 1}};
  const numbers x{1, 0, 2, 1}, twice{2, 0, 4, 2}, same{5, 5, 5, 5};
  const cox_fit fit = fit_cox({.rows = rows.view(), .features = {{"x", x}, {"twice", twice}, {"same", same}}});
  CHECK(fit.status == regression_status::collinear);
  CHECK(fit.coefficients[1].note == "repeats x");
  CHECK(fit.coefficients[2].note == "does not vary among accounts at risk together");
  CHECK(fit.coefficients[0].coef == Approx(fitted(rows, x).coefficients[0].coef).epsilon(1e-9));
  CHECK_THROWS_AS((void)fit_cox({.rows = rows.view(), .features = {}}), schema_error);
  CHECK_THROWS_AS((void)fitted(rows, {1, 2}), schema_error);
  CHECK_THROWS_AS((void)fitted(rows, {1, 2, std::numeric_limits<double>::infinity(), 1}), data_error);
  CHECK_THROWS_AS((void)survival_of(fitted(rows, x), numbers{1, 2}), schema_error);
  CHECK(fitted(rows, {1, missing_number, 2, 1}).rows_missing == 1);
}

TEST_CASE("cox: in 3,000 random tables each number is finite, or a status or a note says why") {
  std::mt19937_64 random(33);
  int converged = 0;
  for (int round = 0; round < 3'000; ++round) {
    CAPTURE(round);
    exit_columns rows = random_exits(random, 2, round % 2 == 0, round % 3 == 0);
    std::vector<std::uint32_t> strata, cluster;
    numbers x[3];
    const double origin = round % 5 == 0 ? 1e8 : 0, unit = round % 7 == 0 ? 1e-6 : 1;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (round % 4 == 0) rows.count.push_back(static_cast<std::int64_t>(random() % 4));
      if (round % 11 == 0 && random() % 6 == 0) rows.time[i] = missing_number;
      strata.push_back(static_cast<std::uint32_t>(random() % 3));
      cluster.push_back(static_cast<std::uint32_t>(random() % 8));
      x[0].push_back(origin + unit * static_cast<double>(random() % 9));
      x[1].push_back(random() % 3 == 0 ? 1 : 0);
      x[2].push_back(round % 13 == 0 ? 2 * x[1].back() - 3 : static_cast<double>(random()) * 0x1p-60);
    }
    regression_rows table{.rows = rows.view(), .features = {{"x", x[0]}, {"flag", x[1]}, {"z", x[2]}}};
    if (round % 2 == 1) table.strata = strata;
    if (round % 6 == 1) table.cluster = cluster;
    const cox_fit fit = fit_cox(table, {.ties = round % 2 == 0 ? cox_ties::efron : cox_ties::breslow});
    const bool usable = fit.status == regression_status::converged || fit.status == regression_status::collinear;
    if (fit.status == regression_status::converged) ++converged;
    for (const regression_coefficient& one : fit.coefficients) {
      if (!usable) {
        REQUIRE((fit.status == regression_status::separated || std::isnan(one.coef)));
        continue;
      }
      REQUIRE(std::isfinite(one.coef) == one.note.empty());
      if (!one.note.empty()) continue;
      REQUIRE(std::isfinite(one.standard_error));
      REQUIRE(one.p_value >= 0);
      REQUIRE(one.p_value <= 1);
      REQUIRE(one.low <= one.hazard_ratio);
      REQUIRE(one.hazard_ratio <= one.high);
    }
    if (!usable) continue;
    REQUIRE(std::isfinite(fit.log_likelihood));
    REQUIRE(fit.log_likelihood >= fit.null_log_likelihood - 1e-9);
    for (const baseline_step& step : fit.baseline) {
      REQUIRE(std::isfinite(step.cumulative_hazard));
      const predicted_survival curve = survival_of(fit, numbers{x[0][0], 1, 0.5}, step.stratum);
      for (const double share : curve.survival) {
        REQUIRE(share >= 0);
        REQUIRE(share <= 1);
      }
    }
    for (const auto& residual : schoenfeld(table, fit).residual) {
      for (const double value : residual) REQUIRE(std::isfinite(value));
    }
    for (const proportionality& test : proportional_hazards(table, fit)) {
      REQUIRE((test.dof == 0 ? std::isnan(test.statistic) : test.p_value >= 0));
    }
  }
  CHECK(converged > 1'000);
}

TEST_CASE("cox: residuals that cancel show no error, which is no certainty") {
  const std::vector<double> time{3, 3, 3, 3}, spread{1, 2, 4, 9}, later{1, 2, 3, 4};
  const std::vector<std::uint32_t> left{1, 1, 1, 1}, one_cluster{0, 0, 0, 0}, each{0, 1, 2, 3};
  const cox_fit at_once =
      fit_cox({.rows = {.time = time, .cause = left}, .features = {{"x", spread}}, .strata = {}, .cluster = each});
  CHECK(at_once.status == regression_status::converged);
  CHECK(std::isnan(at_once.coefficients[0].standard_error));
  CHECK(std::isnan(at_once.coefficients[0].p_value));
  CHECK(at_once.coefficients[0].note.find("cancel") != std::string::npos);
  const std::vector<double> mixed{4, 1, 9, 2};
  const cox_fit together =
      fit_cox({.rows = {.time = later, .cause = left}, .features = {{"x", mixed}}, .strata = {}, .cluster = one_cluster});
  CHECK(std::isfinite(together.coefficients[0].coef));
  CHECK(std::isnan(together.coefficients[0].standard_error));
}
