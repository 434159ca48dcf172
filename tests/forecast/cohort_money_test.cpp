#include "sojourn/forecast/cohort_money.hpp"

#include <doctest/doctest.h>

#include "sojourn/domain/error.hpp"

using namespace sojourn;

namespace {

constexpr std::int64_t tick = mrr::ticks_per_minor;

}  // namespace

TEST_CASE("cohort_money: accounts by their first month, months without a start left out") {
  account_months book{.first = month::from_ym(2024, 1), .months = 3, .accounts = 4};
  book.ticks = {100 * tick, 90 * tick, 0, 50 * tick, 50 * tick, 60 * tick, 0, 0, 7 * tick, 0, 0, 0};
  book.there = {1, 1, 0, 1, 1, 1, 0, 0, 1, 0, 0, 0};
  const age_triangle found = cohort_money(book);
  REQUIRE(found.cohorts() == 2);
  CHECK(found.row(0)[0] == 150);
  CHECK(found.row(0)[2] == 60);
  CHECK(found.row(1).size() == 1);
  CHECK(found.latest(0) + found.latest(1) == 67);
}

TEST_CASE("cohort_money: a book without MRR is refused") {
  account_months book{.first = month::from_ym(2024, 1), .months = 2, .accounts = 1};
  book.ticks = {0, 0};
  book.there = {1, 1};
  CHECK_THROWS_AS((void)cohort_money(book), schema_error);
}
