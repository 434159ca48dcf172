#include "sojourn/domain/calendar.hpp"

#include <cstdio>

#include "sojourn/detail/body.hpp"

namespace sojourn::inline v0_1 {

SOJOURN_BODY void detail::refuse_date() {
  throw data_error({"day", problem::no_row, "", "not a calendar date", ""});
}

SOJOURN_BODY void detail::refuse_day_text(std::string_view text) {
  throw data_error({"day", problem::no_row, std::string(text), "is not a date", "write YYYY-MM-DD"});
}

SOJOURN_BODY void detail::refuse_month_text(std::string_view text) {
  throw data_error({"month", problem::no_row, std::string(text), "is not a month", "write YYYY-MM"});
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
