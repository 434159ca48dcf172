// Churn by cause: over all causes it adds up to churn, in integers, under every rule of a policy.
#include "sojourn/revenue/cause_churn.hpp"

#include <doctest/doctest.h>

#include <map>
#include <random>

#include "revenue/random_causes.hpp"
#include "sojourn/revenue/explain/contributors.hpp"
#include "subscription_table.hpp"

using namespace sojourn;
using namespace sojourn::test;

namespace {

keyed_ledger with_numbers(ledger book) {
  keyed_ledger made;
  made.keys = std::make_shared<account_index>();
  for (std::int64_t who = 0; who < static_cast<std::int64_t>(book.accounts()); ++who) made.keys->intern(who);
  made.book = std::move(book);
  return made;
}

}  // namespace

TEST_CASE("losses by cause add up to those of the period, in every field") {
  std::mt19937_64 random(17);
  std::vector<day> cuts;
  for (month m = in("2020-01"); m <= in("2020-12"); m = m + months{1}) cuts.push_back(m.first_day());
  for (int round = 0; round < 300; ++round) {
    const ledger book = random_rows(random, 6).book(at("2020-11-20"));
    const revenue_policy policy = random_policy(random);
    const auto whole = tally_spans(book, cuts, policy);
    std::vector<cause_losses> sums(whole.size());
    for (const change_cause why : random_cause_words) {
      const auto one = tally_losses(book, cuts, why, policy);
      for (std::size_t p = 0; p < sums.size(); ++p) {
        sums[p].accounts_lost += one[p].accounts_lost, sums[p].new_lost += one[p].new_lost;
        sums[p].accounts_churned += one[p].accounts_churned;
        sums[p].churn += one[p].churn, sums[p].contraction += one[p].contraction;
        sums[p].in_events.lost += one[p].in_events.lost;
      }
    }
    for (std::size_t p = 0; p < sums.size(); ++p) {
      REQUIRE(sums[p].accounts_lost == whole[p].base.accounts_lost);
      REQUIRE(sums[p].new_lost == whole[p].new_lost);
      REQUIRE(sums[p].accounts_churned == whole[p].accounts_churned);
      REQUIRE(sums[p].churn == whole[p].churn);
      REQUIRE(sums[p].contraction == whole[p].contraction);
      REQUIRE(sums[p].in_events.lost == whole[p].lost_in_events.lost);
    }
  }
}

TEST_CASE("churn of one cause: the rates of all causes add up to the rate, with every denominator") {
  std::mt19937_64 random(23);
  int defined = 0;
  for (int round = 0; round < 40; ++round) {
    const keyed_ledger book = with_numbers(random_rows(random, 12).book(at("2020-11-20")));
    for (const logo_denominator over :
         {logo_denominator::start, logo_denominator::start_plus_new, logo_denominator::start_all_leavers,
          logo_denominator::mean, logo_denominator::daily_sum, logo_denominator::exposure}) {
      rate_options options{random_policy(random)};
      options.policy.logo_denominator = over;
      if (random() % 2 == 0) options.policy.mrr_churn_cap = mrr_churn_cap::none;
      for (const ledger_rate rate : {ledger_rate::logo_churn, ledger_rate::gross_mrr_churn}) {
        const estimate whole = rate_of(book, rate, at("2020-03-01"), at("2020-05-01"), options);
        double sum = 0;
        for (const change_cause why : random_cause_words) {
          const estimate one = churn_of_cause(book, rate, why, at("2020-03-01"), at("2020-05-01"), options);
          REQUIRE(one.defined() == whole.defined());
          REQUIRE(one.name == whole.name);
          sum += one.defined() ? one.value : 0;
        }
        defined += whole.defined() ? 1 : 0;
        if (whole.defined()) REQUIRE(sum == doctest::Approx(whole.value).epsilon(1e-12));
      }
    }
  }
  CHECK(defined > 100);
}

TEST_CASE("churn of one cause: what has no cause of leaving is refused") {
  std::mt19937_64 random(1);
  const keyed_ledger book = with_numbers(random_rows(random, 3).book(at("2020-11-20")));
  const auto ask = [&](ledger_rate rate, const rate_options& options) {
    return churn_of_cause(book, rate, change_cause::price, at("2020-03-01"), at("2020-04-01"), options);
  };
  CHECK_THROWS_WITH_AS((void)ask(ledger_rate::net_mrr_churn, {}),
                       "cause: net_mrr_churn also counts what was gained, or who stayed, and no cause of leaving explains "
                       "that; ask logo_churn or gross mrr_churn",
                       schema_error);
  rate_options due;
  due.policy.logo_denominator = logo_denominator::available_to_renew;
  CHECK_THROWS_AS((void)ask(ledger_rate::logo_churn, due), schema_error);
  const estimate ahead =
      churn_of_cause(book, ledger_rate::logo_churn, change_cause::price, at("2021-03-01"), at("2021-04-01"));
  CHECK(ahead.reason == undefined_reason::no_observations);
}

TEST_CASE("who left for one cause: over all causes contributors add up to those of the cell, account by account") {
  std::mt19937_64 random(29);
  for (int round = 0; round < 60; ++round) {
    const keyed_ledger book = with_numbers(random_rows(random, 12).book(at("2020-11-20")));
    revenue_policy policy = random_policy(random);
    policy.logo_denominator = logo_denominator::start;
    const day from = at("2020-03-01"), to = at("2020-06-01");
    for (const revenue_cell cell : {revenue_cell::churn, revenue_cell::contraction, revenue_cell::accounts_churned,
                                    revenue_cell::logo_churn, revenue_cell::gross_mrr_churn}) {
      const contribution whole = contributors(book, cell, from, to, policy, SIZE_MAX);
      std::map<std::uint32_t, detail::int128> parts;
      detail::int128 sum = 0;
      for (const change_cause why : random_cause_words) {
        const contribution one = contributors_of_cause(book, cell, why, from, to, policy, SIZE_MAX);
        sum += one.amount;
        REQUIRE(one.base == whole.base);
        for (const contributor& behind : one.top) parts[behind.who.index] += behind.amount;
        const contribution cut = contributors_of_cause(book, cell, why, from, to, policy, 2);
        detail::int128 shown = cut.others_amount;
        for (const contributor& behind : cut.top) shown += behind.amount;
        REQUIRE(shown == one.amount);
      }
      REQUIRE(sum == whole.amount);
      for (const contributor& behind : whole.top) {
        REQUIRE(parts[behind.who.index] == behind.amount);
      }
    }
    CHECK_THROWS_WITH_AS((void)contributors_of_cause(book, revenue_cell::nrr, change_cause::price, from, to),
                         doctest::Contains("what was gained"), schema_error);
  }
}
