// The answers a survey question offers. Declared by the caller, never guessed from the data.
// Layer: 1. Needs: std only.
#pragma once

#include "sojourn/export.hpp"

#include <string>

#include "sojourn/domain/error.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// A whole-number answer scale, both ends included: 0-10, 1-5, 1-7 ...
class rating_scale {
 public:
  /// Throws `schema_error` unless low < high and both lie in -128 .. 127.
  constexpr rating_scale(int low, int high) : low_(low), high_(high) {
    if (low >= high) throw schema_error("scale: low must be below high");
    if (low < -128 || high > 127) throw schema_error("the ends of a scale lie in -128 .. 127");
  }
  [[nodiscard]] constexpr int low() const noexcept { return low_; }
  [[nodiscard]] constexpr int high() const noexcept { return high_; }
  [[nodiscard]] constexpr int points() const noexcept { return high_ - low_ + 1; }
  [[nodiscard]] constexpr bool contains(long long answer) const noexcept { return answer >= low_ && answer <= high_; }
  friend constexpr bool operator==(const rating_scale&, const rating_scale&) = default;

 private:
  int low_;
  int high_;
};

[[nodiscard]] inline std::string to_string(const rating_scale& scale) {
  return std::to_string(scale.low()) + "-" + std::to_string(scale.high());
}

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
