#include "sojourn/revenue/ledger/ledger.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>

#include "laws.hpp"
#include "oracle/slow_steps.hpp"
#include "sojourn/revenue/ledger/tenure.hpp"
#include "subscription_table.hpp"

using namespace sojourn;
using namespace sojourn::test;

namespace {

template <class Break>
data_error error_of(Break broken) {
  table t;
  t.add(0, "2024-01-01", "2024-02-01", 100).add(1, "2024-01-05", "", 200);
  broken(t);
  try {
    (void)t.book();
  } catch (const data_error& e) {
    return e;
  }
  FAIL("no data_error");
  return data_error({});
}

}  // namespace

TEST_CASE("ledger: equals the day-by-day ledger on thousands of random tables") {
  std::mt19937_64 random(1);
  for (int round = 0; round < 2000; ++round) {
    const table t = random_table(random, 5, random() % 12 + 1);
    const int as_of = on("2019-12-01") + static_cast<int>(random() % 500);
    const ledger book = t.book(day{as_of});
    const int first = on("2019-12-01");
    const int last = on("2021-05-01");
    const oracle::slow_ledger slow(t.slow_rows(), first, last, as_of);
    for (const auto& [who, days] : slow.accounts()) {
      for (int d = first; d < last; d += 1 + static_cast<int>(random() % 5)) {
        REQUIRE(book.level(account{who}, day{d}).ticks() == slow.on(who, d) * mrr::ticks_per_minor);
      }
    }
  }
}

TEST_CASE("ledger: steps are ordered, change the level, and never go below zero") {
  std::mt19937_64 random(2);
  for (int round = 0; round < 500; ++round) {
    const ledger book = random_table(random, 4, 20).book(as_of_day::after_latest_date());
    for (std::uint32_t who = 0; who < book.accounts(); ++who) {
      mrr before{};
      day last = earliest_day;
      for (const mrr_step& step : book.steps(account{who})) {
        REQUIRE(step.when > last);
        REQUIRE(step.level != before);
        REQUIRE(step.level >= mrr{});
        before = step.level;
        last = step.when;
      }
    }
  }
}

TEST_CASE("ledger: what has no effect is counted") {
  table t;
  t.add(0, "2024-01-01", "2024-01-01", 100);  // empty
  t.add(0, "2024-01-01", "", 0);              // free
  t.add(0, "2024-06-01", "", 100);            // starts on as_of
  t.add(0, "2024-01-01", "2024-06-01", 100);  // ends on as_of
  const ledger book = t.book(at("2024-06-01"));
  CHECK(book.counts() == ledger_counts{4, 1, 1, 1, 1});
  CHECK(book.steps(account{0}).size() == 1);
  CHECK(book.level(account{0}, at("2024-06-01")) == mrr::from_minor(100));
  CHECK(book.rows_of(account{0}).size() == 4);
}

