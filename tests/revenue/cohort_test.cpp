#include "sojourn/revenue/cohort.hpp"
#include "paths.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <random>

#include "laws.hpp"
#include "subscription_table.hpp"

using namespace sojourn;
using namespace sojourn::test;
using doctest::Approx;

namespace {

const double unknown = std::numeric_limits<double>::quiet_NaN();

cohort_triangle column_of(const std::vector<double>& sizes, const std::vector<double>& values) {
  cohort_triangle t;
  t.cohorts.resize(sizes.size());
  t.sizes = sizes;
  t.ages = 1;
  t.share = values;
  return t;
}

cohort_state random_state(std::mt19937_64& random) {
  table t = random_table(random, 5, random() % 12 + 1);
  if (random() % 4 == 0) t.add(0, "2020-02-01", "", 40'000'000'000'000);
  return tally_cohorts(t.book(at("2020-11-01")), period_grid::between(in("2020-01"), in("2020-12")));
}

cohort_state random_tenures(std::mt19937_64& random) {
  const table t = random_table(random, 5, random() % 12 + 1);
  const auto presence = static_cast<cohort_presence>(random() % 2);
  return tally_cohorts(t.book(at("2020-11-01")), period_grid::between(in("2020-01"), in("2020-12")),
                       {presence, cohort_index::tenure_days});
}

}  // namespace

TEST_CASE("cohorts: equal the day-by-day ledger on random tables") {
  std::mt19937_64 random(41);
  for (int round = 0; round < 500; ++round) {
    const table t = random_table(random, 5, random() % 14 + 1);
    const int as_of = on("2020-06-01") + static_cast<int>(random() % 300);
    const period_grid grid =
        period_grid::between(in("2020-01"), in("2020-12"), round % 2 ? period_length::month : period_length::quarter);
    const cohort_state s = tally_cohorts(t.book(day{as_of}), grid);
    const oracle::slow_ledger slow(t.slow_rows(), on("2019-12-01"), on("2021-05-01"), as_of);
    for (std::int32_t c = 0; c < grid.count; ++c) {
      long long size = 0;
      for (const auto& [who, days] : slow.accounts()) {
        const int first = slow.first_paid_day(who);
        if (first >= grid.start(c).since_epoch && first < grid.end(c).since_epoch) ++size;
      }
      REQUIRE(s.start[static_cast<std::size_t>(c)].accounts == size);
      for (std::int32_t a = 0; c + a < grid.count; ++a) {
        long long active = 0;
        long long amount = 0;
        for (const auto& [who, days] : slow.accounts()) {
          const int first = slow.first_paid_day(who);
          if (first < grid.start(c).since_epoch || first >= grid.end(c).since_epoch) continue;
          const long long now = slow.on(who, grid.end(c + a).since_epoch - 1);
          active += now > 0;
          amount += now;
        }
        REQUIRE(s.at(c, a).accounts == active);
        REQUIRE(s.at(c, a).ticks == detail::int128{amount} * mrr::ticks_per_minor);
        REQUIRE(s.mature(c, a) == (grid.end(c + a).since_epoch <= as_of));
      }
    }
  }
}

TEST_CASE("ret-07: the size-weighted mean of NRR is 111 %, the simple one 110 %") {
  const auto t =
      column_of({42162, 55433, 56681, 58264, 46314, 58841, 49172, 63241}, {98, 105, 107, 108, 114, 115, 118, 117});
  CHECK(std::abs(cohort_average(t)[0] - 111) <= 0.5);
  CHECK(cohort_average(t)[0] == Approx(110.57).epsilon(1e-4));
  CHECK(cohort_average(t, cohort_mean::simple)[0] == Approx(110.25));
}

TEST_CASE("ret-08: the weighted means of GRR are 76 % and 74 %") {
  CHECK(cohort_average(column_of({54701, 44136, 55887, 46883}, {77, 74, 76, 78}))[0] == Approx(76.30).epsilon(1e-4));
  CHECK(cohort_average(column_of({54701, 44136, 55887, 46883}, {75, 72, 75, unknown}))[0] == Approx(74.14).epsilon(1e-4));
}

TEST_CASE("ret-10 (negative): a cohort at 0 % counts, so the mean of 0 % and 25 % is 12.5 %") {
  CHECK(cohort_average(column_of({10, 10}, {0.0, 0.25}))[0] == Approx(0.125));
  CHECK(cohort_average(column_of({10, 10}, {0.0, 0.25}), cohort_mean::simple)[0] == Approx(0.125));
  CHECK(std::isnan(cohort_average(column_of({10, 10}, {unknown, unknown}))[0]));
}

