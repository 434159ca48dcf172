// Committed, consumed, overage and shortfall of periods: computed by hand, and as laws on random facts.
#include "sojourn/revenue/explain/usage_movements.hpp"

#include <doctest/doctest.h>

#include <map>
#include <random>

#include "usage_table.hpp"

using namespace sojourn;
using namespace sojourn::test;

namespace {

std::vector<usage_period> shown(const book& b, const std::string& as_of, const std::string& first, const std::string& last,
                                const view& under = {}, period_length by = period_length::month) {
  view asked = under;
  asked.as_of = at(as_of);
  return usage_movements(b, read(b, asked), period_grid::between(in(first), in(last), by));
}

/// Opening and closing are left to the law.
void check_period(const usage_period& row, std::int64_t committed, std::int64_t consumed, std::int64_t overage,
                  std::int64_t shortfall) {
  CAPTURE(row.period);
  CHECK(row.committed == committed);
  CHECK(row.consumed == consumed);
  CHECK(row.overage == overage);
  CHECK(row.shortfall == shortfall);
}

void check_law(const std::vector<usage_period>& rows) {
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const usage_period& row = rows[i];
    CHECK(row.carried_in + row.committed + row.overage == row.consumed + row.shortfall + row.carried);
    if (i > 0) CHECK(row.carried_in == rows[i - 1].carried);
  }
}

usage_table random_usage(std::mt19937_64& random, int rows) {
  usage_table t;
  for (int i = 0; i < rows; ++i) {
    const auto who = static_cast<std::uint32_t>(random() % 5), sub = static_cast<std::uint32_t>(random() % 3);
    const day start{on("2023-11-05") + static_cast<std::int32_t>(random() % 300)};
    const auto amount = static_cast<std::int64_t>(random() % 9'999);
    const auto what = random() % 6;
    const std::string end = to_string(day{start.since_epoch + 1 + static_cast<std::int32_t>(random() % 250)});
    if (what == 0) t.minimum(who, to_string(start), random() % 2 == 0 ? "" : end, amount, sub);
    if (what == 1) t.prepaid(who, to_string(start), end, amount * 4, sub);
    if (what > 1) t.consumed(who, to_string(start), amount, sub);
  }
  return t;
}

}  // namespace

