#include "sojourn/revenue/snapshot_tally.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <random>

#include "laws.hpp"
#include "subscription_table.hpp"

using namespace sojourn;
using namespace sojourn::test;

namespace {

struct snapshot_table {
  std::vector<std::uint32_t> account;
  std::vector<std::int32_t> when;
  std::vector<std::int64_t> amount;
  std::size_t accounts = 0;

  snapshot_table& add(std::uint32_t who, month m, std::int64_t mrr_minor) {
    account.push_back(who), when.push_back(m.since_epoch), amount.push_back(mrr_minor);
    return *this;
  }
  [[nodiscard]] snapshots view() const {
    return {column<std::uint32_t>(account, "account"), column<std::int32_t>(when, "month"),
            column<std::int64_t>(amount, "mrr")};
  }
  [[nodiscard]] snapshot_table shuffled(std::mt19937_64& random) const {
    std::vector<std::size_t> order(account.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::shuffle(order.begin(), order.end(), random);
    snapshot_table out;
    out.accounts = accounts;
    for (const std::size_t i : order) out.add(account[i], month{when[i]}, amount[i]);
    return out;
  }
  /// Every row as a period of one month.
  [[nodiscard]] ledger book(month as_of) const {
    table t;
    t.accounts = accounts;
    for (std::size_t i = 0; i < account.size(); ++i) {
      const month m{when[i]};
      t.add(account[i], m.first_day().since_epoch, (m + months{1}).first_day().since_epoch, amount[i]);
    }
    return t.book(as_of.first_day());
  }
};

/// The same rows by ids: `first` and on, so far apart.
struct rows_by_id {
  const snapshot_table& rows;
  std::vector<std::int64_t> ids;
  rows_by_id(const snapshot_table& t, std::int64_t first, std::int64_t apart) : rows(t) {
    for (const std::uint32_t who : t.account) ids.push_back(first + apart * static_cast<std::int64_t>(who));
  }
  [[nodiscard]] snapshots_by_id view() const {
    return {column<std::int64_t>(ids, "customer"), column<std::int32_t>(rows.when, "month"),
            column<std::int64_t>(rows.amount, "mrr")};
  }
};

// Sorted by account and month; gaps, free months and changes.
snapshot_table random_snapshots(std::mt19937_64& random, std::uint32_t accounts, std::int32_t last) {
  snapshot_table t;
  t.accounts = accounts;
  for (std::uint32_t who = 0; who < accounts; ++who) {
    std::int64_t level = 100;
    for (std::int32_t m = static_cast<std::int32_t>(random() % 12); m < last; ++m) {
      if (random() % 8 == 0) level = static_cast<std::int64_t>(random() % 4) * 1000;
      if (random() % 9 != 0) t.add(who, month::from_ym(2019, 10) + months{m}, level);
      if (random() % 12 == 0) break;
    }
  }
  return t;
}

const period_grid grid = period_grid::between(in("2020-01"), in("2020-12"));

}  // namespace

TEST_CASE("snapshots: both states are those of the ledger of month-long periods, sorted or not") {
  std::mt19937_64 random(61);
  for (int round = 0; round < 600; ++round) {
    const snapshot_table t = random_snapshots(random, 6, 1 + static_cast<std::int32_t>(random() % 18));
    const month as_of = month::from_ym(2020, 2) + months{static_cast<std::int32_t>(random() % 14)};
    revenue_policy policy;
    if (round % 3 == 1) policy.movements = movement_mode::net_endpoints;
    if (round % 5 == 1) policy.reactivation_max_gap = 40;
    const period_grid periods =
        round % 4 == 0 ? period_grid::between(in("2020-01"), in("2020-12"), period_length::quarter) : grid;
    const ledger book = t.book(as_of);
    const snapshot_state s = tally_snapshots(t.view(), periods, {as_of, t.accounts}, policy);
    REQUIRE(s.revenue == tally_revenue(book, periods, policy));
    REQUIRE(s.cohorts == tally_cohorts(book, periods));
    REQUIRE(s.rows == static_cast<std::int64_t>(t.account.size()));
    REQUIRE(s.future_rows == std::count_if(t.when.begin(), t.when.end(), [&](int m) { return m >= as_of.since_epoch; }));
    const snapshot_table mixed = t.shuffled(random);
    REQUIRE(tally_snapshots(mixed.view(), periods, {as_of, t.accounts}, policy) == s);
    for (const auto& [first, apart] :
         {std::pair<std::int64_t, std::int64_t>{7, 1}, {-3, 1}, {INT64_MIN, 3}, {-5'000'000'000'000, 1'000'000'000'000}}) {
      REQUIRE(tally_snapshots(rows_by_id(t, first, apart).view(), periods, as_of, policy) == s);
      REQUIRE(tally_snapshots(rows_by_id(mixed, first, apart).view(), periods, as_of, policy) == s);
    }
  }
}

TEST_CASE("snapshots: many accounts, any executor, sorted or not: the same bytes") {
  std::mt19937_64 random(62);
  const snapshot_table t = random_snapshots(random, 80'000, 20);
  const snapshot_table mixed = t.shuffled(random);
  const snapshot_options options{in("2021-02"), t.accounts};
  const snapshot_state s = tally_snapshots(t.view(), grid, options);
  const ledger book = t.book(in("2021-02"));
  CHECK(t.account.size() > 500'000);
  CHECK(s.revenue == tally_revenue(book, grid));
  CHECK(s.cohorts == tally_cohorts(book, grid));
  for (const std::size_t threads : {1u, 2u, 3u, 8u}) {
    CHECK(tally_snapshots(t.view(), grid, options, {}, thread_executor(threads)) == s);
    CHECK(tally_snapshots(mixed.view(), grid, options, {}, thread_executor(threads)) == s);
    for (const std::int64_t apart : {std::int64_t{1}, std::int64_t{1} << 40}) {
      CHECK(tally_snapshots(rows_by_id(t, -9, apart).view(), grid, options.as_of, {}, thread_executor(threads)) == s);
      CHECK(tally_snapshots(rows_by_id(mixed, -9, apart).view(), grid, options.as_of, {}, thread_executor(threads)) == s);
    }
  }
}

TEST_CASE("snapshots: one sorted file behind another is not in order, wherever rows are cut") {
  constexpr std::uint32_t accounts = 300'000;
  snapshot_table t;
  t.accounts = accounts;
  for (const char* when : {"2020-01", "2020-02"}) {
    for (std::uint32_t who = 0; who < accounts; ++who) t.add(who, in(when), 100);
  }
  for (const std::size_t threads : {1u, 2u}) {
    for (const snapshot_state& s : {tally_snapshots(t.view(), grid, {}, {}, thread_executor(threads)),
                                    tally_snapshots(rows_by_id(t, 1, 1).view(), grid, {}, {}, thread_executor(threads))}) {
      CHECK(s.revenue.periods[0].accounts_new == accounts);
      CHECK(s.revenue.periods[1].accounts_new == 0);
      CHECK(s.revenue.periods[1].accounts_churned == 0);
    }
  }
}

TEST_CASE("snapshots: without as_of the latest month is the last known one") {
  snapshot_table t;
  t.add(0, in("2020-01"), 100).add(0, in("2020-02"), 100).add(1, in("2020-01"), 300);
  const snapshot_state s = tally_snapshots(t.view(), grid);
  CHECK(s.revenue.known_until == at("2020-03-01"));
  CHECK(s.revenue.periods[1].accounts_churned == 1);
  CHECK(s.revenue.periods[2].accounts_churned == 0);
  CHECK(tally_snapshots(snapshot_table{}.view(), grid) == snapshot_state{});
}

TEST_CASE("snapshots: bad rows are named") {
  const auto message = [](snapshot_table t) {
    try {
      (void)tally_snapshots(t.view(), grid, {std::nullopt, 2});
    } catch (const data_error& e) {
      return std::string(e.what());
    }
    return std::string();
  };
  const auto advice = [](const snapshot_table& t) {
    try {
      (void)tally_snapshots(t.view(), grid, {std::nullopt, 2});
    } catch (const data_error& e) {
      return !e.where().advice.empty();
    }
    return false;
  };
  const auto good = [] { return snapshot_table{}.add(0, in("2020-01"), 100).add(1, in("2020-01"), 100); };
  CHECK(message(good()).empty());
  CHECK(message(good().add(2, in("2020-01"), 100)).find("row 2") != std::string::npos);
  CHECK(message(good().add(1, in("2020-02"), -1)).find("negative") != std::string::npos);
  CHECK(message(good().add(1, month{5000}, 1)).find("1900-01") != std::string::npos);
  CHECK(message(good().add(1, in("2020-02"), INT64_MAX / 1000)).find("5.5e13") != std::string::npos);
  CHECK(message(good().add(0, in("2020-01"), 100)).find("one row per account and month") != std::string::npos);
  CHECK(advice(good().add(2, in("2020-01"), 100)));
  CHECK(advice(good().add(1, in("2020-02"), -1)));
  CHECK(advice(good().add(1, month{5000}, 1)));
  CHECK(advice(good().add(1, in("2020-02"), INT64_MAX / 1000)));
  CHECK(advice(good().add(0, in("2020-01"), 100)));
  // By ids the message names the caller's, whatever way they took.
  for (const std::int64_t apart : {std::int64_t{1}, std::int64_t{10'000'000'000}}) {
    const snapshot_table twice = good().add(1, in("2020-01"), 100);
    const rows_by_id named(twice, 40, apart);
    const std::string told = "account " + std::to_string(40 + apart) + " has two";
    CHECK_THROWS_WITH_AS((void)tally_snapshots(named.view(), grid), doctest::Contains(told.c_str()), data_error);
    const snapshot_table below = good().add(0, in("2020-02"), -7);
    CHECK_THROWS_WITH_AS((void)tally_snapshots(rows_by_id(below, 40, apart).view(), grid), doctest::Contains("row 2"),
                         data_error);
  }
  const snapshot_table t = good();
  const std::uint8_t second_missing[] = {1};
  const rows_by_id ids(t, 0, 1);
  snapshots_by_id nobody = ids.view();
  nobody.id = column<std::int64_t>(ids.ids, second_missing);
  CHECK_THROWS_WITH_AS((void)tally_snapshots(nobody, grid), doctest::Contains("belongs to an account"), data_error);
  snapshots gap = t.view();
  gap.amount = column<std::int64_t>(t.amount, second_missing);
  CHECK_THROWS_WITH_AS((void)tally_snapshots(gap, grid), doctest::Contains("row 1"), data_error);
  gap.amount = column<std::int64_t>(std::span<const std::int64_t>{});
  CHECK_THROWS_AS((void)tally_snapshots(gap, grid), schema_error);
  CHECK_THROWS_AS((void)tally_snapshots(t.view(), period_grid{}), schema_error);
}

TEST_CASE("snapshot_state: the laws") {
  check_laws<snapshot_state>([](std::mt19937_64& random) {
    snapshot_table t = random_snapshots(random, 4, 15);
    t.add(0, in("2021-01"), 1 + static_cast<std::int64_t>(random() % 40'000'000'000'000));
    return tally_snapshots(t.view(), grid, {in("2021-03"), 4});
  });
}
