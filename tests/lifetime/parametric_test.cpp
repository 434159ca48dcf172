#include "sojourn/lifetime/parametric.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>
#include <utility>

#include "sojourn/domain/error.hpp"

using namespace sojourn;
using doctest::Approx;

namespace {

using numbers = std::vector<double>;

constexpr double infinite = std::numeric_limits<double>::infinity();
constexpr survival_family families[] = {survival_family::exponential, survival_family::weibull,  survival_family::lognormal,
                                        survival_family::loglogistic, survival_family::gompertz, survival_family::gengamma};

parametric_fit fitted(const numbers& time, const std::vector<std::uint8_t>& event, survival_family family) {
  return fit_survival({.time = time, .event = event}, family);
}

struct random_spans {
  numbers time, upper, entry, weight;
  std::vector<std::uint8_t> event;
  std::vector<std::int64_t> count;

  [[nodiscard]] lifetime_spans view() const {
    return {.time = time, .event = event, .upper = upper, .entry = entry, .weight = weight, .count = count};
  }
  [[nodiscard]] random_spans in_order(const std::vector<std::size_t>& order) const {
    random_spans found;
    for (const std::size_t i : order) {
      found.time.push_back(time[i]);
      found.upper.push_back(upper[i]);
      found.entry.push_back(entry[i]);
      found.weight.push_back(weight[i]);
      found.event.push_back(event[i]);
      found.count.push_back(count[i]);
    }
    return found;
  }
};

random_spans draw_spans(std::mt19937_64& random, std::size_t n) {
  const auto uniform = [&] { return static_cast<double>(random() >> 11) * 0x1p-53; };
  random_spans found;
  for (std::size_t i = 0; i < n; ++i) {
    const double time = 0.1 + 20 * uniform();
    const auto kind = random() % 3;  // exact, still there, within an interval
    found.time.push_back(time);
    found.upper.push_back(kind == 2 ? time + 1 + uniform() : kind == 1 ? infinite : time);
    found.event.push_back(kind == 1 ? 0 : 1);
    found.entry.push_back(random() % 4 == 0 ? time * uniform() * 0.9 : 0);
    found.weight.push_back(1 + static_cast<double>(random() % 100));
    found.count.push_back(static_cast<std::int64_t>(random() % 3 + 1));
  }
  return found;
}

}  // namespace

TEST_CASE("parametric: the density is the slope of the survival, in every family") {
  const std::vector<std::pair<survival_family, numbers>> cases = {
      {survival_family::exponential, {0.2}},      {survival_family::weibull, {0.7, 20}},
      {survival_family::lognormal, {2, 0.5}},     {survival_family::loglogistic, {1.4, 12}},
      {survival_family::gompertz, {0.05, -0.1}},  {survival_family::gompertz, {0.01, 0.2}},
      {survival_family::gompertz, {0.05, 0}},     {survival_family::gengamma, {2, 0.8, 1.5}},
      {survival_family::gengamma, {2, 0.8, -0.9}}};
  for (const auto& [family, parameters] : cases) {
    CAPTURE(static_cast<int>(family));
    for (const double age : {0.3, 2.0, 9.0, 25.0}) {
      const double h = 1e-5 * age;
      const double slope =
          std::exp(log_survival(family, parameters, age - h)) - std::exp(log_survival(family, parameters, age + h));
      CHECK(std::exp(log_density(family, parameters, age)) == Approx(slope / (2 * h)).epsilon(1e-6));
    }
    CHECK(log_survival(family, parameters, 0) == 0);
  }
}

TEST_CASE("parametric: the generalised gamma is its neighbours where it meets them, also far out") {
  for (const double age : {1e-3, 0.5, 8.0, 300.0}) {
    CAPTURE(age);
    const double as_weibull = log_survival(survival_family::weibull, numbers{2, std::exp(1.0)}, age);
    CHECK(log_survival(survival_family::gengamma, numbers{1, 0.5, 1}, age) == Approx(as_weibull).epsilon(1e-10));
    const double as_normal = log_survival(survival_family::lognormal, numbers{1, 0.5}, age);
    CHECK(log_survival(survival_family::gengamma, numbers{1, 0.5, 0}, age) == Approx(as_normal).epsilon(1e-12));
    // No step where the series takes over.
    for (const double q : {9e-6, 1.1e-5, 9e-4, 1.1e-3}) {
      for (const double sign : {-1.0, 1.0}) {
        const double near = log_survival(survival_family::gengamma, numbers{1, 0.5, sign * q}, age);
        const double beside = log_survival(survival_family::gengamma, numbers{1, 0.5, sign * q * 1.001}, age);
        CHECK(std::abs(near - beside) <= 2e-3 * std::abs(near - as_normal) + 1e-9 * std::abs(near));
      }
    }
  }
  CHECK(log_survival(survival_family::gompertz, numbers{0.05, -0.1}, infinite) == Approx(-0.5));
  CHECK(log_survival(survival_family::weibull, numbers{2, 3}, infinite) == -infinite);
}

