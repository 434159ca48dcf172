// Knowledge time: what was known on a day, how one day's ledger becomes another's, and which accounts restate a close.
#include <doctest/doctest.h>

#include <algorithm>
#include <random>

#include "sojourn/revenue.hpp"
#include "sojourn/revenue/cohort.hpp"
#include "sojourn/revenue/explain/restatement.hpp"
#include "sojourn/state_bytes.hpp"
#include "subscription_table.hpp"

using namespace sojourn;
using namespace sojourn::test;

namespace {

/// Rows, each with the days on which it is believed; nothing: always.
struct recorded_table {
  table rows;
  std::vector<std::int32_t> from, until;
  std::vector<std::uint8_t> from_bits, until_bits;

  recorded_table& add(std::uint32_t who, int start, std::optional<int> end, std::int64_t amount, std::optional<int> known,
                      std::optional<int> gone) {
    const std::size_t row = from.size();
    rows.add(who, start, end, amount);
    for (auto* bits : {&from_bits, &until_bits}) bits->resize(row / 8 + 1, 0);
    const auto bit = static_cast<std::uint8_t>(1u << (row % 8));
    if (known) from_bits[row / 8] = static_cast<std::uint8_t>(from_bits[row / 8] | bit);
    if (gone) until_bits[row / 8] = static_cast<std::uint8_t>(until_bits[row / 8] | bit);
    from.push_back(known.value_or(0));
    until.push_back(gone.value_or(0));
    return *this;
  }
  recorded_table& add(std::uint32_t who, const std::string& start, const std::string& end, std::int64_t amount,
                      const std::string& known, const std::string& gone = "") {
    const auto maybe = [](const std::string& text) { return text.empty() ? std::nullopt : std::optional<int>(on(text)); };
    return add(who, on(start), maybe(end), amount, maybe(known), maybe(gone));
  }
  [[nodiscard]] recorded_subscriptions view() const {
    return {rows.view(), column<std::int32_t>(std::span<const std::int32_t>(from), from_bits.data(), 0, "known_from"),
            column<std::int32_t>(std::span<const std::int32_t>(until), until_bits.data(), 0, "known_until")};
  }
  /// The rows known on that day, one by one.
  [[nodiscard]] table known(day when) const {
    table some;
    some.accounts = rows.accounts;
    const auto all = rows.slow_rows();
    for (std::size_t i = 0; i < all.size(); ++i) {
      const bool begun = (from_bits[i / 8] >> (i % 8) & 1) == 0 || from[i] <= when.since_epoch;
      const bool over = (until_bits[i / 8] >> (i % 8) & 1) != 0 && until[i] <= when.since_epoch;
      if (begun && !over) some.add(all[i].account, all[i].start, all[i].end, all[i].amount);
    }
    return some;
  }
};

recorded_table random_recorded(std::mt19937_64& random, std::uint32_t accounts, std::size_t rows) {
  recorded_table out;
  for (const auto& row : random_table(random, accounts, rows).slow_rows()) {
    const int known = on("2020-01-01") + static_cast<int>(random() % 400);
    const int gone = known + static_cast<int>(random() % 200);
    out.add(row.account, row.start, row.end, row.amount, random() % 4 == 0 ? std::nullopt : std::optional<int>(known),
            random() % 3 != 0 ? std::nullopt : std::optional<int>(gone));
  }
  out.rows.accounts = accounts;
  return out;
}

bool same_ledger(const ledger& a, const ledger& b) {
  if (a.accounts() != b.accounts() || a.known_until() != b.known_until() || !(a.counts() == b.counts())) return false;
  for (std::uint32_t who = 0; who < a.accounts(); ++who) {
    if (!std::ranges::equal(a.steps(account{who}), b.steps(account{who}))) return false;
  }
  return true;
}

day random_day(std::mt19937_64& random) {
  return day{on("2019-12-25") + static_cast<int>(random() % 620)};
}

}  // namespace

