// The error of a forecast from its two sources, chance and parameters, and how errors of parts add up.
// Layer: 1. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <span>
#include <vector>

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// What a quantity would be if the parameters were these.
struct conditional_moments {
  double probability = 1;  ///< of these parameters; any scale
  double mean = 0;
  double variance = 0;  ///< chance alone
};

/// A part of a sum. A loading is how far one standard error of a parameter moves the part; parts that share a parameter have
/// its loading at the same place.
struct uncertain_part {
  double mean = 0;
  double process_variance = 0;
  std::vector<double> loadings{};
};

struct total_variance {
  double mean = 0;
  double process_variance = 0;    ///< chance: E[Var(X | parameters)]
  double parameter_variance = 0;  ///< what is not known: Var(E[X | parameters])
  [[nodiscard]] constexpr double variance() const noexcept { return process_variance + parameter_variance; }
};

/// Law of total variance: Var(X) = E[Var(X | parameters)] + Var(E[X | parameters]).
///
/// Throws `data_error` for a probability or variance that is negative or not finite, `schema_error` where the probabilities
/// add up to 0. O(n). What it does not tell you: which parameters are likely.
[[nodiscard]] total_variance variance_over(std::span<const conditional_moments> parameters);

/// The sum of parts: chance is independent from part to part, so its variances add; parameters are shared, so their loadings
/// add before they are squared:
///
///   Var = sum of process variances + sum over parameters (sum over parts of loadings)^2
///
/// Adding variances instead makes the error of a total too small. An unknown (NaN) variance or loading makes that of the
/// total unknown. Throws `data_error` for a process variance below 0. O(parts x parameters).
[[nodiscard]] total_variance sum_of_parts(std::span<const uncertain_part> parts);

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
