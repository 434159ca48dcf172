// Rates of leaving by age in months, from months at risk and departures.
// Layer: 5. Needs: links sojourn.
#pragma once

#include <cstddef>
#include <vector>

#include "sojourn/forecast/mrr_forecast.hpp"

namespace sojourn::inline v0_1::detail {

/// By age: index 0 is the first month in which an account can leave.
struct exposure {
  std::vector<double> at_risk;
  std::vector<double> left;

  explicit exposure(std::size_t ages = 0) : at_risk(ages), left(ages) {}
  exposure& operator+=(const exposure& other);
};

/// A rate for each of `ages` ages, within (0, 1): also where nobody has left, because nobody left of n is no proof that
/// nobody will. Beyond the ages seen `by_age` goes on as the sbg curve.
[[nodiscard]] std::vector<double> churn_rates(churn_family family, const exposure& seen, std::size_t ages);

/// The logarithm of the probability of `seen` under these rates.
[[nodiscard]] double log_probability(const exposure& seen, const std::vector<double>& rates);

}  // namespace sojourn::inline v0_1::detail
