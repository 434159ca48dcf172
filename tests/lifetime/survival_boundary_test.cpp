// The boundary data of the models of lifetimes, one test case for each kind, through every model that takes such rows.
#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "exit_columns.hpp"
#include "one_call.hpp"
#include "sojourn/domain/error.hpp"
#include "sojourn/lifetime/cox.hpp"
#include "sojourn/lifetime/decay.hpp"
#include "sojourn/lifetime/decay_comparison.hpp"
#include "sojourn/lifetime/decimal_survival.hpp"
#include "sojourn/lifetime/fine_gray.hpp"
#include "sojourn/lifetime/incidence.hpp"
#include "sojourn/lifetime/life_table.hpp"
#include "sojourn/lifetime/logistic.hpp"
#include "sojourn/lifetime/logrank.hpp"
#include "sojourn/lifetime/parametric.hpp"
#include "sojourn/lifetime/purchases.hpp"
#include "sojourn/lifetime/spend.hpp"
#include "sojourn/lifetime/survival.hpp"

using namespace sojourn;
using namespace sojourn::test;
using doctest::Approx;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr survival_family survival_families[] = {survival_family::exponential, survival_family::weibull,
                                                 survival_family::lognormal,   survival_family::loglogistic,
                                                 survival_family::gompertz,    survival_family::gengamma};
constexpr purchase_model purchase_models[] = {purchase_model::bgnbd, purchase_model::mbgnbd, purchase_model::paretonbd,
                                              purchase_model::bgbb};

survival_curve curve_of(const exit_columns& rows, survival_measure measure = survival_measure::accounts) {
  const ranked_lifetimes ranked = rank_lifetimes(rows.view());
  return kaplan_meier(ranked, ranked.states.segments[0], {.measure = measure}).ranks;
}

/// The regressions with one feature that varies.
std::vector<double> spread(std::size_t n) {
  std::vector<double> x;
  for (std::size_t i = 0; i < n; ++i) x.push_back(static_cast<double>(i * i % 7));
  return x;
}
regression_status cox_of(const exit_columns& rows) {
  const std::vector<double> x = spread(rows.size());
  return fit_cox({.rows = rows.view(), .features = {{"x", x}}}).status;
}
regression_status fine_gray_of(const exit_columns& rows) {
  const std::vector<double> x = spread(rows.size());
  return fit_fine_gray({.rows = rows.view(), .features = {{"x", x}}}, 1).status;
}
parametric_fit parametric_of(const exit_columns& rows, survival_family family) {
  std::vector<std::uint8_t> event;
  for (const std::uint32_t cause : rows.cause) event.push_back(cause != 0 ? 1 : 0);
  return fit_survival({.time = rows.time, .event = event, .entry = rows.entry, .weight = rows.weight}, family);
}
std::vector<decay_fit> decays_of(const std::vector<std::int64_t>& survivors) {
  std::vector<decay_fit> fits;
  for (const decay_family family : all_decay_families) fits.push_back(fit_decay(tally_decay(survivors), {.family = family}));
  return fits;
}

}  // namespace

TEST_CASE("boundary: all censored") {
  const exit_columns rows{
      .time = {1, 2, 3, 4}, .cause = {0, 0, 0, 0}, .entry = {}, .weight = {}, .count = {}, .group = {0, 1, 0, 1}};
  CHECK(curve_of(rows).survival == std::vector<double>{1, 1, 1, 1});
  CHECK(std::isnan(curve_of(rows).low.back()));
  CHECK(logrank(rows.view(), rows.group, 2).reason == no_test::no_event);
  CHECK(cumulative_incidence(rows.view(), 2).causes[1].incidence.back() == 0);
  CHECK_FALSE(incidence_at(cumulative_incidence(rows.view(), 2), 0, 9).defined());
  CHECK(gray_test(rows.view(), 1, rows.group, 2).reason == no_test::no_event);
  CHECK(cox_of(rows) == regression_status::no_events);
  CHECK(fine_gray_of(rows) == regression_status::no_events);
  for (const auto family : survival_families) CHECK(parametric_of(rows, family).status == regression_status::no_events);
  for (const decay_fit& fit : decays_of({50, 50, 50, 50})) CHECK_FALSE(fit.usable());
  const std::vector<std::uint8_t> stayed{0, 0, 0, 0};
  CHECK(fit_logistic({.outcome = stayed, .features = {{"x", rows.time}}}).status == logistic_status::one_outcome);
}