TEST_CASE(
    "ledger_history: as known on a day is the ledger of the rows known then; moved from day to day it is the same, bit for "
    "bit") {
  std::mt19937_64 random(301);
  const period_grid grid = period_grid::between(in("2020-01"), in("2020-12"));
  for (int round = 0; round < 400; ++round) {
    const recorded_table all = random_recorded(random, 5, random() % 16 + 1);
    const day as_of{on("2020-05-01") + static_cast<int>(random() % 300)};
    const ledger_history history(all.view(), {as_of, 5});
    known_ledger close = history.as_known(random_day(random));
    REQUIRE(same_ledger(close.book, all.known(close.known_on).book(as_of)));
    revenue_state state = tally_revenue(close.book, grid);
    cohort_state cohorts = tally_cohorts(close.book, grid);
    for (int step = 0; step < 8; ++step) {
      const day next = random_day(random);
      const auto who = history.accounts_changed(close.known_on, next);
      state -= tally_revenue(close.book, who, grid);
      cohorts -= tally_cohorts(close.book, who, grid);
      history.move(close, next);
      state += tally_revenue(close.book, who, grid);
      cohorts += tally_cohorts(close.book, who, grid);
      const ledger fresh = all.known(next).book(as_of);
      REQUIRE(close.known_on == next);
      REQUIRE(same_ledger(close.book, fresh));
      REQUIRE(to_bytes(state) == to_bytes(tally_revenue(fresh, grid)));
      REQUIRE(to_bytes(cohorts) == to_bytes(tally_cohorts(fresh, grid)));
      for (std::uint32_t a = 0; a < 5; ++a)
        REQUIRE(std::ranges::equal(history.steps(account{a}, next), fresh.steps(account{a})));
    }
  }
}

