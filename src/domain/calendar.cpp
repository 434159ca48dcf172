#include "sojourn/domain/calendar.hpp"

#include <charconv>
#include <cstdio>

#include "sojourn/detail/body.hpp"

namespace sojourn::inline v0_1 {
namespace {

std::optional<int> digits(std::string_view text) noexcept {
  int value = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  // from_chars accepts a leading minus, which a date part never has.
  if (failure != std::errc{} || end != text.data() + text.size() || text.front() == '-') return std::nullopt;
  return value;
}

}  // namespace

SOJOURN_BODY void detail::refuse_date() {
  throw data_error({"day", problem::no_row, "", "not a calendar date", ""});
}

SOJOURN_BODY void detail::refuse_day_text(std::string_view text) {
  throw data_error({"day", problem::no_row, std::string(text), "is not a date", "write YYYY-MM-DD"});
}

SOJOURN_BODY std::optional<month> parse_month(std::string_view text) noexcept {
  if (text.size() != 7 || text[4] != '-') return std::nullopt;
  const auto year = digits(text.substr(0, 4));
  const auto month_of_year = digits(text.substr(5, 2));
  if (!year || !month_of_year || *month_of_year < 1 || *month_of_year > 12) return std::nullopt;
  return month::from_ym(*year, static_cast<unsigned>(*month_of_year));
}

SOJOURN_BODY parsed_day parse_day(std::string_view text) noexcept {
  const parsed_day none(text);
  if (text.size() != 10 || text[7] != '-') return none;
  const auto in = parse_month(text.substr(0, 7));
  const auto day_of_month = digits(text.substr(8, 2));
  if (!in || !day_of_month) return none;
  const calendar_date date{in->year(), in->month_of_year(), static_cast<unsigned>(*day_of_month)};
  if (!date.exists()) return none;
  return day::at(date);
}

SOJOURN_BODY std::string to_string(month when) {
  char text[16];
  std::snprintf(text, sizeof text, "%04d-%02u", when.year(), when.month_of_year());
  return text;
}

SOJOURN_BODY std::string to_string(day when) {
  const calendar_date date = when.ymd();
  char text[32];
  std::snprintf(text, sizeof text, "%04d-%02u-%02u", date.year, date.month, date.day_of_month);
  return text;
}

}  // namespace sojourn::inline v0_1
