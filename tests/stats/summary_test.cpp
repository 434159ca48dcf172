#include "sojourn/stats/summary.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <utility>
#include <vector>

using namespace sojourn;
using doctest::Approx;

namespace {

summary of(const std::vector<double>& values) {
  summary result;
  for (const double value : values) result.add(value);
  return result;
}

/// m_k, the k-th central moment in two passes of long double.
double central_moment(const std::vector<double>& values, int k) {
  long double mean = 0, sum = 0;
  for (const double value : values) mean += static_cast<long double>(value);
  mean /= static_cast<long double>(values.size());
  for (const double value : values) sum += std::pow(static_cast<long double>(value) - mean, static_cast<long double>(k));
  return static_cast<double>(sum / static_cast<long double>(values.size()));
}

}  // namespace

TEST_CASE("summary: no value is NaN everywhere, and its sum is 0") {
  const summary empty;
  CHECK(empty.count() == 0);
  CHECK(empty.sum() == 0.0);
  for (const double value :
       {empty.mean(), empty.min(), empty.max(), empty.variance(), empty.variance(variance_of::population), empty.skewness(),
        empty.excess_kurtosis(), empty.quantile(summary_quantile::p50)}) {
    CHECK(std::isnan(value));
  }
  CHECK(std::isnan(of({4}).variance()));
  CHECK(of({4}).variance(variance_of::population) == 0.0);
  CHECK(std::isnan(of({4, 4, 4}).skewness()));
}

TEST_CASE("summary: a worked example by hand") {
  // Mean 5, deviations -3 -1 -1 -1 0 0 2 4: m2 = 4, m3 = 42/8, m4 = 356/8.
  const summary s = of({2, 4, 4, 4, 5, 5, 7, 9});
  CHECK(s.mean() == 5.0);
  CHECK(s.sum() == 40.0);
  CHECK(s.min() == 2.0);
  CHECK(s.max() == 9.0);
  CHECK(s.variance() == Approx(32.0 / 7).epsilon(1e-14));
  CHECK(s.skewness() == Approx(5.25 / 8).epsilon(1e-14));
  CHECK(s.excess_kurtosis() == Approx(44.5 / 16 - 3).epsilon(1e-13));
}

TEST_CASE("summary: it agrees with the exact moments where values are whole numbers") {
  std::mt19937_64 random(3);
  summary s;
  moments_state exact;
  for (int i = 0; i < 50'000; ++i) {
    const auto value = static_cast<std::int64_t>(random() % 1000);
    s.add(static_cast<double>(value));
    exact.add(value);
  }
  CHECK(s.count() == exact.n);
  CHECK(s.mean() == Approx(mean(exact).value).epsilon(1e-14));
  CHECK(s.variance() == Approx(variance(exact)).epsilon(1e-10));
}

TEST_CASE("summary: a large offset does not eat variance, skewness and kurtosis") {
  std::mt19937_64 random(4);
  std::exponential_distribution<double> gap(0.01);
  std::vector<double> values(20'000);
  for (double& value : values) value = 1e8 + std::floor(gap(random));
  const summary s = of(values);
  const double m2 = central_moment(values, 2);
  CHECK(s.variance(variance_of::population) == Approx(m2).epsilon(1e-9));
  CHECK(s.skewness() == Approx(central_moment(values, 3) / std::pow(m2, 1.5)).epsilon(1e-9));
  CHECK(s.excess_kurtosis() == Approx(central_moment(values, 4) / (m2 * m2) - 3).epsilon(1e-8));
}

TEST_CASE("summary: the sum is compensated and the extremes are exact") {
  std::vector<double> values{1e16};
  values.insert(values.end(), 10'000, 1.0);
  const summary s = of(values);
  CHECK(s.sum() == 1e16 + 1e4);
  CHECK(s.min() == 1.0);
  CHECK(s.max() == 1e16);
}

TEST_CASE("summary: P-square quantiles come near the true ones") {
  std::mt19937_64 random(5);
  std::normal_distribution<double> draw(50, 10);
  summary s;
  for (int i = 0; i < 12; ++i) s.add(draw(random));
  CHECK(std::isnan(s.quantile(summary_quantile::p50)));
  for (int i = 0; i < 100'000; ++i) s.add(draw(random));
  CHECK(std::abs(s.quantile(summary_quantile::p05) - (50 - 16.4485)) < 0.3);
  CHECK(std::abs(s.quantile(summary_quantile::p25) - (50 - 6.7449)) < 0.3);
  CHECK(std::abs(s.quantile(summary_quantile::p50) - 50) < 0.3);
  CHECK(std::abs(s.quantile(summary_quantile::p75) - (50 + 6.7449)) < 0.3);
  CHECK(std::abs(s.quantile(summary_quantile::p95) - (50 + 16.4485)) < 0.3);
}

TEST_CASE("summary: NaN is counted as missing, infinity is refused with its row") {
  summary s = of({1, std::nan(""), 3});
  CHECK(s.count() == 2);
  CHECK(s.missing() == 1);
  CHECK(s.mean() == 2.0);
  try {
    s.add(-std::numeric_limits<double>::infinity());
    FAIL("no error");
  } catch (const data_error& e) {
    CHECK(e.row() == 3);
    CHECK(e.value() == "-inf");
  }
  CHECK(s.count() == 2);
}

TEST_CASE("summary: a copy goes its own way") {
  const summary first = of({1, 2, 3});
  summary second = first;
  second.add(10);
  CHECK(first.count() == 3);
  CHECK(second.mean() == 4.0);
  second = first;
  CHECK(second.mean() == 2.0);
}
