// The steps of the over-dispersed Poisson model: factors over all cohorts, and increments back from the latest value.
// Layer: 5. Needs: std only.
#pragma once

#include <algorithm>
#include <cstddef>
#include <limits>
#include <optional>
#include <span>
#include <vector>

namespace sojourn::inline v0_1::detail {

/// sum C(k+1) / sum C(k) over the cohorts that show both; NaN where they start at 0 together. `row_of(i)` is a span.
template <class RowOf>
std::vector<double> odp_factors(std::size_t cohorts, std::size_t ages, const RowOf& row_of) {
  std::vector<double> factors;
  for (std::size_t age = 0; age + 1 < ages; ++age) {
    double before = 0, after = 0;
    for (std::size_t i = 0; i < cohorts; ++i) {
      const std::span<const double> row = row_of(i);
      if (row.size() <= age + 1) continue;
      before += row[age];
      after += row[age + 1];
    }
    factors.push_back(before > 0 ? after / before : std::numeric_limits<double>::quiet_NaN());
  }
  return factors;
}

/// Increments of a cohort's seen ages; they add up to its latest value. Before a factor that is unknown nothing is fitted.
inline std::vector<double> fitted_increments(double latest, std::size_t ages, const std::vector<double>& factors) {
  std::vector<double> increments(ages);
  double value = latest;
  for (std::size_t k = ages - 1; k > 0; --k) {
    const double before = factors[k - 1] > 0 ? value / factors[k - 1] : 0;
    increments[k] = value - before;
    value = before;
  }
  increments[0] = value;
  return increments;
}

/// The step before which a cohort stops that has made `from` steps.
inline std::size_t last_step(std::size_t from, std::size_t steps, std::optional<std::size_t> periods) {
  return periods ? std::min(steps, from + std::min(*periods, steps)) : steps;
}

}  // namespace sojourn::inline v0_1::detail
