#include "sojourn/input/read_days.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <string>
#include <string_view>

using namespace sojourn;

namespace {

constexpr std::int64_t a_second = 1'000'000'000, a_minute = 60 * a_second, an_hour = 60 * a_minute;

day of(std::string_view text, const date_reading& reading) {
  return read_day(text, {"start", 0}, reading);
}

date_reading written(std::string_view format) {
  return {.format = date_format(format)};
}

}  // namespace

TEST_CASE("days: every form of ISO 8601, midnights too, and nothing else") {
  CHECK(read_day("2025-01-01", "from") == day::from_ymd(2025, 1, 1));
  CHECK(read_day("20250101", "from") == day::from_ymd(2025, 1, 1));
  CHECK(read_day("2025-W01", "from") == day::from_ymd(2024, 12, 30));
  CHECK(read_day("2025W01", "from") == day::from_ymd(2024, 12, 30));
  CHECK(read_day("2020-W53-7", "from") == day::from_ymd(2021, 1, 3));
  CHECK(read_day("2020W537", "from") == day::from_ymd(2021, 1, 3));
  CHECK(read_day("0001-W01-1", "from") == day::from_ymd(1, 1, 1));
  CHECK(read_day("9999-12-31", "from") == day::from_ymd(9999, 12, 31));
  CHECK(read_day(" 2025-01-01\t", "from") == day::from_ymd(2025, 1, 1));
  CHECK(read_day("2025-01-01T00:00:00.000", "from") == day::from_ymd(2025, 1, 1));
  for (const std::string_view text :
       {"",           "2025",        "2025-01",          "2025-1-1",         "2025-0101",        "202501-01", "20250230",
        "2025-02-30", "0000-01-01",  "00000101",         "2025-W00-1",       "2025-W53-1",       "2024-W53",  "2025-W01-0",
        "2025-W01-8", "2025-W011",   "2025W01-1",        "2025-W1",          "2025-W01-",        "2025-w01",  "9999-W52-x",
        " ",          "2025- 01-01", "2025-01-01T00:01", "2025-01-01T24:00", "2025-01-01T00:00Z"}) {
    CAPTURE(text);
    CHECK_THROWS_AS((void)read_day(text, "from"), schema_error);
    CHECK_THROWS_AS((void)of(text, {}), data_error);
  }
}

TEST_CASE("edge A03: a date in another order is refused with what it may mean, and read when its order is stated") {
  CHECK_THROWS_WITH_AS((void)of("03/01/2024", {}),
                       "column \"start\", row 0, value 03/01/2024: is not a date such as \"2025-01-01\"; it is 2024-01-03 "
                       "with date_format=\"%d/%m/%Y\" or 2024-03-01 with date_format=\"%m/%d/%Y\"",
                       data_error);
  CHECK_THROWS_WITH_AS((void)read_day("31.1.2024", "as_of"),
                       "as_of '31.1.2024' is not a date such as \"2025-01-01\"; it is 2024-01-31 with "
                       "date_format=\"%d.%m.%Y\"",
                       schema_error);
  CHECK_THROWS_WITH_AS((void)of("2024/13/01", {}),
                       "column \"start\", row 0, value 2024/13/01: is not a date such as \"2025-01-01\"; it is 2024-01-13 "
                       "with date_format=\"%Y/%d/%m\"",
                       data_error);
  CHECK_THROWS_WITH_AS((void)of("13/1/2024 10:30", {}),
                       "column \"start\", row 0, value 13/1/2024 10:30: is not a date such as \"2025-01-01\"; it is "
                       "2024-01-13 with date_format=\"%d/%m/%Y %H:%M\"",
                       data_error);
  CHECK(of("03/01/2024", written("%d/%m/%Y")) == day::from_ymd(2024, 1, 3));
  CHECK(of("03/01/2024", written("%m/%d/%Y")) == day::from_ymd(2024, 3, 1));
  CHECK(of(" 03/01/2024 ", written("%d/%m/%Y")) == day::from_ymd(2024, 1, 3));
  CHECK(of("3.1.2024", written("DD.MM.YYYY")) == day::from_ymd(2024, 1, 3));
  CHECK(of("1 Mar 2024", written("%d %b %Y")) == day::from_ymd(2024, 3, 1));
  CHECK(of("March 1, 2024", written("MMMM DD, YYYY")) == day::from_ymd(2024, 3, 1));
  CHECK(of("2024/03/01", written("%Y/%m/%d")) == day::from_ymd(2024, 3, 1));
  for (const std::string_view text : {"31/02/2024", "03/01/24", "03-01-2024", "13/13/2024", "2024-01-03"}) {
    CAPTURE(text);
    CHECK_THROWS_AS((void)of(text, written("%d/%m/%Y")), data_error);
  }
}

TEST_CASE("days: two digits of a year are refused, in the text and in the format") {
  CHECK_THROWS_WITH_AS(
      (void)of("03/01/24", {}),
      "column \"start\", row 0, value 03/01/24: is not a date such as \"2025-01-01\"; two digits do not say "
      "the century of a year: write four",
      data_error);
  for (const std::string_view format : {"%d/%m/%y", "DD/MM/YY", "%d/%m", "%Y", "%d/%m/%Y %p", "%d/%m/%Y %"}) {
    CAPTURE(format);
    CHECK_THROWS_AS((void)date_format(format), schema_error);
  }
  CHECK_THROWS_WITH_AS((void)date_format("%d/%m/%y"),
                       "date_format \"%d/%m/%y\" has a year of two digits, which do not say the century: write four, as %Y",
                       schema_error);
}

