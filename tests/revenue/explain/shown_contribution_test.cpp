// Contributions as shown add up to the number that is shown, whatever was rounded.
#include "sojourn/revenue/explain/shown_contribution.hpp"

#include <doctest/doctest.h>

#include <numeric>
#include <random>

#include "sojourn/domain/words.hpp"
#include "sojourn/revenue/movements.hpp"
#include "subscription_table.hpp"

using namespace sojourn;
using namespace sojourn::test;

namespace {

std::int64_t sum(const std::vector<std::int64_t>& parts) {
  return std::accumulate(parts.begin(), parts.end(), std::int64_t{0});
}

/// Amounts that are no whole minor units: the unit of the rows is a third of one.
ledger in_thirds(std::mt19937_64& random) {
  const table rows = random_table(random, 20, 40);
  subscriptions view = rows.view();
  view.ticks_per_unit = mrr::ticks_per_minor / 3;
  return ledger(view, {.as_of = at("2021-01-01"), .accounts = 20});
}

}  // namespace

TEST_CASE("shown contributions: entries add up, movements to what the waterfall shows, counts stay counts") {
  std::mt19937_64 random(31);
  const day from = at("2020-03-01"), to = at("2020-04-01");
  for (int round = 0; round < 60; ++round) {
    const ledger book = in_thirds(random);
    const movement_row row = movements(tally_revenue(book, period_grid::between(in("2020-03"), in("2020-03")))).front();
    for (std::size_t c = 0; c < values_of(revenue_cell{}).size(); ++c) {
      const auto cell = static_cast<revenue_cell>(c);
      CAPTURE(word_of(cell));
      const contribution found = contributors(book, cell, from, to, {}, 3);
      const shown_contribution made = shown(found, cell);
      REQUIRE(made.amounts.size() == found.top.size() + 1);
      REQUIRE(sum(made.amounts) == made.amount);
      REQUIRE(sum(made.bases) == made.base);
      if (counts_accounts(cell)) REQUIRE(made.amount == static_cast<std::int64_t>(found.amount));
    }
    const auto amount_of = [&](revenue_cell cell) { return shown(contributors(book, cell, from, to, {}, 3), cell).amount; };
    REQUIRE(amount_of(revenue_cell::new_business) == row.new_business);
    REQUIRE(amount_of(revenue_cell::reactivation) == row.reactivation);
    REQUIRE(amount_of(revenue_cell::expansion) == row.expansion);
    REQUIRE(amount_of(revenue_cell::contraction) == row.contraction);
    REQUIRE(amount_of(revenue_cell::churn) == row.churn);
    REQUIRE(amount_of(revenue_cell::closing) == row.closing);
    REQUIRE(amount_of(revenue_cell::accounts_closing) == row.accounts_closing);
  }
}

TEST_CASE("shown contributions: the base of ARPA counts accounts, its amount is money") {
  table rows;
  rows.add(0, "2024-01-01", "", 100).add(1, "2024-01-01", "", 300);
  const ledger book = rows.book(at("2024-07-01"));
  const shown_contribution made =
      shown(contributors(book, revenue_cell::arpa, at("2024-03-01"), at("2024-04-01")), revenue_cell::arpa);
  CHECK(made.amount == 400);
  CHECK(made.base == 2);
  CHECK(made.amounts == std::vector<std::int64_t>{300, 100, 0});
  CHECK(made.bases == std::vector<std::int64_t>{1, 1, 0});
  CHECK(shown_amount(detail::int128{mrr::ticks_per_minor} * 7, revenue_cell::arpa) == 7);
  CHECK(shown_base(7, revenue_cell::arpa) == 7);
  CHECK(shown_base(7, revenue_cell::logo_churn) == 7);
  CHECK(shown_base(detail::int128{mrr::ticks_per_minor} * 7, revenue_cell::nrr) == 7);
}

TEST_CASE("shown cohorts: customers, or money that adds up") {
  std::mt19937_64 random(32);
  const ledger book = in_thirds(random);
  const period_grid grid = period_grid::between(in("2020-01"), in("2020-06"));
  for (const auto measure : {cohort_measure::accounts, cohort_measure::mrr}) {
    const contribution found = cohort_contributors(book, grid, 1, 2, measure, {}, 4);
    const shown_contribution made = shown(found, measure);
    CHECK(sum(made.amounts) == made.amount);
    CHECK(sum(made.bases) == made.base);
    const bool counted = measure == cohort_measure::accounts;
    CHECK(made.base == (counted ? static_cast<std::int64_t>(found.base) : round_to_minor(found.base)));
  }
}
