#include "sojourn/lifetime/cltv.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <random>

#include "sojourn/stats/proportion.hpp"

using namespace sojourn;
using doctest::Approx;

namespace {

constexpr auto all_margin = contribution_margin{1.0};
constexpr payment_timing timings[] = {payment_timing::new_customer_pays_now, payment_timing::just_paid,
                                      payment_timing::period_end, payment_timing::renewal_due};

decay_fit high_end() {
  const std::vector<std::int64_t> survivors{1000, 869, 743, 653, 593, 551, 517, 491};
  return fit_decay(tally_decay(survivors));
}

/// Payments added up one by one: payment number k is made with probability r^k.
double slow_value(double m, double r, double d, payment_timing timing, int periods) {
  double sum = 0;
  for (int k = 0; k < periods; ++k) {
    switch (timing) {
      case payment_timing::new_customer_pays_now:
        sum += m * std::pow(r, k) / std::pow(1 + d, k);
        break;
      case payment_timing::just_paid:
        sum += m * std::pow(r, k + 1) / std::pow(1 + d, k + 1);
        break;
      case payment_timing::period_end:
        sum += m * std::pow(r, k) / std::pow(1 + d, k + 1);
        break;
      case payment_timing::renewal_due:
        sum += m * std::pow(r, k + 1) / std::pow(1 + d, k);
        break;
    }
  }
  return sum;
}

}  // namespace

TEST_CASE("clv-02: three timings of the same payments") {
  const cltv_options a_year{.discount_rate = 0.1};
  CHECK(cltv(100, all_margin, 0.2, payment_timing::new_customer_pays_now, a_year).value ==
        Approx(366.6666666666667).epsilon(1e-12));
  CHECK(cltv(100, all_margin, 0.2, payment_timing::just_paid, a_year).value == Approx(266.6666666666667).epsilon(1e-12));
  CHECK(cltv(100, all_margin, 0.2, payment_timing::period_end, a_year).value == Approx(333.3333333333333).epsilon(1e-12));
  CHECK(cltv(1, all_margin, 0.18, payment_timing::just_paid, a_year).value == Approx(2.928571428571429).epsilon(1e-9));
}

TEST_CASE("cltv: the closed forms equal payments added one by one, capped and not") {
  std::mt19937_64 random(5);
  std::uniform_real_distribution<double> churn(0.02, 1), rate(0, 0.2);
  for (int round = 0; round < 300; ++round) {
    const double c = churn(random), d = round % 4 == 0 ? 0 : rate(random);
    for (const auto timing : timings) {
      REQUIRE(cltv(50, contribution_margin{0.8}, c, timing, {.discount_rate = d}).value ==
              Approx(slow_value(40, 1 - c, d, timing, 3000)).epsilon(1e-10));
      REQUIRE(cltv(50, contribution_margin{0.8}, c, timing, {.discount_rate = d, .cap_periods = 17}).value ==
              Approx(slow_value(40, 1 - c, d, timing, 17)).epsilon(1e-12));
    }
  }
}

TEST_CASE("cltv: ARPA x margin / churn - CAC is the undiscounted case of a new customer") {
  const estimate value =
      cltv(120, contribution_margin{0.75}, 0.02, payment_timing::new_customer_pays_now, {.acquisition_cost = 900});
  CHECK(value.value == Approx(120 * 0.75 / 0.02 - 900));
  CHECK(value.method == interval_method::none);
  CHECK(std::isnan(value.low));
}

TEST_CASE("cltv: the limits of churn become the limits of value, the other way round") {
  const estimate churn = proportion(20, 1000);
  const estimate value = cltv(120, contribution_margin{0.75}, churn, payment_timing::new_customer_pays_now);
  CHECK(value.low == Approx(90 / churn.high));
  CHECK(value.high == Approx(90 / churn.low));
  CHECK(value.n == 1000);
  CHECK(value.method == interval_method::wilson);
  // A customer that costs more than it pays loses more the longer it stays.
  const estimate loss = cltv(120, contribution_margin{-0.1}, churn, payment_timing::new_customer_pays_now);
  CHECK(loss.low < loss.value);
  CHECK(loss.value < loss.high);
}

TEST_CASE("cltv: zero churn is undefined with its reason unless a cap or a discount rate is asked for") {
  const auto none = payment_timing::new_customer_pays_now;
  CHECK(cltv(10, all_margin, 0.0, none).reason == undefined_reason::zero_loss);
  CHECK(std::isnan(cltv(10, all_margin, 0.0, none).value));
  CHECK(cltv(10, all_margin, 0.0, none, {.cap_periods = 60}).value == 600);
  CHECK(cltv(10, all_margin, 0.0, none, {.discount_rate = 0.25}).value == Approx(50));
  CHECK(cltv(10, all_margin, proportion(0, 0), none).reason == undefined_reason::no_observations);
  CHECK(cltv(10, all_margin, 1.0, payment_timing::just_paid).value == 0);
  // With nobody lost among 50 the upper limit of churn still bounds the value from below.
  CHECK(cltv(10, all_margin, proportion(0, 50), none).reason == undefined_reason::zero_loss);
}

TEST_CASE("cltv: terms out of range are refused") {
  const auto now = payment_timing::new_customer_pays_now;
  CHECK_THROWS_AS(contribution_margin{80.0}, schema_error);
  CHECK_THROWS_AS(contribution_margin{std::nan("")}, schema_error);
  CHECK_THROWS_AS((void)cltv(10, all_margin, 3.0, now), schema_error);
  CHECK_THROWS_AS((void)cltv(10, all_margin, -0.1, now), schema_error);
  CHECK_THROWS_AS((void)cltv(std::nan(""), all_margin, 0.1, now), schema_error);
  CHECK_THROWS_AS((void)cltv(10, all_margin, 0.1, now, {.discount_rate = -0.1}), schema_error);
  CHECK_THROWS_AS((void)cltv(10, all_margin, 0.1, now, {.cap_periods = -1}), schema_error);
}

TEST_CASE("sbg-01: the value of a High End customer at 10 % is its discounted expected lifetime") {
  const auto fit = high_end();
  const cltv_options a_year{.discount_rate = 0.1};
  const double del = 5.922253531;
  CHECK(cltv(100, contribution_margin{0.5}, fit, payment_timing::new_customer_pays_now, a_year).value ==
        Approx(50 * del).epsilon(1e-6));
  CHECK(cltv(100, contribution_margin{0.5}, fit, payment_timing::just_paid, a_year).value ==
        Approx(50 * (del - 1)).epsilon(1e-6));
  CHECK(cltv(100, contribution_margin{0.5}, fit, payment_timing::period_end, a_year).value ==
        Approx(50 * del / 1.1).epsilon(1e-6));
}

TEST_CASE("cltv: a curve without a finite mean has no undiscounted value, a capped one it has") {
  const auto fit = high_end();
  const auto now = payment_timing::new_customer_pays_now;
  CHECK(cltv(100, all_margin, fit, now).reason == undefined_reason::infinite);
  const double three = 1 + survival(fit, 1) + survival(fit, 2);
  CHECK(cltv(100, all_margin, fit, now, {.cap_periods = 3}).value == Approx(100 * three));
  CHECK(cltv(100, all_margin, fit, payment_timing::just_paid, {.cap_periods = 3}).value ==
        Approx(100 * (three - 1 + survival(fit, 3))));
}