TEST_CASE("boundary: all events at age 1, ties only") {
  const exit_columns rows{
      .time = {1, 1, 1, 1}, .cause = {1, 2, 1, 1}, .entry = {}, .weight = {}, .count = {}, .group = {0, 1, 0, 1}};
  const survival_curve curve = curve_of(rows);
  CHECK(curve.survival == std::vector<double>{0});
  CHECK(std::isnan(curve.standard_error[0]));
  // Whoever is at risk leaves, so there is no variance to compare with.
  CHECK(std::isnan(logrank(rows.view(), rows.group, 2).statistic));
  CHECK(logrank(rows.view(), rows.group, 2).reason != no_test::tested);
  const incidence_curves shares = cumulative_incidence(rows.view(), 2);
  CHECK(shares.causes[0].incidence[0] == 0.75);
  CHECK(shares.survival[0] == 0);
  CHECK(cox_of(rows) == regression_status::converged);
  for (const auto family : survival_families) {
    CAPTURE(static_cast<int>(family));
    const parametric_fit fit = parametric_of(rows, family);
    CHECK((fit.status == regression_status::converged) == (family == survival_family::exponential));
  }
  for (const decay_fit& fit : decays_of({50, 0})) CHECK((!fit.usable() || survival(fit, 1) < 1e-6));
  CHECK(life_table(tally_survival(lifetimes{.time = one_call(std::vector<std::int32_t>{1, 1}),
                                            .event = one_call(std::vector<std::uint8_t>{1, 1})}))
            .survival.back() == 0);
}

TEST_CASE("boundary: one row, and none") {
  for (const std::uint32_t cause : {0u, 1u}) {
    CAPTURE(cause);
    const exit_columns one{.time = {3}, .cause = {cause}, .entry = {}, .weight = {}, .count = {}, .group = {0}};
    CHECK(curve_of(one).survival == std::vector<double>{cause == 0 ? 1.0 : 0.0});
    CHECK(logrank(one.view(), one.group, 2).reason != no_test::tested);
    CHECK(cumulative_incidence(one.view(), 1).causes[0].incidence[0] == (cause == 0 ? 0 : 1));
    CHECK(cox_of(one) != regression_status::converged);
    CHECK(fine_gray_of(one) != regression_status::converged);
    for (const auto family : survival_families)
      CHECK((parametric_of(one, family).status != regression_status::converged || family == survival_family::exponential));
  }
  const exit_columns none;
  CHECK(curve_of(none).time.empty());
  CHECK(logrank(none.view(), none.group, 2).reason != no_test::tested);
  CHECK(cox_of(none) == regression_status::no_events);
  CHECK(parametric_of(none, survival_family::weibull).status == regression_status::no_events);
  for (const decay_fit& fit : decays_of({7})) CHECK_FALSE(fit.usable());
  for (const purchase_model model : purchase_models) CHECK_FALSE(fit_purchases({}, model).usable());
  CHECK_FALSE(fit_spend({}).usable());
}

