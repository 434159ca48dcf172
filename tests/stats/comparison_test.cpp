// Two rates beside each other: published values, exact tests against enumeration, and power by enumeration.
#include "sojourn/stats/comparison.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include "sojourn/stats/loss_interval.hpp"

using namespace sojourn;
using doctest::Approx;

namespace {

double chance(std::int64_t n, std::int64_t k, double p) {
  const auto f = [](std::int64_t i) { return std::lgamma(static_cast<double>(i) + 1); };
  return std::exp(f(n) - f(k) - f(n - k) + static_cast<double>(k) * std::log(p) +
                  static_cast<double>(n - k) * std::log1p(-p));
}

double z_of(std::int64_t x1, std::int64_t n1, std::int64_t x2, std::int64_t n2) {
  const auto a = static_cast<double>(x1), n = static_cast<double>(n1), b = static_cast<double>(x2),
             m = static_cast<double>(n2);
  const double p = (a + b) / (n + m), v = p * (1 - p) * (1 / n + 1 / m);
  return v > 0 ? (a / n - b / m) / std::sqrt(v) : 0.0;
}

/// The chance of a table at least as extreme when both shares are p, over all tables.
double chance_of_extremes(std::int64_t n1, std::int64_t n2, double limit, double p1, double p2) {
  double sum = 0;
  for (std::int64_t i = 0; i <= n1; ++i) {
    for (std::int64_t j = 0; j <= n2; ++j) {
      if (std::abs(z_of(i, n1, j, n2)) >= limit * (1 - 1e-9)) sum += chance(n1, i, p1) * chance(n2, j, p2);
    }
  }
  return sum;
}

rate_at share(std::int64_t x, std::int64_t n) {
  return [=](confidence_level level) { return proportion(x, n, {level, proportion_interval::wilson}); };
}

}  // namespace

TEST_CASE("compare_shares: 5 of 50 beads against 8 of 50 says nothing, p = 0.37 (se-partners)") {
  const comparison c = compare_shares(5, 50, 8, 50);
  CHECK(std::abs(c.p_value - 0.37) < 0.005);
  CHECK(c.p_value == Approx(0.37241).epsilon(1e-4));
  CHECK(c.difference.value == Approx(-0.06));
  CHECK(c.difference.low < 0);
  CHECK(c.difference.high > 0);
}

TEST_CASE("compare_shares: Newcombe's own example, 56/70 less 48/80 is 0.2 with 0.0524 .. 0.3339") {
  const comparison c = compare_shares(56, 70, 48, 80);
  CHECK(c.difference.value == Approx(0.2));
  CHECK(std::abs(c.difference.low - 0.0524) < 5e-5);
  CHECK(std::abs(c.difference.high - 0.3339) < 5e-5);
}

TEST_CASE("compare_shares: Fisher's tea (3 of 4 against 1 of 4) is 0.4857, and 7/8 against 2/8 is 0.0406") {
  CHECK(compare_shares(3, 4, 1, 4, {{}, share_test::fisher}).p_value == Approx(34.0 / 70).epsilon(1e-12));
  CHECK(compare_shares(7, 8, 2, 8, {{}, share_test::fisher}).p_value == Approx(0.04055944055944056).epsilon(1e-10));
}

TEST_CASE("compare_shares: Barnard's test is the supremum over the common share, table by table") {
  std::mt19937_64 random(4);
  for (int round = 0; round < 25; ++round) {
    const auto n1 = static_cast<std::int64_t>(random() % 12 + 2), n2 = static_cast<std::int64_t>(random() % 12 + 2);
    const auto x1 = static_cast<std::int64_t>(random()) % (n1 + 1), x2 = static_cast<std::int64_t>(random()) % (n2 + 1);
    const std::int64_t a = std::abs(x1), b = std::abs(x2);
    double supremum = 0;
    for (int i = 1; i < 2000; ++i) {
      supremum = std::max(supremum, chance_of_extremes(n1, n2, std::abs(z_of(a, n1, b, n2)), i / 2000.0, i / 2000.0));
    }
    const double p = compare_shares(a, n1, b, n2, {{}, share_test::barnard}).p_value;
    CAPTURE(a);
    CAPTURE(n1);
    CAPTURE(b);
    CAPTURE(n2);
    REQUIRE(p >= std::min(1.0, supremum) - 1e-9);
    REQUIRE(p <= std::min(1.0, supremum) + 1e-4);
  }
}

