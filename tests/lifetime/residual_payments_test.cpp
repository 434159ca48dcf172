#include "sojourn/lifetime/residual_payments.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include "sojourn/domain/error.hpp"

using namespace sojourn;
using doctest::Approx;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

decay_fit high_end_fit(decay_family family) {
  const std::vector<std::int64_t> survivors{1000, 869, 743, 653, 593, 551, 517, 491};
  return fit_decay(tally_decay(survivors), {.family = family});
}

residual_payments at_age(const decay_fit& fit, std::int64_t renewals, double rate,
                         payment_timing timing = payment_timing::renewal_due) {
  return residual_payments_by_age(fit, renewals, {.rate = rate, .timing = timing}).back();
}

}  // namespace

TEST_CASE("residual_payments clv-02: one rate of churn gives the four timings at every age") {
  const std::vector<double> theta{0.2};
  const decay_fit even = decay_of(decay_family::geometric, theta);
  const std::pair<payment_timing, double> expected[] = {{payment_timing::new_customer_pays_now, 3.666666666666667},
                                                        {payment_timing::just_paid, 2.666666666666667},
                                                        {payment_timing::period_end, 3.333333333333333},
                                                        {payment_timing::renewal_due, 2.933333333333333}};
  for (const auto& [timing, value] : expected) {
    for (const residual_payments& one : residual_payments_by_age(even, 3, {.rate = 0.1, .timing = timing})) {
      CHECK(one.payments == Approx(value).epsilon(1e-12));
      CHECK(one.lifetime == Approx(4).epsilon(1e-12));
      CHECK(std::isnan(one.low));  // a stated rate has no uncertainty
    }
  }
}

TEST_CASE("residual_payments sbg-01: discounted residual lifetimes just before renewals 1 to 5") {
  const auto found = residual_payments_by_age(high_end_fit(decay_family::sbg), 4, {.rate = 0.1});
  const double published[] = {5.414478884, 5.901377639, 6.293891618, 6.619920038, 6.896706732};
  REQUIRE(found.size() == 5);
  for (std::size_t n = 0; n < 5; ++n) {
    CHECK(found[n].payments == Approx(published[n]).epsilon(1e-6));
    CHECK(found[n].lifetime == infinity);  // alpha is 0.668
    CHECK(found[n].low < found[n].payments);
    CHECK(found[n].payments < found[n].high);
  }
}

TEST_CASE("residual_payments: every age of every family is the sum taken at that age alone") {
  for (const decay_family family :
       {decay_family::geometric, decay_family::sbg, decay_family::bdw, decay_family::weibull, decay_family::dweibull,
        decay_family::gompertz, decay_family::loglogistic, decay_family::lognormal, decay_family::lomax,
        decay_family::weibull_gamma, decay_family::cure, decay_family::two_segment}) {
    const decay_fit fit = high_end_fit(family);
    if (!fit.usable()) continue;
    CAPTURE(to_string(family));
    for (const double rate : {0.0, 0.008, 0.1}) {
      const auto found = residual_payments_by_age(fit, 60, {.rate = rate});
      for (const std::int64_t n : {0, 1, 7, 33, 60}) {
        const estimate alone = discounted_residual_lifetime(fit, n, rate);
        const residual_payments& one = found[static_cast<std::size_t>(n)];
        if (alone.reason == undefined_reason::infinite) {
          CHECK(one.payments == infinity);
          CHECK(std::isnan(one.low));
        } else {
          CHECK(one.payments == Approx(alone.value).epsilon(1e-9));
        }
      }
    }
  }
}

TEST_CASE("residual_payments: limits of one rate are the delta method on the logarithm, by hand") {
  const decay_fit fit = high_end_fit(decay_family::geometric);
  const double theta = std::get<geometric>(fit.model).theta, rate = 0.05;
  // R = r / (1 - r z), so d log R / d theta = -(1 / r + z / (1 - r z)).
  const double r = 1 - theta, z = 1 / (1 + rate);
  const double slope = 1 / r + z / (1 - r * z);
  const double factor = std::exp(confidence_level(0.9).normal_quantile() * slope * std::sqrt(fit.covariance[0]));
  const residual_payments found = residual_payments_by_age(fit, 2, {.rate = rate, .level = confidence_level(0.9)})[2];
  CHECK(found.low == Approx(found.payments / factor).epsilon(1e-6));
  CHECK(found.high == Approx(found.payments * factor).epsilon(1e-6));
}

TEST_CASE("residual_payments: customers who all leave at once pay nothing further") {
  const std::vector<std::int64_t> gone{50, 0};
  const decay_fit fit = fit_decay(tally_decay(gone), {.family = decay_family::geometric});
  CHECK(at_age(fit, 3, 0.01).payments == 0);
  CHECK(at_age(fit, 3, 0.01, payment_timing::new_customer_pays_now).payments == 1);
  CHECK(std::isnan(at_age(fit, 3, 0.01).low));
  CHECK(leaving_probability(fit, 2, 5) == 1);
}

TEST_CASE("residual_payments: leaving within some renewals is the share that the curve loses") {
  const decay_fit fit = high_end_fit(decay_family::sbg);
  for (const std::int64_t n : {0, 3, 40}) {
    CHECK(leaving_probability(fit, n, 1) == Approx(1 - retention(fit, n + 1)));
    CHECK(leaving_probability(fit, n, 12) == Approx(1 - survival(fit, n + 12) / survival(fit, n)));
  }
}

TEST_CASE("residual_payments: what cannot be read is refused") {
  const std::vector<std::int64_t> nobody{100, 100};
  const decay_fit refused = fit_decay(tally_decay(nobody));
  CHECK_THROWS_AS((void)residual_payments_by_age(refused, 2, {.rate = 0.01}), schema_error);
  CHECK_THROWS_AS((void)leaving_probability(refused, 2, 1), schema_error);
  const decay_fit fit = high_end_fit(decay_family::sbg);
  CHECK_THROWS_AS((void)residual_payments_by_age(fit, 2, {}), schema_error);
  CHECK_THROWS_AS((void)residual_payments_by_age(fit, 2, {.rate = -0.1}), schema_error);
  CHECK_THROWS_AS((void)residual_payments_by_age(fit, -1, {.rate = 0.1}), schema_error);
  CHECK_THROWS_AS((void)leaving_probability(fit, 2, 0), schema_error);
  CHECK_THROWS_AS((void)leaving_probability(fit, -1, 1), schema_error);
}