TEST_CASE("boundary: nobody buys again, and customers who were never watched") {
  const std::vector<std::int64_t> x(5, 0);
  const std::vector<double> at_start(5, 0.0), watched{10, 20, 30, 40, 50}, never(5, 0.0);
  for (const purchase_model model : purchase_models) {
    CAPTURE(static_cast<int>(model));
    CHECK(fit_purchases({x, at_start, watched}, model).status == purchase_status::no_repeat_purchases);
    CHECK_FALSE(fit_purchases({x, at_start, never}, model).usable());
    const purchase_parameters of{model, {0.8, 4, 0.8, 2.4}};
    for (const double p : p_alive(of, {x, at_start, never})) CHECK((p >= 0 && p <= 1));
    CHECK(log_likelihood(of, {x, at_start, never}) <= 0);
    CHECK(std::isfinite(log_likelihood(of, {x, at_start, never})));
  }
  CHECK_FALSE(fit_spend({.mean = at_start, .x = x}).usable());
  CHECK(fit_spend({.mean = at_start, .x = x}).without_purchases == 5);
}

TEST_CASE("boundary: every last purchase on the last day watched") {
  const std::vector<std::int64_t> x{1, 2, 3, 4, 5, 1, 2, 9};
  const std::vector<double> end{8, 9, 10, 11, 12, 13, 14, 15};
  for (const purchase_model model : purchase_models) {
    CAPTURE(static_cast<int>(model));
    const purchase_fit fit = fit_purchases({x, end, end}, model);  // nobody can be seen to have left
    CHECK_FALSE(fit.usable());
    CHECK_FALSE(fit.note.empty());
    const purchase_parameters of{model, {0.8, 4, 0.8, 2.4}};
    for (const double p : p_alive(of, {x, end, end})) CHECK((p > 0.3 && p <= 1));
  }
}

TEST_CASE("boundary: rows of weight 0 are as if absent, and weights of 1e9 lose nothing") {
  const exit_columns with{.time = {1, 2, 2, 3, 4},
                          .cause = {1, 1, 2, 0, 1},
                          .entry = {},
                          .weight = {1e9, 2e9, 0, 5e8, 1e9},
                          .count = {},
                          .group = {0, 1, 0, 1, 0}};
  exit_columns without;
  for (const std::size_t row : {0u, 1u, 3u, 4u}) without.append(with, row);
  exit_columns small = without;
  for (double& weight : small.weight) weight /= 1e9;
  const survival_curve a = curve_of(with, survival_measure::weight), b = curve_of(without, survival_measure::weight),
                       c = curve_of(small, survival_measure::weight);
  CHECK(a.survival.back() == b.survival.back());
  for (std::size_t row = 0; row < b.survival.size(); ++row) {
    CHECK(b.survival[row] == Approx(c.survival[row]).epsilon(1e-14));
    if (b.survival[row] > 0) CHECK(b.standard_error[row] == Approx(c.standard_error[row]).epsilon(1e-12));
  }
  CHECK(logrank(with.view(), with.group, 2).statistic ==
        Approx(logrank(small.view(), small.group, 2).statistic).epsilon(1e-12));
  CHECK(cumulative_incidence(with.view(), 2).causes[1].total_events == 0);
  const std::vector<double> x{1, 3, 2, 0, 5}, y{1, 3, 0, 5};
  const cox_fit large = fit_cox({.rows = with.view(), .features = {{"x", x}}});
  const cox_fit scaled = fit_cox({.rows = small.view(), .features = {{"x", y}}});
  REQUIRE(large.status == regression_status::converged);
  CHECK(large.coefficients[0].coef == Approx(scaled.coefficients[0].coef).epsilon(1e-9));
  CHECK(large.coefficients[0].standard_error == Approx(scaled.coefficients[0].standard_error).epsilon(1e-8));
  for (const auto family : {survival_family::exponential, survival_family::weibull, survival_family::lognormal}) {
    const parametric_fit heavy = parametric_of(with, family), light = parametric_of(small, family);
    REQUIRE(heavy.status == regression_status::converged);
    for (std::size_t k = 0; k < heavy.parameters.size(); ++k)
      CHECK(heavy.parameters[k] == Approx(light.parameters[k]).epsilon(1e-7));
  }
  exit_columns all_zero = with;
  for (double& weight : all_zero.weight) weight = 0;
  CHECK(cox_of(all_zero) == regression_status::no_events);
  CHECK(logrank(all_zero.view(), all_zero.group, 2).reason != no_test::tested);
}

