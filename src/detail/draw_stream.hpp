// Draws one after another from one stream of counted random numbers: the same draws whatever threads do.
// Layer: 5. Needs: std only.
#pragma once

#include <cmath>
#include <cstdint>
#include <numbers>

#include "detail/counter_random.hpp"

namespace sojourn::inline v0_1::detail {

class draw_stream {
 public:
  draw_stream(std::uint64_t seed, std::uint64_t stream) noexcept : random_(seed, stream) {}

  /// In (0, 1), never an end.
  [[nodiscard]] double unit() noexcept { return random_.unit(position_++); }
  /// 0 .. n - 1.
  [[nodiscard]] std::uint64_t below(std::uint64_t n) noexcept { return random_.below(position_++, n); }
  /// Standard normal (Box and Muller).
  [[nodiscard]] double normal() noexcept {
    const double radius = std::sqrt(-2 * std::log(unit()));
    return radius * std::cos(2 * std::numbers::pi * unit());
  }
  /// Gamma with this mean and variance (Marsaglia and Tsang); the mean itself where one of them is not above 0.
  [[nodiscard]] double gamma(double mean, double variance) noexcept {
    if (!(mean > 0) || !(variance > 0)) return mean;
    return standard_gamma(mean * mean / variance) * (variance / mean);
  }

 private:
  [[nodiscard]] double standard_gamma(double shape) noexcept {
    if (shape < 1) {
      const double larger = standard_gamma(shape + 1);
      return larger * std::pow(unit(), 1 / shape);
    }
    const double d = shape - 1.0 / 3, c = 1 / std::sqrt(9 * d);
    while (true) {
      const double x = normal(), root = 1 + c * x;
      const double v = root * root * root;
      if (v > 0 && std::log(unit()) < x * x / 2 + d - d * v + d * std::log(v)) return d * v;
    }
  }

  counter_random random_;
  std::uint64_t position_ = 0;
};

}  // namespace sojourn::inline v0_1::detail
