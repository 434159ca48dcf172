#include "sojourn/lifetime/chain_ladder_checks.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

namespace sojourn::inline v0_1 {
namespace {

/// The ratios of one age, by cohort.
using ratios_of_age = std::vector<std::pair<std::size_t, double>>;

ratios_of_age ratios_at(const age_triangle& triangle, std::size_t age) {
  ratios_of_age found;
  for (std::size_t i = 0; i < triangle.cohorts(); ++i) {
    const auto row = triangle.row(i);
    if (row.size() > age + 1 && row[age] > 0) found.emplace_back(i, row[age + 1] / row[age]);
  }
  return found;
}

double median_of(const ratios_of_age& ratios) {
  std::vector<double> sorted;
  for (const auto& [cohort, ratio] : ratios) sorted.push_back(ratio);
  std::sort(sorted.begin(), sorted.end());
  const std::size_t half = sorted.size() / 2;
  return sorted.size() % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

struct sides {
  std::int64_t below = 0, above = 0;
};

/// binomial(n - 1, m) / 2^n with m = floor((n - 1) / 2), scaled on the way so that no n overflows.
double central_share(std::int64_t n) {
  const std::int64_t m = (n - 1) / 2;
  double share = std::ldexp(1.0, static_cast<int>(2 * m - n));
  for (std::int64_t i = 1; i <= m; ++i) share *= static_cast<double>(n - 1 - m + i) / static_cast<double>(4 * i);
  return share;
}

/// Mean and variance of the smaller of two counts of n fair coins.
void add_period(const sides& counts, chain_ladder_checks& checks, double& variance) {
  if (counts.below + counts.above == 0) return;
  const auto n = static_cast<double>(counts.below + counts.above);
  const double share = central_share(counts.below + counts.above);
  const double mean = n / 2 - share * n;
  checks.calendar_statistic += static_cast<double>(std::min(counts.below, counts.above));
  checks.calendar_mean += mean;
  variance += n * (n - 1) / 4 - share * n * (n - 1) + mean - mean * mean;
}

/// Ranks from 1, the mean rank where values are equal.
std::vector<double> ranks_of(const std::vector<double>& values) {
  std::vector<double> ranks;
  for (const double value : values) {
    double below = 0, equal = 0;
    for (const double other : values) {
      if (other < value) below += 1;
      if (other == value) equal += 1;
    }
    ranks.push_back(below + (equal + 1) / 2);
  }
  return ranks;
}

void test_calendar(const chain_ladder_fit& fit, const std::vector<ratios_of_age>& ratios, chain_ladder_checks& checks) {
  std::map<std::size_t, sides> periods;
  for (std::size_t age = 0; age < ratios.size(); ++age) {
    if (ratios[age].empty()) continue;
    const double median = median_of(ratios[age]);
    for (const auto& [cohort, ratio] : ratios[age]) {
      sides& counts = periods[fit.triangle.row(cohort).size() - 2 - age];
      counts.below += ratio < median ? 1 : 0;
      counts.above += ratio > median ? 1 : 0;
    }
  }
  double variance = 0;
  for (const auto& [period, counts] : periods) add_period(counts, checks, variance);
  checks.calendar_sd = std::sqrt(std::max(0.0, variance));
}

void test_correlation(const std::vector<ratios_of_age>& ratios, chain_ladder_checks& checks) {
  double sum = 0, weights = 0;
  for (std::size_t age = 1; age < ratios.size(); ++age) {
    std::vector<double> now, before;
    auto earlier = ratios[age - 1].begin();
    for (const auto& [cohort, ratio] : ratios[age]) {
      while (earlier != ratios[age - 1].end() && earlier->first < cohort) ++earlier;
      if (earlier == ratios[age - 1].end() || earlier->first != cohort) continue;
      now.push_back(ratio);
      before.push_back(earlier->second);
    }
    if (now.size() < 2) continue;
    const std::vector<double> r = ranks_of(now), s = ranks_of(before);
    double apart = 0;
    for (std::size_t i = 0; i < r.size(); ++i) apart += (r[i] - s[i]) * (r[i] - s[i]);
    const auto n = static_cast<double>(r.size());
    sum += (n - 1) * (1 - 6 * apart / (n * n * n - n));
    weights += n - 1;
  }
  if (weights == 0) return;
  checks.correlation_statistic = sum / weights;
  checks.correlation_sd = 1 / std::sqrt(weights);
}

}  // namespace

chain_ladder_checks check_chain_ladder(const chain_ladder_fit& fit) {
  chain_ladder_checks checks;
  std::vector<ratios_of_age> ratios;
  for (std::size_t age = 0; age + 1 < fit.triangle.ages(); ++age) {
    const development_step& step = fit.steps[age];
    ratios.push_back(ratios_at(fit.triangle, age));
    checks.zero_starts += step.zero_starts;
    for (const auto& [cohort, ratio] : ratios.back()) {
      const auto row = fit.triangle.row(cohort);
      const double scale = step.sigma / std::sqrt(row[age]);
      checks.residuals.push_back(
          {.cohort = static_cast<std::int64_t>(cohort),
           .age = static_cast<std::int64_t>(age),
           .calendar = static_cast<std::int64_t>(row.size() - 2 - age),
           .ratio = ratio,
           .residual = scale > 0 ? (ratio - step.factor) / scale : std::numeric_limits<double>::quiet_NaN()});
    }
  }
  test_calendar(fit, ratios, checks);
  test_correlation(ratios, checks);
  return checks;
}

}  // namespace sojourn::inline v0_1
