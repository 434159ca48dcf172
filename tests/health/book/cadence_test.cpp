// Calendar months that clamp, days that do not, and who is overdue.
#include "sojourn/health/book/cadence.hpp"

#include <doctest/doctest.h>

using namespace sojourn;
using namespace sojourn::health;

namespace {

std::int32_t at(int y, unsigned m, unsigned d) {
  return day::from_ymd(y, m, d).since_epoch;
}

}  // namespace

TEST_CASE("H69: reviewed on 31 January 2024, large accounts are due in February, small ones in April") {
  const day last = day::from_ymd(2024, 1, 31);
  CHECK(to_string(next_due(last, {1, cadence_unit::months})) == "2024-02-29");
  CHECK(to_string(next_due(last, {3, cadence_unit::months})) == "2024-04-30");
  CHECK(to_string(next_due(last, {14, cadence_unit::days})) == "2024-02-14");
}

TEST_CASE("cadence: years end, leap years, and dates that leave the calendar") {
  CHECK(to_string(next_due(day::from_ymd(2023, 12, 31), {2, cadence_unit::months})) == "2024-02-29");
  CHECK(to_string(next_due(day::from_ymd(2024, 2, 29), {12, cadence_unit::months})) == "2025-02-28");
  CHECK(to_string(next_due(day::from_ymd(2024, 11, 15), {1, cadence_unit::months})) == "2024-12-15");
  CHECK_THROWS_AS((void)next_due(day::from_ymd(2024, 1, 1), {0, cadence_unit::days}), schema_error);
  CHECK_THROWS_AS((void)next_due(day::from_ymd(2199, 12, 31), {1, cadence_unit::months}), data_error);
  CHECK_THROWS_AS((void)next_due(day::from_ymd(2024, 1, 1), {2'000'000'000, cadence_unit::months}), data_error);
  CHECK_THROWS_AS((void)next_due(day{2'000'000'000}, {1, cadence_unit::days}), data_error);
}

TEST_CASE("cadence: one month later is always the next month, on the same day or its last") {
  for (std::int32_t d = at(2023, 1, 1); d < at(2027, 1, 1); ++d) {
    for (const int n : {1, 2, 3, 6, 12}) {
      const day due = next_due(day{d}, {n, cadence_unit::months});
      REQUIRE((month::of(due) - month::of(day{d})).count == n);
      const auto from = day{d}.ymd().day_of_month, to = due.ymd().day_of_month;
      const bool month_ends = month::of(day{due.since_epoch + 1}) != month::of(due);
      REQUIRE((to == from || (to < from && month_ends)));
    }
  }
}

TEST_CASE("cadence: a plan by segment, with overdue, due and never reviewed") {
  const std::vector<std::int32_t> last = {at(2024, 1, 31), at(2024, 1, 31), at(2024, 1, 31), 0, at(2024, 1, 31)};
  const std::vector<std::uint8_t> reviewed = {0b10111}, named = {0b01111};
  const std::vector<std::uint32_t> segment = {0, 1, 2, 0, 0};
  const std::vector<cadence> by = {{3, cadence_unit::months}, {1, cadence_unit::months}, {29, cadence_unit::days}};
  const auto plan = plan_reviews({last, reviewed.data()}, {segment, named.data()}, by, {10, cadence_unit::days},
                                 day::from_ymd(2024, 3, 1));
  CHECK(plan.next_due ==
        std::vector<std::int32_t>{at(2024, 4, 30), at(2024, 2, 29), at(2024, 2, 29), at(2024, 3, 1), at(2024, 2, 10)});
  CHECK(plan.days_overdue == std::vector<std::int32_t>{0, 1, 1, 0, 20});
  CHECK(plan.overdue == 3);
  CHECK(plan.due_now == 1);
  CHECK(plan.never_reviewed == 1);
  CHECK(plan_reviews(last, {}, {}, {}, day::from_ymd(2024, 2, 1)).overdue == 1);  // row 3 is 1970
}

TEST_CASE("cadence: bad input names its row") {
  const std::vector<std::int32_t> last = {at(2024, 1, 1), at(2024, 6, 1)};
  CHECK_THROWS_AS((void)plan_reviews(last, {}, {}, {}, day::from_ymd(2024, 3, 1)), data_error);
  const std::vector<std::uint32_t> segment = {0, 5}, one = {0};
  const std::vector<cadence> by = {{}};
  CHECK_THROWS_AS((void)plan_reviews(last, segment, by, {}, day::from_ymd(2025, 1, 1)), data_error);
  CHECK_THROWS_AS((void)plan_reviews(last, one, by, {}, day::from_ymd(2025, 1, 1)), schema_error);
  CHECK_THROWS_AS((void)plan_reviews(last, {}, {}, {-1, cadence_unit::days}, day::from_ymd(2025, 1, 1)), schema_error);
}
