// Does a number meet its target? Its interval decides whether that can be told.
// Layer: 1. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <array>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

#include "sojourn/stats/estimate.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// From `at_least` to `at_most`, both included; infinite where a side is open.
struct target_range {
  double at_least = -std::numeric_limits<double>::infinity();
  double at_most = std::numeric_limits<double>::infinity();

  /// Throws `schema_error` unless `least` <= `most` and one of them is finite.
  constexpr target_range(double least, double most) : at_least(least), at_most(most) {
    constexpr double open = std::numeric_limits<double>::infinity();
    if (!(least <= most) || (least == -open && most == open) || least == open || most == -open)
      throw schema_error("a target is (at least, at most), with one side open at most: (3, 5), or (0, 12)");
  }
};

enum class target_verdict : std::uint8_t { met, missed, cannot_tell };
constexpr std::array<std::string_view, 3> values_of(target_verdict) {
  return {"met", "missed", "cannot tell"};
}

struct target_check {
  target_verdict verdict = target_verdict::cannot_tell;
  std::string reason{};  ///< in words, for example "the interval lies within the target"
};

/// `met`: the whole interval lies within the target. `missed`: all of it lies outside, on one side. `cannot_tell`: it
/// reaches over a border, or the number is undefined. A number without an interval is taken as exact, and the reason says
/// so. What it does not tell you: whether the target is right for the business.
[[nodiscard]] target_check check_target(const estimate& number, const target_range& target);

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