TEST_CASE("days: a time of day or an offset needs the time zone whose day is meant") {
  CHECK_THROWS_WITH_AS(
      (void)of("2024-01-31 23:30", {}),
      "column \"start\", row 0, value 2024-01-31 23:30: has a time of day where a day is wanted; state whose "
      "day is meant with the time zone (timezone=), or pass dates without a time",
      data_error);
  CHECK_THROWS_AS((void)of("2024-01-31T23:30:00Z", {}), data_error);
  CHECK_THROWS_AS((void)of("2024-01-31T00:00:00+00:00", {}), data_error);
  const date_reading east{.zone = time_zone::fixed(2 * 3600)};
  CHECK(of("2024-01-31T23:30:00Z", east) == day::from_ymd(2024, 2, 1));
  CHECK(of("2024-01-31T23:30:00-05:00", east) == day::from_ymd(2024, 2, 1));
  CHECK(of("2024-02-01T01:00+0300", east) == day::from_ymd(2024, 2, 1));
  CHECK(of("2024-02-01T00:30:00 +03", east) == day::from_ymd(2024, 1, 31));
  CHECK(of("2024-01-31 23:30", east) == day::from_ymd(2024, 1, 31));  // on these clocks already
  CHECK(of("2024-01-31", east) == day::from_ymd(2024, 1, 31));
  CHECK(day_of({1, 9, false}, {"start", 0}, east) == day{0});
  CHECK_THROWS_AS((void)day_of({1, 9, false}, {"start", 0}), data_error);
  CHECK_THROWS_AS((void)day_of({0, 6, true}, {"start", 0}), data_error);
  CHECK(day_of({-1, 6, true}, {"start", 0}, east) == day{0});
}

TEST_CASE("days: an argument lies between 1900 and 2199, as rows do") {
  CHECK(require_usual_day(day::from_ymd(2199, 12, 31), "as_of") == latest_day);
  CHECK_THROWS_WITH_AS((void)require_usual_day(day::from_ymd(2200, 1, 1), "as_of"),
                       "as_of '2200-01-01' is not a day between 1900-01-01 and 2199-12-31", schema_error);
  CHECK_THROWS_AS((void)require_usual_day(day::from_ymd(1899, 12, 31), "as_of"), schema_error);
}

TEST_CASE("edge G06: the days that warehouses write for an open end") {
  CHECK(is_far_end(day::from_ymd(2099, 12, 31)));
  CHECK(is_far_end(day::from_ymd(9999, 12, 31)));
  CHECK(is_far_end(day::from_ymd(2200, 1, 1)));
  CHECK(!is_far_end(day::from_ymd(2099, 12, 30)));
  CHECK(!is_far_end(day::from_ymd(2100, 1, 1)));
  CHECK(!is_far_end(latest_day));
}

TEST_CASE("moments: to the nanosecond that the text has; a date alone is its first") {
  const day friday = day::from_ymd(2024, 1, 5);
  const auto read = [](std::string_view text) { return read_moment(text, {"when", 0}); };
  CHECK(read("2024-01-05") == moment{friday, 0});
  CHECK(read("2024-01-05 23:50") == moment{friday, 23 * an_hour + 50 * a_minute});
  CHECK(read("2024-01-05T00:00:59") == moment{friday, 59 * a_second});
  CHECK(read("2024-01-05T23:59:59.999999999") == moment{friday, 24 * an_hour - 1});
  CHECK(read(" 2024-01-05T00:00:00.5 ") == moment{friday, a_second / 2});
  CHECK(read("2024-01-05T00:00:00.5") == moment{friday, a_second / 2});
  CHECK(read("2024-01-05T00:00:00.1234567890") == moment{friday, 123'456'789});
  for (const std::string_view text :
       {"", " ", "2024-01-05 24:00", "2024-01-05 23:60", "2024-01-05 23:5", "2024-01-05 23.50", "2024-01-05 23:50:60",
        "2024-01-05 23:50:10.", "2024-01-05 23:50:10,5", "2024-01-05T23:50Z", "2024-01-05 23:50+01:00", "2024-02-30 10:00",
        "2024-01-05 x3:50", "05.01.2024 23:50", "2024-01-05 00:00:00.1234567891"}) {
    CAPTURE(text);
    CHECK_THROWS_AS((void)read(text), data_error);
  }
  const date_reading here{.format = date_format("%d.%m.%Y %H:%M:%S"), .zone = std::nullopt};
  CHECK(read_moment("05.01.2024 23:50:10.25", {"when", 0}, here) ==
        moment{friday, 23 * an_hour + 50 * a_minute + 10 * a_second + a_second / 4});
}

TEST_CASE("moments: a count lies on the day that began before it, also before 1970") {
  CHECK(moment_at(0) == moment{day{0}, 0});
  CHECK(moment_at(60'000'001) == moment{day{0}, a_minute + 1000});
  CHECK(moment_at(-1) == moment{day{-1}, 24 * an_hour - 1000});
  CHECK(moment_at(-1, 9) == moment{day{-1}, 24 * an_hour - 1});
  CHECK(moment_at(INT64_MIN) == moment{day{-106'751'992}, (86'400'000'000 + INT64_MIN % 86'400'000'000) * 1000});
  CHECK(moment_at(-86'400'000'000) == moment{day{-1}, 0});
  CHECK(moment_at(-86'400'000'001) == moment{day{-2}, 24 * an_hour - 1000});
  CHECK(to_string(moment{day{0}, 0}) == "1970-01-01 00:00:00");
  CHECK(to_string(moment{day{0}, an_hour + 1'500'000}) == "1970-01-01 01:00:00.0015");
}
