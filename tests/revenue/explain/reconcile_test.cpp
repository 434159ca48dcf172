// Reconciliation: what each option and each account adds to the difference of two policies, exactly.
#include "sojourn/revenue/explain/reconcile.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "sojourn/revenue/rates.hpp"
#include "subscription_table.hpp"

using namespace sojourn;
using namespace sojourn::test;

namespace {

/// Columns of prices and of what happened, all at random.
struct priced_table {
  std::vector<std::uint32_t> account, subscription;
  std::vector<std::int32_t> start, end, cancelled, unpaid, paid_again, paused, resumed;
  std::vector<std::int64_t> amount, off, tax;
  std::vector<std::uint8_t> unit, term, metered;
  std::vector<std::uint8_t> ends, cancels, fails, recovers, rests, wakes;

  explicit priced_table(std::mt19937_64& random, std::size_t rows) {
    const auto below = [&](std::uint64_t n) { return static_cast<std::int32_t>(random() % n); };
    for (auto* bits : {&ends, &cancels, &fails, &recovers, &rests, &wakes}) bits->resize(rows / 8 + 1);
    for (std::size_t row = 0; row < rows; ++row) {
      const std::int32_t from = on("2019-12-15") + below(300);
      const auto maybe = [&](std::vector<std::int32_t>& days, std::vector<std::uint8_t>& bits, std::int32_t when, int odds) {
        days.push_back(when);
        if (below(static_cast<std::uint64_t>(odds)) == 0) {
          bits[row / 8] = static_cast<std::uint8_t>(bits[row / 8] | (1u << (row % 8)));
        }
      };
      account.push_back(static_cast<std::uint32_t>(below(5)));
      subscription.push_back(account.back() * 2 + static_cast<std::uint32_t>(below(2)));
      start.push_back(from);
      const std::int32_t last = from + below(150);
      maybe(end, ends, last, 2);
      maybe(cancelled, cancels, std::max(from, last - below(40)), 2);
      const std::int32_t due = from + below(60);
      maybe(unpaid, fails, due, 4), maybe(paid_again, recovers, due + 40, 2);
      const std::int32_t rest = from + below(60);
      maybe(paused, rests, rest, 4), maybe(resumed, wakes, rest + 20, 2);
      amount.push_back(below(4) == 0 ? 0 : 100 + below(5000));
      off.push_back(below(3) == 0 ? 50 : 0);
      tax.push_back(below(3) == 0 ? amount.back() / 5 : 0);
      unit.push_back(static_cast<std::uint8_t>(below(5)));
      term.push_back(static_cast<std::uint8_t>(below(2)));
      metered.push_back(below(5) == 0 ? 1 : 0);
    }
  }

  [[nodiscard]] priced_subscriptions view() const {
    priced_subscriptions p{.account = account, .start = start, .amount = amount};
    const auto some = [](const std::vector<std::int32_t>& days, const std::vector<std::uint8_t>& bits) {
      return column<std::int32_t>(std::span<const std::int32_t>(days), bits.data());
    };
    p.subscription = subscription;
    p.end = some(end, ends), p.cancelled_on = some(cancelled, cancels);
    p.unpaid_since = some(unpaid, fails), p.paid_again_on = some(paid_again, recovers);
    p.paused_on = some(paused, rests), p.resumed_on = some(resumed, wakes);
    p.discount_minor = off, p.tax_minor = tax, p.unit = unit, p.discount_term = term, p.metered = metered;
    return p;
  }
};

/// Every option at random, by the text of its values.
revenue_policy random_policy(std::mt19937_64& random) {
  revenue_policy p;
  revenue_policy::options(
      [&](std::string_view name, auto& field) {
        using option = std::remove_cvref_t<decltype(field)>;
        if constexpr (std::is_enum_v<option>)
          field = static_cast<option>(random() % values_of(field).size());
        else if (random() % 2 == 0)
          field = static_cast<std::int32_t>(random() % 40) + (name == "window" || name == "usage_months" ? 1 : 0);
      },
      p);
  return p;
}

bool equal(double a, double b) {
  return (std::isnan(a) && std::isnan(b)) || a == b;
}

constexpr revenue_cell rates[] = {
    revenue_cell::logo_churn, revenue_cell::gross_mrr_churn, revenue_cell::net_mrr_churn, revenue_cell::nrr,
    revenue_cell::grr,        revenue_cell::logo_retention,  revenue_cell::quick_ratio,   revenue_cell::arpa};

}  // namespace

