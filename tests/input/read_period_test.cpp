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
