// What is read from a survival curve whose ages may be ranks of others.
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>

#include "sojourn/lifetime/survival.hpp"

namespace sojourn::inline v0_1 {
namespace detail {

/// Survival at an age, the first `rows` rows of the curve being not after it.
[[nodiscard]] estimate value_in_row(const survival_curve& curve, std::size_t rows, bool beyond);

/// As `survival_at`; `time` holds the ages of the rows of the curve, of any arithmetic type.
template <class Ages>
[[nodiscard]] estimate value_at(const survival_curve& curve, const Ages& time, double age) {
  if (!(age >= 0)) throw schema_error("survival_at: an age is a number of 0 or more");
  const auto after = std::upper_bound(time.begin(), time.end(), age);
  return value_in_row(curve, static_cast<std::size_t>(after - time.begin()), !time.empty() && age > time.back());
}

/// As `survival_quantile`; `time` holds the ages of the rows of the curve.
[[nodiscard]] estimate quantile_at(const survival_curve& curve, std::span<const double> time, double share);

/// The area under the curve between two ages, with its error. `ages` holds the age of rank 1, 2, ... where the times of the
/// state are ranks; empty: its times are ages.
[[nodiscard]] estimate restricted_area(const survival_state& state, const survival_options& options, double origin,
                                       double horizon, std::span<const double> ages = {});

}  // namespace detail
}  // namespace sojourn::inline v0_1
