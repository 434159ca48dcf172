// Published tables, row by row.
#include "sojourn/lifetime/survival.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "lifetime_rows.hpp"

using namespace sojourn;
using namespace sojourn::test;
using doctest::Approx;

namespace {

constexpr double undefined = std::numeric_limits<double>::quiet_NaN();

account_rows six_mp() {
  return {{6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35},
          {1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0}};
}

}  // namespace

TEST_CASE("km-01: 6-MP, survival and Greenwood's errors") {
  const auto curve = kaplan_meier(six_mp().tally());
  check_close(at_events(curve, curve.survival),
              {0.8571428571, 0.8067226891, 0.7529411765, 0.6901960784, 0.6274509804, 0.5378151261, 0.4481792717}, 1e-10);
  check_close(at_events(curve, curve.standard_error),
              {0.07636035483, 0.08693528518, 0.09634965299, 0.1068147078, 0.1140538653, 0.1282337517, 0.1345914568}, 1e-10);
}

TEST_CASE("km-01: 6-MP, median 23 with limits (13, not reached)") {
  const estimate median = survival_quantile(kaplan_meier(six_mp().tally()));
  CHECK(median.value == 23);
  CHECK(median.low == 13);
  CHECK(std::isnan(median.high));
  CHECK(median.defined());
}

TEST_CASE("km-01: 6-MP, restricted mean to 35 with the error of the estimate") {
  const estimate mean = restricted_mean(six_mp().tally(), 35);
  CHECK(mean.value == Approx(23.28739496).epsilon(1e-9));
  const double error = (mean.high - mean.value) / confidence_level{}.normal_quantile();
  CHECK(error == Approx(2.827467623).epsilon(1e-9));
  CHECK(mean.n == 21);
}

TEST_CASE("km-02: 6-MP, limits on four scales equal R's") {
  const auto check = [](survival_interval scale, const std::vector<double>& low, const std::vector<double>& high) {
    const auto curve = kaplan_meier(six_mp().tally(), {.interval = scale});
    check_close(at_events(curve, curve.low), low, 1e-9);
    check_close(at_events(curve, curve.high), high, 1e-9);
  };
  check(survival_interval::log_log,
        {0.6197179553, 0.5631465646, 0.5031995108, 0.4316102225, 0.367510856, 0.2677789368, 0.188052006},
        {0.9515517476, 0.9228090192, 0.8893618352, 0.8490659633, 0.8049121895, 0.7467907176, 0.6801426285});
  check(survival_interval::plain,
        {0.7074793118, 0.6363326611, 0.5640993267, 0.4808430982, 0.4039095122, 0.2864815911, 0.1843848638},
        {1, 0.977112717, 0.9417830263, 0.8995490587, 0.8509924486, 0.789148661, 0.7119736796});
  check(survival_interval::log,
        {0.7198170839, 0.6531242185, 0.585918982, 0.5096130991, 0.439393925, 0.3370366162, 0.2487882268},
        {1, 0.9964436759, 0.9675747546, 0.9347691955, 0.8959949385, 0.858200848, 0.8073720455});
  check(survival_interval::logit,
        {0.6386494523, 0.5832326835, 0.5247784845, 0.4556053678, 0.3929319019, 0.297429659, 0.218459751},
        {0.9532031321, 0.9256456835, 0.8937400106, 0.8557116437, 0.8142095744, 0.7618170874, 0.7023691232});
}

TEST_CASE("survival: the arcsine limits are symmetric on the arcsine scale") {
  const auto curve = kaplan_meier(six_mp().tally(), {.interval = survival_interval::arcsine});
  for (std::size_t k = 0; k < curve.time.size(); ++k) {
    const auto scale = [](double s) { return std::asin(std::sqrt(s)); };
    const double s = curve.survival[k];
    const double half = confidence_level{}.normal_quantile() * curve.standard_error[k] / (2 * std::sqrt(s * (1 - s)));
    CHECK(scale(curve.low[k]) == Approx(scale(s) - half));
    CHECK(scale(curve.high[k]) == Approx(scale(s) + half));
  }
}

