// Corrections: whatever is applied, retracted and merged, ledger and states are those of a full recompute, bit for bit.
#include <doctest/doctest.h>

#include <algorithm>
#include <random>

#include "sojourn/revenue.hpp"
#include "sojourn/revenue/cohort.hpp"
#include "sojourn/revenue/ledger/account_errors.hpp"
#include "sojourn/revenue/retention.hpp"
#include "sojourn/state_bytes.hpp"
#include "subscription_table.hpp"

using namespace sojourn;
using namespace sojourn::test;

namespace {

using rows = std::vector<oracle::slow_row>;

table table_of(const rows& some, std::size_t accounts) {
  table t;
  t.accounts = accounts;
  for (const auto& row : some) t.add(row.account, row.start, row.end, row.amount);
  return t;
}

const period_grid grid = period_grid::between(in("2020-01"), in("2020-12"));

// Ledger and states as a host keeps them, corrected step by step.
struct kept_up {
  ledger book;
  revenue_policy policy;
  revenue_state revenue;
  cohort_state cohorts;
  retention_state retention;

  kept_up(ledger from, const revenue_policy& rules) : book(std::move(from)), policy(rules) {
    revenue = tally_revenue(book, grid, policy);
    cohorts = tally_cohorts(book, grid);
    retention = tally_retention(book, at("2020-02-01"), at("2020-11-01"));
  }

  template <class Edit>
  void edit(const std::vector<account>& who, const Edit& change) {
    revenue -= tally_revenue(book, who, grid, policy);
    cohorts -= tally_cohorts(book, who, grid);
    retention -= tally_retention(book, who, at("2020-02-01"), at("2020-11-01"));
    change(book);
    revenue += tally_revenue(book, who, grid, policy);
    cohorts += tally_cohorts(book, who, grid);
    retention += tally_retention(book, who, at("2020-02-01"), at("2020-11-01"));
  }

  [[nodiscard]] bool equals(const ledger& full) const {
    if (book.accounts() != full.accounts() || !(book.counts() == full.counts())) return false;
    for (std::uint32_t who = 0; who < full.accounts(); ++who) {
      if (!std::ranges::equal(book.steps(account{who}), full.steps(account{who}))) return false;
    }
    return to_bytes(revenue) == to_bytes(tally_revenue(full, grid, policy)) &&
           to_bytes(cohorts) == to_bytes(tally_cohorts(full, grid)) &&
           to_bytes(retention) == to_bytes(tally_retention(full, at("2020-02-01"), at("2020-11-01")));
  }
};

}  // namespace

TEST_CASE("ledger edits: hundreds of random scripts equal a full recompute, bit for bit") {
  std::mt19937_64 random(11);
  for (int script = 0; script < 400; ++script) {
    const day as_of{on("2020-05-01") + static_cast<int>(random() % 300)};
    revenue_policy policy;
    if (script % 2 == 1) policy.movements = movement_mode::net_endpoints;
    if (script % 3 == 1) policy.new_and_churned = same_period_new_churn::drop;
    if (script % 5 == 1) policy.reactivation_max_gap = 30;
    rows held = random_table(random, 6, random() % 15 + 1).slow_rows();
    kept_up host(table_of(held, 6).book(as_of), policy);
    for (int step = 0; step < 12; ++step) {
      if (random() % 2 == 0 || held.empty()) {
        const table more = random_table(random, 6, random() % 4 + 1);
        host.edit(accounts_of(more.view()), [&](ledger& book) { book.apply(more.view()); });
        for (const auto& row : more.slow_rows()) held.push_back(row);
      } else {
        std::shuffle(held.begin(), held.end(), random);
        const auto n = static_cast<std::ptrdiff_t>(1 + random() % std::min<std::size_t>(held.size(), 4));
        const table gone = table_of({held.end() - n, held.end()}, 6);
        host.edit(accounts_of(gone.view()), [&](ledger& book) { book.retract(gone.view()); });
        held.erase(held.end() - n, held.end());
      }
      REQUIRE(host.equals(table_of(held, 6).book(as_of)));
    }
  }
}

TEST_CASE("ledger edits: many replacements in one block keep every other account as it was") {
  std::mt19937_64 random(12);
  rows held = random_table(random, 300, 2000).slow_rows();
  const day as_of = at("2020-12-31");
  ledger book = table_of(held, 300).book(as_of);
  for (int step = 0; step < 400; ++step) {
    const table more = random_table(random, 300, 10);
    book.apply(more.view());
    for (const auto& row : more.slow_rows()) held.push_back(row);
  }
  const ledger full = table_of(held, 300).book(as_of);
  for (std::uint32_t who = 0; who < 300; ++who) {
    REQUIRE(std::ranges::equal(book.steps(account{who}), full.steps(account{who})));
    REQUIRE(std::ranges::equal(book.rows_of(account{who}), full.rows_of(account{who})));
  }
}

