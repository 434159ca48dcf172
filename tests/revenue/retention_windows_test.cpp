#include "sojourn/revenue/retention_windows.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "subscription_table.hpp"

using namespace sojourn;
using namespace sojourn::test;

namespace {

std::vector<retention_state> one_by_one(const ledger& book, const std::vector<day_window>& windows) {
  std::vector<retention_state> found;
  for (const day_window& w : windows) found.push_back(tally_retention(book, w.from, w.to));
  return found;
}

}  // namespace

TEST_CASE("retention of many windows: each is that of the window alone") {
  std::mt19937_64 random(71);
  for (int round = 0; round < 400; ++round) {
    const table t = random_table(random, 8, random() % 40);
    const ledger book = t.book(day{on("2020-03-01") + static_cast<int>(random() % 300)});
    std::vector<day_window> windows;
    day from{on("2019-11-01") + static_cast<int>(random() % 100)},
        to{from.since_epoch + 1 + static_cast<int>(random() % 60)};
    for (std::size_t w = 0; w < random() % 12; ++w) {
      windows.push_back({from, to});
      from = day{std::min(from.since_epoch + static_cast<std::int32_t>(random() % 3 * (random() % 40)), to.since_epoch)};
      to = day{std::max(to.since_epoch + static_cast<std::int32_t>(random() % 3 * (random() % 40)), from.since_epoch + 1)};
    }
    REQUIRE(tally_retention(book, windows) == one_by_one(book, windows));
  }
}

TEST_CASE("retention of many windows: years that end with each month of synth_saas, by any executor") {
  const ledger book = synth_saas().book(at("2025-01-01"));
  const period_grid grid = period_grid::between(in("2023-01"), in("2024-12"));
  const std::vector<day_window> years = windows_until(grid, months{12});
  CHECK(years.size() == 24);
  CHECK(years.front() == day_window{at("2022-02-01"), at("2023-02-01")});
  const auto expected = one_by_one(book, years);
  for (const std::size_t threads : {1u, 2u, 7u}) CHECK(tally_retention(book, years, thread_executor(threads)) == expected);
  CHECK(std::abs(100 * nrr(tally_retention(book, years).back()).value - 95.205435) < 5e-7);
  const std::vector<day_window> quarters =
      windows_until(period_grid::between(in("2024-01"), in("2024-12"), period_length::quarter), months{1});
  CHECK(quarters.back() == day_window{at("2024-12-01"), at("2025-01-01")});
}

TEST_CASE("retention of many windows: long books are cut for threads, and nothing depends on where") {
  std::mt19937_64 random(72);
  table t;
  t.accounts = 150'000;
  for (std::uint32_t who = 0; who < t.accounts; ++who) {
    const int start = on("2020-01-01") + static_cast<int>(random() % 300);
    t.add(who, start, start + 1 + static_cast<int>(random() % 400), 1 + static_cast<long long>(random() % 9000));
  }
  const ledger book = t.book(at("2021-06-01"));
  const std::vector<day_window> windows = windows_until(period_grid::between(in("2020-02"), in("2021-05")), months{3});
  const auto expected = one_by_one(book, windows);
  for (const std::size_t threads : {1u, 2u, 5u}) CHECK(tally_retention(book, windows, thread_executor(threads)) == expected);
}

TEST_CASE("retention of many windows: windows that fall or are empty are refused") {
  const ledger book = table{}.add(0, "2024-01-01", "2025-01-01", 100).book(at("2025-01-01"));
  const auto windows = [](const char* a, const char* b, const char* c, const char* d) {
    return std::vector<day_window>{{at(a), at(b)}, {at(c), at(d)}};
  };
  CHECK_THROWS_WITH_AS((void)tally_retention(book, windows("2024-02-01", "2024-03-01", "2024-01-01", "2024-04-01")),
                       doctest::Contains("2024-01-01 .. 2024-04-01"), schema_error);
  CHECK_THROWS_AS((void)tally_retention(book, windows("2024-02-01", "2024-05-01", "2024-02-01", "2024-04-01")),
                  schema_error);
  CHECK_THROWS_WITH_AS((void)tally_retention(book, windows("2024-02-01", "2024-03-01", "2024-04-01", "2024-04-01")),
                       doctest::Contains("empty"), schema_error);
  CHECK_THROWS_AS((void)windows_until(period_grid{in("2024-01"), 1, 3}, months{0}), schema_error);
  CHECK(tally_retention(book, std::vector<day_window>{}).empty());
  CHECK(tally_retention(ledger{}, windows("2024-01-01", "2024-02-01", "2024-02-01", "2024-03-01")) ==
        std::vector<retention_state>(2));
}

TEST_CASE("retention_over: what as_of has not reached has no row") {
  const ledger book = table{}.add(0, "2023-01-01", "", 100).book(at("2024-06-10"));
  const auto rows = retention_over(book, period_grid::between(in("2024-05"), in("2024-12")), months{12});
  REQUIRE(rows.size() == 2);
  CHECK(rows[1].nrr.value == 1);
  CHECK_FALSE(rows[1].complete);
}
