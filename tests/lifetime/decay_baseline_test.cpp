// Least squares through retention curves, and how far they miss.
#include "sojourn/lifetime/decay_baseline.hpp"
#include "one_call.hpp"

#include <doctest/doctest.h>

#include <cmath>

using namespace sojourn;
using doctest::Approx;

namespace {

using numbers = std::vector<double>;

const numbers high_end{1, .869, .743, .653, .593, .551, .517, .491};
const numbers regular{1, .631, .468, .382, .326, .289, .262, .241};

/// No neighbour of the parameters has a smaller sum of squares.
void check_optimum(const decay_baseline& fit, const numbers& share) {
  const auto squares = [&](decay_baseline at) {
    double sum = 0;
    for (std::size_t t = 1; t < share.size(); ++t) {
      const double miss = share[t] / share[t - 1] - retention(at, static_cast<std::int64_t>(t));
      sum += miss * miss;
    }
    return sum;
  };
  CHECK(squares(fit) == Approx(fit.squares).epsilon(1e-10));
  for (const std::size_t which : {std::size_t{0}, std::size_t{1}}) {
    for (const double by : {0.999, 1.001}) {
      decay_baseline moved = fit;
      moved.parameters[which] *= by;
      CHECK(squares(moved) > fit.squares);
    }
  }
}

}  // namespace

TEST_CASE("REG-01: line, parabola and exponential of High End, and where they end") {
  const decay_baseline line = fit_baseline(high_end, baseline_method::linear);
  CHECK(line.parameters[0] == Approx(0.9254166667).epsilon(1e-9));
  CHECK(line.parameters[1] == Approx(-0.07094047619).epsilon(1e-9));
  CHECK(line.r_squared == Approx(0.9219825436).epsilon(1e-9));
  CHECK(survival(line, 12) == Approx(0.07413095238).epsilon(1e-9));
  const decay_baseline parabola = fit_baseline(high_end, baseline_method::quadratic);
  CHECK(parabola.parameters[2] == Approx(0.01018452381).epsilon(1e-9));
  CHECK(survival(parabola, 12) == Approx(0.7564940476).epsilon(1e-9));
  CHECK(retention(parabola, 12) > 1);  // accounts would come back
  const decay_baseline exponential = fit_baseline(high_end, baseline_method::exponential);
  CHECK(exponential.r_squared == Approx(0.9636682971).epsilon(1e-9));
  CHECK(survival(exponential, 12) == Approx(0.276304294).epsilon(1e-9));
  CHECK(survival(fit_baseline(regular, baseline_method::linear), 12) < 0);
  CHECK(survival(fit_baseline(regular, baseline_method::quadratic), 12) > 1);
}

TEST_CASE("SBG-07: sbg through retention rates is no maximum likelihood") {
  const decay_baseline fit = fit_baseline(std::span(regular).first(5), baseline_method::sbg_rates);
  REQUIRE(fit.status == fit_status::converged);
  CHECK(fit.parameters[0] == Approx(0.7597621204).epsilon(1e-6));
  CHECK(fit.parameters[1] == Approx(1.286279257).epsilon(1e-6));
  CHECK(fit.squares == Approx(0.0001164476532).epsilon(1e-8));
  CHECK(survival(fit, 12) == Approx(0.1599987683).epsilon(1e-6));
  check_optimum(fit, {regular.begin(), regular.begin() + 5});
}

TEST_CASE("NLS-01: a retention rate that levels off") {
  numbers share{1};
  for (const double rate : {.631, .742, .816, .853, .887, .907, .92}) share.push_back(share.back() * rate);
  const decay_baseline fit = fit_baseline(share, baseline_method::levelling_rates);
  REQUIRE(fit.status == fit_status::converged);
  CHECK(fit.parameters[0] == Approx(0.8849135939).epsilon(1e-6));
  CHECK(fit.parameters[1] == Approx(1.092427702).epsilon(1e-6));
  CHECK(fit.squares == Approx(0.007251181366).epsilon(1e-8));
  check_optimum(fit, share);
  CHECK(retention(fit, 500) == Approx(fit.parameters[0]));
  CHECK(survival(fit, 201) / survival(fit, 200) == Approx(fit.parameters[0]));
  CHECK(survival(fit, 41) / survival(fit, 40) == Approx(retention(fit, 41)).epsilon(1e-12));
  CHECK(survival(fit, 1'000'000'000'000) == 0);
}