TEST_CASE("ledger_history: the same for any executor, over several blocks") {
  std::mt19937_64 random(302);
  const recorded_table all = random_recorded(random, 9000, 60'000);
  const ledger_history history(all.view(), {at("2021-01-01"), 9000});
  const known_ledger serial = history.as_known(at("2020-09-01"));
  for (const unsigned threads : {1u, 2u, 3u, 8u}) {
    REQUIRE(same_ledger(history.as_known(at("2020-09-01"), thread_executor(threads)).book, serial.book));
  }
}

TEST_CASE("compare_closes: accounts add up to the difference of the two waterfalls, tick for tick, under random policies") {
  std::mt19937_64 random(303);
  for (int round = 0; round < 600; ++round) {
    const recorded_table all = random_recorded(random, 6, random() % 20 + 1);
    const ledger_history history(all.view(), {at("2021-09-01"), 6});
    const auto each = random() % 2 == 0 ? period_length::month : period_length::quarter;
    const period_grid grid = period_grid::between(in("2020-01"), in("2020-06"), each);
    revenue_policy policy;
    if (random() % 2 == 0) policy.movements = movement_mode::net_endpoints;
    if (random() % 2 == 0) policy.new_and_churned = same_period_new_churn::drop;
    if (random() % 3 == 0) policy.reactivation_max_gap = 30;
    if (random() % 3 == 0) policy.lapse_grace = 20;
    const auto of = [&](day when) {
      const table some = all.known(when);
      return ledger_of(some.view(), policy, {at("2021-09-01"), 6});
    };
    const day first{on("2020-06-30") + static_cast<int>(random() % 300)};
    const day second{on("2020-06-30") + static_cast<int>(random() % 300)};
    const restatement found = compare_closes(history, first, second, grid, policy);
    const revenue_state was = tally_revenue(of(first), grid, policy);
    const revenue_state is = tally_revenue(of(second), grid, policy);
    std::vector<period_movements> sums(found.change.size());
    for (const restated_account& one : found.accounts) {
      REQUIRE(one.learned.size() + one.dropped.size() > 0);
      for (const restated_period& p : one.periods) sums[static_cast<std::size_t>(p.period)] += p.change;
    }
    for (std::size_t p = 0; p < sums.size(); ++p) {
      period_movements difference = period_movements::of(is.periods[p]);
      difference -= period_movements::of(was.periods[p]);
      REQUIRE(found.change[p] == difference);
      REQUIRE(sums[p] == difference);
      const period_movements& c = difference;
      REQUIRE(c.opening + c.new_business + c.reactivation + c.expansion - c.contraction - c.churn + c.fx == c.closing);
    }
  }
}

TEST_CASE("compare_closes: a cancellation booked late turns January's close") {
  recorded_table t;
  t.add(0, "2023-06-01", "", 5'000, "2023-06-01");
  t.add(1, "2023-06-01", "", 1'000, "2023-06-01", "2024-02-20");  // believed to run on
  t.add(1, "2023-06-01", "2024-01-15", 1'000, "2024-02-20");      // it had ended
  t.add(2, "2024-01-10", "", 700, "2024-02-07");                  // booked after the close
  const ledger_history history(t.view(), {at("2024-06-01"), 3});
  const period_grid january = period_grid::between(in("2024-01"), in("2024-01"));
  const restatement found = compare_closes(history, at("2024-02-05"), at("2024-03-05"), january);
  REQUIRE(found.accounts.size() == 2);
  CHECK(found.accounts[0].who == account{1});
  CHECK(found.accounts[0].learned == std::vector<std::uint32_t>{2});
  CHECK(found.accounts[0].dropped == std::vector<std::uint32_t>{1});
  CHECK(found.accounts[0].periods[0].change.churn == mrr::from_minor(1'000).ticks());
  CHECK(found.accounts[1].periods[0].change.new_business == mrr::from_minor(700).ticks());
  CHECK(found.change[0].closing == mrr::from_minor(-300).ticks());
  CHECK(history.known(at("2024-02-05")) == knowledge{4, 2, 2, 0, 0});
  CHECK(history.known(at("2024-03-05")) == knowledge{4, 3, 0, 1, 0});
  CHECK(history.first_change() == at("2023-06-01"));
  CHECK(history.last_change() == at("2024-02-20"));
  CHECK(history.rows_of(account{1}, at("2024-02-19")) == std::vector<std::uint32_t>{1});
  CHECK(compare_closes(history, at("2024-02-05"), at("2024-02-05"), january).accounts.empty());
}

TEST_CASE("compare_closes: a period that was not over is no close; a row is not taken back before it is known") {
  recorded_table t;
  t.add(0, "2023-06-01", "", 5'000, "2024-01-05", "2024-01-05").add(1, "2023-06-01", "", 1, "");
  const ledger_history history(t.view(), {at("2024-06-01"), 2});
  CHECK(history.known(at("2024-03-01")) == knowledge{2, 1, 0, 0, 1});
  const period_grid january = period_grid::between(in("2024-01"), in("2024-01"));
  CHECK_THROWS_WITH_AS((void)compare_closes(history, at("2024-01-30"), at("2024-03-01"), january),
                       doctest::Contains("2024-01 was not over on 2024-01-30"), schema_error);
  CHECK_NOTHROW((void)compare_closes(history, at("2024-01-31"), at("2024-03-01"), january));
  const period_grid june = period_grid::between(in("2024-06"), in("2024-06"));
  CHECK_THROWS_WITH_AS((void)compare_closes(history, at("2024-08-01"), at("2024-09-01"), june), doctest::Contains("as_of"),
                       schema_error);
  t.add(1, "2023-06-01", "", 5'000, "2024-01-05", "2024-01-04");
  CHECK_THROWS_WITH_AS(ledger_history(t.view()), doctest::Contains("taken back before it is known"), data_error);
  recorded_table far;
  far.add(0, on("2023-06-01"), std::nullopt, 1, 900'000, std::nullopt);
  CHECK_THROWS_AS(ledger_history(far.view()), data_error);
}

TEST_CASE("ledger_history: a move that overflows leaves the close as it was") {
  recorded_table t;
  const std::int64_t much = 30'000'000'000'000;
  t.add(0, "2024-01-01", "", much, "2024-01-01").add(0, "2024-01-01", "", 5, "2024-01-01", "2024-02-01");
  t.add(0, "2024-01-01", "", much, "2024-02-01");
  const ledger_history history(t.view(), {at("2024-06-01"), 1});
  known_ledger close = history.as_known(at("2024-01-15"));
  CHECK_THROWS_AS(history.move(close, at("2024-03-01")), overflow_error);
  CHECK(close.known_on == at("2024-01-15"));
  CHECK(close.book.level(account{0}, at("2024-01-20")) == mrr::from_minor(much + 5));
}