TEST_CASE("ledger_counts: the laws") {
  check_laws<ledger_counts>([](std::mt19937_64& random) {
    const int as_of = on("2020-01-01") + static_cast<int>(random() % 400);
    ledger_counts counts = random_table(random, 5, random() % 12 + 1).book(day{as_of}).counts();
    counts.rows += static_cast<std::int64_t>(random() % 100'000'000'000'000'000);
    return counts;
  });
}

TEST_CASE("ledger: as_of lies in the same calendar as rows, and a text that is no date never means that none was given") {
  const std::vector<std::uint32_t> account{0};
  const std::vector<std::int32_t> start{on("2024-01-01")}, end{on("2024-06-01")};
  const std::vector<std::int64_t> amount{100};
  const subscriptions rows{account, start, end, amount};
  CHECK(ledger(rows, {.as_of = parse_day("2024-03-01")}).known_until() == at("2024-03-01"));
  CHECK_THROWS_AS((void)ledger(rows, {.as_of = parse_day("2024-03-32")}), data_error);
  CHECK_THROWS_AS((void)ledger(rows, {.as_of = parse_day("01/03/2024")}), data_error);
  for (const day wrong : {day::from_ymd(1899, 12, 31), day::from_ymd(9999, 12, 31)})
    CHECK_THROWS_AS((void)ledger(rows, {.as_of = wrong}), schema_error);
}

TEST_CASE("ledger: the day after the latest date is asked for by name, and then everything in the rows is known") {
  table t;
  t.add(0, "2024-01-01", "2024-06-01", 100);
  CHECK(t.book(as_of_day::after_latest_date()).known_until() == at("2024-06-02"));
  CHECK(t.book(as_of_day::after_latest_date()).level(account{0}, at("2024-06-01")) == mrr{});
  CHECK_THROWS_AS((void)t.book(), as_of_not_named);
}

TEST_CASE("ledger: touching periods join, a plan switch on one day is one step") {
  table t;
  t.add(0, "2024-01-01", "2024-02-01", 100).add(0, "2024-02-01", "2024-03-01", 100).add(0, "2024-03-01", "", 150);
  const ledger book = t.book(at("2025-01-01"));
  REQUIRE(book.steps(account{0}).size() == 2);
  CHECK(book.steps(account{0})[1] == mrr_step{at("2024-03-01"), mrr::from_minor(150)});
}

TEST_CASE("ledger: bad rows name column, row, value and rule") {
  SUBCASE("end before start") {
    const auto e = error_of([](table& t) { t.end[0] = on("2023-12-31"); });
    CHECK(e.column() == "end");
    CHECK(e.row() == 0);
    CHECK(e.value() == "2023-12-31");
    CHECK(std::string(e.what()).find("it starts on 2024-01-01") != std::string::npos);
  }
  SUBCASE("negative MRR") {
    const auto e = error_of([](table& t) { t.amount[1] = -5; });
    CHECK(e.column() == "mrr");
    CHECK(e.row() == 1);
    CHECK(e.value() == "-5");
  }
  SUBCASE("unknown account") {
    const auto e = error_of([](table& t) { t.account[1] = 2; });
    CHECK(e.column() == "account");
    CHECK(e.row() == 1);
  }
  SUBCASE("date outside 1900-2199") {
    CHECK(error_of([](table& t) { t.start[1] = 90'000; }).column() == "start");
    CHECK(error_of([](table& t) { t.end[0] = INT32_MAX; }).column() == "end");
  }
  SUBCASE("MRR beyond ticks") {
    CHECK(error_of([](table& t) { t.amount[0] = INT64_MAX / 1000; }).row() == 0);
  }
}

TEST_CASE("ledger: missing cells are errors except for the end") {
  table t;
  t.add(0, "2024-01-01", "2024-02-01", 100);
  const std::uint8_t none[] = {0};
  subscriptions no_account = t.view();
  no_account.account = column<std::uint32_t>(t.account, none, 0, "customer");
  CHECK_THROWS_WITH_AS((void)ledger(no_account), doctest::Contains("\"customer\", row 0"), data_error);
  subscriptions no_start = t.view();
  no_start.start = column<std::int32_t>(t.start, none);
  CHECK_THROWS_WITH_AS((void)ledger(no_start), doctest::Contains("start"), data_error);
  subscriptions no_amount = t.view();
  no_amount.amount = column<std::int64_t>(t.amount, none);
  CHECK_THROWS_WITH_AS((void)ledger(no_amount), doctest::Contains("missing"), data_error);
}

TEST_CASE("ledger: lengths that differ and a bad unit are schema errors; a sum too large overflows") {
  table t;
  t.add(0, "2024-01-01", "2024-02-01", 100);
  subscriptions shorter = t.view();
  shorter.amount = column<std::int64_t>(std::span<const std::int64_t>{});
  CHECK_THROWS_AS((void)ledger(shorter), schema_error);
  subscriptions unit = t.view();
  unit.ticks_per_unit = 0;
  CHECK_THROWS_AS((void)ledger(unit), schema_error);
  table huge;
  huge.add(0, "2024-01-01", "", 50'000'000'000'000).add(0, "2024-02-01", "", 50'000'000'000'000);
  CHECK_THROWS_WITH_AS((void)huge.book(), doctest::Contains("2024-02-01"), overflow_error);
}

TEST_CASE("validate: lists every bad row, up to a limit") {
  table t;
  for (int i = 0; i < 10; ++i) t.add(0, "2024-01-01", "", i % 2 == 0 ? 100 : -1);
  CHECK(validate(t.view()).size() == 5);
  CHECK(validate(t.view(), {}, 3).size() == 3);
  CHECK(validate(t.view())[1].row == 3);
  CHECK(validate(synth_saas().view()).empty());
}

TEST_CASE("ledger: part keeps numbers, and parts cover the whole") {
  std::mt19937_64 random(3);
  const table t = random_table(random, 9, 60);
  const ledger book = t.book(as_of_day::after_latest_date());
  const ledger left = book.part(0, 4);
  const ledger right = book.part(4, book.accounts());
  for (std::uint32_t who = 0; who < book.accounts(); ++who) {
    const ledger& mine = who < 4 ? left : right;
    const ledger& other = who < 4 ? right : left;
    CHECK(std::ranges::equal(mine.steps(account{who}), book.steps(account{who})));
    CHECK(std::ranges::equal(mine.rows_of(account{who}), book.rows_of(account{who})));
    CHECK(other.steps(account{who}).empty());
  }
  CHECK_THROWS_AS((void)book.part(3, 2), schema_error);
  CHECK_THROWS_AS((void)book.part(0, 99), schema_error);
}

TEST_CASE("tenure: from the first paid day to the final churn, a lapse in between does not end it") {
  table t;
  t.add(0, "2024-01-01", "2024-01-11", 100).add(0, "2024-02-01", "2024-03-01", 300);  // back, then gone
  t.add(1, "2024-01-01", "", 500);                                                    // still here
  t.add(2, "2024-01-01", "", 0);                                                      // never a customer
  const survival_input s = tenure(t.book(at("2024-04-01")));
  CHECK(s.account == std::vector<std::uint32_t>{0, 1});
  CHECK(s.duration_days == std::vector<std::int32_t>{60, 91});
  CHECK(s.churned == std::vector<std::uint8_t>{1, 0});
  CHECK(s.last_mrr_ticks == std::vector<std::int64_t>{300 * mrr::ticks_per_minor, 500 * mrr::ticks_per_minor});
}

namespace {

// Every step and row number of two ledgers.
bool same_ledger(const ledger& a, const ledger& b) {
  if (a.accounts() != b.accounts() || a.known_until() != b.known_until() || !(a.counts() == b.counts())) return false;
  for (std::uint32_t who = 0; who < a.accounts(); ++who) {
    if (!std::ranges::equal(a.steps(account{who}), b.steps(account{who}))) return false;
    if (!std::ranges::equal(a.rows_of(account{who}), b.rows_of(account{who}))) return false;
  }
  return true;
}

// Many accounts over several blocks, some of them with long histories.
table large_table(std::mt19937_64& random, std::size_t rows, std::uint32_t accounts) {
  table t;
  t.accounts = accounts;
  const int first = on("2018-01-01");
  for (std::size_t i = 0; i < rows; ++i) {
    const int from = first + static_cast<int>(random() % 1500);
    const auto who = static_cast<std::uint32_t>(random() % 8 == 0 ? random() % 5 : random() % accounts);
    t.add(who, from, random() % 3 == 0 ? std::nullopt : std::optional<int>(from + static_cast<int>(random() % 400)),
          static_cast<std::int64_t>(random() % 4 == 0 ? 0 : random() % 100'000));
  }
  return t;
}

table sorted_by_account(const table& t) {
  // A multimap keeps equal keys in their order, as a stable sort would; libstdc++ 12's stable_sort warns under clang 19.
  std::multimap<std::uint32_t, oracle::slow_row> rows;
  for (const auto& row : t.slow_rows()) rows.emplace(row.account, row);
  table out;
  out.accounts = t.accounts;
  for (const auto& [account, row] : rows) out.add(account, row.start, row.end, row.amount);
  return out;
}

}  // namespace

TEST_CASE("ledger: equals the map of days over many blocks, for any executor, sorted or not, narrow or wide amounts") {
  std::mt19937_64 random(4);
  for (const std::int64_t largest : {std::int64_t{0}, std::int64_t{40'000'000'000}}) {
    table t = large_table(random, 150'000, 20'000);
    if (largest > 0) t.add(7, "2019-01-01", "2020-01-01", largest);
    const int as_of = on("2021-06-01");
    const ledger book = t.book(day{as_of});
    const auto slow = oracle::slow_steps(t.slow_rows(), 20'000, as_of);
    for (std::uint32_t who = 0; who < 20'000; ++who) REQUIRE(std::ranges::equal(book.steps(account{who}), slow[who]));
    for (const std::size_t threads : {2u, 3u, 8u}) {
      REQUIRE(same_ledger(book, ledger(t.view(), {day{as_of}, t.accounts}, thread_executor(threads))));
    }
    const table ordered = sorted_by_account(t);
    const ledger other(ordered.view(), {day{as_of}, t.accounts}, thread_executor(3));
    for (std::uint32_t who = 0; who < 20'000; ++who) REQUIRE(std::ranges::equal(other.steps(account{who}), slow[who]));
    REQUIRE(other.counts() == book.counts());
  }
}

TEST_CASE("ledger: row numbers ascend and name the rows of the account") {
  std::mt19937_64 random(5);
  const table t = large_table(random, 100'000, 9000);
  const ledger book(t.view(), {as_of_day::after_latest_date(), t.accounts}, thread_executor(2));
  std::size_t rows = 0;
  for (std::uint32_t who = 0; who < book.accounts(); ++who) {
    const auto mine = book.rows_of(account{who});
    REQUIRE(std::ranges::is_sorted(mine));
    for (const std::uint32_t row : mine) REQUIRE(t.account[row] == who);
    rows += mine.size();
  }
  CHECK(rows == t.account.size());
}

TEST_CASE("ledger: the first bad row and the lowest account are named, whatever the executor") {
  std::mt19937_64 random(6);
  table t = large_table(random, 200'000, 9000);
  t.amount[150'001] = -1;
  t.amount[180'000] = -2;
  table huge = large_table(random, 200'000, 9000);
  for (const std::uint32_t who : {8000u, 17u, 17u, 8000u}) huge.add(who, "2017-01-01", "", 50'000'000'000'000);
  for (const std::size_t threads : {1u, 2u, 8u}) {
    const thread_executor host(threads);
    CHECK_THROWS_WITH_AS((void)ledger(t.view(), {as_of_day::after_latest_date(), t.accounts}, host),
                         doctest::Contains("row 150001"), data_error);
    CHECK_THROWS_WITH_AS((void)ledger(huge.view(), {as_of_day::after_latest_date(), t.accounts}, host),
                         doctest::Contains("account 17 "), overflow_error);
  }
}
