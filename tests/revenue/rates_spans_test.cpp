// Spans of days against the day-by-day ledger, and what ledgers of several lanes refuse.
#include "sojourn/revenue/rates.hpp"

#include <doctest/doctest.h>

#include <functional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "sojourn/revenue/cohort.hpp"
#include "sojourn/revenue/explain/comparison.hpp"
#include "sojourn/revenue/explain/contributors.hpp"
#include "sojourn/revenue/ledger/mrr_rows.hpp"
#include "sojourn/revenue/ledger/tenure.hpp"
#include "sojourn/revenue/movements.hpp"
#include "sojourn/revenue/named_rates.hpp"
#include "sojourn/revenue/retention_windows.hpp"
#include "subscription_table.hpp"

using namespace sojourn;
using namespace sojourn::test;

TEST_CASE("tally_spans: any cut of days gives the periods of the day-by-day ledger, and threads change nothing") {
  std::mt19937_64 random(72);
  for (int round = 0; round < 300; ++round) {
    const table t = random_table(random, 4, random() % 10 + 1);
    const ledger book = t.book(at("2021-03-01"));
    const oracle::slow_ledger slow(t.slow_rows(), on("2019-12-01"), on("2021-05-01"), on("2021-03-01"));
    std::vector<day> cuts{day{on("2020-01-01") + static_cast<int>(random() % 60)}};
    for (int i = 0; i < 8; ++i) cuts.push_back(day{cuts.back().since_epoch + 1 + static_cast<int>(random() % 40)});
    const auto spans = tally_spans(book, cuts);
    REQUIRE(spans == tally_spans(book, cuts, {}, thread_executor{3}));
    for (std::size_t i = 0; i < spans.size(); ++i) {
      const auto expected = slow.events(cuts[i].since_epoch, cuts[i + 1].since_epoch);
      REQUIRE(spans[i].opening() == detail::int128{expected.opening} * mrr::ticks_per_minor);
      REQUIRE(spans[i].closing() == detail::int128{expected.closing} * mrr::ticks_per_minor);
      REQUIRE(spans[i].churn == detail::int128{expected.churn} * mrr::ticks_per_minor);
      REQUIRE(spans[i].accounts_new == expected.accounts_new);
      REQUIRE(spans[i].accounts_closing() == expected.accounts_closing);
    }
  }
  const day once[] = {at("2024-01-01")};
  const day twice[] = {at("2024-01-01"), at("2024-01-01")};
  CHECK_THROWS_AS((void)tally_spans(ledger{}, once), schema_error);
  CHECK_THROWS_AS((void)tally_spans(ledger{}, twice), schema_error);
}

TEST_CASE("rates: what asks for one number per account refuses a ledger of several lanes, in the same words") {
  table t;
  t.add(0, "2024-01-01", "", 100).add(0, "2024-01-01", "2024-03-01", 200).add(1, "2024-02-01", "", 300);
  mrr_rows rows = copy_rows(t.view());
  rows.marks = {{.lane = 0}, {.lane = 1}, {.lane = 1}};
  rows.lanes = 2;
  const ledger book = rows.book(at("2024-06-01"));
  REQUIRE(book.lanes() == 2);
  const day from = at("2024-02-01"), to = at("2024-04-01");
  const period_grid grid = period_grid::between(in("2024-01"), in("2024-03"));
  const std::vector<day_window> windows{{from, to}};
  const std::vector<account> some{account{0}};
  const std::vector<std::pair<std::string, std::function<void()>>> questions{
      {"movements", [&] { (void)tally_revenue(book, grid); }},
      {"movements of some", [&] { (void)tally_revenue(book, some, grid); }},
      {"spans", [&] { (void)tally_spans(book, std::vector<day>{from, to}); }},
      {"retention", [&] { (void)tally_retention(book, from, to); }},
      {"retention of some", [&] { (void)tally_retention(book, some, from, to); }},
      {"retention over windows", [&] { (void)tally_retention(book, windows); }},
      {"lowest", [&] { (void)tally_running_retention(book, from, to); }},
      {"cohorts", [&] { (void)tally_cohorts(book, grid); }},
      {"tenure", [&] { (void)tenure(book); }},
      {"explain", [&] { (void)explain(book, account{0}, from, to); }},
      {"contributors", [&] { (void)contributors(book, revenue_cell::churn, from, to); }},
      {"contributors of a cohort", [&] { (void)cohort_contributors(book, grid, 0, 1); }},
      {"comparison", [&] { (void)compare_periods(book, revenue_rate::nrr, {from, at("2024-03-01")}, {from, to}); }},
      {"rate by name", [&] { (void)rate_of(book, ledger_rate::logo_churn, from, to); }},
  };
  for (const auto& [name, ask] : questions) {
    CAPTURE(name);
    std::string said;
    try {
      ask();
    } catch (const schema_error& e) {
      said = e.what();
    }
    CHECK(said == "the ledger keeps amounts apart in 2 lanes; read it at rates first");
  }
}
