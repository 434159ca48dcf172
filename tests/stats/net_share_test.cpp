// Intervals of shares of answers, computed again here from their published formulas to the last digits, and their bounds.
#include "sojourn/stats/net_share.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <random>
#include <vector>

#include "sojourn/input/score_tally.hpp"
#include "sojourn/stats/proportion.hpp"

using namespace sojourn;
using doctest::Approx;

namespace {

constexpr double z95 = 1.959963984540054;

/// Three groups of answers on a scale of 0 to 2: detractors, passives, promoters.
struct groups {
  std::int64_t low, middle, high;

  [[nodiscard]] score_counts counts() const {
    return score_counts::of({0, 2}, std::vector<std::int64_t>{low, middle, high});
  }
  [[nodiscard]] net_share share() const { return net_share_of(counts(), {2, 2}, {0, 0}); }
};

struct limits {
  double low, high;
};

limits plain_wald(double plus, double minus, double n) {
  const double value = plus - minus, half = z95 * std::sqrt((plus + minus - value * value) / n);
  return {value - half, value + half};
}

/// Of `added` answers a quarter goes to either side.
limits adjusted(const groups& g, double added) {
  const double n = static_cast<double>(g.low + g.middle + g.high) + added;
  return plain_wald((static_cast<double>(g.high) + added / 4) / n, (static_cast<double>(g.low) + added / 4) / n, n);
}

constexpr std::array<groups, 5> samples{{{3, 5, 12}, {10, 10, 10}, {1, 0, 40}, {7, 900, 13}, {250, 30, 20}}};

}  // namespace

TEST_CASE("net share: the limits are those of the formulas, to 1e-12") {
  for (const groups& g : samples) {
    const auto n = static_cast<double>(g.low + g.middle + g.high);
    const estimate wald = net_share_estimate(g.share(), {}, net_share_interval::wald);
    const limits own = plain_wald(static_cast<double>(g.high) / n, static_cast<double>(g.low) / n, n);
    CHECK(std::abs(wald.low - own.low) < 1e-12);
    CHECK(std::abs(wald.high - own.high) < 1e-12);
    const estimate usual = net_share_estimate(g.share(), {}, net_share_interval::adjusted_wald);
    const limits three = adjusted(g, 3);
    CHECK(std::abs(usual.low - std::min(std::max(three.low, -1.0), usual.value)) < 1e-12);
    CHECK(std::abs(usual.high - std::max(std::min(three.high, 1.0), usual.value)) < 1e-12);
  }
}

TEST_CASE("net share: the limits of a difference are those of the formulas, to 1e-12") {
  const auto of = [](const groups& g, double added) {
    const double n = static_cast<double>(g.low + g.middle + g.high) + added;
    const double plus = (static_cast<double>(g.high) + added / 4) / n, minus = (static_cast<double>(g.low) + added / 4) / n;
    return std::array<double, 2>{plus - minus, (plus + minus - (plus - minus) * (plus - minus)) / n};
  };
  const groups &a = samples[0], &b = samples[1];
  for (const auto& [method, added] :
       {std::pair{net_share_comparison::agresti_caffo, 1.5}, std::pair{net_share_comparison::adjusted_wald, 3.0},
        std::pair{net_share_comparison::wald, 0.0}}) {
    const auto found = compare_net_shares(a.share(), b.share(), {}, method);
    const double centre = of(a, added)[0] - of(b, added)[0], half = z95 * std::sqrt(of(a, added)[1] + of(b, added)[1]);
    CHECK(std::abs(found.difference.low - (centre - half)) < 1e-12);
    CHECK(std::abs(found.difference.high - (centre + half)) < 1e-12);
  }
}

TEST_CASE("net share: a score limit is where the statistic has the quantile") {
  for (const groups& g : samples) {
    const net_share s = g.share();
    const estimate found = net_share_estimate(s, {}, net_share_interval::score);
    for (const double d : {found.low, found.high}) {
      if (std::abs(d) > 1 - 1e-9 || std::abs(d - s.value()) < 1e-12) continue;
      const double b = -s.plus - s.minus + (2 - s.plus + s.minus) * d, c = -s.minus * d * (1 - d);
      const double minus = (std::sqrt(b * b - 8 * c) - b) / 4;
      const double statistic = (s.value() - d) / std::sqrt((2 * minus + d * (1 - d)) / static_cast<double>(s.n));
      CHECK(std::abs(statistic) == Approx(z95).epsilon(1e-10));
    }
  }
}

TEST_CASE("mean of answers: its limits stay on the scale") {
  const score_counts high = score_counts::of({1, 5}, std::vector<std::int64_t>{0, 0, 0, 1, 4});
  const score_counts low = score_counts::of({1, 5}, std::vector<std::int64_t>{4, 1, 0, 0, 0});
  CHECK(score_mean(high).high == 5);
  CHECK(score_mean(high).low > 1);
  CHECK(score_mean(low).low == 1);
  CHECK(score_mean(low).high < 5);
}

TEST_CASE("weighted answers tell at most as much as there are, and as Kish counts") {
  std::mt19937_64 random(5);
  int wide = 0;
  for (int round = 0; round < 400; ++round) {
    const std::size_t rows = 2 + random() % 40;
    std::vector<std::int32_t> score(rows);
    std::vector<double> weight(rows);
    double sum = 0, squares = 0;
    for (std::size_t i = 0; i < rows; ++i) {
      score[i] = static_cast<std::int32_t>(random() % 11);
      // Heavy answers that agree: the linearised variance takes them for certain.
      weight[i] = score[i] >= 9 && round % 2 == 0 ? 50.0 : 0.5 + static_cast<double>(random() % 4);
      sum += weight[i], squares += weight[i] * weight[i];
    }
    const auto counted = tally_weighted_scores(
        responses{.score = column<std::int32_t>(score, "q"), .weight = column<double>(weight, "w")}, {0, 10});
    const net_share share = net_share_of(counted, {9, 10}, {0, 6});
    const double kish = sum * sum / squares;
    CHECK(share.n_effective <= kish * (1 + 1e-9));
    CHECK(share.n_effective <= static_cast<double>(rows) * (1 + 1e-9));
    wide += static_cast<double>(rows) / share.deff > kish * (1 + 1e-9) ? 1 : 0;
  }
  CHECK(wide > 10);  // there were such samples
}