TEST_CASE("km-03: 6-MP, Nelson-Aalen with Aalen's variance") {
  const auto curve = kaplan_meier(six_mp().tally());
  check_close(at_events(curve, curve.cumulative_hazard),
              {0.1428571429, 0.2016806723, 0.2683473389, 0.3516806723, 0.4425897632, 0.585446906, 0.7521135727}, 1e-10);
  check_close(at_events(curve, curve.hazard_standard_error),
              {0.08247860988, 0.1013061138, 0.1212739591, 0.147145566, 0.1729632342, 0.2243311028, 0.2794677467}, 1e-10);
}

TEST_CASE("km-05: maintained patients of the AML study") {
  const account_rows rows{{9, 13, 13, 18, 23, 28, 31, 34, 45, 48, 161}, {1, 1, 0, 1, 1, 0, 1, 1, 0, 1, 0}};
  const auto curve = kaplan_meier(rows.tally());
  check_close(at_events(curve, curve.survival),
              {0.9090909091, 0.8181818182, 0.7159090909, 0.6136363636, 0.4909090909, 0.3681818182, 0.1840909091}, 1e-10);
  check_close(at_events(curve, curve.standard_error),
              {0.0866784172, 0.1162912998, 0.1396649706, 0.152632331, 0.1641932672, 0.1626688858, 0.1534927458}, 1e-10);
}

TEST_CASE("km-06: at zero the curve has no error and no limits") {
  const account_rows rows{{5, 5, 8, 8, 12, 16, 23, 27, 30, 33, 43, 45}, {1, 1, 1, 1, 1, 0, 1, 1, 1, 1, 1, 1}};
  const auto curve = kaplan_meier(rows.tally());
  check_close(
      at_events(curve, curve.survival),
      {0.8333333333, 0.6666666667, 0.5833333333, 0.4861111111, 0.3888888889, 0.2916666667, 0.1944444444, 0.09722222222, 0},
      1e-10);
  check_close(at_events(curve, curve.standard_error),
              {0.1075828707, 0.1360827635, 0.1423187606, 0.1481300626, 0.1469861839, 0.1387151691, 0.1218745054,
               0.09186636497, undefined},
              1e-10);
  CHECK(curve.survival.back() == 0);
  CHECK(std::isnan(curve.low.back()));
  CHECK(std::isnan(curve.high.back()));
  CHECK(survival_at(curve, 1000).value == 0);
}

TEST_CASE("km-07: the tiny example of Hosmer, Lemeshow and May") {
  const account_rows rows{{6, 44, 21, 14, 62}, {1, 1, 0, 1, 1}};
  const auto curve = kaplan_meier(rows.tally());
  check_close(at_events(curve, curve.survival), {0.8, 0.6, 0.3, 0}, 1e-15);
  check_close(at_events(curve, curve.standard_error), {0.1789, 0.2191, 0.2387, undefined}, 5e-5);
}

TEST_CASE("km-08: late entry; who enters exactly at a churn was not at risk of it") {
  const account_rows rows{{3, 5, 6, 4, 8, 7, 9, 6, 10, 2}, {1, 1, 0, 1, 1, 0, 1, 1, 0, 1}, {0, 0, 0, 2, 2, 3, 4, 5, 5, 0}};
  const auto curve = kaplan_meier(rows.tally());
  check_close(at_events(curve, curve.survival), {0.75, 0.6, 0.48, 0.384, 0.32, 0.2133333333, 0.1066666667}, 1e-10);
  check_close(at_events(curve, curve.standard_error),
              {0.2165063509, 0.219089023, 0.2055237213, 0.1854896224, 0.1652472894, 0.1404331922, 0.1030497902}, 1e-10);
  check_close(at_events(curve, curve.cumulative_hazard), {0.25, 0.45, 0.65, 0.85, 1.016666667, 1.35, 1.85}, 1e-9);
  check_close(at_events(curve, {curve.at_risk.begin(), curve.at_risk.end()}), {4, 5, 5, 5, 6, 3, 2}, 0);
}