TEST_CASE("ret-11: three users active for three, two and one periods: 3/3, 2/3, 1/3") {
  table t;
  t.add(0, "2024-01-01", "2024-04-01", 1).add(1, "2024-01-01", "2024-03-01", 1).add(2, "2024-01-01", "2024-02-01", 1);
  const auto shares =
      cohort_retention(tally_cohorts(t.book(at("2024-05-01")), period_grid::between(in("2024-01"), in("2024-03"))));
  CHECK(shares.at(0, 0) == 1.0);
  CHECK(shares.at(0, 1) == Approx(2.0 / 3));
  CHECK(shares.at(0, 2) == Approx(1.0 / 3));
}

TEST_CASE("cohorts: age 0 shows a loss in the first month, a returning customer stays in the first cohort") {
  table t;
  t.add(0, "2024-01-05", "2024-01-20", 100).add(0, "2024-03-01", "", 300).add(1, "2024-01-05", "", 100);
  t.add(2, "2023-05-01", "2023-06-01", 100).add(2, "2024-02-01", "", 100);  // started before the grid
  t.add(3, "2024-01-01", "", 0).add(3, "2024-02-10", "", 50);               // free at first: a start in February
  const cohort_state s = tally_cohorts(t.book(at("2024-04-01")), period_grid::between(in("2024-01"), in("2024-03")));
  CHECK(s.start[0].accounts == 2);
  CHECK(s.at(0, 0).accounts == 1);
  CHECK(s.at(0, 1).accounts == 1);
  CHECK(s.at(0, 2).accounts == 2);
  CHECK(s.at(0, 2).ticks == 400 * detail::int128{mrr::ticks_per_minor});
  CHECK(s.start[1].accounts == 1);
  CHECK(s.start[2].accounts == 0);
  CHECK(s.accounts_earlier == 1);
  const auto money = cohort_retention(s, cohort_measure::mrr);
  CHECK(money.sizes[0] == 200);
  CHECK(money.at(0, 2) == Approx(2.0));
}

TEST_CASE("cohorts: what is not known is NaN, never 0") {
  table t;
  t.add(0, "2024-01-05", "2024-02-05", 100);
  const cohort_state s = tally_cohorts(t.book(at("2024-03-15")), period_grid::between(in("2024-01"), in("2024-04")));
  const auto shares = cohort_retention(s);
  CHECK(s.observed == 2);
  CHECK(shares.at(0, 0) == 1.0);
  CHECK(shares.at(0, 1) == 0.0);       // known, and nobody is left
  CHECK(std::isnan(shares.at(0, 2)));  // March is cut by as_of
  CHECK(std::isnan(shares.at(0, 3)));
  CHECK(std::isnan(shares.at(1, 0)));  // no customers
  CHECK_FALSE(s.mature(0, 2));
}

TEST_CASE("synth_saas: cohort sizes are the waterfall's new customers, and the diagonal its closing") {
  const cohort_state s =
      tally_cohorts(synth_saas().book(at("2025-01-01")), period_grid::between(in("2022-01"), in("2024-12")));
  const auto expected = read_csv(sojourn::test::in_repository("examples/data/synth_saas_waterfall.csv"));
  for (std::int32_t m = 0; m < 36; ++m) {
    CHECK(s.start[static_cast<std::size_t>(m)].accounts == std::stoll(expected[static_cast<std::size_t>(m)][9]));
    cohort_cell closing;
    for (std::int32_t c = 0; c <= m; ++c) closing += s.at(c, m - c);
    CHECK(closing.accounts == std::stoll(expected[static_cast<std::size_t>(m)][12]));
    CHECK(closing.ticks == detail::int128{std::stoll(expected[static_cast<std::size_t>(m)][7])} * mrr::ticks_per_minor);
  }
}