TEST_CASE("compare_shares: nobody in one group is undefined, everybody in both is no difference") {
  const comparison none = compare_shares(0, 0, 3, 4);
  CHECK(none.difference.reason == undefined_reason::no_observations);
  CHECK(std::isnan(none.p_value));
  for (const auto test : {share_test::score, share_test::fisher, share_test::barnard}) {
    CHECK(compare_shares(0, 9, 0, 4, {{}, test}).p_value == Approx(1.0));
    CHECK(compare_shares(9, 9, 4, 4, {{}, test}).p_value == Approx(1.0));
  }
  CHECK_THROWS_AS((void)compare_shares(5, 4, 1, 2), schema_error);
  CHECK_THROWS_AS((void)compare_shares(5, 90'000, 1, 20'000, {{}, share_test::barnard}), schema_error);
}

TEST_CASE("compare_rates: two shares come to Newcombe's interval, and p is where the interval ends at 0") {
  const comparison c = compare_rates(share(56, 70), share(48, 80));
  CHECK(std::abs(c.difference.low - 0.0524) < 5e-5);
  const confidence_level edge{1 - c.p_value};
  CHECK(std::abs(compare_rates(share(56, 70), share(48, 80), 0, edge).difference.low) < 1e-8);
  CHECK(c.p_value == Approx(compare_shares(56, 70, 48, 80).p_value).epsilon(0.1));
  CHECK(compare_rates(share(8, 50), share(8, 50)).p_value == Approx(1.0));
  CHECK(compare_rates(share(5'000, 10'000), share(1'000, 10'000)).p_value < 1e-12);
}

TEST_CASE("compare_rates: what moves together is told apart more easily, and a rate without interval gives none") {
  const auto width = [](double correlation) {
    const auto d = compare_rates(share(30, 100), share(20, 100), correlation).difference;
    return d.high - d.low;
  };
  CHECK(width(0.8) < width(0.0));
  CHECK(width(0.0) < width(-0.8));
  CHECK_THROWS_AS((void)compare_rates(share(1, 2), share(1, 2), 1.5), schema_error);
  const rate_at bare = [](confidence_level level) {
    estimate e = proportion(1, 2, {level, proportion_interval::wilson});
    e.method = interval_method::none;
    return e;
  };
  const comparison c = compare_rates(bare, share(1, 2));
  CHECK(c.difference.value == 0.0);
  CHECK(std::isnan(c.difference.low));
  CHECK(std::isnan(c.p_value));
}

TEST_CASE("paired_correlation: equals the sample correlation of the residuals") {
  std::mt19937_64 random(9);
  std::uniform_real_distribution<double> unit;
  std::vector<ratio_part> a, b;
  for (int i = 0; i < 500; ++i) {
    const double size = 1 + unit(random), common = unit(random);
    a.push_back({size * common, size});
    b.push_back({size * (0.5 * common + 0.5 * unit(random)), size});
  }
  CHECK(paired_correlation(a, a) == Approx(1.0));
  const double r = paired_correlation(a, b);
  CHECK(r > 0.6);
  CHECK(r < 0.8);
  b.pop_back();
  CHECK_THROWS_AS((void)paired_correlation(a, b), schema_error);
}

TEST_CASE("detectable_share: R's power.prop.test, n = 50, 0.50 to 0.75 has power 0.740") {
  const auto change = detectable_share(0.5, 50, 50, {0.95, 0.7401659});
  CHECK(change.rise == Approx(0.25).epsilon(1e-4));
  CHECK(change.fall == Approx(0.25).epsilon(1e-4));
}

TEST_CASE("detectable_share: the exact test by enumeration has about the promised power") {
  for (const double baseline : {0.05, 0.2, 0.6}) {
    const auto change = detectable_share(baseline, 150, 100);
    const double power = chance_of_extremes(150, 100, 1.959964, baseline, baseline + change.rise);
    CAPTURE(baseline);
    CHECK(power > 0.76);
    CHECK(power < 0.84);
  }
  CHECK(std::isnan(detectable_share(0.05, 50, 50).fall));
  CHECK(std::isnan(detectable_share(1, 50, 50).rise));
  CHECK_THROWS_AS((void)detectable_share(1.2, 50, 50), schema_error);
  CHECK_THROWS_AS((void)detectable_share(0.2, 50, 50, {0.95, 1.0}), schema_error);
}

TEST_CASE("detectable_difference: (1.96 + 0.84) standard errors of the difference") {
  CHECK(detectable_difference(0.0004, 0.0004) == Approx((1.959963985 + 0.8416212336) * std::sqrt(0.0008)).epsilon(1e-9));
  CHECK(detectable_difference(0.0004, 0.0004, 0.0004) == 0.0);
}
