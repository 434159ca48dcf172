// The rule in the footer of a TZif file, as POSIX writes it in TZ: "CET-1CEST,M3.5.0,M10.5.0/3".
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace sojourn::inline v0_1::detail {

/// A day of every year and a time of it on the clocks before the change.
struct yearly_day {
  enum class kind : std::uint8_t { month_week_weekday, day_without_leap_day, day_of_year };
  kind is = kind::month_week_weekday;
  int month = 1, week = 1, weekday = 0;  ///< week 5: the last one
  int day = 0;
  std::int32_t seconds = 2 * 3600;

  /// Seconds since 1970 on those clocks.
  [[nodiscard]] std::int64_t in_year(int year) const noexcept;
};

struct yearly_clock_change {
  std::int32_t standard = 0, summer = 0;  ///< seconds ahead of UTC
  bool changes = false;
  yearly_day begins{}, ends{};  ///< of summer time

  [[nodiscard]] std::int32_t seconds_ahead(std::int64_t utc_seconds) const noexcept;
};

[[nodiscard]] std::optional<yearly_clock_change> parse_yearly_clock_change(std::string_view text);

/// "+02:00", "-0530" or "+02" as seconds; the sign is needed.
[[nodiscard]] std::optional<std::int32_t> parse_utc_offset(std::string_view text) noexcept;

}  // namespace sojourn::inline v0_1::detail
