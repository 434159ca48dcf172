// Steps from one policy to another as shown: accounts add up to the step, steps to the whole difference.
#include "sojourn/revenue/explain/shown_reconciliation.hpp"

#include <doctest/doctest.h>

#include <random>

#include "subscription_table.hpp"

using namespace sojourn;
using namespace sojourn::test;

TEST_CASE("shown reconciliation: in every bucket the accounts of a step add up to what the waterfall changes by") {
  std::mt19937_64 random(33);
  const day from = at("2020-03-01"), to = at("2020-04-01");
  std::size_t changed = 0;
  for (int round = 0; round < 40; ++round) {
    const table rows = random_table(random, 20, 50);
    subscriptions view = rows.view();
    view.ticks_per_unit = mrr::ticks_per_minor / 3;
    revenue_policy a, b;
    b.lapse_grace = 40;
    b.movements = movement_mode::net_endpoints;
    const reconciliation exact = reconcile(books_of(view, {.as_of = at("2021-01-01"), .accounts = 20}), a, b, from, to);
    const shown_reconciliation made = shown(exact);
    REQUIRE(made.steps.size() == exact.steps.size());
    movement_row before = made.under_a;
    for (std::size_t s = 0; s < made.steps.size(); ++s) {
      const shown_step& step = made.steps[s];
      CHECK(step.option == exact.steps[s].option);
      REQUIRE(step.who.size() == step.accounts.size());
      changed += step.who.size();
      for (const auto bucket : {&movement_row::opening, &movement_row::new_business, &movement_row::reactivation,
                                &movement_row::expansion, &movement_row::contraction, &movement_row::churn,
                                &movement_row::fx, &movement_row::closing, &movement_row::accounts_closing}) {
        std::int64_t sum = 0;
        for (const movement_row& one : step.accounts) sum += one.*bucket;
        REQUIRE(sum == step.after.*bucket - before.*bucket);
      }
      before = step.after;
    }
    REQUIRE(before == made.under_b);
  }
  CHECK(changed > 0);
}

TEST_CASE("shown parts of a rate: money in minor units, counts as they are") {
  rate_step step;
  const detail::int128 unit = mrr::ticks_per_minor;
  step.accounts = {{account{4}, 3 * unit, 2 * unit, 5 * unit, 6 * unit}};
  const shown_rate_part money = shown(step, revenue_cell::nrr).front();
  CHECK(money.who == account{4});
  CHECK(money.amount_before == 3);
  CHECK(money.amount_after == 2);
  CHECK(money.base_before == 5);
  CHECK(money.base_after == 6);
  step.accounts = {{account{4}, 1, 0, 1, 1}};
  const shown_rate_part counted = shown(step, revenue_cell::logo_churn).front();
  CHECK(counted.amount_before == 1);
  CHECK(counted.base_after == 1);
}
