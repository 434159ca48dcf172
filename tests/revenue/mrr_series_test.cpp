#include "sojourn/revenue/mrr_series.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>

#include "laws.hpp"
#include "sojourn/revenue/revenue_state.hpp"
#include "subscription_table.hpp"

using namespace sojourn;
using namespace sojourn::test;

namespace {

const period_grid months_2020 = period_grid::between(in("2020-01"), in("2020-12"));

// Rows in force on a day, one by one.
subscription_sums count_rows(const table& t, int when, int as_of) {
  subscription_sums sums;
  for (const auto& row : t.slow_rows()) {
    const bool started = row.start <= when && row.start < as_of;
    const bool ended = row.end && *row.end <= when && (*row.end < as_of || *row.end == row.start);
    if (!started || ended || row.amount == 0) continue;
    sums += {detail::int128{row.amount} * mrr::ticks_per_minor, 1};
  }
  return sums;
}

}  // namespace

TEST_CASE("mrr_series: MRR is the ledger's, the count is that of the rows in force") {
  std::mt19937_64 random(51);
  for (int round = 0; round < 1000; ++round) {
    table t = random_table(random, 4, random() % 20 + 1);
    if (round % 3 == 0) t.add(1, "2020-03-03", "2020-09-01", 40'000'000'000'000);
    const int as_of = on("2019-12-20") + static_cast<int>(random() % 500);
    const period_grid grid =
        round % 2 ? months_2020 : period_grid::between(in("2020-02"), in("2020-07"), period_length::quarter);
    const ledger_options options{day{as_of}, t.accounts};
    const mrr_series_state s = tally_mrr_series(t.view(), grid, options);
    const revenue_state ledger_based = tally_revenue(ledger(t.view(), options), grid);
    REQUIRE(s.in_force[0].ticks == ledger_based.periods[0].opening());
    for (std::int32_t p = 0; p < grid.count; ++p) {
      REQUIRE(s.at(p).ticks == ledger_based.periods[static_cast<std::size_t>(p)].closing());
      REQUIRE(s.at(p) == count_rows(t, grid.end(p).since_epoch - 1, as_of));
    }
  }
}

TEST_CASE("mrr_series: one row per account counts customers") {
  std::mt19937_64 random(52);
  table t;
  t.accounts = 50;
  for (std::uint32_t who = 0; who < 50; ++who) {
    const int from = on("2020-01-01") + static_cast<int>(random() % 300);
    t.add(who, from, from + 1 + static_cast<int>(random() % 200), 1000 + static_cast<int>(random() % 9000));
  }
  const mrr_series_state s = tally_mrr_series(t.view(), months_2020, {.as_of = as_of_day::after_latest_date()});
  const revenue_state ledger_based = tally_revenue(t.book(as_of_day::after_latest_date()), months_2020);
  CHECK(s.known_until == ledger_based.known_until);
  for (std::int32_t p = 0; p < 12; ++p) {
    CHECK(s.at(p).subscriptions == ledger_based.periods[static_cast<std::size_t>(p)].accounts_closing());
  }
}

TEST_CASE("mrr_series: any executor and any cut of the rows give the same state") {
  std::mt19937_64 random(53);
  table t;
  t.accounts = 1000;
  for (int i = 0; i < 2'500'000; ++i) {
    const int from = on("2019-06-01") + static_cast<int>(random() % 500);
    t.add(static_cast<std::uint32_t>(random() % 1000), from,
          i % 3 == 0 ? std::nullopt : std::optional<int>(from + static_cast<int>(random() % 200)), i % 1000);
  }
  const ledger_options options{at("2020-10-10"), 1000};
  const mrr_series_state whole = tally_mrr_series(t.view(), months_2020, options);
  for (const std::size_t threads : {2u, 3u, 8u}) {
    CHECK(tally_mrr_series(t.view(), months_2020, options, thread_executor(threads)) == whole);
  }
  const subscriptions all = t.view();
  mrr_series_state sum;
  for (std::size_t first = 0; first < t.account.size(); first += 700'001) {
    const std::size_t n = std::min<std::size_t>(700'001, t.account.size() - first);
    sum += tally_mrr_series({all.account.values().subspan(first, n), all.start.values().subspan(first, n),
                             column<std::int32_t>(all.end.values().subspan(first, n), all.end.validity(), first, "end"),
                             all.amount.values().subspan(first, n)},
                            months_2020, options);
  }
  CHECK(sum == whole);
  subscriptions nameless = all;
  nameless.account = {};
  CHECK(tally_mrr_series(nameless, months_2020, options) == whole);
}

TEST_CASE("mrr_series: bad rows are named, an empty grid is refused, no rows are nothing") {
  table t;
  t.add(0, "2020-01-01", "2020-02-01", 100).add(0, "2020-01-01", "2019-02-01", 100);
  CHECK_THROWS_WITH_AS((void)tally_mrr_series(t.view(), months_2020), doctest::Contains("row 1"), data_error);
  CHECK_THROWS_AS((void)tally_mrr_series(t.view(), period_grid{}), schema_error);
  CHECK(tally_mrr_series(table{}.view(), months_2020) == mrr_series_state{});
  mrr_series_state january = tally_mrr_series(table{}.add(0, "2020-01-01", "", 100).view(), months_2020);
  const mrr_series_state other = tally_mrr_series(table{}.add(0, "2020-01-05", "", 100).view(), months_2020);
  CHECK_THROWS_AS(january += other, state_error);
}

TEST_CASE("mrr_series: shown in minor units, with the period that as_of cuts") {
  const table t = table{}.add(0, "2020-01-10", "2020-02-29", 100).add(0, "2020-02-01", "", 250);
  const auto rows =
      mrr_series(tally_mrr_series(t.view(), period_grid::between(in("2020-01"), in("2020-03")), {at("2020-03-05"), 0}));
  CHECK(rows ==
        std::vector<mrr_series_row>{{"2020-01", 100, 1, true}, {"2020-02", 250, 1, true}, {"2020-03", 250, 1, false}});
}

TEST_CASE("mrr_series_state: the laws") {
  check_laws<mrr_series_state>([](std::mt19937_64& random) {
    table t = random_table(random, 5, random() % 12 + 1);
    t.add(0, "2020-01-01", "", 1 + static_cast<std::int64_t>(random() % 40'000'000'000'000));
    return tally_mrr_series(t.view(), months_2020, {at("2020-11-01"), 5});
  });
}

TEST_CASE("mrr_series: what as_of has not reached has no row") {
  const table t = table{}.add(0, "2024-01-01", "", 100);
  const auto rows =
      mrr_series(tally_mrr_series(t.view(), period_grid::between(in("2024-05"), in("2024-12")), {at("2024-06-10")}));
  REQUIRE(rows.size() == 2);
  CHECK(rows[1].mrr == 100);
  CHECK_FALSE(rows[1].complete);
}
