// Account sets with heavy tails whose true rates are known in closed form, to count how often an interval holds them.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <random>
#include <string_view>

#include "sojourn/revenue/retention.hpp"

namespace sojourn::test {

/// How MRR is spread over accounts. `shape`: sigma of a lognormal, or alpha of a Pareto distribution.
struct sizes {
  enum class family : std::uint8_t { equal, lognormal, pareto } kind;
  double shape;
  std::string_view name;
};
inline constexpr std::array all_sizes{
    sizes{sizes::family::equal, 0, "equal"},
    sizes{sizes::family::lognormal, 1, "lognormal 1"},
    sizes{sizes::family::lognormal, 1.5, "lognormal 1.5"},
    sizes{sizes::family::lognormal, 2, "lognormal 2"},
    sizes{sizes::family::pareto, 2.5, "Pareto 2.5"},
    sizes{sizes::family::pareto, 1.5, "Pareto 1.5"},
    sizes{sizes::family::pareto, 1.2, "Pareto 1.2"},
};

/// What happens to an account: it leaves with the chance `leave` x (at_smallest .. at_largest, straight in its rank), else
/// shrinks by 0 to 50 % or grows by 0 to 60 %. `tail`: growth is lognormal instead, with a mean of 46 % and no end.
/// `only_largest`: only the top 5 % leave, 50 % of them, and 2 % of the others.
struct happenings {
  double leave, shrink, grow;
  double at_smallest = 1, at_largest = 1;
  bool tail = false, only_largest = false;
  std::string_view name;
};
inline constexpr std::array all_happenings{
    happenings{.leave = 0.03, .shrink = 0.02, .grow = 0.05, .name = "a month: 3 % leave"},
    happenings{.leave = 0.15, .shrink = 0.10, .grow = 0.35, .name = "a year: 15 % leave"},
    happenings{.leave = 0.15,
               .shrink = 0.10,
               .grow = 0.35,
               .at_smallest = 1.6,
               .at_largest = 0.4,
               .name = "small ones leave 4x as often"},
    happenings{.leave = 0.15,
               .shrink = 0.10,
               .grow = 0.35,
               .at_smallest = 0.4,
               .at_largest = 1.6,
               .name = "large ones leave 4x as often"},
    happenings{.leave = 0.15, .shrink = 0.10, .grow = 0.35, .tail = true, .name = "growth without an end"},
    happenings{.leave = 0.02, .shrink = 0.10, .grow = 0.30, .only_largest = true, .name = "the largest 5 % leave"},
};

inline double normal_cdf(double z) {
  return std::erfc(-z / std::sqrt(2.0)) / 2;
}

/// Share of all MRR with accounts above the quantile q; and the mean rank (0 .. 1) of a unit of MRR.
inline double share_above(const sizes& s, double q) {
  if (s.kind == sizes::family::equal) return 1 - q;
  if (s.kind == sizes::family::pareto) return std::pow(1 - q, 1 - 1 / s.shape);
  double low = -10, high = 10;
  for (int i = 0; i < 200; ++i) (normal_cdf((low + high) / 2) < q ? low : high) = (low + high) / 2;
  return normal_cdf(s.shape - low);
}
inline double mean_rank(const sizes& s) {
  if (s.kind == sizes::family::equal) return 0.5;
  return s.kind == sizes::family::pareto ? s.shape / (2 * s.shape - 1) : normal_cdf(s.shape / std::sqrt(2.0));
}

struct true_rates {
  double grr, nrr;
};
inline true_rates truth(const sizes& s, const happenings& h) {
  double lost = h.leave * (h.at_smallest + (h.at_largest - h.at_smallest) * mean_rank(s));
  if (h.only_largest) lost = 0.5 * share_above(s, 0.95) + h.leave * (1 - share_above(s, 0.95));
  const double kept = 1 - lost - h.shrink * 0.25;
  return {kept, kept + h.grow * (h.tail ? std::exp(-1.5 + 0.72) : 0.3)};
}

inline retention_state draw_accounts(std::mt19937_64& random, std::int64_t n, const sizes& s, const happenings& h) {
  std::uniform_real_distribution<double> unit;
  std::normal_distribution<double> normal;
  retention_state state;
  for (std::int64_t i = 0; i < n; ++i) {
    double size = 1, rank = unit(random);
    if (s.kind == sizes::family::pareto) size = std::pow(1 - rank, -1 / s.shape);
    if (s.kind == sizes::family::lognormal) {
      const double z = normal(random);
      rank = normal_cdf(z);
      size = std::exp(s.shape * z);
    }
    double leave = h.leave * (h.at_smallest + (h.at_largest - h.at_smallest) * rank);
    if (h.only_largest && rank > 0.95) leave = 0.5;
    const double event = unit(random), much = unit(random), tail = std::exp(-1.5 + 1.2 * normal(random));
    double factor = 1;
    if (event < leave)
      factor = 0;
    else if (event < leave + h.shrink)
      factor = 1 - much / 2;
    else if (event < leave + h.shrink + h.grow)
      factor = 1 + (h.tail ? tail : 0.6 * much);
    const double opening = std::min(1e17, std::ceil(1e8 * size));
    state.add(static_cast<std::int64_t>(opening), static_cast<std::int64_t>(std::min(1e18, opening * factor)));
  }
  return state;
}

/// How many of `sets` intervals hold the truth, by kind.
struct coverage {
  int sets = 0;
  int grr[2]{}, nrr[2]{};  ///< by `ratio_interval`
  double grr_width[2]{}, nrr_width[2]{};

  [[nodiscard]] double of_grr(ratio_interval kind) const { return 100.0 * grr[static_cast<int>(kind)] / sets; }
  [[nodiscard]] double of_nrr(ratio_interval kind) const { return 100.0 * nrr[static_cast<int>(kind)] / sets; }
};

inline coverage count_covered(std::uint64_t seed, int sets, std::int64_t n, const sizes& s, const happenings& h) {
  std::mt19937_64 random(seed);
  const true_rates known = truth(s, h);
  coverage found;
  found.sets = sets;
  for (int set = 0; set < sets; ++set) {
    const retention_state state = draw_accounts(random, n, s, h);
    for (const auto kind : {ratio_interval::score, ratio_interval::linearised}) {
      const auto at = static_cast<int>(kind);
      const estimate g = sojourn::grr(state, {.interval = kind}), r = sojourn::nrr(state, {.interval = kind});
      found.grr[at] += g.low <= known.grr && known.grr <= g.high;
      found.nrr[at] += r.low <= known.nrr && known.nrr <= r.high;
      found.grr_width[at] += (g.high - g.low) / sets;
      found.nrr_width[at] += (r.high - r.low) / sets;
    }
  }
  return found;
}

}  // namespace sojourn::test
