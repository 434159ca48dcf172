#include "sojourn/arrow/moments.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace sojourn;
using arrow::any_column;

TEST_CASE("moment columns: dates stay as they are, text with a time splits into day and minute") {
  const auto dates = arrow::as_moments(any_column::dates({1, 2}), "at");
  CHECK(dates.day.type() == arrow::kind::date);
  CHECK(!dates.minute.has_value());
  CHECK(!arrow::as_moments(any_column::from(std::vector<std::string>{"2024-01-05"}), "at").minute.has_value());

  const auto found =
      arrow::as_moments(any_column::from(std::vector<std::string>{"1970-01-02", "", "1970-01-03 00:10"}, {1, 0, 1}), "at");
  REQUIRE(found.minute.has_value());
  CHECK((found.day.view<std::int32_t>()[0] == 1 && found.minute->view<std::int32_t>()[0] == 0));
  CHECK(!found.day.present(1));
  CHECK((found.day.view<std::int32_t>()[2] == 2 && found.minute->view<std::int32_t>()[2] == 10));
}

TEST_CASE("moment columns: clocks without a zone split, those with one are left alone") {
  const auto found = arrow::as_moments(any_column::instants({-1}), "at");
  CHECK((found.day.view<std::int32_t>()[0] == -1 && found.minute.value().view<std::int32_t>()[0] == 1439));
  CHECK(!arrow::as_moments(any_column::instants({0}, {}, "UTC"), "at").minute.has_value());
}

TEST_CASE("moment columns: a text that is no moment is named with its row") {
  CHECK_THROWS_WITH_AS(
      (void)arrow::as_moments(any_column::from(std::vector<std::string>{"2024-01-05 10:00", "2024-01-05T10:00Z"}), "at"),
      "column \"at\", row 1, value 2024-01-05T10:00Z: a moment is written 2024-01-05 or 2024-01-05 23:50, without a time "
      "zone; convert it to the reporting zone",
      data_error);
}

TEST_CASE("month columns: from labels, dates and texts of dates") {
  const any_column found = arrow::as_months(any_column::from(std::vector<std::string>{"1970-02", "1970-02-28"}), "month");
  CHECK((found.view<std::int32_t>()[0] == 1 && found.view<std::int32_t>()[1] == 1));
  CHECK(arrow::as_months(any_column::dates({31}), "month").view<std::int32_t>()[0] == 1);
  CHECK_THROWS_WITH_AS((void)arrow::as_months(any_column::from(std::vector<std::string>{"1970-2"}), "month"),
                       "column \"month\", row 0, value 1970-2: a month is written 2024-01, or as one of its dates",
                       data_error);
}
