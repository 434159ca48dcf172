#include "sojourn/input/read_period.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <string>

#include "sojourn/domain/error.hpp"

namespace sojourn::inline v0_1 {
namespace {

std::string quoted(std::string_view text) {
  return "'" + std::string(text) + "'";
}

bool are_digits(std::string_view text) noexcept {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

int number(std::string_view digits) noexcept {
  int value = 0;
  for (const char c : digits) value = value * 10 + (c - '0');
  return value;
}

/// The day of an ISO week, Monday for none; nothing where the year has no such week.
std::optional<day> day_of_week(int year, int week, int weekday) noexcept {
  const auto monday_of_first = [](int of) {  // the week of 4 January
    const int fourth = day::from_ymd(of, 1, 4).since_epoch;
    constexpr int thursday_1970 = 3, days_per_week = 7;
    const int since_monday = ((fourth + thursday_1970) % days_per_week + days_per_week) % days_per_week;
    return fourth - since_monday;
  };
  const int monday = monday_of_first(year) + (week - 1) * 7;
  if (week < 1 || monday >= monday_of_first(year + 1) || weekday < 1 || weekday > 7) return std::nullopt;
  return day{monday + weekday - 1};
}

/// The part of `text` at `at` as a number; -1 where it is not all there or not all digits.
int digits_at(std::string_view text, std::size_t at, std::size_t count) noexcept {
  if (text.size() < at + count || !are_digits(text.substr(at, count))) return -1;
  return number(text.substr(at, count));
}

/// YYYYMMDD, YYYY-Www, YYYY-Www-D and both without the hyphens.
std::optional<day> parse_other_iso_day(std::string_view text) noexcept {
  const int year = digits_at(text, 0, 4);
  if (year < 1) return std::nullopt;
  if (text.size() == 8 && are_digits(text)) {
    const std::string written =
        std::string(text.substr(0, 4)) + "-" + std::string(text.substr(4, 2)) + "-" + std::string(text.substr(6));
    return parse_day(written);
  }
  const std::size_t hyphen = text.size() > 4 && text[4] == '-' ? 1 : 0;
  const std::string_view rest = text.substr(4 + hyphen);
  if (rest.size() < 3 || rest[0] != 'W') return std::nullopt;
  const int week = digits_at(rest, 1, 2);
  if (rest.size() == 3) return day_of_week(year, week, 1);
  const bool is_separated = hyphen == 0 || rest[3] == '-';
  if (!is_separated || rest.size() != 4 + hyphen) return std::nullopt;
  return day_of_week(year, week, digits_at(rest, 3 + hyphen, 1));
}

}  // namespace

month_span read_period(std::string_view label) {
  const bool has_year = label.size() >= 4 && are_digits(label.substr(0, 4));
  const int year = has_year ? number(label.substr(0, 4)) : 0;
  if (has_year && label.size() == 4) return {month::from_ym(year, 1), months{12}};
  if (has_year && label.size() == 7 && label[4] == '-') {
    const std::string_view part = label.substr(5);
    if (part[0] == 'Q' && part[1] >= '1' && part[1] <= '4')
      return {month::from_ym(year, static_cast<unsigned>(part[1] - '1') * 3 + 1), months{3}};
    const int of_year = are_digits(part) ? number(part) : 0;
    if (of_year >= 1 && of_year <= 12) return {month::from_ym(year, static_cast<unsigned>(of_year)), months{1}};
  }
  throw schema_error("period " + quoted(label) + " is not a month \"2024-12\", a quarter \"2024-Q4\" or a year \"2024\"");
}

day read_day(std::string_view text, std::string_view name) {
  auto found = parse_day(text);
  if (!found) found = parse_other_iso_day(text);
  const bool has_date = found && *found >= day::from_ymd(1, 1, 1) && *found <= day::from_ymd(9999, 12, 31);
  if (has_date) return *found;
  throw schema_error(std::string(name) + " " + quoted(text) + " is not a date such as \"2025-01-01\"");
}

period_run read_periods(std::string_view first, std::string_view last, std::string_view by) {
  constexpr std::array<std::pair<std::string_view, std::int32_t>, 3> lengths = {
      {{"month", 1}, {"quarter", 3}, {"year", 12}}};
  const auto found = std::find_if(lengths.begin(), lengths.end(), [by](const auto& one) { return one.first == by; });
  if (found == lengths.end()) throw schema_error("by \"" + std::string(by) + "\" is not one of month, quarter, year");
  const month start = read_period(first).first;
  const month_span end = read_period(last);
  const std::int32_t all = (end.first + end.length - start).count, each = found->second;
  if (all <= 0) throw schema_error("period " + quoted(last) + " comes before " + quoted(first));
  if (all % each != 0) {
    throw schema_error(quoted(first) + " to " + quoted(last) + " are " + std::to_string(all) +
                       " months, not a whole number of " + std::string(by) + "s");
  }
  return {start, each, all / each};
}

}  // namespace sojourn::inline v0_1