TEST_CASE("reconcile: options and accounts add up to the difference of any two policies, tick for tick, on random prices") {
  std::mt19937_64 random(601);
  const day as_of = at("2020-12-01");
  for (int round = 0; round < 400; ++round) {
    const priced_table t(random, random() % 20 + 1);
    const priced_subscriptions priced = t.view();
    const policy_books books = books_of(priced, {.as_of = as_of, .accounts = 10});
    const revenue_policy a = random_policy(random), b = random_policy(random);
    const day from{on("2020-01-01") + static_cast<int>(random() % 150)},
        to{from.since_epoch + 1 + static_cast<int>(random() % 90)};
    const reconciliation found = reconcile(books, a, b, from, to);
    const auto alone = [&](const revenue_policy& p) {
      const ledger book = rows_from_prices(priced, {.policy = p, .as_of = as_of, .accounts = 10}).book(as_of);
      return tally_spans(book, std::vector<day>{from, to}, p).front();
    };
    REQUIRE(found.under_a == alone(a));
    REQUIRE(found.under_b == alone(b));
    period_movements sum = period_movements::of(found.under_a);
    for (const reconciliation_step& step : found.steps) {
      REQUIRE(step.from != step.to);
      period_movements accounts;
      for (const reconciled_account& one : step.accounts) accounts += one.change;
      REQUIRE(accounts == step.change);
      REQUIRE(std::is_sorted(step.accounts.begin(), step.accounts.end(),
                             [](const auto& x, const auto& y) { return x.who < y.who; }));
      REQUIRE(std::all_of(step.accounts.begin(), step.accounts.end(), [](const auto& x) { return x.who.index < 5; }));
      sum += step.change;
      REQUIRE(sum == period_movements::of(step.after));
    }
    REQUIRE(sum == period_movements::of(found.under_b));
  }
}

TEST_CASE("reconcile_rate: the way of every rate starts and ends where the policies do, and its parts are the accounts'") {
  std::mt19937_64 random(602);
  const day as_of = at("2020-12-01");
  for (int round = 0; round < 150; ++round) {
    const priced_table t(random, random() % 20 + 1);
    const priced_subscriptions priced = t.view();
    const policy_books books = books_of(priced, {.as_of = as_of, .accounts = 10});
    revenue_policy a = random_policy(random), b = random_policy(random);
    for (revenue_policy* p : {&a, &b}) {  // levels have no such churn: see available_to_renew_test.cpp
      if (p->logo_denominator == logo_denominator::available_to_renew) p->logo_denominator = logo_denominator::start;
      if (p->window < 30) p->window += 30;  // shorter ones refuse a month
    }
    const day from = at("2020-06-01"), to = at("2020-07-01");
    for (const revenue_cell rate : rates) {
      const rate_reconciliation found = reconcile_rate(books, a, b, rate, from, to);
      REQUIRE(equal(found.under_b, found.steps.empty() ? found.under_a : found.steps.back().value));
      REQUIRE(equal(reconcile_rate(books, b, b, rate, from, to).under_a, found.under_b));
      double before = found.under_a;
      for (const rate_step& step : found.steps) {
        // Who changed no part changed no rate, but for the factor to a year.
        if (step.by_account && step.accounts.empty() && step.option != "annualise" && step.option != "window")
          REQUIRE(equal(step.value, before));
        before = step.value;
      }
    }
  }
  CHECK_THROWS_AS(
      (void)reconcile_rate(books_of(subscriptions{}), {}, {}, revenue_cell::churn, at("2020-01-01"), at("2020-02-01")),
      schema_error);
}

TEST_CASE("reconcile: ready-made MRR follows lapse_grace and the naming of movements") {
  table t;
  t.add(0, "2024-01-01", "2024-03-01", 100).add(0, "2024-03-03", "", 100).add(1, "2024-03-05", "2024-03-20", 70);
  revenue_policy b;
  b.lapse_grace = 3;
  b.new_and_churned = same_period_new_churn::drop;
  b.grr = grr_basis::churn_only;
  const reconciliation found = reconcile(books_of(t.view(), {at("2024-06-01")}), {}, b, at("2024-03-01"), at("2024-04-01"));
  REQUIRE(found.steps.size() == 3);
  CHECK(found.steps[0].option == "lapse_grace");
  CHECK(found.steps[0].from == "0");
  CHECK(found.steps[0].to == "3");
  CHECK(found.steps[0].change.churn == -mrr::from_minor(100).ticks());
  REQUIRE(found.steps[0].accounts.size() == 1);
  CHECK(found.steps[0].accounts[0].who == account{0});
  CHECK(found.steps[1].option == "same_period_new_churn");
  CHECK(found.steps[1].accounts[0].who == account{1});
  CHECK(found.steps[1].change.accounts_new == -1);
  CHECK(found.steps[2].option == "grr");
  CHECK(found.steps[2].accounts.empty());
  CHECK(period_movements::of(found.under_b).churn == 0);
}

TEST_CASE("reconcile: the order is one for all, names every option once, and a path ends at the other policy") {
  const auto order = reconcile_order();
  std::vector<std::string_view> names;
  revenue_policy any;
  revenue_policy::options([&](std::string_view name, auto&) { names.push_back(name); }, any);
  CHECK(std::is_permutation(order.begin(), order.end(), names.begin(), names.end()));
  CHECK(order.front() == "unit");
  std::mt19937_64 random(603);
  for (int round = 0; round < 200; ++round) {
    const revenue_policy a = random_policy(random), b = random_policy(random);
    const auto path = policy_path(a, b);
    REQUIRE((path.empty() ? a : path.back().policy) == b);
    for (const policy_step& step : path) REQUIRE(option_word(step.policy, step.option) == option_word(b, step.option));
  }
  CHECK(option_word({}, "past_due") == "null");
  CHECK(option_word({}, "rate_ci") == "wilson");
}
