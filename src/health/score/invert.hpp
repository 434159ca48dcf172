// From a wanted s back to a raw value that gives it.
// Layer: 5. Needs: links sojourn.
#pragma once

#include <limits>
#include <optional>
#include <string>

#include "sojourn/health/card/spec.hpp"

namespace sojourn::inline v0_1::health::detail {

struct raw_value {
  double x = std::numeric_limits<double>::quiet_NaN();
  std::string label{};
  double s = 0;  ///< what it gives: at least what was wanted
};

/// The raw value nearest to `now` whose s is at least `wanted`; nothing where the normaliser cannot be turned round.
[[nodiscard]] std::optional<raw_value> invert(const normaliser& norm, double wanted, double now, double as_of);

/// The best s that a finite raw value gives, give or take nothing anybody could see.
[[nodiscard]] double best_of_norm(const normaliser& norm);

}  // namespace sojourn::inline v0_1::health::detail
