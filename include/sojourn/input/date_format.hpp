// The order in which a text writes a date: ISO 8601, or one that the caller states.
// Layer: 2. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sojourn/domain/calendar.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// A point in time on the clocks of one place: a day, and how much of it has passed.
struct moment {
  day on{};
  std::int64_t nanosecond = 0;  ///< of the day, 0 .. 86,399,999,999,999
  friend auto operator<=>(const moment&, const moment&) = default;
};

/// A moment as text has it.
struct written_moment {
  moment at{};
  bool has_time = false;                        ///< false: a date alone
  std::optional<std::int32_t> seconds_ahead{};  ///< the offset from UTC where one is written
  friend bool operator==(const written_moment&, const written_moment&) = default;
};

/// How text is read. The default is ISO 8601: a date as `read_day` takes it, or "2024-01-05 23:50", "2024-01-05T23:50:10.5",
/// each with an offset "Z" or "+01:00" or without.
class date_format {
 public:
  date_format() = default;
  /// A pattern of %d (day), %m (month), %b (Jan), %B (January), %Y (four digits), %H, %M, %S (with a fraction where one is
  /// written) and %z (Z, +0100, +01:00), or the same as DD, MM, MMM, MMMM, YYYY, HH, mm, ss; anything else stands for
  /// itself. Day and month may be one digit. Throws a `schema_error` for %y and YY, since two digits do not say which
  /// century is meant, for an unknown directive, and for a pattern without year and month.
  explicit date_format(std::string_view pattern);

  /// Nothing where the text is written in any other way.
  [[nodiscard]] std::optional<written_moment> read(std::string_view text) const;
  /// Empty for ISO 8601.
  [[nodiscard]] const std::string& pattern() const noexcept { return pattern_; }
  /// A pattern without %d names months.
  [[nodiscard]] bool has_day() const noexcept { return has_day_; }
  [[nodiscard]] bool has_time() const noexcept { return has_time_; }

 private:
  std::string pattern_;
  std::string directives_;  // the pattern in % form
  bool has_day_ = true, has_time_ = false;
};

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
