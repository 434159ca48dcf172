// How a group of a scorecard makes one number of its members.
// Layer: 3. Needs: std only.
#pragma once

#include "sojourn/export.hpp"

#include <variant>

namespace sojourn::inline v0_1 {
namespace health SOJOURN_EXPORT {

// w: weight of a member, over the sum of the weights of those that are present; s: its value in [0, 1]. A member without a
// value leaves the sum, whatever the aggregator; a member of weight 0 is never part of it. All but `points` lie between the
// worst and the best member (of those raised to the floor), none falls when a member rises.

/// sum of w s. A good member makes up for a bad one, point by point.
struct weighted_mean {
  friend bool operator==(const weighted_mean&, const weighted_mean&) = default;
};

/// (sum of w s^p)^(1/p). p > 1 leans towards the best members, p < 1 towards the worst. p = 0 is the geometric mean. Where p
/// <= 0 every s is raised to `floor` first, because a single 0 would decide alone.
struct power_mean {
  double p = 2;
  double floor = 0.01;
  friend bool operator==(const power_mean&, const power_mean&) = default;
};

/// The product of s^w: halving any member costs the same share of the whole.
struct geometric_mean {
  double floor = 0.01;
  friend bool operator==(const geometric_mean&, const geometric_mean&) = default;
};

/// 1 / sum of (w / s).
struct harmonic_mean {
  double floor = 0.01;
  friend bool operator==(const harmonic_mean&, const harmonic_mean&) = default;
};

/// The worst member: a chain is as strong as its weakest link. Weights decide coverage only.
struct lowest {
  friend bool operator==(const lowest&, const lowest&) = default;
};

/// The best member: any of them will do.
struct highest {
  friend bool operator==(const highest&, const highest&) = default;
};

/// (1 - a) mean + a min: a mean that one bad member can pull down.
struct mean_and_min {
  double a = 0.5;
  friend bool operator==(const mean_and_min&, const mean_and_min&) = default;
};

/// base + the points of the members, cut at [low, high] and put on 0..1. A member brings its weight in points at s = 1 and
/// `branch::at_worst` points at s = 0; one that is missing brings none.
struct point_sum {
  double base = 0;
  double low = 0;
  double high = 100;
  friend bool operator==(const point_sum&, const point_sum&) = default;
};

/// Totango's rule for members that are good (1), average (0.5) or poor (0): one poor makes the group poor, only good ones
/// alone make it good, members without a value are left out. On any other scale it is the worst member.
struct worst_of {
  friend bool operator==(const worst_of&, const worst_of&) = default;
};

/// The plain mean of the n best members (of all that are present, where they are fewer). Weights decide coverage only: with
/// weights a member could rise into the best n and lower the score.
struct best_of {
  int n = 1;
  friend bool operator==(const best_of&, const best_of&) = default;
};

using aggregator = std::variant<weighted_mean, power_mean, geometric_mean, harmonic_mean, lowest, highest, mean_and_min,
                                point_sum, worst_of, best_of>;

}  // namespace health SOJOURN_EXPORT
}  // namespace sojourn::inline v0_1