TEST_CASE("parametric PAR-18, 19, 24: exact toys") {
  const numbers entry{0, 1, 2}, time{3, 4, 6}, weight{2, 1, 3};
  const std::vector<std::uint8_t> event{1, 0, 1};
  const parametric_fit late =
      fit_survival({.time = time, .event = event, .entry = entry, .weight = weight}, survival_family::exponential);
  CHECK(late.parameters[0] == Approx(5.0 / 21).epsilon(1e-9));
  CHECK(late.log_likelihood == Approx(-12.1754226264).epsilon(1e-10));
  const numbers lower{0, 1}, upper{1, infinite}, accounts{3, 5};
  const parametric_fit grouped =
      fit_survival({.time = lower, .upper = upper, .weight = accounts}, survival_family::exponential);
  CHECK(grouped.parameters[0] == Approx(std::log(8.0 / 5)).epsilon(1e-8));
  CHECK(grouped.robust);
  const parametric_fit single = fitted({1, 2, 7}, {0, 1, 0}, survival_family::exponential);
  CHECK(single.parameters[0] == Approx(0.1).epsilon(1e-9));
  CHECK(single.standard_errors[0] == Approx(0.1).epsilon(1e-6));
  CHECK_FALSE(single.robust);
}

TEST_CASE("parametric PAR-23, 25, 27: nobody left, no finite shape, an exit at age 0") {
  for (const survival_family family : families) {
    const parametric_fit nobody = fitted({1, 2, 3}, {0, 0, 0}, family);
    CHECK(nobody.status == regression_status::no_events);
    CHECK(survival_estimate(nobody, 1).reason == undefined_reason::not_converged);
    CHECK(std::isnan(survival_age(nobody, 0.5)));
    CHECK_THROWS_AS((void)fitted({0, 2, 3}, {1, 1, 0}, family), data_error);
    if (family == survival_family::exponential) continue;
    CHECK(fitted({1, 2, 7}, {0, 0, 1}, family).status == regression_status::not_converged);
    CHECK(fitted({4, 4, 4}, {1, 1, 1}, family).status == regression_status::not_converged);
  }
}

