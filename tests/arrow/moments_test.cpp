#include "sojourn/arrow/moments.hpp"

#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

using namespace sojourn;
using arrow::any_column;

namespace {

any_column texts(std::vector<std::string> values) {
  return any_column::from(std::move(values));
}

}  // namespace

TEST_CASE("moment columns: dates stay as they are, text with a time splits into day and nanosecond") {
  const auto dates = arrow::as_moments(any_column::dates({1, 2}), "at");
  CHECK(dates.day.type() == arrow::kind::date);
  CHECK(!dates.nanosecond.has_value());
  CHECK(!arrow::as_moments(texts({"2024-01-05"}), "at").nanosecond.has_value());

  const auto found =
      arrow::as_moments(any_column::from(std::vector<std::string>{"1970-01-02", "", "1970-01-03 00:10"}, {1, 0, 1}), "at");
  REQUIRE(found.nanosecond.has_value());
  CHECK((found.day.view<std::int32_t>()[0] == 1 && found.nanosecond->view<std::int64_t>()[0] == 0));
  CHECK(!found.day.present(1));
  CHECK((found.day.view<std::int32_t>()[2] == 2 && found.nanosecond->view<std::int64_t>()[2] == 600'000'000'000));
}

TEST_CASE("moment columns: clocks split to their smallest unit; those of UTC need a zone") {
  const auto found = arrow::as_moments(any_column::instants({-1}), "at");
  CHECK((found.day.view<std::int32_t>()[0] == -1 && found.nanosecond.value().view<std::int64_t>()[0] == 86'399'999'999'000));
  const auto fine = arrow::as_moments(any_column::instants({-1, 1}, {}, "", any_column::nanoseconds), "at");
  CHECK(fine.nanosecond.value().view<std::int64_t>()[0] == 86'399'999'999'999);
  CHECK(fine.nanosecond.value().view<std::int64_t>()[1] == 1);
  CHECK_THROWS_AS((void)arrow::as_moments(any_column::instants({0}, {}, "UTC"), "at"), data_error);
  const auto placed = arrow::as_moments(any_column::instants({0}, {}, "UTC"), "at", {.zone = time_zone::fixed(-3600)});
  CHECK(
      (placed.day.view<std::int32_t>()[0] == -1 && placed.nanosecond.value().view<std::int64_t>()[0] == 82'800'000'000'000));
}

TEST_CASE("moment columns: a text that is no moment, or is of another zone, is named with its row") {
  CHECK_THROWS_WITH_AS((void)arrow::as_moments(texts({"2024-01-05 10:00", "2024-01-05T10:00Z"}), "at"),
                       "column \"at\", row 1, value 2024-01-05T10:00Z: names a time zone, and a moment falls on other days "
                       "in other places; state whose day is meant with the time zone (timezone=), or pass dates without a "
                       "time",
                       data_error);
  CHECK_THROWS_AS((void)arrow::as_moments(texts({"2024-01-05 10:00", "soon"}), "at"), data_error);
}

TEST_CASE("day columns: far days in a column of ends mean not ended, and are counted") {
  std::int64_t far = 0;
  const any_column ends = texts({"2024-01-05", "2099-12-31", "9999-12-31", "2199-12-31"});
  const auto open = arrow::as_day(ends, "end", {}, &far);
  CHECK(far == 2);
  CHECK((open.view().present(0) && !open.view().present(1) && !open.view().present(2) && open.view().present(3)));
  CHECK(arrow::as_day(ends, "start").view().present(2));
}

TEST_CASE("month columns: from labels, dates and texts of dates") {
  const any_column found = arrow::as_months(any_column::from(std::vector<std::string>{"1970-02", "1970-02-28"}), "month");
  CHECK((found.view<std::int32_t>()[0] == 1 && found.view<std::int32_t>()[1] == 1));
  CHECK(arrow::as_months(any_column::dates({31}), "month").view<std::int32_t>()[0] == 1);
  CHECK_THROWS_WITH_AS((void)arrow::as_months(any_column::from(std::vector<std::string>{"1970-2"}), "month"),
                       "column \"month\", row 0, value 1970-2: a month is written 2024-01, or as one of its dates",
                       data_error);
}
