#include "sojourn/domain/calendar.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <cstdint>

using namespace sojourn;

namespace {

// What the standard library says, in the same form.
calendar_date standard_date(std::int32_t since_epoch) {
  const std::chrono::year_month_day date{std::chrono::sys_days{std::chrono::days{since_epoch}}};
  return {static_cast<int>(date.year()), static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day())};
}

}  // namespace

TEST_CASE("calendar: a day is four bytes and counts from 1970") {
  static_assert(sizeof(day) == 4 && sizeof(month) == 4);
  CHECK(day::from_ymd(1970, 1, 1).since_epoch == 0);
  CHECK(day::from_ymd(2024, 2, 29) - day::from_ymd(2024, 2, 1) == 28);
  CHECK(day::from_ymd(1900, 1, 1) == earliest_day);
  CHECK(day::from_ymd(2199, 12, 31) == latest_day);
}

TEST_CASE("calendar: days and dates are those of <chrono>, each day from 1900 to 2199 and every hundredth in 65,000 years") {
  const auto require_same = [](std::int32_t since_epoch) {
    const calendar_date date = day{since_epoch}.ymd();
    CAPTURE(since_epoch);
    REQUIRE(date == standard_date(since_epoch));
    REQUIRE(date.exists());
    REQUIRE(day::at(date).since_epoch == since_epoch);
  };
  for (std::int32_t d = earliest_day.since_epoch; d <= latest_day.since_epoch; ++d) require_same(d);
  const auto count_of = [](int year, unsigned month, unsigned day_of_month) {
    const std::chrono::sys_days days = std::chrono::year{year} / std::chrono::month{month} / std::chrono::day{day_of_month};
    return static_cast<std::int32_t>(days.time_since_epoch().count());
  };
  const std::int32_t first = count_of(-32767, 1, 1), last = count_of(32767, 12, 31);
  for (std::int32_t d = first; d <= last; d += 101) require_same(d);
}

TEST_CASE("calendar: a date exists where <chrono> has one") {
  for (std::int32_t y = 1890; y <= 2210; ++y) {
    REQUIRE(calendar_date::is_leap(y) == std::chrono::year{y}.is_leap());
    for (unsigned m = 0; m <= 13; ++m) {
      for (unsigned d = 0; d <= 32; ++d) {
        const bool standard =
            std::chrono::year_month_day{std::chrono::year{y}, std::chrono::month{m}, std::chrono::day{d}}.ok();
        REQUIRE(calendar_date{y, m, d}.exists() == standard);
      }
    }
  }
  CHECK_THROWS_WITH_AS((void)day::from_ymd(2023, 2, 29), "column \"day\": not a calendar date", data_error);
  CHECK_THROWS_AS((void)day::from_ymd(6'000'000, 1, 1), data_error);  // its day has no number in 32 bits
  static_assert(day::from_ymd(2024, 2, 29).since_epoch == 19'782);
}

TEST_CASE("calendar: a month before 1970 keeps its year and its month of the year") {
  for (int serial = -1500; serial <= 1500; ++serial) {
    const month when{serial};
    REQUIRE(month::from_ym(when.year(), when.month_of_year()) == when);
    REQUIRE(month::of(when.first_day()) == when);
  }
}

TEST_CASE("calendar: text that is not exactly a date is refused") {
  CHECK(parse_day("2024-02-29") == day::from_ymd(2024, 2, 29));
  CHECK(to_string(*parse_day("1969-12-31")) == "1969-12-31");
  for (const char* wrong :
       {"", "2024-02-30", "2023-02-29", "2024-2-9", "20240229", "2024-02-29 ", "2024-13-01", "-024-01-01", "2024-01--1"}) {
    CAPTURE(wrong);
    CHECK(!parse_day(wrong));
  }
  CHECK(parse_month("2024-12") == month::from_ym(2024, 12));
  CHECK(!parse_month("2024-00"));
}

TEST_CASE("calendar: text that is no date never passes for a day that was not given") {
  const std::optional<day> given = parse_day("2024-07-01");
  CHECK(given == day::from_ymd(2024, 7, 1));
  CHECK_THROWS_WITH_AS((void)std::optional<day>(parse_day("2024-13-01")),
                       "column \"day\", value 2024-13-01: is not a date; write YYYY-MM-DD", data_error);
  struct options {
    std::optional<day> as_of{};
  };
  CHECK_THROWS_AS((void)options{.as_of = parse_day("01/07/2024")}, data_error);
  CHECK_THROWS_AS((void)parse_day("").value(), data_error);
}

TEST_CASE("calendar: text that is no month is an error of the library where its value is asked for") {
  CHECK(parse_month("2024-07").value() == month::from_ym(2024, 7));
  CHECK_THROWS_WITH_AS((void)parse_month("2024-13").value(),
                       "column \"month\", value 2024-13: is not a month; write YYYY-MM", data_error);
  CHECK_THROWS_AS((void)std::optional<month>(parse_month("July")), data_error);
  CHECK_THROWS_AS((void)month::from_ym(2024, 13), data_error);
  CHECK_THROWS_AS((void)month::from_ym(2024, 0), data_error);
}

TEST_CASE("calendar: dates of a program's own text are read when it is compiled") {
  static_assert("2024-02-29"_day == day::from_ymd(2024, 2, 29));
  static_assert("2024-02"_month == month::from_ym(2024, 2));
  static_assert(!parse_day("2023-02-29") && !parse_day("2024/02/29") && !parse_month("2024-00"));
  CHECK(to_string("1969-12-31"_day) == "1969-12-31");
}

TEST_CASE("calendar: months subtract to months and do not add") {
  CHECK((month::from_ym(2024, 1) - month::from_ym(2022, 11)) == months{14});
  CHECK(month::from_ym(2024, 1) + months{12} == month::from_ym(2025, 1));
}
