#include "sojourn/input/read_days.hpp"

#include <cstdio>

#include "detail/clock_units.hpp"
#include "sojourn/domain/error.hpp"

namespace sojourn::inline v0_1 {
namespace {

using detail::nanoseconds_per_second;
using detail::seconds_per_day;

std::int64_t floor_div(std::int64_t value, std::int64_t by) noexcept {
  return value / by - (value % by < 0 ? 1 : 0);
}

std::int64_t units_per_second(int places) noexcept {
  std::int64_t units = 1;
  for (int i = 0; i < places; ++i) units *= 10;
  return units;
}

constexpr const char* which_day = "state whose day is meant with the time zone (timezone=), or pass dates without a time";

/// Three numbers in another order than ISO's, as people write them: 3/1/2024, 03.01.24.
struct other_order {
  int numbers[3] = {0, 0, 0};
  std::size_t digits[3] = {0, 0, 0};
  char separator = '\0';
};

std::optional<other_order> in_other_order(std::string_view text) noexcept {
  other_order found;
  std::size_t part = 0;
  for (const char c : text) {
    if (c >= '0' && c <= '9' && found.digits[part] < 4) {
      found.numbers[part] = found.numbers[part] * 10 + (c - '0'), ++found.digits[part];
    } else if ((c == '/' || c == '.' || c == '-') && part < 2 && found.digits[part] > 0 &&
               (found.separator == '\0' || found.separator == c)) {
      found.separator = c, ++part;
    } else if (part == 2 && found.digits[2] > 0 && (c == ' ' || c == 'T')) {
      break;  // a time follows
    } else {
      return std::nullopt;
    }
  }
  return part == 2 && found.digits[2] > 0 ? std::optional(found) : std::nullopt;
}

/// The ways in which the text may be meant.
std::string readings_of(const other_order& date) {
  const std::string separator(1, date.separator);
  const auto may_be = [&](int month_at) { return date.numbers[month_at] >= 1 && date.numbers[month_at] <= 12; };
  const bool day_first = may_be(1) && date.numbers[0] <= 31, month_first = may_be(0) && date.numbers[1] <= 31;
  const std::string as_day = "\"%d" + separator + "%m" + separator + "%Y\" (day first)",
                    as_month = "\"%m" + separator + "%d" + separator + "%Y\" (month first)";
  if (day_first && month_first) return as_day + " or " + as_month;
  return day_first ? as_day : as_month;
}

[[noreturn]] void refuse_text(std::string_view text, const value_place& where, const date_reading& reading,
                              const std::string& wanted) {
  if (!reading.format.pattern().empty()) {
    refuse_value(where, std::string(text), "is not written as date_format \"" + reading.format.pattern() + "\" says",
                 "write it so, or state the format that the data have");
  }
  const auto other = in_other_order(text);
  if (other && other->digits[0] <= 2 && other->digits[2] == 4) {
    refuse_value(where, std::string(text), "is not a date such as \"2025-01-01\", and its order is not known",
                 "state date_format " + readings_of(*other));
  }
  if (other && other->digits[0] <= 2 && other->digits[2] <= 2) {
    refuse_value(where, std::string(text), "is not a date such as \"2025-01-01\"",
                 "two digits do not say the century of a year: write four");
  }
  refuse_value(where, std::string(text), "is not " + wanted,
               other ? "state the order of its parts with date_format, as \"%Y/%m/%d\"" : "");
}

/// The moment on the clocks of the zone; without a zone only what names none may pass.
moment placed(const written_moment& found, std::string_view text, const value_place& where, const date_reading& reading) {
  if (!found.seconds_ahead) return found.at;
  if (!reading.zone) {
    refuse_value(where, std::string(text), "names a time zone, and a moment falls on other days in other places", which_day);
  }
  const std::int64_t utc =
      found.at.on.since_epoch * seconds_per_day + found.at.nanosecond / nanoseconds_per_second - *found.seconds_ahead;
  moment at = moment_at(utc + reading.zone->seconds_ahead(utc), 0);
  at.nanosecond += found.at.nanosecond % nanoseconds_per_second;
  return at;
}

day only_day(const moment& at, std::string_view text, const value_place& where, const date_reading& reading) {
  if (at.nanosecond != 0 && !reading.zone)
    refuse_value(where, std::string(text), "has a time of day where a day is wanted", which_day);
  return at.on;
}

}  // namespace

day read_day(std::string_view text, const value_place& where, const date_reading& reading) {
  const auto found = reading.format.has_day() ? reading.format.read(text) : std::nullopt;
  if (!found) refuse_text(text, where, reading, "a date such as \"2025-01-01\"");
  return only_day(placed(*found, text, where, reading), text, where, reading);
}

day read_day(std::string_view text, std::string_view name) {
  return read_day(text, value_place{name});
}

day require_usual_day(day when, std::string_view name) {
  if (when >= earliest_day && when <= latest_day) return when;
  throw schema_error(std::string(name) + " '" + to_string(when) + "' is not a day between " + to_string(earliest_day) +
                     " and " + to_string(latest_day));
}

moment read_moment(std::string_view text, const value_place& where, const date_reading& reading) {
  const auto found = reading.format.has_day() ? reading.format.read(text) : std::nullopt;
  if (!found) refuse_text(text, where, reading, "a moment such as \"2024-01-05\" or \"2024-01-05 23:50:10\"");
  return placed(*found, text, where, reading);
}

moment moment_at(std::int64_t count, int places) noexcept {
  const std::int64_t units = units_per_second(places), per_day = seconds_per_day * units;
  const std::int64_t days = floor_div(count, per_day);
  return {day{static_cast<std::int32_t>(days)}, (count - days * per_day) * (nanoseconds_per_second / units)};
}

moment moment_of(instant when, const value_place& where, const date_reading& reading) {
  if (!when.of_utc) return moment_at(when.count, when.places);
  if (!reading.zone) {
    refuse_value(where, to_string(moment_at(when.count, when.places)) + "Z",
                 "names a time zone, and a moment falls on other days in other places", which_day);
  }
  const std::int64_t units = units_per_second(when.places), utc = floor_div(when.count, units);
  moment at = moment_at(utc + reading.zone->seconds_ahead(utc), 0);
  at.nanosecond += (when.count - utc * units) * (nanoseconds_per_second / units);
  return at;
}

day day_of(instant when, const value_place& where, const date_reading& reading) {
  const moment at = moment_of(when, where, reading);
  if (at.nanosecond != 0 && !reading.zone)
    refuse_value(where, to_string(at), "has a time of day where a day is wanted", which_day);
  return at.on;
}

std::string to_string(const moment& when) {
  const std::int64_t seconds = when.nanosecond / nanoseconds_per_second;
  char time[40];
  std::snprintf(time, sizeof time, " %02d:%02d:%02d", static_cast<int>(seconds / 3600), static_cast<int>(seconds / 60 % 60),
                static_cast<int>(seconds % 60));
  std::string text = to_string(when.on) + time;
  if (when.nanosecond % nanoseconds_per_second == 0) return text;
  std::snprintf(time, sizeof time, ".%09d", static_cast<int>(when.nanosecond % nanoseconds_per_second));
  text += time;
  return text.substr(0, text.find_last_not_of('0') + 1);
}

}  // namespace sojourn::inline v0_1
