// What a group makes of its members: for a tile of rows, and for one account at a time.
// Layer: 5. Needs: std only; Eigen is behind it.
#pragma once

#include <cstddef>
#include <limits>
#include <span>
#include <vector>

#include "health/score/kernels.hpp"
#include "sojourn/health/card/spec.hpp"

namespace sojourn::inline v0_1::health::detail {

/// A signal or a group, as its group sees it in one tile. NaN = missing.
struct member {
  const double* s;
  double weight;
  double at_worst = 0;
  const double* factor = nullptr;  ///< of the weight, row by row; null = 1
};

/// Values of groups that are no plain sums. Owns its buffers: one for all groups of a thread.
class combiner {
 public:
  /// value = what `how` makes of the members; NaN where nothing is `present`.
  void run(const aggregator& how, std::span<const member> members, std::size_t n, const double* present, double* value);

 private:
  struct visitor;
  alignas(64) double a_[tile_rows], low_[tile_rows], high_[tile_rows];
  std::vector<double> best_;
};

/// The same of one account. A member takes part when its effective weight is positive and s is a number.
struct weighed {
  double s = std::numeric_limits<double>::quiet_NaN();
  double weight = 0;    ///< times its factor
  double at_worst = 0;  ///< the same
  [[nodiscard]] bool counts() const noexcept { return weight > 0 && s == s; }
};
/// NaN where no member takes part.
[[nodiscard]] double combine(const aggregator& how, std::span<const weighed> members);

/// s as a mean with a floor sees it: raised to it, or as it is.
[[nodiscard]] double floor_of(const aggregator& how) noexcept;

}  // namespace sojourn::inline v0_1::health::detail
