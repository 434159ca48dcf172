// Moments of a log, from text and from clocks, as a day and a minute of the day.
// Layer: 2. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

#include "sojourn/domain/calendar.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

inline constexpr std::int32_t minutes_per_day = 24 * 60;

/// A minute of the reporting calendar; seconds are cut off.
struct moment {
  day on{};
  std::int32_t minute = 0;  ///< 0 .. 1439
  friend bool operator==(const moment&, const moment&) = default;
};

/// "2024-01-05", "2024-01-05 23:50" or "2024-01-05T23:50:10.5". Nothing for any other text: a time zone too, because whose
/// day a moment falls on is for the caller to say.
[[nodiscard]] std::optional<moment> parse_moment(std::string_view text) noexcept;

/// The minute in which an instant of a clock without time zone lies; `microseconds` since 1970, negative ones before.
[[nodiscard]] moment moment_at(std::int64_t microseconds) noexcept;

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