TEST_CASE("a minimum of 100.00: 130.00 consumed are 30.00 of overage, 80.00 leave 20.00 unused") {
  usage_table t;
  t.minimum(0, "2024-01-01", "", 10'000).consumed(0, "2024-01", 13'000).consumed(0, "2024-02", 8'000);
  const auto rows = shown(t.held(), "2024-03-01", "2024-01", "2024-02");
  REQUIRE(rows.size() == 2);
  check_period(rows[0], 10'000, 13'000, 3'000, 0);
  check_period(rows[1], 10'000, 8'000, 0, 2'000);
  CHECK(rows[1].carried == 0);
  CHECK(rows[1].balance == 0);
}

TEST_CASE("1,200.00 prepaid are drawn as they are consumed, then there is overage; what is left at the end expires") {
  usage_table t;
  t.prepaid(0, "2024-01-01", "2025-01-01", 120'000);
  t.consumed(0, "2024-01", 50'000).consumed(0, "2024-02", 50'000).consumed(0, "2024-03", 30'000);
  t.prepaid(1, "2024-01-01", "2024-03-01", 10'000).consumed(1, "2024-02", 4'000);
  const auto rows = shown(t.held(), "2025-02-01", "2024-01", "2025-01");
  check_law(rows);
  check_period(rows[0], 15'000, 50'000, 0, 0);
  check_period(rows[1], 15'000, 54'000, 0, 6'000);
  check_period(rows[2], 10'000, 30'000, 10'000, 0);
  check_period(rows[3], 10'000, 0, 0, 0);
  CHECK(rows[0].balance == 80'000);
  CHECK(rows[1].balance == 20'000);
  CHECK(rows[2].balance == 0);
  CHECK(rows[0].carried == -35'000);
  CHECK(rows[11].carried == 0);
}

TEST_CASE("within a month a commitment falls to its days, and the whole term is the whole amount") {
  usage_table t;
  t.prepaid(0, "2024-01-15", "2024-04-15", 10'000);
  const auto rows = shown(t.held(), "2024-05-01", "2024-01", "2024-04");
  // 17 of 31 days of a third of it; a third a month after that.
  CHECK(rows[0].committed == 1'828);
  CHECK(rows[0].committed + rows[1].committed + rows[2].committed + rows[3].committed == 10'000);
  check_law(rows);
}

TEST_CASE("months beyond as_of are missing, and one that it cuts holds no shortfall yet") {
  usage_table t;
  t.minimum(0, "2024-01-01", "", 10'000).consumed(0, "2024-02-03", 2'000);
  const auto rows = shown(t.held(), "2024-02-15", "2024-01", "2024-06");
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].shortfall == 10'000);
  CHECK(rows[1].shortfall == 0);
  CHECK(rows[1].committed == 4'828);  // 14 of 29 days
  CHECK(rows[1].carried == 2'828);
  CHECK(rows[0].complete);
  CHECK(!rows[1].complete);
}

TEST_CASE("longer periods are the sums of their months, and parts the sum of the whole") {
  std::mt19937_64 random(7);
  for (int round = 0; round < 30; ++round) {
    const usage_table t = random_usage(random, 60);
    const book b = t.held();
    const auto months = shown(b, "2025-01-01", "2024-01", "2024-12");
    check_law(months);
    const auto quarters = shown(b, "2025-01-01", "2024-01", "2024-12", {}, period_length::quarter);
    for (std::size_t q = 0; q < quarters.size(); ++q) {
      usage_period sum;
      for (std::size_t m = 3 * q; m < 3 * q + 3; ++m) {
        sum.committed += months[m].committed, sum.consumed += months[m].consumed;
        sum.overage += months[m].overage, sum.shortfall += months[m].shortfall;
      }
      check_period(quarters[q], sum.committed, sum.consumed, sum.overage, sum.shortfall);
      CHECK(quarters[q].balance == months[3 * q + 2].balance);
    }
    std::vector<usage_period> sums(months.size());
    for (std::uint32_t part = 0; part < 3; ++part) {
      view mine;
      mine.part_of = std::make_shared<const account_ownership>(account_ownership::everybody().run(part, 3));
      const auto rows = shown(b, "2025-01-01", "2024-01", "2024-12", mine);
      for (std::size_t i = 0; i < rows.size(); ++i) {
        sums[i].committed += rows[i].committed, sums[i].consumed += rows[i].consumed;
        sums[i].overage += rows[i].overage, sums[i].shortfall += rows[i].shortfall;
        sums[i].balance += rows[i].balance;
      }
    }
    for (std::size_t i = 0; i < months.size(); ++i) {
      check_period(months[i], sums[i].committed, sums[i].consumed, sums[i].overage, sums[i].shortfall);
      CHECK(months[i].balance == sums[i].balance);
    }
  }
}

TEST_CASE("rows taken out, applied in another order, merged away: the rest decides") {
  std::mt19937_64 random(8);
  for (int round = 0; round < 20; ++round) {
    const usage_table t = random_usage(random, 30), more = random_usage(random, 20);
    book b = t.held();
    const auto before = shown(b, "2025-01-01", "2024-01", "2024-12");
    apply(b, {.rows = more.view()});
    book other = more.held();
    apply(other, {.rows = t.view()});
    CHECK(shown(b, "2025-01-01", "2024-01", "2024-12") == shown(other, "2025-01-01", "2024-01", "2024-12"));
    retract(b, {.rows = more.view()});
    CHECK(shown(b, "2025-01-01", "2024-01", "2024-12") == before);
  }
}

TEST_CASE("a merged account draws on what both had committed, from that day on") {
  usage_table t;
  t.minimum(0, "2024-01-01", "", 10'000).consumed(1, "2024-01-10", 4'000).consumed(1, "2024-02-10", 5'000);
  book b = t.held();
  auto rows = shown(b, "2024-03-01", "2024-01", "2024-02");
  check_period(rows[0], 10'000, 4'000, 4'000, 10'000);
  merge(b, {account{1}, account{0}, at("2024-02-01")});
  rows = shown(b, "2024-03-01", "2024-01", "2024-02");
  check_period(rows[0], 10'000, 4'000, 4'000, 10'000);
  check_period(rows[1], 10'000, 5'000, 0, 5'000);
}

TEST_CASE("without usage, and in several currencies, there is no answer") {
  book empty(fact_source::usage);
  CHECK_THROWS_AS((void)shown(empty, "2024-03-01", "2024-01", "2024-02"), schema_error);
  usage_table t;
  t.consumed(0, "2024-01", 1).consumed(0, "2024-02", 2);
  book b(fact_source::usage);
  for (std::int64_t who = 0; who < 3; ++who) b.keys().intern(who);
  const std::vector<std::uint32_t> code{0, 1};
  apply(b, {.rows = t.view(), .currency = {code, {"EUR", "USD"}}});
  view apart;
  apart.split_by = "currency";
  CHECK_THROWS_AS((void)shown(b, "2024-03-01", "2024-01", "2024-02", apart), schema_error);
}

TEST_CASE("usage of customers adds up to that of all, by account and by parent") {
  std::mt19937_64 random(33);
  for (int round = 0; round < 60; ++round) {
    book b = random_usage(random, 40).held();
    set_parent(b, {{0}, {1}}), set_parent(b, {{2}, {1}, day{on("2024-03-10")}});
    view under{.as_of = at("2024-08-10")};
    if (round % 2 == 1) under.unit = book_unit::parent;
    const reading how = read(b, under);
    const period_grid grid = period_grid::between(in("2023-11"), in("2024-09"));
    const auto whole = usage_movements(b, how, grid);
    std::map<std::string, usage_period> sums;
    for (const customer_usage& one : usage_of_customers(b, how, grid)) {
      usage_period& to = sums[one.used.period];
      to.carried_in += one.used.carried_in, to.committed += one.used.committed, to.consumed += one.used.consumed;
      to.overage += one.used.overage, to.shortfall += one.used.shortfall, to.carried += one.used.carried;
      to.balance += one.used.balance;
      if (round % 2 == 1) REQUIRE(one.who.index != 0);
    }
    for (usage_period row : whole) {
      usage_period added = sums[row.period];
      added.period = row.period, added.complete = row.complete;
      REQUIRE(added == row);
    }
  }
}

TEST_CASE("in several currencies a period stands at the rates of its opening, and its row closes") {
  usage_table t;
  t.prepaid(0, "2024-01-01", "2024-03-01", 2'000).consumed(0, "2024-01", 300).consumed(0, "2024-02", 500);
  t.consumed(1, "2024-02", 1'000);
  book b(fact_source::usage);
  for (std::int64_t who = 0; who < 3; ++who) b.keys().intern(who);
  const std::vector<std::uint32_t> code{0, 0, 0, 1};
  apply(b, {.rows = t.view(), .currency = {code, {"EUR", "USD"}}});
  static const std::vector<std::string> words{"EUR"};
  const std::vector<std::uint32_t> which{0, 0};
  const std::vector<std::int32_t> since{on("2023-12-01"), on("2024-01-01")};
  const std::vector<exchange_rate> rate{{2, 1}, {3, 1}};
  view under{.as_of = at("2024-03-01")};
  under.currencies = currency_view{std::make_shared<const named_rate_table>(
      rates_by_name({{column<std::uint32_t>(which), words}, column<std::int32_t>(since), rate}, "USD", {}))};
  const reading how = read(b, under);
  const auto rows = usage_movements(b, how, period_grid::between(in("2024-01"), in("2024-02")));
  REQUIRE(rows.size() == 2);
  check_period(rows[0], 2 * 1'000, 2 * 300, 0, 0);
  CHECK(rows[0].carried == 2 * 700);
  check_period(rows[1], 3 * 1'000, 3 * 500 + 1'000, 1'000, 3 * 1'200);
  CHECK(rows[1].carried_in == 3 * 700);
  for (const usage_period& row : rows) {
    CHECK(row.carried_in + row.committed + row.overage == row.consumed + row.shortfall + row.carried);
  }
  CHECK(usage_of_customers(b, how, period_grid::between(in("2024-02"), in("2024-02"))).size() == 2);
}
