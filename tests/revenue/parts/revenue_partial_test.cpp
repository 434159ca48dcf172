// Ownership: rows of one account in two partials are noticed, whatever the cut; partials of a right cut add up to the whole.
#include "sojourn/revenue/parts/revenue_partial.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>

#include "laws.hpp"
#include "subscription_table.hpp"

using namespace sojourn;
using namespace sojourn::test;

namespace {

const period_grid year_2020 = period_grid::between(in("2020-01"), in("2020-12"));

/// Rows with text keys, as files hold them.
struct file {
  table rows;
  account_index keys;

  void add(const std::string& key, const oracle::slow_row& row) {
    rows.add(keys.intern(key).index, row.start, row.end, row.amount);
    rows.accounts = keys.size();
  }
  [[nodiscard]] ledger book() const { return rows.book(at("2021-01-01")); }
  [[nodiscard]] revenue_partial listed() const {
    const ledger made = book();
    return {list_accounts(made, keys), tally_revenue(made, year_2020)};
  }
};

std::string key_of(std::uint32_t who) {
  return "customer-" + std::to_string(who);
}

revenue_partial random_partial(std::mt19937_64& random, std::uint32_t turn) {
  revenue_partial p;
  p.revenue = tally_revenue(random_table(random, 5, random() % 10 + 1).book(at("2021-01-01")), year_2020);
  // Turns share nothing: every other one owns slots, the others list accounts of slots that nobody owns.
  if (turn % 2 == 0)
    p.accounts = account_ownership::shard(turn, 128);
  else
    p.accounts.listed = {std::uint64_t{4000} << 52 | turn, std::uint64_t{4001} << 52 | turn * 64};
  return p;
}

}  // namespace

TEST_CASE("revenue_partial: the laws") {
  std::uint32_t turn = 0;
  check_laws<revenue_partial>([&](std::mt19937_64& random) { return random_partial(random, turn++ % 60); });
}

TEST_CASE("ownership: one account split over two partials is always noticed, and nothing is counted; disjoint ones add up") {
  std::mt19937_64 random(701);
  int refused = 0;
  for (int round = 0; round < 2000; ++round) {
    const std::size_t files = 2 + random() % 3;
    std::vector<file> cut(files);
    file whole;
    std::vector<std::vector<bool>> holds(files, std::vector<bool>(12));
    const bool by_account = random() % 2 == 0;
    for (const auto& row : random_table(random, 12, random() % 20 + 1).slow_rows()) {
      const std::size_t where = (by_account ? row.account : random()) % files;
      cut[where].add(key_of(row.account), row);
      whole.add(key_of(row.account), row);
    }
    bool split = false;
    for (std::uint32_t who = 0; who < 12; ++who) {
      int parts = 0;
      for (const file& f : cut) {
        const auto found = f.keys.find(key_of(who));
        parts += found && !f.book().steps(*found).empty() ? 1 : 0;
      }
      split = split || parts > 1;
    }
    revenue_partial sum;
    bool threw = false;
    for (const file& f : cut) {
      const revenue_partial before = sum;
      try {
        sum += f.listed();
      } catch (const state_error&) {
        threw = true;
        REQUIRE(sum == before);
      }
    }
    REQUIRE(threw == split);
    refused += threw ? 1 : 0;
    // The whole list is that of accounts with MRR; who has none in any file is in none.
    if (!split) REQUIRE(to_bytes(sum) == to_bytes(whole.listed()));
  }
  CHECK(refused > 500);
  CHECK(refused < 1500);
}

TEST_CASE("ownership: shards are a partition of all keys, for any count, and their partials add up to the whole") {
  std::mt19937_64 random(702);
  for (const std::uint32_t count : {1u, 2u, 3u, 7u, 64u, 1000u, 4095u, 4096u}) {
    account_ownership all;
    for (std::uint32_t i = 0; i < count; ++i) all += account_ownership::shard(i, count);
    REQUIRE(all == account_ownership::everybody());
    account_ownership runs;
    const account_ownership half = account_ownership::shard(1, 2);
    for (std::uint32_t i = 0; i < count; ++i) runs += half.run(i, count);
    REQUIRE(runs == half);
    REQUIRE(all.run(0, count) == account_ownership::shard(0, count));
    for (int i = 0; i < 300; ++i) {
      const std::uint64_t hash = account_hash(key_of(static_cast<std::uint32_t>(random())));
      const std::uint32_t mine = account_ownership::shard_of(hash, count);
      REQUIRE(mine < count);
      REQUIRE(account_ownership::shard(mine, count).owns(hash));
    }
  }
  for (int round = 0; round < 100; ++round) {
    file whole;
    for (const auto& row : random_table(random, 40, 60).slow_rows()) whole.add(key_of(row.account), row);
    const ledger book = whole.book();
    const auto count = static_cast<std::uint32_t>(random() % 6 + 1);
    revenue_partial sum;
    for (std::uint32_t i = 0; i < count; ++i) {
      const account_ownership owned = account_ownership::shard(i, count);
      const ledger part = part_of(book, whole.keys, owned);
      sum += tally_partial(part, whole.keys, owned, year_2020);
      REQUIRE_NOTHROW((void)part_of(book, whole.keys, owned).rows_of(account{0}));
    }
    REQUIRE(to_bytes(sum) == to_bytes(revenue_partial{account_ownership::everybody(), tally_revenue(book, year_2020)}));
    sum -= tally_partial(part_of(book, whole.keys, account_ownership::shard(0, count)), whole.keys,
                         account_ownership::shard(0, count), year_2020);
    REQUIRE(!sum.accounts.owns_slot(0));
  }
}

TEST_CASE("ownership: an account outside its shard is refused with its key and row, and the advice names what to do") {
  file f;
  for (std::uint32_t who = 0; who < 50; ++who) f.add(key_of(who), {0, on("2020-01-01"), std::nullopt, 100});
  try {
    (void)tally_partial(f.book(), f.keys, account_ownership::shard(0, 2), year_2020);
    FAIL("half of the accounts belong to the other shard");
  } catch (const data_error& e) {
    CHECK(account_ownership::shard_of(account_hash(e.value()), 2) == 1);
    CHECK(e.value() == key_of(static_cast<std::uint32_t>(e.row())));
    CHECK(std::string(e.what()).find("shard_of") != std::string::npos);
  }
  account_ownership a = account_ownership::shard(0, 2);
  CHECK_THROWS_WITH_AS(a += account_ownership::everybody(), doctest::Contains("both stand for 2048 slots"), state_error);
  account_ownership all = account_ownership::everybody();
  CHECK_THROWS_WITH_AS(all += account_ownership::everybody(), doctest::Contains("all accounts"), state_error);
  account_ownership one;
  one.listed = {account_hash("customer-1")};
  CHECK_THROWS_WITH_AS(all += one, doctest::Contains("1 account in both"), state_error);
  CHECK_THROWS_WITH_AS(one += all, doctest::Contains("1 account in both"), state_error);
  account_ownership none;
  CHECK_THROWS_WITH_AS(none -= one, doctest::Contains("does not hold 1 account"), state_error);
  CHECK_THROWS_AS(none -= a, state_error);
  CHECK_THROWS_AS((void)account_ownership::shard(2, 2), schema_error);
  CHECK_THROWS_AS((void)account_ownership::shard(0, 4097), schema_error);
  CHECK(none == account_ownership{});
}
