// Questions in several currencies against a slow reference.
#include "sojourn/revenue/ledger/constant_rates.hpp"

#include <doctest/doctest.h>

#include <random>
#include <vector>

#include "revenue/ledger/random_currencies.hpp"
#include "sojourn/revenue/cohort.hpp"
#include "sojourn/revenue/currency_movements.hpp"
#include "sojourn/revenue/explain/comparison.hpp"
#include "sojourn/revenue/explain/contributors.hpp"
#include "sojourn/revenue/ledger/tenure.hpp"
#include "sojourn/revenue/lifetime_value.hpp"
#include "sojourn/revenue/parts/segments.hpp"
#include "sojourn/revenue/retention_windows.hpp"
#include "sojourn/state_bytes.hpp"

using namespace sojourn;
using namespace sojourn::test;

TEST_CASE("several currencies: rates, retention over time and comparisons stand at the rates of the day before a window") {
  std::mt19937_64 random(401);
  for (int round = 0; round < 24; ++round) {
    const world w(random, 1 + static_cast<std::uint32_t>(round % 4));
    const keyed_ledger book = w.book(round % 2 == 0 ? fx_rule::period_open_rate : fx_rule::period_mean);
    std::vector<ledger> at_opening;
    for (const day_window& one : windows) at_opening.push_back(w.at_day(eve(one.from)));
    rate_options options;
    if (round % 3 == 1) options.policy.grr = grr_basis::running_min;
    if (round % 3 == 2) options.policy.movements = movement_mode::net_endpoints;
    for (std::size_t i = 0; i < windows.size(); ++i) {
      const auto [from, to] = windows[i];
      for (const ledger_rate rate : {ledger_rate::logo_churn, ledger_rate::gross_mrr_churn, ledger_rate::net_mrr_churn,
                                     ledger_rate::nrr, ledger_rate::grr, ledger_rate::logo_retention}) {
        REQUIRE(same(rate_of(book, rate, from, to, options), rate_of(at_opening[i], rate, from, to, options)));
      }
      for (const revenue_rate rate : compared) {
        REQUIRE(same(read_rate(book, rate, windows[i], options)(options.level),
                     read_rate(at_opening[i], rate, windows[i], options)(options.level)));
        REQUIRE(same(bootstrap_rate(book, rate, windows[i], options, 40, 3),
                     bootstrap_rate(at_opening[i], rate, windows[i], options, 40, 3)));
        const std::size_t j = (i + 1) % windows.size();
        const double tied = paired_correlation(rate_parts(at_opening[i], rate, windows[i], options),
                                               rate_parts(at_opening[j], rate, windows[j], options));
        REQUIRE(same(compare_periods(book, rate, windows[i], windows[j], options),
                     compare_rates(read_rate(at_opening[i], rate, windows[i], options),
                                   read_rate(at_opening[j], rate, windows[j], options), tied, options.level)));
      }
      for (const revenue_cell cell : window_cells) {
        REQUIRE(same(contributors(book, cell, from, to, options.policy, 3),
                     contributors(at_opening[i], cell, from, to, options.policy, 3)));
      }
    }
    const period_grid grid = period_grid::between(in("2020-02"), in("2020-12"));
    const auto rows = retention_over(book, grid, months{3}, options);
    REQUIRE(rows.size() == 11);
    for (const retention_row& row : rows) {
      const month last = month::of(eve(row.window.to));
      const period_grid one{last, 1, 1};
      const retention_row expected = retention_over(w.at_day(eve(row.window.from)), one, months{3}, options).front();
      REQUIRE(row.period == expected.period);
      REQUIRE(row.complete == expected.complete);
      REQUIRE(to_bytes(row.state) == to_bytes(expected.state));
      REQUIRE(same(row.nrr, expected.nrr));
      REQUIRE(same(row.grr, expected.grr));
      REQUIRE(same(row.logo, expected.logo));
    }
  }
}

TEST_CASE("several currencies: cohorts, tenures and their accounts stand at the rates of the last day") {
  std::mt19937_64 random(403);
  for (int round = 0; round < 24; ++round) {
    const world w(random, 1 + static_cast<std::uint32_t>(round % 4));
    const keyed_ledger book = w.book();
    const ledger now = w.at_day(eve(known));
    const period_grid shorter = period_grid::between(in("2019-12"), in("2020-08"));
    REQUIRE(to_bytes(tally_cohorts(book, shorter)) == to_bytes(tally_cohorts(w.at_day(at("2020-08-31")), shorter)));
    const period_grid longer = period_grid::between(in("2019-12"), in("2021-02"));
    const cohort_rules tenures{cohort_presence::active_at_end, cohort_index::tenure_days};
    REQUIRE(to_bytes(tally_cohorts(book, longer)) == to_bytes(tally_cohorts(now, longer)));
    REQUIRE(to_bytes(tally_cohorts(book, shorter, tenures)) == to_bytes(tally_cohorts(now, shorter, tenures)));
    const survival_input ours = tenure(book), theirs = tenure(now);
    REQUIRE(ours.account == theirs.account);
    REQUIRE(ours.duration_days == theirs.duration_days);
    REQUIRE(ours.churned == theirs.churned);
    REQUIRE(ours.last_mrr_ticks == theirs.last_mrr_ticks);
    for (const cohort_measure measure : {cohort_measure::accounts, cohort_measure::mrr}) {
      REQUIRE(same(cohort_contributors(book, in("2020-01"), 1, 3, measure),
                   cohort_contributors(now, in("2020-01"), 1, 3, measure)));
      REQUIRE(same(cohort_contributors(book, shorter, 1, 4, measure),
                   cohort_contributors(w.at_day(at("2020-08-31")), shorter, 1, 4, measure)));
    }
  }
}

