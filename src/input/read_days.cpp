#include "sojourn/input/read_days.hpp"

#include <algorithm>
#include <cstdio>
#include <utility>

#include "detail/clock_units.hpp"
#include "input/amount_text.hpp"
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

/// Three numbers in another order than ISO's, as people write them: 3/1/2024, 03.01.24; perhaps with a time.
struct other_order {
  std::size_t digits[3] = {0, 0, 0};
  char separator = '\0';
  std::string time{};  ///< how a format says the time that follows
};

std::optional<other_order> in_other_order(std::string_view text) {
  other_order found;
  std::size_t part = 0, at = 0;
  for (; at < text.size(); ++at) {
    const char c = text[at];
    if (c >= '0' && c <= '9' && found.digits[part] < 4) {
      ++found.digits[part];
    } else if ((c == '/' || c == '.' || c == '-') && part < 2 && found.digits[part] > 0 &&
               (found.separator == '\0' || found.separator == c)) {
      found.separator = c, ++part;
    } else if (part == 2 && found.digits[2] > 0 && (c == ' ' || c == 'T')) {
      break;  // a time follows
    } else {
      return std::nullopt;
    }
  }
  if (at < text.size()) {
    const auto colons = std::count(text.begin() + static_cast<std::ptrdiff_t>(at), text.end(), ':');
    found.time = std::string(1, text[at]) + (colons == 1 ? "%H:%M" : "%H:%M:%S");
  }
  return part == 2 && found.digits[2] > 0 ? std::optional(found) : std::nullopt;
}

/// The days that may be meant, each with the format that says so.
std::string readings_of(const other_order& date, std::string_view text) {
  const std::string s(1, date.separator);
  const std::string year_first[] = {"%Y" + s + "%m" + s + "%d", "%Y" + s + "%d" + s + "%m"},
                    year_last[] = {"%d" + s + "%m" + s + "%Y", "%m" + s + "%d" + s + "%Y"};
  std::string all;
  for (const std::string& order : date.digits[0] == 4 ? year_first : year_last) {
    const auto found = date_format(order + date.time).read(text);
    if (!found) continue;
    all += (all.empty() ? "it is " : " or ") + to_string(found->at.on) + " with date_format=\"" + order + date.time + "\"";
  }
  return all.empty() ? "state the format that the data have with date_format=, as \"%d/%m/%Y\"" : all;
}

[[noreturn]] void refuse_text(std::string_view text, const value_place& where, const date_reading& reading,
                              const std::string& wanted) {
  if (!reading.format.pattern().empty()) {
    refuse_value(where, std::string(text), "is not written as date_format \"" + reading.format.pattern() + "\" says",
                 "write it so, or state the format that the data have");
  }
  const auto other = in_other_order(text);
  const bool two_digits = other && other->digits[0] <= 2 && other->digits[2] <= 2;
  std::string advice = two_digits ? "two digits do not say the century of a year: write four"
                       : other    ? readings_of(*other, text)
                                  : "";
  refuse_value(where, std::string(text), "is not " + wanted, std::move(advice));
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
  text = detail::without_blanks(text);
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
  text = detail::without_blanks(text);
  const auto found = reading.format.has_day() ? reading.format.read(text) : std::nullopt;
  if (!found) refuse_text(text, where, reading, "a moment such as \"2024-01-05\" or \"2024-01-05 23:50:10\"");
  return placed(*found, text, where, reading);
}

moment moment_at(std::int64_t count, int places) noexcept {
  const std::int64_t units = units_per_second(places), per_day = seconds_per_day * units;
  const std::int64_t days = floor_div(count, per_day);
  const std::int64_t rest = count % per_day;  // days * per_day may leave 64 bits where count is near their end
  return {day{static_cast<std::int32_t>(days)}, (rest < 0 ? rest + per_day : rest) * (nanoseconds_per_second / units)};
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