TEST_CASE("boundary: missing values are left out and counted, infinite ones are refused with their row") {
  exit_columns rows{.time = {1, missing_number, 3, 4},
                    .cause = {1, 1, 0, 1},
                    .entry = {},
                    .weight = {},
                    .count = {},
                    .group = {0, 1, 0, 1}};
  CHECK(curve_of(rows).rows_missing == 1);
  CHECK(logrank(rows.view(), rows.group, 2).rows_missing == 1);
  CHECK(cumulative_incidence(rows.view(), 1).rows_missing == 1);
  CHECK(parametric_of(rows, survival_family::exponential).rows_missing == 1);
  const std::vector<double> x{1, 2, missing_number, 0};
  CHECK(fit_cox({.rows = rows.view(), .features = {{"x", x}}}).rows_missing == 2);
  CHECK(fit_fine_gray({.rows = rows.view(), .features = {{"x", x}}}, 1).rows_missing == 2);
  const std::vector<std::int64_t> purchases{1, 2};
  const std::vector<double> last{1, missing_number}, end{5, 5};
  for (const purchase_model model : purchase_models) {
    CHECK(fit_purchases({purchases, last, end}, model).rows_missing == 1);
    CHECK(std::isnan(p_alive({model, {1, 2, 1, 2}}, {purchases, last, end})[1]));
  }
  rows.time[1] = infinity;
  const auto names_the_row = doctest::Contains("row 1");
  CHECK_THROWS_WITH_AS((void)rank_lifetimes(rows.view()), names_the_row, data_error);
  CHECK_THROWS_WITH_AS((void)logrank(rows.view(), rows.group, 2), names_the_row, data_error);
  CHECK_THROWS_WITH_AS((void)cumulative_incidence(rows.view(), 1), names_the_row, data_error);
  CHECK_THROWS_WITH_AS((void)parametric_of(rows, survival_family::weibull), names_the_row, data_error);
  CHECK_THROWS_WITH_AS((void)cox_of(rows), names_the_row, data_error);
  CHECK_THROWS_WITH_AS((void)fine_gray_of(rows), names_the_row, data_error);
  const std::vector<double> far{1, infinity};
  for (const purchase_model model : purchase_models)
    CHECK_THROWS_WITH_AS((void)fit_purchases({purchases, far, far}, model), names_the_row, data_error);
  CHECK_THROWS_WITH_AS((void)fit_spend({.mean = far, .x = purchases}), names_the_row, data_error);
}

TEST_CASE("boundary: an account that enters exactly when another leaves was not at risk of it, in every model") {
  const exit_columns rows{
      .time = {2, 4, 5}, .cause = {1, 1, 1}, .entry = {0, 2, 0}, .weight = {}, .count = {}, .group = {0, 1, 0}};
  CHECK(curve_of(rows).at_risk == std::vector<std::int64_t>{2, 2, 1});
  CHECK(cumulative_incidence(rows.view(), 1).at_risk == std::vector<std::int64_t>{2, 2, 1});
  CHECK(logrank(rows.view(), rows.group, 2).groups[1].expected == Approx(0.5));
  exit_columns later = rows;
  later.entry[1] = 2.5;  // no other age at exit lies between
  const std::vector<double> x{1, 3, 2};
  const cox_fit at = fit_cox({.rows = rows.view(), .features = {{"x", x}}});
  const cox_fit after = fit_cox({.rows = later.view(), .features = {{"x", x}}});
  CHECK(at.log_likelihood == Approx(after.log_likelihood).epsilon(1e-12));
  CHECK(at.null_log_likelihood == Approx(-2 * std::log(2.0)).epsilon(1e-12));
}