TEST_CASE("several currencies: lifetime value is ARPA at the rates of the closing over churn at those of its windows") {
  std::mt19937_64 random(404);
  for (int round = 0; round < 24; ++round) {
    const world w(random, 1 + static_cast<std::uint32_t>(round % 4));
    const keyed_ledger book = w.book();
    const day from = at("2020-10-01"), to = at("2020-11-01");
    ltv_options options;
    if (round % 2 == 1) options.policy.ltv_churn = ltv_churn::period;
    const rate_options rates{options.policy, options.level};
    const std::vector<day_window> of_churn = ltv_windows(options.policy, from, to);
    std::vector<estimate> churn;
    for (const day_window one : of_churn) churn.push_back(logo_churn_of(w.at_day(eve(one.from)), one.from, one.to, rates));
    const estimate income = arpa(tally_spans(w.at_day(eve(to)), std::vector<day>{from, to}).front(), rates);
    REQUIRE(
        same(ltv_of(book, from, to, 0.8, options), lifetime_value(income, churn_a_month(of_churn, churn), 0.8, options)));
  }
}

TEST_CASE("several currencies: segments add up to the whole, exactly") {
  std::mt19937_64 random(406);
  for (int round = 0; round < 24; ++round) {
    const world w(random, 1 + static_cast<std::uint32_t>(round % 4));
    const keyed_ledger book = w.book();
    std::vector<std::uint32_t> who, label;
    for (std::uint32_t i = 0; i + 1 < accounts; ++i)
      who.push_back(i), label.push_back(static_cast<std::uint32_t>(random() % 2));
    const segmentation by = segment_accounts({column<std::uint32_t>(who), column<std::uint32_t>(label), {}}, accounts, 2,
                                             {segment_rule::first, {}});
    const period_grid grid = period_grid::between(in("2020-01"), in("2020-12"));
    currency_revenue_state movements_sum;
    for (const auto& part : tally_revenue_by(book, by, grid)) movements_sum += part;
    REQUIRE(to_bytes(movements_sum) == to_bytes(tally_revenue(book, grid)));
    cohort_state cohorts_sum;
    for (const auto& part : tally_cohorts_by(book, by, grid)) cohorts_sum += part;
    REQUIRE(to_bytes(cohorts_sum) == to_bytes(tally_cohorts(book, grid)));
    retention_state kept_sum;
    for (const auto& part : tally_retention_by(book, by, at("2020-03-01"), at("2020-09-01"))) kept_sum += part;
    REQUIRE(to_bytes(kept_sum) == to_bytes(tally_retention(w.at_day(at("2020-02-29")), at("2020-03-01"), at("2020-09-01"))));
  }
}

TEST_CASE("several currencies: with one currency, or all rates 1, every answer is that of the plain ledger, bit for bit") {
  std::mt19937_64 random(408);
  for (int round = 0; round < 20; ++round) {
    const world w(random, 1 + static_cast<std::uint32_t>(round % 4), 10'000);
    const keyed_ledger book = w.book();
    const ledger plain = w.rows.book(known);
    const keyed_ledger keyed{plain, w.keys};
    const period_grid grid = period_grid::between(in("2020-01"), in("2020-12"));
    const currency_revenue_state state = tally_revenue(book, grid);
    REQUIRE(to_bytes(state.revenue) == to_bytes(tally_revenue(plain, grid)));
    REQUIRE(to_bytes(tally_cohorts(book, grid)) == to_bytes(tally_cohorts(plain, grid)));
    for (const day_window& one : windows) {
      for (const revenue_rate rate : compared) {
        REQUIRE(same(read_rate(book, rate, one)(confidence_level{}), read_rate(plain, rate, one)(confidence_level{})));
      }
      for (const auto& cells : {window_cells, movement_cells}) {
        for (const revenue_cell cell : cells) {
          const contribution ours = contributors(book, cell, one.from, one.to);
          REQUIRE(same(ours, contributors(plain, cell, one.from, one.to)));
          REQUIRE(same(ours, contributors(keyed, cell, one.from, one.to)));
          REQUIRE(ours.fx == 0);
        }
      }
      REQUIRE(tally_period(book, one.from, one.to).movements == tally_period(keyed, one.from, one.to).movements);
      REQUIRE(tally_period(book, one.from, one.to).closing == tally_period(keyed, one.from, one.to).closing);
    }
    REQUIRE(
        same(ltv_of(book, at("2020-10-01"), at("2020-11-01"), 0.5), ltv_of(plain, at("2020-10-01"), at("2020-11-01"), 0.5)));
    const auto rows = retention_over(book, grid, months{2});
    const auto expected = retention_over(plain, grid, months{2});
    for (std::size_t i = 0; i < rows.size(); ++i) {
      REQUIRE(to_bytes(rows[i].state) == to_bytes(expected[i].state));
      REQUIRE(same(rows[i].grr, expected[i].grr));
    }
    for (std::uint32_t who = 0; who < book.book.accounts(); ++who) {
      const account_explanation ours = explain(book, account{who}, at("2020-03-01"), at("2020-06-01"));
      const account_explanation theirs = explain(plain, account{who}, at("2020-03-01"), at("2020-06-01"));
      REQUIRE(ours.movements == theirs.movements);
      REQUIRE(ours.rows == theirs.rows);
    }
  }
}
