#include "sojourn/forecast/account_months.hpp"

#include <doctest/doctest.h>

#include "sojourn/domain/error.hpp"

using namespace sojourn;

namespace {

ledger book_of(const std::vector<std::uint32_t>& who, const std::vector<std::int32_t>& start,
               const std::vector<std::int32_t>& end, const std::vector<std::int64_t>& minor, day as_of) {
  return ledger({who, start, end, minor}, {.as_of = as_of});
}

std::int32_t on(const char* text) {
  return parse_day(text).value().since_epoch;
}

}  // namespace

TEST_CASE("account_months: what is in force on the last day of each whole month") {
  const ledger book =
      book_of({0, 1, 1}, {on("2024-01-31"), on("2024-02-05"), on("2024-03-10")},
              {on("2024-03-31"), on("2024-03-10"), on("2199-01-01")}, {1000, 500, 700}, parse_day("2024-04-20").value());
  const account_months found = months_of(book);
  CHECK(found.first == month::from_ym(2024, 1));
  CHECK(found.months == 3);  // April is not over
  constexpr std::int64_t tick = mrr::ticks_per_minor;
  CHECK(found.ticks == std::vector<std::int64_t>{1000 * tick, 1000 * tick, 0, 0, 500 * tick, 700 * tick});
  CHECK(found.there == std::vector<std::uint8_t>{1, 1, 0, 0, 1, 1});
  CHECK(found.first_of(1) == 1);
  CHECK(mrr_by_month(found) == std::vector<double>{1000, 1500, 700});
}

TEST_CASE("account_months: a book without a whole month is refused") {
  const ledger book = book_of({0}, {on("2024-01-05")}, {on("2199-01-01")}, {1000}, parse_day("2024-01-20").value());
  CHECK_THROWS_AS((void)months_of(book), schema_error);
  CHECK_THROWS_AS((void)months_of(ledger{}), schema_error);
}
