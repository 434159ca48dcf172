// Two policies reconciled in several currencies.
#include "sojourn/revenue/ledger/constant_rates.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <random>
#include <utility>
#include <vector>

#include "revenue/ledger/random_currencies.hpp"
#include "sojourn/revenue/currency_movements.hpp"
#include "sojourn/revenue/explain/reconcile.hpp"
#include "sojourn/revenue/explain/shown_reconciliation.hpp"

using namespace sojourn;
using namespace sojourn::test;

TEST_CASE("several currencies: two policies are reconciled in ticks, with fx, option by option and account by account") {
  std::mt19937_64 random(405);
  int differ = 0;
  for (int round = 0; round < 20; ++round) {
    const world w(random, 1 + static_cast<std::uint32_t>(round % 4));
    const policy_books books = books_of(w.view(), w.rates, {}, {known, accounts});
    const day from = at("2020-04-01"), to = at("2020-07-01");
    revenue_policy a, b;
    b.fx = round % 2 == 0 ? fx_rule::period_mean : fx_rule::service_start;
    b.movements = movement_mode::net_endpoints;
    b.reactivation_max_gap = 20;
    if (round % 3 == 0) b.lapse_grace = 10;
    const auto under = [&](const revenue_policy& policy) {
      keyed_ledger made = w.reading_under(policy.fx, policy.lapse_grace).ledger;
      const valued_period p = tally_period(made, from, to, policy);
      return period_movements::of(p.movements, p.fx());
    };
    const reconciliation found = reconcile(books, a, b, from, to);
    REQUIRE(period_movements::of(found.under_a, found.fx_a) == under(a));
    REQUIRE(period_movements::of(found.under_b, found.fx_b) == under(b));
    period_movements sum = under(a);
    for (const reconciliation_step& step : found.steps) {
      period_movements of_accounts;
      for (const reconciled_account& one : step.accounts) of_accounts += one.change;
      REQUIRE(of_accounts == step.change);
      sum += step.change;
      REQUIRE(period_movements::of(step.after, step.fx) == sum);
      differ += step.option == "fx" && step.change.fx != 0 ? 1 : 0;
    }
    REQUIRE(sum == under(b));
    const shown_reconciliation rows = shown(found);
    REQUIRE(rows.under_b.opening + rows.under_b.new_business + rows.under_b.reactivation + rows.under_b.expansion -
                rows.under_b.contraction - rows.under_b.churn + rows.under_b.fx ==
            rows.under_b.closing);
    // Rates of the same books: each at the rates of its own windows.
    a.mrr_churn_cap = mrr_churn_cap::none;
    for (const auto& [cell, rate] :
         std::vector<std::pair<revenue_cell, ledger_rate>>{{revenue_cell::logo_churn, ledger_rate::logo_churn},
                                                           {revenue_cell::gross_mrr_churn, ledger_rate::gross_mrr_churn},
                                                           {revenue_cell::nrr, ledger_rate::nrr_until},
                                                           {revenue_cell::grr, ledger_rate::grr_until}}) {
      const rate_reconciliation between = reconcile_rate(books, a, b, cell, from, to);
      const auto value = [&](const revenue_policy& policy) {
        const keyed_ledger made = w.reading_under(policy.fx, policy.lapse_grace).ledger;
        return rate_of(made, rate, from, to, {policy, {}}).value;
      };
      const auto equal = [](double x, double y) { return x == y || (std::isnan(x) && std::isnan(y)); };
      REQUIRE(equal(between.under_a, value(a)));
      REQUIRE(equal(between.under_b, value(b)));
    }
  }
  CHECK(differ > 5);
}
