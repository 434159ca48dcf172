// Movements of accounts and parents: equal to `tally_revenue` where nobody changes hands, and transfers where somebody does.
#include "sojourn/revenue/book/unit_movements.hpp"

#include <doctest/doctest.h>

#include <random>

#include "sojourn/revenue/revenue_state.hpp"

using namespace sojourn;

namespace {

constexpr std::int32_t new_year = 18'262;  // 2020-01-01
constexpr std::int32_t as_of = new_year + 700;
const period_grid grid{month::of(day{new_year}), 1, 20};

struct row {
  std::uint32_t account;
  std::int32_t start, end;  // end 0: runs
  std::int64_t amount;
};

book book_of(const std::vector<row>& rows, std::int64_t keys) {
  std::vector<std::uint32_t> account;
  std::vector<std::int32_t> start, end;
  std::vector<std::int64_t> amount;
  std::vector<std::uint8_t> ends(rows.size() / 8 + 1);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    account.push_back(rows[i].account), start.push_back(rows[i].start), end.push_back(rows[i].end);
    amount.push_back(rows[i].amount);
    if (rows[i].end != 0) ends[i / 8] = static_cast<std::uint8_t>(ends[i / 8] | (1u << (i % 8)));
  }
  book made(fact_source::periods);
  for (std::int64_t who = 0; who < keys; ++who) made.keys().intern(who);
  facts table;
  table.rows = subscriptions{.account = column<std::uint32_t>(account),
                             .start = column<std::int32_t>(start),
                             .end = {std::span<const std::int32_t>(end), ends.data()},
                             .amount = column<std::int64_t>(amount)};
  apply(made, table);
  return made;
}

view of_parents() {
  view under;
  under.as_of = day{as_of}, under.unit = book_unit::parent;
  return under;
}

}  // namespace

TEST_CASE("where nobody changes hands movements are those of tally_revenue") {
  std::mt19937_64 random(11);
  for (int round = 0; round < 60; ++round) {
    std::vector<row> rows;
    for (int i = 0; i < 40; ++i) {
      row one{static_cast<std::uint32_t>(random() % 8), new_year + static_cast<std::int32_t>(random() % 600), 0,
              static_cast<std::int64_t>(random() % 4) * 100};
      if (random() % 3 != 0) one.end = one.start + static_cast<std::int32_t>(random() % 120);
      rows.push_back(one);
    }
    book b = book_of(rows, 12);
    for (std::uint32_t who = 0; who < 8; who += 2) set_parent(b, {account{who}, account{8 + who / 4}});
    view under = of_parents();
    under.unit = round % 2 == 0 ? book_unit::parent : book_unit::account;
    under.policy.movements = round % 4 < 2 ? movement_mode::gross_events : movement_mode::net_endpoints;
    under.policy.new_and_churned = round % 3 == 0 ? same_period_new_churn::drop : same_period_new_churn::count_both;
    under.policy.reactivation_max_gap = round % 5 == 0 ? 40 : revenue_policy::unlimited;
    const reading how = read(b, under);
    CHECK_FALSE(owners_change(b, how));
    const revenue_state wanted = tally_revenue(how.ledger.book, grid, under.policy);
    const movements_of_units found = tally_units(b, how, grid, {.customers = true});
    const unit_movements& mine = under.unit == book_unit::parent ? *found.parents : *found.accounts;
    std::vector<unit_sums> added(mine.periods.size());
    for (const customer_sums& one : mine.customers) added[static_cast<std::size_t>(one.period)] += one.sums;
    CHECK(added == mine.periods);
    for (std::size_t p = 0; p < wanted.periods.size(); ++p) {
      const revenue_period& period = wanted.periods[p];
      const unit_sums& sums = mine.periods[p];
      REQUIRE(sums.opening == period.opening());
      REQUIRE(sums.new_business == period.new_business);
      REQUIRE(sums.reactivation == period.reactivation);
      REQUIRE(sums.expansion == period.expansion);
      REQUIRE(sums.contraction == period.contraction);
      REQUIRE(sums.churn == period.churn);
      REQUIRE(sums.transfer_in == 0);
      REQUIRE(sums.transfer_out == 0);
      REQUIRE(sums.closing() == period.closing());
      REQUIRE(sums.accounts_opening == period.base.accounts_opening);
      REQUIRE(sums.accounts_new == period.accounts_new);
      REQUIRE(sums.accounts_reactivated == period.accounts_reactivated);
      REQUIRE(sums.accounts_churned == period.accounts_churned);
      REQUIRE(sums.accounts_closing() == period.accounts_closing());
    }
  }
}

TEST_CASE("a subsidiary that goes to another parent is neither churn nor new business") {
  // 0 and 1 belong to 2; on 15 March 0 goes to 3, a new parent, and grows by 20 on that day.
  book b = book_of({{0, new_year, 18'336, 100}, {0, 18'336, 0, 120}, {1, new_year, 0, 50}}, 4);
  const parent_fact facts[] = {{account{0}, account{2}}, {account{1}, account{2}}, {account{0}, account{3}, day{18'336}}};
  set_parents(b, facts);
  const reading how = read(b, of_parents());
  CHECK(owners_change(b, how));
  const movements_of_units found = tally_units(b, how, grid, {.customers = true, .accounts_too = true});
  const unit_row march = movements_of(*found.parents)[2];
  CHECK(march.opening == 150);
  CHECK(march.churn == 0);
  CHECK(march.new_business == 0);
  CHECK(march.expansion == 20);
  CHECK(march.transfer_in == 100);
  CHECK(march.transfer_out == 100);
  CHECK(march.closing == 170);
  CHECK(march.sums.accounts_in == 1);
  CHECK(march.sums.accounts_new == 0);
  CHECK(march.sums.accounts_closing() == 2);
  const unit_row same = movements_of(*found.accounts)[2];
  CHECK(same.expansion == 20);
  CHECK(same.transfer_in == 0);
  CHECK(same.closing == 170);
  for (const unit_row& one : movements_of_customers(*found.parents)) {
    if (one.period != "2020-03") continue;
    CHECK(one.transfer_out == (one.who == account{2} ? 100 : 0));
    CHECK(one.transfer_in == (one.who == account{3} ? 100 : 0));
    CHECK(one.closing == (one.who == account{2} ? 50 : 120));
  }
}

TEST_CASE("mergers and splits keep money") {
  book merged = book_of({{0, new_year, 0, 100}, {1, new_year, 0, 50}}, 3);
  merge(merged, {account{0}, account{1}, day{new_year + 40}});
  const reading how = read(merged, {.as_of = day{as_of}});
  const unit_row february = movements_of(*tally_units(merged, how, grid).accounts)[1];
  CHECK(february.transfer_in == 100);
  CHECK(february.transfer_out == 100);
  CHECK(february.churn == 0);
  CHECK(february.expansion == 0);
  CHECK(february.sums.accounts_out == 1);
  CHECK(february.sums.accounts_closing() == 1);
}

TEST_CASE("what has no transfers is refused") {
  book b = book_of({{0, new_year, 0, 100}}, 2);
  const reading how = read(b, of_parents());
  CHECK_THROWS_AS((void)tally_units(b, how, {grid.first, 1, 0}), schema_error);
  view subscriptions_of_parents = of_parents();
  subscriptions_of_parents.policy.unit = customer_unit::subscription;
  CHECK_THROWS_AS((void)read(b, subscriptions_of_parents), schema_error);
}
