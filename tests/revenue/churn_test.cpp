#include "sojourn/revenue/churn.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <random>

#include "subscription_table.hpp"

using namespace sojourn;
using namespace sojourn::test;
using doctest::Approx;

namespace {

revenue_period january(const table& t, const revenue_policy& policy = {}) {
  return tally_revenue(t.book(at("2024-02-01")), period_grid::between(in("2024-01"), in("2024-01")), policy).periods[0];
}

// An account that pays `before` until mid-January and `after` from then on (0: no more).
void change(table& t, std::uint32_t who, std::int64_t before, std::int64_t after) {
  t.add(who, "2023-06-01", "2024-01-15", before);
  if (after > 0) t.add(who, "2024-01-15", "", after);
}

// `stay` customers, `leave` of others leave in January, `join` new ones of which `join_and_leave` leave too.
table customers(std::uint32_t stay, std::uint32_t leave, std::uint32_t join, std::uint32_t join_and_leave) {
  table t;
  std::uint32_t who = 0;
  for (std::uint32_t i = 0; i < stay; ++i) t.add(who++, "2023-06-01", "", 100);
  for (std::uint32_t i = 0; i < leave; ++i) t.add(who++, "2023-06-01", "2024-01-15", 100);
  for (std::uint32_t i = 0; i < join; ++i) t.add(who++, "2024-01-05", i < join_and_leave ? "2024-01-25" : "", 100);
  return t;
}

const rate_options stripe{.policy = {.logo_denominator = logo_denominator::start_plus_new}};

}  // namespace

TEST_CASE("chr-01, chr-02: gross churn 20 %, net churn 10 % under every convention") {
  table t;
  change(t, 0, 10, 0);
  change(t, 1, 20, 10);
  change(t, 2, 20, 30);
  t.add(3, "2023-06-01", "", 50);
  const revenue_period p = january(t);
  CHECK(gross_mrr_churn(p).value == Approx(0.2));
  CHECK(gross_mrr_churn(p, {.policy = {.mrr_churn_cap = mrr_churn_cap::none}}).value == Approx(0.2));
  CHECK(net_mrr_churn(p).value == Approx(0.1));
  CHECK(net_mrr_churn(p, {.policy = {.net_churn = net_churn::with_reactivation}}).value == Approx(0.1));
  CHECK(net_mrr_churn(p, {.policy = {.net_churn = net_churn::expansion_only}}).value == Approx(0.0));
}

TEST_CASE("chr-04: a day from 100 to 120 with 10 new business has a net churn of -10 %") {
  revenue_period day;
  day.base.add(100, 110);
  day.new_business = 10;
  day.expansion = 10;
  CHECK(day.closing() == 120);
  CHECK(net_mrr_churn(day).value == Approx(-0.1));
}

TEST_CASE("chr-05: 11 cancelled of 100, one of them joined in the month: 10 %") {
  CHECK(logo_churn(january(customers(90, 10, 1, 1))).value == Approx(0.1));
}

TEST_CASE("chr-07: 5.0 % of the start cohort, 4.133 % of start plus new; 6.2 % is another vendor's rule") {
  const revenue_period p = january(customers(950, 50, 500, 12));
  CHECK(logo_churn(p).value == Approx(0.05));
  CHECK(logo_churn(p, stripe).value == Approx(62.0 / 1500));
  CHECK(logo_churn(p, stripe).n == 1500);
  CHECK(static_cast<double>(p.accounts_churned) / static_cast<double>(p.base.accounts_opening) == Approx(0.062));
}

TEST_CASE("chr-08: two days of the daily sum, each over its own start") {
  CHECK(logo_churn(january(customers(95, 5, 0, 0))).value == Approx(0.05));
  CHECK(logo_churn(january(customers(90, 5, 0, 0))).value == Approx(0.0526).epsilon(1e-3));
}

TEST_CASE("chr-10, chr-11: churned over customers at the start") {
  CHECK(logo_churn(january(customers(450, 50, 0, 0))).value == Approx(0.1));
  revenue_period year;
  year.base.accounts_opening = 52'430;
  year.base.accounts_lost = 3'245;
  CHECK(std::abs(logo_churn(year).value - 0.061892) < 5e-7);
}

TEST_CASE("chr-13: by service end nobody is lost before March; the vendor's rate by request is not the default") {
  table t;
  t.add(0, "2024-01-01", "", 100).add(1, "2024-01-01", "2024-03-01", 100);
  const auto s = tally_revenue(t.book(at("2024-04-01")), period_grid::between(in("2024-01"), in("2024-03")));
  CHECK(s.periods[1].accounts_churned == 0);
  CHECK(s.periods[2].accounts_churned == 1);
  CHECK(logo_churn(s.periods[1]).value == 0.0);
  CHECK(logo_churn(s.periods[2]).value == Approx(0.5));
  CHECK(s.periods[0].accounts_closing() == 2);
  CHECK(s.periods[1].accounts_closing() == 2);
  CHECK(s.periods[2].accounts_closing() == 1);
}

