#include "sojourn/input/read_period.hpp"

#include <doctest/doctest.h>

#include <string_view>

#include "sojourn/domain/error.hpp"

using namespace sojourn;

TEST_CASE("periods: months, quarters and years by their labels") {
  CHECK(read_period("2024-12") == month_span{month::from_ym(2024, 12), months{1}});
  CHECK(read_period("2024-Q4") == month_span{month::from_ym(2024, 10), months{3}});
  CHECK(read_period("2024") == month_span{month::from_ym(2024, 1), months{12}});
  CHECK(read_period("1969-Q1").first == month{-12});
  for (const std::string_view text : {"", "24", "2024-", "2024-1", "2024-00", "2024-13", "2024-Q0", "2024-Q5", "2024-q1",
                                      "2024-12-01", "2024 ", "x024", "2024-Q", "2024/12"}) {
    CAPTURE(text);
    CHECK_THROWS_AS((void)read_period(text), schema_error);
  }
  CHECK_THROWS_WITH_AS((void)read_period("2024-13"),
                       "period '2024-13' is not a month \"2024-12\", a quarter \"2024-Q4\" or a year \"2024\"",
                       schema_error);
}

TEST_CASE("periods: a day in every form of ISO 8601, and nothing else") {
  CHECK(read_day("2025-01-01", "from") == day::from_ymd(2025, 1, 1));
  CHECK(read_day("20250101", "from") == day::from_ymd(2025, 1, 1));
  CHECK(read_day("2025-W01", "from") == day::from_ymd(2024, 12, 30));
  CHECK(read_day("2025W01", "from") == day::from_ymd(2024, 12, 30));
  CHECK(read_day("2020-W53-7", "from") == day::from_ymd(2021, 1, 3));
  CHECK(read_day("2020W537", "from") == day::from_ymd(2021, 1, 3));
  CHECK(read_day("0001-W01-1", "from") == day::from_ymd(1, 1, 1));
  CHECK(read_day("9999-12-31", "from") == day::from_ymd(9999, 12, 31));
  for (const std::string_view text :
       {"",          "2025",       "2025-01",    "2025-1-1",    "2025-0101",   "202501-01",
        "20250230",  "2025-02-30", "0000-01-01", "00000101",    "2025-W00-1",  "2025-W53-1",
        "2024-W53",  "2025-W01-0", "2025-W01-8", "2025-W011",   "2025W01-1",   "2025-W1",
        "2025-W01-", "2025-w01",   "9999-W52-6", " 2025-01-01", "2025-01-01 ", "2025-01-01T00:00"}) {
    CAPTURE(text);
    CHECK_THROWS_AS((void)read_day(text, "from"), schema_error);
  }
  CHECK_THROWS_WITH_AS((void)read_day("1.1.2025", "from"), "from '1.1.2025' is not a date such as \"2025-01-01\"",
                       schema_error);
}

TEST_CASE("periods: a run from the start of the first to the end of the last") {
  CHECK(read_periods("2024-01", "2024-03", "month") == period_run{month::from_ym(2024, 1), 1, 3});
  CHECK(read_periods("2024-Q1", "2024-Q4", "quarter") == period_run{month::from_ym(2024, 1), 3, 4});
  CHECK(read_periods("2024-01", "2025", "year") == period_run{month::from_ym(2024, 1), 12, 2});
  CHECK_THROWS_WITH_AS((void)read_periods("2024-02", "2024-01", "month"), "period '2024-01' comes before '2024-02'",
                       schema_error);
  CHECK_THROWS_WITH_AS((void)read_periods("2024-02", "2024-06", "quarter"),
                       "'2024-02' to '2024-06' are 5 months, not a whole number of quarters", schema_error);
  CHECK_THROWS_WITH_AS((void)read_periods("2024", "2024", "week"), "by \"week\" is not one of month, quarter, year",
                       schema_error);
}