TEST_CASE("decay_baseline: beside the families they miss what was held out") {
  const std::vector<std::int64_t> twelve{1000, 869, 743, 653, 593, 551, 517, 491, 468, 445, 427, 409, 394};
  const auto rows = compare_baselines(tally_decay(twelve), 5);
  REQUIRE(rows.size() == 5);
  for (const compared_baseline& row : rows) {
    CHECK(row.status == fit_status::converged);
    const decay_baseline fit = fit_baseline(high_end, row.method);
    double squares = 0;
    for (std::int64_t t = 8; t <= 12; ++t) {
      const double miss = survival(fit, t) - static_cast<double>(twelve[static_cast<std::size_t>(t)]) / 1000;
      squares += miss * miss;
    }
    CHECK(row.holdout_error == Approx(std::sqrt(squares / 5)).epsilon(1e-9));
    CHECK_FALSE(warning(row.method).empty());
  }
  CHECK(rows[0].holdout_error > 0.15);  // the line; sbg misses by 0.012
  CHECK(std::isnan(compare_baselines(tally_decay(twelve))[0].holdout_error));
  CHECK_THROWS_AS((void)compare_baselines(tally_decay(twelve), 13), schema_error);
  CHECK_THROWS_AS((void)compare_baselines(tally_decay(twelve), -1), schema_error);
  const std::vector<std::int64_t> gone{10, 5, 0};
  CHECK(compare_baselines(tally_decay(gone))[2].status == fit_status::refused);
}

TEST_CASE("decay_baseline: what cannot be fitted is refused, what is no curve is an error") {
  CHECK(fit_baseline(numbers{1}, baseline_method::linear).status == fit_status::refused);
  CHECK(fit_baseline(numbers{1, .5}, baseline_method::sbg_rates).status == fit_status::refused);
  CHECK(std::isnan(survival(fit_baseline(numbers{}, baseline_method::quadratic), 3)));
  // Equal rates: the likeliest sbg has infinite parameters, and so have least squares.
  CHECK(fit_baseline(numbers{1, .5, .25, .125}, baseline_method::sbg_rates).status == fit_status::not_converged);
  CHECK_THROWS_AS((void)fit_baseline(numbers{1, 1.1}, baseline_method::linear), data_error);
  CHECK_THROWS_AS((void)fit_baseline(numbers{1, -0.1}, baseline_method::linear), data_error);
  CHECK_THROWS_AS((void)fit_baseline(numbers{1, .5, 0}, baseline_method::exponential), data_error);
  CHECK_THROWS_AS((void)fit_baseline(numbers{1, 0, 0}, baseline_method::sbg_rates), data_error);
  CHECK_THROWS_AS((void)survival(fit_baseline(high_end, baseline_method::linear), -1), schema_error);
  CHECK(std::isnan(fit_baseline(numbers{1, 1, 1}, baseline_method::linear).r_squared));
  const std::vector<std::int32_t> ages{0, 1, 2}, skipped{0, 2, 3};
  CHECK(survival(fit_baseline(ages, one_call(numbers{200, 100, 50}), baseline_method::exponential), 3) == Approx(0.125));
  CHECK_THROWS_AS((void)fit_baseline(skipped, one_call(numbers{3, 2, 1}), baseline_method::linear), data_error);
  CHECK_THROWS_AS((void)fit_baseline(ages, one_call(numbers{0, 0, 0}), baseline_method::linear), data_error);
  CHECK_THROWS_AS((void)fit_baseline(ages, one_call(numbers{3, 2}), baseline_method::linear), schema_error);
}