TEST_CASE("parametric: random rows have a maximum or a status; their order changes no bit") {
  std::mt19937_64 random(51);
  int converged = 0;
  for (int round = 0; round < 400; ++round) {
    CAPTURE(round);
    const random_spans rows = draw_spans(random, 3 + random() % 40);
    std::vector<std::size_t> order(rows.time.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::shuffle(order.begin(), order.end(), random);
    const random_spans mixed = rows.in_order(order);
    for (const survival_family family : families) {
      if (family == survival_family::gengamma && round % 40 != 0) continue;  // flat likelihoods take long
      const parametric_fit fit = fit_survival(rows.view(), family), again = fit_survival(mixed.view(), family);
      REQUIRE(fit.status == again.status);
      REQUIRE(fit.parameters == again.parameters);
      REQUIRE(fit.covariance == again.covariance);
      if (fit.status != regression_status::converged) {
        REQUIRE_FALSE(fit.note.empty());
        continue;
      }
      ++converged;
      REQUIRE(fit.gradient < 1e-6);
      const estimate left = survival_estimate(fit, 10);
      REQUIRE(left.low <= left.value);
      REQUIRE(left.value <= left.high);
      REQUIRE(log_survival(family, fit.parameters, survival_age(fit, 0.7)) == Approx(std::log(0.7)).epsilon(1e-9));
    }
  }
  CHECK(converged > 1'000);
}

TEST_CASE("parametric: wrong input is named") {
  const auto refuses = [](const lifetime_spans& rows, const char* what) {
    CHECK_THROWS_WITH_AS((void)fit_survival(rows, survival_family::weibull), doctest::Contains(what), data_error);
  };
  const numbers time{2, 3}, earlier{1, 4}, late{0, 3}, negative{-1, 2};
  const std::vector<std::uint8_t> event{1, 1}, still{0, 0}, two{1, 2};
  refuses({.time = time, .upper = earlier}, "upper is not before time");
  refuses({.time = time, .event = event, .entry = late}, "entry must lie before time");
  refuses({.time = negative, .event = event}, "an age is a number of 0 or more");
  refuses({.time = time, .event = two}, "an event is 0");
  refuses({.time = time, .event = event, .weight = negative}, "a weight is a number of 0 or more");
  const numbers upper{3, 4};
  refuses({.time = time, .event = still, .upper = upper}, "left within an interval has event 1");
  CHECK_THROWS_AS((void)fit_survival({.time = time}, survival_family::weibull), schema_error);
  CHECK_THROWS_AS((void)log_survival(survival_family::weibull, numbers{1}, 2), schema_error);
  CHECK_THROWS_AS((void)log_survival(survival_family::weibull, numbers{1, -2}, 2), schema_error);
  CHECK_THROWS_AS((void)log_density(survival_family::weibull, numbers{1, 2}, 0), schema_error);
  CHECK_THROWS_WITH_AS((void)log_survival(survival_family::weibull, numbers{infinite, 2}, 1),
                       "weibull: the parameter shape is inf; it is a finite number above 0", schema_error);
  for (const double q : {1e200, -1e155}) {
    CHECK_THROWS_AS((void)log_survival(survival_family::gengamma, numbers{0, 1, q}, 2), schema_error);
    CHECK_THROWS_AS((void)log_density(survival_family::gengamma, numbers{0, 1, q}, 2), schema_error);
  }
  CHECK_THROWS_WITH_AS((void)log_survival(survival_family::gengamma, numbers{0, 1, 1e200}, 2),
                       "gengamma: the parameter q is 1e+200; it lies between -1e100 and 1e100", schema_error);
  CHECK(parameter_names(survival_family::gengamma).size() == 3);
}

TEST_CASE("parametric: the generalised gamma near the log-normal is right to the last digits, at a fixed cost") {
  // 60 digits: quadrature of the density with mpmath
  constexpr struct {
    double q, w, log_survival;
  } exact[] = {
      {-0.009, -3.0, -0.001279145330105952},  {-0.009, -0.25, -0.51098911347516467},  {-0.009, 0.25, -0.9100835467083086},
      {-0.009, 3.0, -6.5538574319654506},     {-0.009, 10.0, -51.719765811723465},    {-0.001, -3.0, -0.0013426933536497418},
      {-0.001, -0.25, -0.51276210650537913},  {-0.001, 0.25, -0.91273057747211981},   {-0.001, 3.0, -6.6017109559954825},
      {-0.001, 10.0, -53.060037566292646},    {-2e-05, -3.0, -0.0013506472517626012}, {-2e-05, -0.25, -0.5129796352791097},
      {-2e-05, 0.25, -0.91305514039126594},   {-2e-05, 3.0, -6.607605842726603},      {-2e-05, 10.0, -53.22785196713934},
      {0.0001, -3.0, -0.0013516237630805229}, {0.0001, -0.25, -0.51300627652169384},  {0.0001, 0.25, -0.91309488732267048},
      {0.0001, 3.0, -6.6083281604395384},     {0.0001, 10.0, -53.248456118170747},    {0.003, -3.0, -0.0013753936984735075},
      {0.003, -0.25, -0.51365044296437575},   {0.003, 0.25, -0.9140557391835515},     {0.003, 3.0, -6.6258170752424596},
      {0.003, 10.0, -53.750098012538009},     {0.009, -3.0, -0.0014256253720347634},  {0.009, -0.25, -0.51498525616139214},
      {0.009, 0.25, -0.91604554741613134},    {0.009, 3.0, -6.6622026394130305},      {0.009, 10.0, -54.810997575398844}};
  for (const auto& one : exact) {
    CAPTURE(one.q);
    CAPTURE(one.w);
    const double at[] = {0, 1, one.q};
    CHECK(log_survival(survival_family::gengamma, at, std::exp(one.w)) == Approx(one.log_survival).epsilon(1e-12));
  }
}

TEST_CASE("parametric: limits of a survival stand where a parameter is far below its own error") {
  // All leave late: Gompertz's hazard starts near 0.
  const std::vector<double> late{9500, 9600, 10'400};
  const std::vector<std::uint8_t> left(late.size(), 1);
  const parametric_fit fit = fit_survival({.time = late, .event = left}, survival_family::gompertz);
  REQUIRE(fit.status == regression_status::converged);
  REQUIRE(fit.parameters[0] < 1e-12);
  const estimate share = survival_estimate(fit, 9700);
  CHECK(fit.standard_errors[0] > 10 * fit.parameters[0]);
  CHECK(share.low > 0.1);
  CHECK(share.low < share.value);
  CHECK(share.high > share.value);
  CHECK(share.high < 0.95);
}
