// Log-odds on the scale that credit people read: a fixed number of points doubles the odds.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

namespace sojourn::inline v0_1 {
namespace health SOJOURN_EXPORT {

/// points = A + B ln(odds of leaving). With a negative `points_to_double` more points are healthier: 600 points at odds of 1
/// to 60 and -20 to double them.
class points_scale {
 public:
  /// `points` at `odds`, and how many points more (negative: fewer) twice these odds are. Throws `schema_error` unless odds
  /// > 0 and the doubling points are finite and not 0.
  static points_scale through(double points, double odds, double points_to_double);

  [[nodiscard]] double offset() const noexcept { return offset_; }  ///< A
  [[nodiscard]] double factor() const noexcept { return factor_; }  ///< B
  [[nodiscard]] double of_odds(double odds) const noexcept;
  [[nodiscard]] double of_probability(double p) const noexcept { return of_odds(p / (1 - p)); }
  /// The log-odds of the model that `learn_weights` found: intercept - slope x score / 100.
  [[nodiscard]] double of_log_odds(double log_odds) const noexcept { return offset_ + factor_ * log_odds; }
  [[nodiscard]] double probability(double points) const noexcept;

 private:
  points_scale(double offset, double factor) : offset_(offset), factor_(factor) {}
  double offset_;
  double factor_;
};

}  // namespace health SOJOURN_EXPORT
}  // namespace sojourn::inline v0_1
