#include "sojourn/stats/every_resample.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <random>
#include <vector>

#include "sojourn/domain/error.hpp"
#include "sojourn/stats/bootstrap.hpp"

using namespace sojourn;
using doctest::Approx;

namespace {

/// Closing and opening MRR.
const std::vector<ratio_part> three{
    {.numerator = 0, .denominator = 100}, {.numerator = 220, .denominator = 200}, {.numerator = 330, .denominator = 300}};

/// Way by way: the digits of a number count through all n^n resamples.
std::vector<double> all_ratios(const std::vector<ratio_part>& accounts) {
  std::vector<double> found;
  const auto ways = static_cast<std::size_t>(std::llround(std::pow(accounts.size(), accounts.size())));
  for (std::size_t way = 0; way < ways; ++way) {
    ratio_part sums;
    std::size_t digits = way;
    for (std::size_t i = 0; i < accounts.size(); ++i, digits /= accounts.size()) {
      sums.numerator += accounts[digits % accounts.size()].numerator;
      sums.denominator += accounts[digits % accounts.size()].denominator;
    }
    if (sums.denominator != 0) found.push_back(sums.numerator / sums.denominator);
  }
  return found;
}

}  // namespace

TEST_CASE("every_resample FC-08: all 27 resamples of three accounts, numerator and denominator together") {
  const draw_summary found = every_resample(three, confidence_level{0.8});
  CHECK(found.mean == Approx(0.866613756614).epsilon(1e-12));
  CHECK(found.standard_error == Approx(0.247100336276).epsilon(1e-12));
  CHECK(found.low == Approx(0.55).epsilon(1e-12));
  CHECK(found.high == Approx(1.1).epsilon(1e-12));
  CHECK(bootstrap_ratio(three).value == Approx(0.916666666667).epsilon(1e-12));
}

TEST_CASE("every_resample: what drawing way by way gives, and what the bootstrap comes to") {
  std::mt19937_64 random(8);
  for (int round = 0; round < 60; ++round) {
    std::vector<ratio_part> accounts;
    for (std::size_t n = 1 + random() % 6; n > 0; --n)
      accounts.push_back(
          {.numerator = static_cast<double>(random() % 50), .denominator = static_cast<double>(random() % 4 * 25)});
    const std::vector<double> slow = all_ratios(accounts);
    const draw_summary found = every_resample(accounts, confidence_level{0.9});
    if (slow.empty()) {
      REQUIRE(std::isnan(found.mean));
      continue;
    }
    double sum = 0, squares = 0;
    for (const double ratio : slow) sum += ratio;
    const double mean = sum / static_cast<double>(slow.size());
    for (const double ratio : slow) squares += (ratio - mean) * (ratio - mean);
    REQUIRE(found.mean == Approx(mean).epsilon(1e-12));
    REQUIRE(found.standard_error == Approx(std::sqrt(squares / static_cast<double>(slow.size()))).epsilon(1e-9));
    REQUIRE(found.low == Approx(draw_quantile(slow, 0.05)).epsilon(1e-12));
    REQUIRE(found.high == Approx(draw_quantile(slow, 0.95)).epsilon(1e-12));
  }
  const estimate drawn = bootstrap_ratio(three, {.replicates = 20'000, .seed = 8, .level = confidence_level{0.8}});
  CHECK(drawn.low == Approx(0.55).epsilon(1e-12));
  CHECK(drawn.high == Approx(1.1).epsilon(1e-12));
}

TEST_CASE("every_resample: one account has one resample, none has none, many are refused") {
  CHECK(every_resample({three.data() + 1, 1}).standard_error == 0);
  CHECK(every_resample({three.data() + 1, 1}).mean == Approx(1.1));
  CHECK(std::isnan(every_resample({}).mean));
  CHECK_THROWS_AS((void)every_resample(std::vector<ratio_part>(11, three[0])), schema_error);
  CHECK(every_resample(std::vector<ratio_part>(10, three[1])).high == Approx(1.1).epsilon(1e-15));
}
