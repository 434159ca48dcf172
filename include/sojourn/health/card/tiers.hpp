// From a score to a tier, with memory: hysteresis keeps scores that hover from flapping.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "sojourn/health/card/spec.hpp"

namespace sojourn::inline v0_1 {
namespace health SOJOURN_EXPORT {

/// A tier is its index from the worst (0) upwards. Unknown is a tier of its own: never the worst, never the best.
using tier_code = std::uint8_t;
inline constexpr tier_code unknown_tier = 255;  ///< no score: too little is known about the account
inline constexpr tier_code no_tier = 254;       ///< no previous tier: the account was not scored before
inline constexpr tier_code foreign_tier = 253;  ///< a tier of another card: scoring forgets it, and says so
inline constexpr std::size_t max_tiers = 16;

/// Thresholds t_1 < ... < t_m between tiers 0..m. A score reaches one when the score that is shown does: both are compared
/// after rounding to 12 significant digits (`shown_value`), so a score that prints as 90 is in the tier from 90 on.
class tier_ladder {
 public:
  tier_ladder() = default;
  explicit tier_ladder(const tier_spec& spec);

  [[nodiscard]] std::size_t size() const noexcept { return thresholds_.size() + 1; }
  [[nodiscard]] std::span<const double> thresholds() const noexcept { return {thresholds_.data(), thresholds_.size()}; }
  /// What a loop over unrounded scores compares with in place of the thresholds (>=, or > where tiers own their upper end):
  /// the first score that is shown as reaching, or the last that is not shown as passing.
  [[nodiscard]] std::span<const double> borders() const noexcept { return {borders_.data(), borders_.size()}; }
  /// The same for an account that stood below, and for one that stood above: thresholds past their margins.
  [[nodiscard]] std::span<const double> borders_upward() const noexcept { return {upward_.data(), upward_.size()}; }
  [[nodiscard]] std::span<const double> borders_downward() const noexcept { return {downward_.data(), downward_.size()}; }
  [[nodiscard]] closed_side closed() const noexcept { return closed_; }

  /// The tier of a score without a past: how many thresholds it reaches. NaN is `unknown_tier`.
  [[nodiscard]] tier_code of(double score) const noexcept {
    if (score != score) return unknown_tier;
    std::size_t reached = 0;
    while (reached < thresholds_.size() && reaches(score, borders_[reached])) ++reached;
    return static_cast<tier_code>(reached);
  }

  /// The tier of a score whose account stood in `previous`: up only `up` points past a threshold, down only `down` points
  /// below it. A previous code that is no tier of this ladder has no memory to keep.
  [[nodiscard]] tier_code of(double score, tier_code previous) const noexcept {
    if (score != score) return unknown_tier;
    if (previous >= size()) return of(score);
    std::size_t at = previous;
    while (at < thresholds_.size() && reaches(score, upward_[at])) ++at;
    while (at > 0 && !reaches(score, downward_[at - 1])) --at;
    return static_cast<tier_code>(at);
  }

 private:
  [[nodiscard]] bool reaches(double score, double border) const noexcept {
    return closed_ == closed_side::left ? score >= border : score > border;
  }

  std::vector<double> thresholds_, borders_, upward_, downward_;
  double up_ = 0;
  double down_ = 0;
  closed_side closed_ = closed_side::left;
};

}  // namespace health SOJOURN_EXPORT
}  // namespace sojourn::inline v0_1
