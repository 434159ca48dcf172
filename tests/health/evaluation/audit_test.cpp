// Influence, outranking, leaks and drift of signals, and points that double the odds.
#include "sojourn/health/evaluation/audit.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <random>

#include "sojourn/health/card/points_scale.hpp"
#include "sojourn/health/evaluation/sensitivity.hpp"

using doctest::Approx;
using namespace sojourn;
namespace h = sojourn::health;

namespace {

using numbers = std::vector<double>;
constexpr double absent = std::numeric_limits<double>::quiet_NaN();

}  // namespace

TEST_CASE("H48: the outranking matrix of the reference example; three dominant pairs of six") {
  const numbers x{1, 2, 3, 4, 3, 2, 1, 5, 2, 3, 1, 4}, equal{1, 1, 1};
  const h::signal_matrix s{x, 4, 3};
  CHECK(h::outranks(s, equal, 1, 0) == Approx(2.0 / 3));
  CHECK(h::outranks(s, equal, 2, 0) == Approx(1.0 / 3));
  CHECK(h::outranks(s, equal, 3, 0) == 1.0);
  const numbers score{2, 7.0 / 3, 5.0 / 3, 13.0 / 3};
  const auto found = h::audit_outranking(s, score, equal);
  CHECK(found.pairs == 6);
  CHECK(found.dominated == 3);
  CHECK(found.dominated_share() == 0.5);
  CHECK(found.against_majority == 0);
}

TEST_CASE("H42: (21,1,1,1) and (6,6,6,6) tie by their mean, and three of four signals see the second ahead") {
  const numbers x{21, 6, 1, 6, 1, 6, 1, 6}, equal{1, 1, 1, 1}, tie{6, 6}, first{6.1, 6};
  const h::signal_matrix s{x, 2, 4};
  CHECK(h::outranks(s, equal, 1, 0) == 0.75);
  CHECK(h::audit_outranking(s, tie, equal).against_majority == 0);
  CHECK(h::audit_outranking(s, first, equal).against_majority == 1);
}

TEST_CASE("outranking: missing signals are not compared, ties count half, too many accounts are refused") {
  const numbers x{1, absent, 2, 2, 0, 5}, weights{1, 1, 2};
  const h::signal_matrix s{x, 2, 3};
  CHECK(h::outranks(s, weights, 0, 1) == Approx((0.5 * 1 + 0) / 3));
  const numbers gone{absent, absent}, one{1};
  CHECK(std::isnan(h::outranks({gone, 2, 1}, one, 0, 1)));
  const numbers many(20'001, 0.5);
  CHECK_THROWS_AS((void)h::audit_outranking({many, 20'001, 1}, many, one), schema_error);
}

TEST_CASE(
    "influence: independent signals hold weight^2 x variance of the score, a constant one nothing, whatever its weight") {
  std::mt19937_64 random(3);
  std::uniform_real_distribution<double> unit;
  const std::size_t n = 20'000;
  numbers x(3 * n), score(n);
  for (std::size_t i = 0; i < n; ++i) {
    x[i] = unit(random), x[n + i] = unit(random), x[2 * n + i] = 0.7;
    score[i] = 100 * (0.2 * x[i] + 0.1 * x[n + i] + 0.7 * 0.7);
  }
  const numbers weights{0.2, 0.1, 0.7};
  const auto found = h::influence({x, n, 3}, score, weights);
  CHECK(found[0].eta_squared == Approx(0.8).epsilon(0.01));
  CHECK(found[1].eta_squared == Approx(0.2).epsilon(0.03));
  CHECK(std::isnan(found[2].eta_squared));
  CHECK(found[2].weight == Approx(0.7));
  CHECK(found[0].share == Approx(0.8).epsilon(0.01));
}

TEST_CASE("influence: values of two kinds are two groups, as by hand") {
  const numbers x{0, 0, 1, 1}, score{10, 20, 50, 60}, one{1};
  // Group means 15 and 55 about 35: 1600 of 1700.
  CHECK(h::influence({x, 4, 1}, score, one)[0].eta_squared == Approx(1600.0 / 1700));
  const numbers holes{absent, 0, 1, 1}, flat{5, 5, 5, 5};
  CHECK(h::influence({holes, 4, 1}, score, one)[0].present == 3);
  CHECK(std::isnan(h::influence({x, 4, 1}, flat, one)[0].eta_squared));
  CHECK_THROWS_AS((void)h::influence({x, 4, 1}, score, numbers{1, 1}), schema_error);
}

TEST_CASE("check_signals: a copy of the outcome is suspicious, noise is not") {
  std::mt19937_64 random(5);
  std::uniform_real_distribution<double> unit;
  numbers x(2000);
  std::vector<std::uint8_t> left(1000);
  for (std::size_t i = 0; i < 1000; ++i) {
    left[i] = random() % 10 == 0;
    x[i] = left[i] == 1 ? 0.1 * unit(random) : 0.1 + 0.9 * unit(random);
    x[1000 + i] = unit(random);
  }
  const auto found = h::check_signals({x, 1000, 2}, column<std::uint8_t>(left));
  CHECK(found[0].suspicious);
  CHECK(found[0].auc == 1.0);
  CHECK(!found[1].suspicious);
}

TEST_CASE("signal_stability: the same is stable, a shift is found, and a source that went silent is a bin of its own") {
  std::mt19937_64 random(6);
  std::uniform_real_distribution<double> unit;
  numbers before(3000), now(3000);
  for (std::size_t i = 0; i < 1000; ++i) {
    before[i] = unit(random), now[i] = unit(random);
    before[1000 + i] = unit(random), now[1000 + i] = unit(random) * unit(random);
    before[2000 + i] = unit(random), now[2000 + i] = i % 3 == 0 ? absent : unit(random);
  }
  const auto found = h::signal_stability({before, 1000, 3}, {now, 1000, 3});
  CHECK(found[0].p_value > 0.01);
  CHECK(found[0].degrees == 9);
  CHECK(found[1].p_value < 1e-6);
  CHECK(found[2].p_value < 1e-6);
  CHECK(found[2].smoothed_bins == 1);
  CHECK_THROWS_AS((void)h::signal_stability({before, 1000, 3}, {now, 1500, 2}), schema_error);
}

TEST_CASE("H55: 600 points at odds 1 to 60 and 20 fewer for twice the odds") {
  const auto scale = h::points_scale::through(600, 1.0 / 60, -20);
  CHECK(scale.factor() == Approx(-28.853900817779268).epsilon(1e-14));
  CHECK(scale.offset() == Approx(481.86218808782963).epsilon(1e-14));
  CHECK(std::abs(scale.factor() - -28.85) < 0.05);
  CHECK(std::abs(scale.offset() - 481.89) < 0.05);
  CHECK(scale.of_odds(1.0 / 60) == Approx(600));
  CHECK(scale.of_odds(1.0 / 30) == Approx(580));
  CHECK(scale.probability(scale.of_probability(0.07)) == Approx(0.07));
  CHECK(scale.of_log_odds(std::log(1.0 / 60)) == Approx(600));
  CHECK_THROWS_AS((void)h::points_scale::through(600, 0, -20), schema_error);
  CHECK_THROWS_AS((void)h::points_scale::through(600, 1, 0), schema_error);
}
