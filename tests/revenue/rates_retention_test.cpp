// Retention of MRR: its windows and its bases.
#include "sojourn/revenue/rates.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "revenue/rate_rules.hpp"
#include "sojourn/revenue/retention_windows.hpp"
#include "subscription_table.hpp"

using namespace sojourn;
using namespace sojourn::test;
using doctest::Approx;

TEST_CASE("nrr_window: a month, a year, or the mean of four years that end a quarter apart") {
  table t;
  t.add(0, "2020-01-01", "2024-05-01", 100).add(0, "2024-05-01", "2024-12-10", 80).add(0, "2024-12-10", "", 60);
  const ledger book = t.book(at("2025-01-01"));
  const auto until = [&](nrr_window w) {
    return nrr_until(book, at("2025-01-01"), with([w](auto& p) { p.nrr_window = w; })).value;
  };
  CHECK(until(nrr_window::one_month) == Approx(0.75));
  CHECK(until(nrr_window::twelve_months) == Approx(0.6));
  CHECK(until(nrr_window::trailing_mean_4q) == Approx((1.0 + 0.8 + 0.8 + 0.6) / 4));
  CHECK(grr_until(book, at("2025-01-01"), with([](auto& p) { p.nrr_window = nrr_window::trailing_mean_4q; })).value ==
        Approx(0.8));
  CHECK(nrr_until(book, at("2020-06-01"), with([](auto& p) { p.nrr_window = nrr_window::trailing_mean_4q; })).reason ==
        undefined_reason::no_observations);
  CHECK(std::isnan(mean_estimate({}).value));
}

TEST_CASE("grr: five bases on one book, each with its own answer") {
  table t;
  t.add(0, "2023-01-01", "2024-03-01", 100).add(0, "2024-03-01", "2024-06-01", 40).add(0, "2024-06-01", "", 120);  // dips
  t.add(1, "2023-01-01", "2024-05-01", 100).add(1, "2024-05-01", "", 70);                                          // shrinks
  t.add(2, "2023-01-01", "2024-08-01", 50);                                                                        // leaves
  t.add(3, "2023-01-01", "2024-02-01", 50).add(3, "2024-02-01", "", 90);                                           // grows
  const ledger book = t.book(at("2025-01-01"));
  const auto year = [&](grr_basis b) { return grr_of(book, at("2024-01-01"), at("2025-01-01"), on_basis(b)); };
  CHECK(year(grr_basis::account_min).value == Approx(220.0 / 300));
  CHECK(year(grr_basis::churn_only).value == Approx(250.0 / 300));
  CHECK(year(grr_basis::event_sum).value == Approx(160.0 / 300));
  CHECK(year(grr_basis::totals_min).value == Approx(280.0 / 300));
  CHECK(year(grr_basis::running_min).value == Approx(160.0 / 300));
  CHECK(year(grr_basis::totals_min).method == interval_method::none);
  CHECK(year(grr_basis::running_min).method == interval_method::score);
  const retention_state ends = tally_retention(book, at("2024-01-01"), at("2025-01-01"));
  CHECK_THROWS_AS((void)grr(ends, on_basis(grr_basis::event_sum)), schema_error);
  CHECK_THROWS_AS((void)grr(ends, on_basis(grr_basis::running_min)), schema_error);
}

TEST_CASE("ret-01 (negative): totals_min is 100 % where accounts kept 60 %; the saas_capital preset says 60 %") {
  table t;
  t.add(0, "2023-01-01", "2024-06-01", 2'000).add(1, "2023-01-01", "2024-06-01", 3'000).add(1, "2024-06-01", "", 6'000);
  const ledger book = t.book(at("2025-01-01"));
  CHECK(grr_of(book, at("2024-01-01"), at("2025-01-01"), on_basis(grr_basis::totals_min)).value == 1.0);
  CHECK(grr_until(book, at("2025-01-01"), preset("saas_capital")).value == Approx(0.6));
  CHECK(nrr_until(book, at("2025-01-01"), preset("saas_capital")).value == Approx(1.2));
}

TEST_CASE("grr bases: ordered, and running_min never rises with the window, on random ledgers") {
  std::mt19937_64 random(71);
  for (int round = 0; round < 1000; ++round) {
    const table t = random_table(random, 6, 14);
    const ledger book = t.book(at("2021-01-01"));
    const oracle::slow_ledger slow(t.slow_rows(), on("2019-12-01"), on("2021-02-01"), on("2021-01-01"));
    const int from = on("2020-01-01") + static_cast<int>(random() % 100);
    double before = 1;
    for (const int days : {30, 90, 180}) {
      const auto value = [&](grr_basis b) { return grr_of(book, day{from}, day{from + days}, on_basis(b)).value; };
      long long opening = 0;
      long long lowest = 0;
      for (const auto& [who, paid] : slow.accounts()) {
        long long least = slow.on(who, from - 1);
        opening += least;
        for (int d = from; d < from + days; ++d) least = std::min(least, slow.on(who, d));
        lowest += least;
      }
      if (opening == 0) continue;
      const double running = value(grr_basis::running_min);
      REQUIRE(running == Approx(static_cast<double>(lowest) / static_cast<double>(opening)));
      REQUIRE(running <= before + 1e-12);
      REQUIRE(running <= value(grr_basis::account_min) + 1e-12);
      REQUIRE(value(grr_basis::event_sum) <= running + 1e-12);
      REQUIRE(value(grr_basis::account_min) <= value(grr_basis::totals_min) + 1e-12);
      REQUIRE(value(grr_basis::account_min) <= value(grr_basis::churn_only) + 1e-12);
      const auto lost = static_cast<double>(slow.capped_loss(from, from + days));
      REQUIRE(value(grr_basis::event_sum) == Approx(1 - lost / static_cast<double>(opening)));
      before = running;
    }
  }
}
