// From a risk to a probability: a logistic line (Platt), or the best rising steps (isotonic).
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "sojourn/health/evaluation/validation.hpp"

namespace sojourn::inline v0_1 {
namespace health SOJOURN_EXPORT {

/// P(left) = 1 / (1 + exp(-(intercept + slope x risk))). Risk is that of the state: minus the score for a health score.
struct platt_curve {
  double intercept = 0;
  double slope = 0;
  std::int64_t n = 0;
  undefined_reason reason = undefined_reason::defined;
  /// NaN when the curve is undefined.
  [[nodiscard]] double operator()(double risk) const noexcept;
};

/// Platt's line with his targets, (n1 + 1) / (n1 + 2) and 1 / (n0 + 2), which keep it finite when a score separates
/// perfectly. One kind of outcome only: undefined. Source: Platt (1999), Lin, Lin, Weng (2007).
[[nodiscard]] platt_curve platt(const outcome_scores& state);

enum class between_steps : std::uint8_t { step, linear };

/// A rising curve through its knots, flat beyond the ends.
struct isotonic_curve {
  std::vector<double> risk;  ///< first risk of each level
  std::vector<double> last_risk;
  std::vector<double> probability;  ///< never falls
  std::int64_t n = 0;
  /// `step`: the level at or below the risk. `linear`: straight between levels. NaN without data.
  [[nodiscard]] double operator()(double risk_value, between_steps between = between_steps::step) const noexcept;
};

/// Pools adjacent violators; equal risks are one point. Wants about 1,000 outcomes or more; with fewer prefer Platt.
[[nodiscard]] isotonic_curve isotonic(const outcome_scores& state);

/// The rising sequence nearest to `values` in weighted squares; `weights` empty = all equal. O(n).
[[nodiscard]] std::vector<double> isotonic_means(std::span<const double> values, std::span<const double> weights = {});

/// How scores become probabilities.
enum class calibration_curve : std::uint8_t {
  platt,
  isotonic,         ///< steps
  isotonic_linear,  ///< straight lines between the levels
};
constexpr std::array<std::string_view, 3> values_of(calibration_curve) {
  return {"platt", "isotonic", "isotonic_linear"};
}

/// The probability of leaving of every score by a curve learned from `state`, whose risks are of the same direction. NaN
/// where there is no score.
[[nodiscard]] std::vector<double> calibrated(const outcome_scores& state, const column<double>& score,
                                             calibration_curve curve, score_direction direction);

}  // namespace health SOJOURN_EXPORT
}  // namespace sojourn::inline v0_1
