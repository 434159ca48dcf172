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

TEST_CASE("rates of what was due: nothing lost by four accounts is no certainty") {
  table rows;
  for (std::uint32_t who = 0; who < 4; ++who) {
    rows.add(who, "2023-03-10", "2024-03-10", 100 + who).add(who, "2024-03-10", "2025-03-10", 100 + who);
  }
  const retention_state due =
      tally_available_to_renew(rows.view(), at("2024-03-01"), at("2024-04-01"), {.as_of = at("2024-07-01")});
  for (const due_share share : {due_share::logo_churn, due_share::mrr_churn, due_share::gross_mrr_churn}) {
    const estimate e = share_of_due(due, share);
    CHECK(e.value == 0);
    CHECK(e.low == 0);
    CHECK(e.high > 0.4);
  }
  CHECK(share_of_due(due, due_share::mrr_churn).method == interval_method::score);
}

TEST_CASE("rate_of: a window whose last month as_of has not reached has no rate, by any name") {
  const ledger book = table{}.add(0, "2023-01-01", "", 100).add(1, "2023-02-10", "", 50).book(at("2024-06-10"));
  for (const std::string_view word : values_of(ledger_rate{})) {
    const auto rate = read_word<ledger_rate>("metric", std::string(word));
    const estimate ahead = rate_of(book, rate, at("2024-07-01"), at("2024-08-01"));
    CHECK_FALSE(ahead.defined());
    CHECK(ahead.reason == undefined_reason::no_observations);
    CHECK(ahead.n == 0);
    CHECK(rate_of(book, rate, at("2024-06-01"), at("2024-07-01")).name == ahead.name);
    CHECK(rate_of(book, rate, at("2024-06-01"), at("2024-07-01")).defined());
    CHECK_FALSE(rate_of(book, rate, at("2024-01-01"), at("2025-01-01")).defined());
  }
  const revenue_state state = tally_revenue(book, period_grid::between(in("2024-06"), in("2024-07")));
  CHECK(rate_of(state, 0, period_rate::arpa).value == 75);
  CHECK_FALSE(rate_of(state, 1, period_rate::arpa).defined());
  CHECK_FALSE(rate_of(state, 1, period_rate::logo_churn).defined());
}
