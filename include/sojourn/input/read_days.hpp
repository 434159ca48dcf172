// The one reader of days and moments: from text and from clocks, in columns and as single arguments.
// Layer: 2. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sojourn/domain/calendar.hpp"
#include "sojourn/input/date_format.hpp"
#include "sojourn/input/time_zone.hpp"
#include "sojourn/input/value_place.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// What the data do not say and the caller does: in which order text writes a date, and whose calendar counts.
struct date_reading {
  date_format format{};
  /// A moment belongs to the day on the clocks of this place. A moment without a zone is taken to be on these clocks
  /// already.
  std::optional<time_zone> zone{};
};

/// A day as text. ISO 8601 writes YYYY-MM-DD, YYYYMMDD, or by its week YYYY-Www-D, YYYYWwwD, YYYY-Www or YYYYWww (the last
/// two are the Monday); a time of day must be midnight. Another order is read by `date_format`. A time of day or an offset
/// needs `zone`. Throws `data_error` for a cell and `schema_error` for an argument; both say what could be meant and how to
/// choose it.
[[nodiscard]] day read_day(std::string_view text, const value_place& where, const date_reading& reading = {});
/// The same for an argument, which `name` names.
[[nodiscard]] day read_day(std::string_view text, std::string_view name);
/// A day between 1900-01-01 and 2199-12-31, for arguments such as `as_of`; a `schema_error` for any other.
[[nodiscard]] day require_usual_day(day when, std::string_view name);

/// A moment as text. A date alone is its first nanosecond. An offset needs `zone`. Errors as `read_day`.
[[nodiscard]] moment read_moment(std::string_view text, const value_place& where, const date_reading& reading = {});

/// A count of units since 1970-01-01 00:00, where a second has 10^`places` units: of UTC, or of clocks of no stated place.
struct instant {
  std::int64_t count = 0;
  int places = 6;
  bool of_utc = false;
};

/// As `read_day` and `read_moment`.
[[nodiscard]] day day_of(instant when, const value_place& where, const date_reading& reading = {});
[[nodiscard]] moment moment_of(instant when, const value_place& where, const date_reading& reading = {});
/// The moment on clocks that show this count, negative ones before 1970.
[[nodiscard]] moment moment_at(std::int64_t count, int places = 6) noexcept;
[[nodiscard]] std::string to_string(const moment& when);

/// Warehouses end what has not ended on a day that never comes: 2099-12-31, or a day after 2199-12-31 (9999-12-31). In a
/// column of ends it means "not ended".
[[nodiscard]] constexpr bool is_far_end(day when) noexcept {
  constexpr day last_of_2099{47481};
  return when == last_of_2099 || when > latest_day;
}

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