TEST_CASE("ledger edits: new accounts follow on, across blocks") {
  table t;
  t.add(0, "2020-01-01", "", 100);
  ledger book = t.book(at("2021-01-01"));
  table more;
  for (std::uint32_t who = 1; who < 10'000; ++who) more.add(who, "2020-02-01", "2020-03-01", 200);
  book.apply(more.view());
  CHECK(book.accounts() == 10'000);
  CHECK(book.steps(account{0}).size() == 1);
  CHECK(book.level(account{9'999}, at("2020-02-15")) == mrr::from_minor(200));
  CHECK(book.rows_of(account{9'999})[0] == 9'999);
  table far;
  far.add(10'001, "2020-02-01", "", 1);
  CHECK_THROWS_AS(book.apply(far.view()), data_error);
}

TEST_CASE("ledger edits: what cannot be is refused, and nothing has changed") {
  table t;
  t.add(0, "2020-01-01", "2020-06-01", 100).add(1, "2020-01-01", "", 30'000'000'000'000);
  ledger book = t.book(at("2021-01-01"));
  const revenue_state before = tally_revenue(book, grid);
  table wrong;
  wrong.add(1, "2020-01-01", "", 5).add(0, "2020-05-01", "2020-07-01", 100);
  CHECK_THROWS_WITH_AS(book.retract(wrong.view()), doctest::Contains("cannot give back"), data_error);
  table more;
  more.add(0, "2020-01-01", "", 5).add(1, "2020-02-01", "", 30'000'000'000'000);
  CHECK_THROWS_AS(book.apply(more.view()), overflow_error);
  table negative;
  negative.add(0, "2020-01-01", "", -1);
  CHECK_THROWS_AS(book.apply(negative.view()), data_error);
  CHECK(tally_revenue(book, grid) == before);
  CHECK(book.counts().rows == 2);
  CHECK(book.rows_of(account{0}).size() == 1);
}

TEST_CASE("ledger edits: two accounts that are one customer did not churn") {
  std::mt19937_64 random(13);
  for (int round = 0; round < 200; ++round) {
    const day as_of{on("2020-05-01") + static_cast<int>(random() % 300)};
    rows held = random_table(random, 5, 14).slow_rows();
    kept_up host(table_of(held, 5).book(as_of), {});
    const account from{static_cast<std::uint32_t>(random() % 5)}, into{(from.index + 1) % 5};
    host.edit({from, into}, [&](ledger& book) { book.merge(from, into); });
    for (auto& row : held) row.account = row.account == from.index ? into.index : row.account;
    const ledger full = table_of(held, 5).book(as_of);
    REQUIRE(host.equals(full));
    REQUIRE(std::ranges::equal(host.book.rows_of(into), full.rows_of(into)));
  }
  table t;
  t.add(0, "2020-01-01", "2020-06-01", 100).add(1, "2020-06-01", "", 100);
  ledger book = t.book(at("2021-01-01"));
  CHECK(tally_revenue(book, grid).periods[5].accounts_churned == 1);
  book.merge(account{0}, account{1});
  CHECK(tally_revenue(book, grid).periods[5] ==
        tally_revenue(table{}.add(0, "2020-01-01", "", 100).book(at("2021-01-01")), grid).periods[5]);
  CHECK_THROWS_AS(book.merge(account{1}, account{1}), data_error);
  CHECK_THROWS_AS(book.merge(account{1}, account{2}), data_error);
}

TEST_CASE("ledger edits: a merger from a day on keeps history, and equals its rows cut on that day") {
  std::mt19937_64 random(14);
  for (int round = 0; round < 300; ++round) {
    const day as_of{on("2020-05-01") + static_cast<int>(random() % 300)};
    const day since{on("2019-12-01") + static_cast<int>(random() % 420)};
    const rows held = random_table(random, 5, 14).slow_rows();
    kept_up host(table_of(held, 5).book(as_of), {});
    const ledger before = host.book;
    const account from{static_cast<std::uint32_t>(random() % 5)}, into{(from.index + 1) % 5};
    host.edit({from, into}, [&](ledger& book) { book.merge(from, into, since); });
    rows cut;
    for (const auto& row : held) {
      const bool moves = row.account == from.index && (!row.end || *row.end > since.since_epoch);
      if (!moves) {
        cut.push_back(row);
        continue;
      }
      if (row.start < since.since_epoch) cut.push_back({row.account, row.start, since.since_epoch, row.amount});
      cut.push_back({into.index, std::max(row.start, since.since_epoch), row.end, row.amount});
    }
    // A part that is known to move on or after the as-of day has not moved yet.
    if (since >= as_of) cut = held;
    const ledger full = table_of(cut, 5).book(as_of);
    for (std::uint32_t who = 0; who < 5; ++who) {
      REQUIRE(std::ranges::equal(host.book.steps(account{who}), full.steps(account{who})));
      for (int d = on("2019-12-01"); d < since.since_epoch; d += 9) {
        REQUIRE(host.book.level(account{who}, day{d}) == before.level(account{who}, day{d}));
      }
    }
    REQUIRE(to_bytes(host.revenue) == to_bytes(tally_revenue(full, grid)));
    REQUIRE(to_bytes(host.cohorts) == to_bytes(tally_cohorts(full, grid)));
  }
}

TEST_CASE("ledger edits: a split equals the rows under two accounts, and a merger takes it back") {
  std::mt19937_64 random(15);
  for (int round = 0; round < 400; ++round) {
    const day as_of{on("2020-05-01") + static_cast<int>(random() % 300)};
    const day since = random() % 3 == 0 ? earliest_day : day{on("2019-12-01") + static_cast<int>(random() % 420)};
    rows held = random_table(random, 5, 14).slow_rows();
    kept_up host(table_of(held, 5).book(as_of), {});
    const ledger before = host.book;
    std::shuffle(held.begin(), held.end(), random);
    const account into{5};  // the next new account
    const auto n = static_cast<std::ptrdiff_t>(1 + random() % 5);
    const table moving = table_of({held.end() - n, held.end()}, 5);
    std::vector<account> touched = accounts_of(moving.view());
    touched.push_back(into);
    host.edit(touched, [&](ledger& book) { book.split(moving.view(), into, since); });
    rows cut(held.begin(), held.end() - n);
    for (const auto& row : moving.slow_rows()) {
      const int border = std::min(std::max(row.start, since.since_epoch), row.end.value_or(INT32_MAX));
      const bool known = border < as_of.since_epoch;
      if (!known) cut.push_back(row);
      if (known && row.start < border) cut.push_back({row.account, row.start, border, row.amount});
      if (known && (!row.end || border < *row.end)) cut.push_back({into.index, border, row.end, row.amount});
    }
    const ledger full = table_of(cut, 6).book(as_of);
    for (std::uint32_t who = 0; who < 6; ++who) {
      REQUIRE(std::ranges::equal(host.book.steps(account{who}), full.steps(account{who})));
    }
    REQUIRE(to_bytes(host.revenue) == to_bytes(tally_revenue(full, grid)));
    REQUIRE(to_bytes(host.cohorts) == to_bytes(tally_cohorts(full, grid)));
    if (since == earliest_day && touched.size() == 2) {
      host.book.merge(into, touched.front());
      REQUIRE(std::ranges::equal(host.book.steps(touched.front()), before.steps(touched.front())));
    }
  }
}

TEST_CASE("ledger edits: an error names the account, also by its key, and a refused split changes nothing") {
  table t;
  t.add(0, "2020-01-01", "2020-06-01", 100).add(1, "2020-01-01", "", 30'000'000'000'000);
  ledger book = t.book(at("2021-01-01"));
  const revenue_state before = tally_revenue(book, grid);
  table wrong;
  wrong.add(0, "2020-01-01", "", 200);
  try {
    book.split(wrong.view(), account{2});
    FAIL("a split of rows that were not there");
  } catch (const account_data_error& e) {
    CHECK(e.value() == "0");
    CHECK(e.row() == 0);
    CHECK(e.named("acme").value() == "acme");
  }
  CHECK_THROWS_AS(book.split(t.view(), account{1}), data_error);
  CHECK_THROWS_AS(book.split(t.view(), account{3}), data_error);
  CHECK(book.accounts() == 2);
  CHECK(tally_revenue(book, grid) == before);
  table more;
  more.add(1, "2020-02-01", "", 30'000'000'000'000);
  try {
    book.apply(more.view());
    FAIL("more than an account may pay");
  } catch (const account_overflow& e) {
    CHECK(std::string(e.what()).find("account 1 passes") != std::string::npos);
    CHECK(std::string(e.named("acme").what()).find("account acme passes") != std::string::npos);
  }
}
