// A rate by its name is the function of that name.
#include "sojourn/revenue/named_rates.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <random>

#include "sojourn/domain/words.hpp"
#include "sojourn/revenue/available_to_renew.hpp"
#include "sojourn/revenue/economics.hpp"
#include "subscription_table.hpp"

using namespace sojourn;
using namespace sojourn::test;

namespace {

bool same(const estimate& a, const estimate& b) {
  const auto equal = [](double x, double y) { return x == y || (std::isnan(x) && std::isnan(y)); };
  return equal(a.value, b.value) && equal(a.low, b.low) && equal(a.high, b.high) && a.n == b.n && a.reason == b.reason;
}

}  // namespace

TEST_CASE("rate_of a ledger: each name gives the number of its function") {
  std::mt19937_64 random(5);
  const day from = at("2020-02-01"), to = at("2020-08-01");
  for (int round = 0; round < 30; ++round) {
    const ledger book = random_table(random, 30, 60).book(at("2021-01-01"));
    rate_options options;
    options.policy.grr = round % 2 == 0 ? grr_basis::account_min : grr_basis::event_sum;
    options.policy.nrr_window = round % 3 == 0 ? nrr_window::trailing_mean_4q : nrr_window::one_month;
    const auto named = [&](const char* word) {
      return rate_of(book, read_word<ledger_rate>("metric", word), from, to, options, thread_executor(2));
    };
    REQUIRE(same(named("logo_churn"), logo_churn_of(book, from, to, options)));
    REQUIRE(same(named("gross_mrr_churn"), gross_mrr_churn_of(book, from, to, options)));
    REQUIRE(same(named("net_mrr_churn"), net_mrr_churn_of(book, from, to, options)));
    REQUIRE(same(named("nrr"), nrr(tally_retention(book, from, to), options)));
    REQUIRE(same(named("grr"), grr_of(book, from, to, options)));
    REQUIRE(same(named("logo_retention"), logo_retention(tally_retention(book, from, to), options)));
    REQUIRE(same(named("nrr_until"), nrr_until(book, to, options)));
    REQUIRE(same(named("grr_until"), grr_until(book, to, options)));
  }
}

TEST_CASE("rate_of a period and of an opening: each name gives the number of its function") {
  std::mt19937_64 random(6);
  for (int round = 0; round < 30; ++round) {
    const ledger book = random_table(random, 30, 60).book(at("2021-01-01"));
    const revenue_period p = tally_revenue(book, period_grid::between(in("2020-03"), in("2020-03"))).periods.front();
    const auto of_period = [&](const char* word) { return rate_of(p, read_word<period_rate>("metric", word)); };
    REQUIRE(same(of_period("logo_churn"), logo_churn(p)));
    REQUIRE(same(of_period("gross_mrr_churn"), gross_mrr_churn(p)));
    REQUIRE(same(of_period("net_mrr_churn"), net_mrr_churn(p)));
    REQUIRE(same(of_period("arpa"), arpa(p)));
    REQUIRE(same(of_period("average_sale_price"), average_sale_price(p)));
    REQUIRE(same(of_period("quick_ratio"), quick_ratio(p)));
    const retention_state kept = tally_retention(book, at("2020-01-01"), at("2020-06-01"));
    const auto of_opening = [&](const char* word) { return rate_of(kept, read_word<retention_rate>("metric", word)); };
    REQUIRE(same(of_opening("nrr"), nrr(kept)));
    REQUIRE(same(of_opening("grr"), grr(kept)));
    REQUIRE(same(of_opening("logo_retention"), logo_retention(kept)));
  }
  CHECK_THROWS_WITH_AS((void)read_word<period_rate>("metric", "nps"), doctest::Contains("is not one of logo_churn"),
                       schema_error);
}

TEST_CASE("rates of what was due: shares over what was due, and churn at the policy's annual rate") {
  table rows;
  rows.add(0, "2024-01-01", "2024-03-10", 100).add(1, "2024-01-01", "2024-03-20", 300).add(1, "2024-03-20", "", 150);
  rows.add(2, "2024-01-01", "", 900);
  const day_window march{at("2024-03-01"), at("2024-04-01")};
  const retention_state due = tally_available_to_renew(rows.view(), march.from, march.to, {.as_of = at("2024-07-01")});
  CHECK(share_of_due(due, due_share::logo_churn).value == 0.5);
  CHECK(share_of_due(due, due_share::mrr_churn).value == 100.0 / 400);
  CHECK(share_of_due(due, due_share::gross_mrr_churn).value == 250.0 / 400);
  CHECK(!share_of_due({}, due_share::mrr_churn).defined());
  rate_options annual;
  annual.policy.annualise = annualise::simple;
  CHECK(rate_of_due(due, ledger_rate::logo_churn, march, annual).value == doctest::Approx(6));
  CHECK(same(rate_of_due(due, ledger_rate::gross_mrr_churn, march), gross_mrr_churn_of_due(due)));
  CHECK(same(rate_of_due(due, ledger_rate::net_mrr_churn, march), net_mrr_churn_of_due(due)));
  CHECK_THROWS_WITH_AS((void)rate_of_due(due, ledger_rate::nrr, march), doctest::Contains("has no nrr"), schema_error);
}