TEST_CASE("cohort_index: months of 30 days since each account's own first day") {
  table t;
  t.add(0, "2024-01-01", "2024-01-31", 100);  // 30 days
  t.add(1, "2024-01-31", "2024-02-29", 100);  // 29 days
  t.add(2, "2024-01-31", "2024-03-01", 100).add(2, "2024-03-01", "", 250);
  const period_grid grid = period_grid::between(in("2024-01"), in("2024-04"));
  const cohort_state s =
      tally_cohorts(t.book(at("2024-04-15")), grid, {cohort_presence::active_at_end, cohort_index::tenure_days});
  CHECK(s.start[0].accounts == 3);
  CHECK(s.at(0, 0).accounts == 2);  // the 30th day is the last of age 0, and of account 0
  CHECK(s.at(0, 1).accounts == 1);
  CHECK(s.at(0, 1).ticks == 250 * detail::int128{mrr::ticks_per_minor});
  CHECK(s.mature(0, 1));        // 60 days from 31 January end on 31 March
  CHECK_FALSE(s.mature(0, 2));  // 90 of them on 29 April
  CHECK(s.reached[s.index(0, 2)] == 1);
  const auto shares = cohort_retention(s);
  CHECK(shares.at(0, 1) == Approx(1.0 / 3));
  CHECK(std::isnan(shares.at(0, 2)));
  // By the calendar both of 31 January have had one day at age 0, and who left in February is there.
  const cohort_state calendar = tally_cohorts(t.book(at("2024-04-15")), grid);
  CHECK(calendar.at(0, 0).accounts == 2);
  CHECK(calendar.at(0, 1).accounts == 1);
  cohort_state sum = s;
  CHECK_THROWS_AS(sum += calendar, state_error);
  CHECK_THROWS_AS(
      sum += tally_cohorts(t.book(at("2024-04-16")), grid, {cohort_presence::active_at_end, cohort_index::tenure_days}),
      state_error);
}

TEST_CASE("cohort_index: a cell is known exactly when it is in every part, and parts add up bit for bit") {
  std::mt19937_64 random(46);
  const period_grid grid = period_grid::between(in("2020-01"), in("2020-12"));
  const cohort_rules tenures{cohort_presence::active_at_end, cohort_index::tenure_days};
  for (int round = 0; round < 200; ++round) {
    const ledger book = random_table(random, 6, random() % 14 + 1).book(at("2020-09-20"));
    const cohort_state whole = tally_cohorts(book, grid, tenures);
    const std::size_t cut = random() % (book.accounts() + 1);
    const cohort_state left = tally_cohorts(book.part(0, cut), grid, tenures),
                       right = tally_cohorts(book.part(cut, book.accounts()), grid, tenures);
    cohort_state sum = left;
    sum += right;
    REQUIRE(to_bytes(sum) == to_bytes(whole));
    sum -= right;
    REQUIRE(sum == left);
    for (std::int32_t c = 0; c < 12; ++c) {
      for (std::int32_t a = 0; c + a < 12; ++a) {
        const auto at_most = [&](const cohort_state& s) {
          return s.start[static_cast<std::size_t>(c)].accounts == 0 || s.mature(c, a);
        };
        if (whole.start[static_cast<std::size_t>(c)].accounts > 0)
          REQUIRE(whole.mature(c, a) == (at_most(left) && at_most(right)));
      }
    }
  }
}

TEST_CASE("cohort_state: the laws, threads and parts") {
  check_laws<cohort_state>(random_tenures);
  check_laws<cohort_state>(random_state);
  table t;
  std::mt19937_64 random(42);
  for (std::uint32_t who = 0; who < 140'000; ++who) {
    const int from = on("2020-01-01") + static_cast<int>(random() % 360);
    t.add(who, from, from + static_cast<int>(random() % 300), 100);
  }
  const ledger book = t.book(at("2021-01-01"));
  const period_grid grid = period_grid::between(in("2020-01"), in("2020-12"));
  const cohort_state serial = tally_cohorts(book, grid);
  for (const std::size_t threads : {1u, 2u, 3u, 8u}) CHECK(tally_cohorts(book, grid, thread_executor(threads)) == serial);
  cohort_state sum = tally_cohorts(book.part(0, 77), grid);
  sum += tally_cohorts(book.part(77, book.accounts()), grid);
  CHECK(sum == serial);
  CHECK_THROWS_AS(sum += tally_cohorts(book, period_grid::between(in("2020-02"), in("2020-12"))), state_error);
}

TEST_CASE("cohorts: memory is bounded, whatever two dates say") {
  test::table far;
  far.add(0, "1900-01-01", "", 1).add(1, "2199-11-01", "", 1);
  const ledger book = far.book(test::at("2199-12-01"));
  const auto grid = [](int years) {
    return period_grid::between(month::from_ym(1900, 1), month::from_ym(1899 + years, 12), period_length::month);
  };
  CHECK(tally_cohorts(book, grid(100)).start.size() == 1'200);
  CHECK_THROWS_WITH_AS((void)tally_cohorts(book, grid(101)), doctest::Contains("1212 periods are more than 1200"),
                       schema_error);
}