TEST_CASE("chr-16, chr-17: quarters over their own opening sum to 10.2 %, over the year's to 12.5 %") {
  const std::int64_t opening[] = {10'000, 11'250, 12'725, 14'650};
  const std::int64_t lost[] = {250, 275, 325, 400};
  const double own[] = {2.5, 2.4, 2.6, 2.7};
  const double of_year[] = {2.5, 2.8, 3.3, 4.0};
  double shown = 0;
  double year = 0;
  for (std::size_t q = 0; q < 4; ++q) {
    retention_state s;
    s.add(opening[q] - lost[q], opening[q] - lost[q]);
    s.add(lost[q], 0);
    const double rate = 100 * (1 - grr(s).value);
    // The page rounds 2.75 to 2.8 and 2.444 to 2.4; sums are of the rounded figures.
    CHECK(std::abs(rate - own[q]) <= 0.05);
    CHECK(std::abs(static_cast<double>(lost[q]) / 100.0 - of_year[q]) <= 0.05 + 1e-12);
    shown += own[q];
    year += static_cast<double>(lost[q]) / 100.0;
  }
  CHECK(shown == Approx(10.2));
  CHECK(year == Approx(12.5));
}

TEST_CASE("chr-19, chr-22, ret-02: compounding twelve months") {
  const auto yearly = [](double monthly) {
    estimate e;
    e.value = e.low = e.high = monthly;
    return compound_churn(e, 12).value;
  };
  CHECK(yearly(0.01) == Approx(0.113615).epsilon(1e-5));
  CHECK(yearly(0.02) == Approx(0.215283).epsilon(1e-5));
  CHECK(yearly(0.03) == Approx(0.306158).epsilon(1e-5));
  CHECK(yearly(0.05) == Approx(0.459640).epsilon(1e-5));
  CHECK(yearly(0.08) == Approx(0.632334).epsilon(1e-5));
  CHECK(std::abs(1 - yearly(0.03) - 0.6938) < 5e-5);
  CHECK(yearly(0.025) == Approx(0.26).epsilon(0.02));
  CHECK(yearly(0.015) == Approx(0.17).epsilon(0.03));
}

TEST_CASE("chr-23 (negative): one downsell of 5 and nobody lost is 5 %, not unknown") {
  table t;
  change(t, 0, 50, 45);
  t.add(1, "2023-06-01", "", 50);
  CHECK(gross_mrr_churn(january(t)).value == Approx(0.05));
}

TEST_CASE("gross_mrr_churn: capped at the opening; without the cap it passes 100 %") {
  table t;
  t.add(0, "2023-06-01", "", 100).add(0, "2024-01-05", "2024-01-25", 275);
  const revenue_period p = january(t);
  CHECK(gross_mrr_churn(p).value == 1.0);
  CHECK(gross_mrr_churn(p, {.policy = {.mrr_churn_cap = mrr_churn_cap::none}}).value == Approx(2.75));
  CHECK(gross_mrr_churn(january(t, {.movements = movement_mode::net_endpoints})).value == 0.0);
}

TEST_CASE("churn: is 1 - retention, and net churn is 1 - NRR, on random ledgers") {
  std::mt19937_64 random(31);
  for (int round = 0; round < 1000; ++round) {
    const table t = random_table(random, 6, 14);
    const ledger book = t.book(at("2021-01-01"));
    const period_grid grid = period_grid::between(in("2020-01"), in("2020-12"));
    const revenue_state events = tally_revenue(book, grid);
    const revenue_state net = tally_revenue(book, grid, {.movements = movement_mode::net_endpoints});
    for (std::size_t i = 0; i < events.periods.size(); ++i) {
      const revenue_period& p = events.periods[i];
      if (p.base.accounts_opening == 0) {
        REQUIRE(logo_churn(p).reason == undefined_reason::no_observations);
        REQUIRE(std::isnan(gross_mrr_churn(p).value));
        REQUIRE(std::isnan(net_mrr_churn(p, {.policy = {.net_churn = net_churn::expansion_only}}).value));
        continue;
      }
      REQUIRE(logo_churn(p).value == Approx(1 - logo_retention(p.base).value));
      REQUIRE(net_mrr_churn(p).value == Approx(1 - nrr(p.base).value));
      REQUIRE(gross_mrr_churn(net.periods[i]).value == Approx(1 - grr(p.base).value));
      REQUIRE(gross_mrr_churn(p).value >= gross_mrr_churn(net.periods[i]).value - 1e-12);
      REQUIRE(gross_mrr_churn(p).value <= 1);
      REQUIRE(logo_churn(p, stripe).value <= 1);
    }
  }
}
