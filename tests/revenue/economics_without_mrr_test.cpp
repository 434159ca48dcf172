// Customers without MRR (paused, on a free plan) stand in every count and in no ratio of money.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <string>
#include <vector>

#include "priced_rows.hpp"
#include "sojourn/revenue/cohort.hpp"
#include "sojourn/revenue/economics.hpp"
#include "sojourn/revenue/explain/comparison.hpp"
#include "sojourn/revenue/explain/contributors.hpp"
#include "sojourn/revenue/ledger/tenure.hpp"
#include "sojourn/revenue/lifetime_value.hpp"
#include "sojourn/revenue/named_rates.hpp"
#include "sojourn/revenue/rates.hpp"

using namespace sojourn;
using namespace sojourn::test;
using doctest::Approx;

namespace {

ledger book_of(const billing& b, const revenue_policy& policy = {}, const char* as_of = "2025-01-01") {
  return rows_from_prices(b.view(), {.policy = policy}).book(at(as_of));
}

revenue_period period_of(const ledger& book, const char* first, const char* end, const revenue_policy& policy = {}) {
  return tally_spans(book, std::vector{at(first), at(end)}, policy).front();
}

revenue_policy free_customers() {
  return revenue_policy::preset("chartmogul");
}

// Two seasonal accounts, paused from February until May.
billing seasonal() {
  return {{.account = 0, .start = "2023-01-01", .amount = 1'000, .paused = "2024-02-01", .resumed = "2024-05-01"},
          {.account = 1, .start = "2023-01-01", .amount = 5'000, .paused = "2024-02-01", .resumed = "2024-05-01"}};
}

// One account on a free plan that pays 10.00 from March on, and one that stays free.
billing converted() {
  return {{.account = 0, .start = "2024-01-01", .end = "2024-03-01", .amount = 0},
          {.account = 0, .start = "2024-03-01", .amount = 1'000},
          {.account = 1, .start = "2024-01-01", .amount = 0}};
}

constexpr std::int64_t minor = mrr::ticks_per_minor;
constexpr std::int64_t presence = 0;

struct spell {
  std::uint32_t account;
  const char* from;
  const char* to;
  std::int64_t ticks;
};

// A spell without ticks is that of a customer without MRR.
ledger levels(const std::vector<spell>& spells) {
  mrr_rows rows;
  for (const spell& one : spells) {
    const bool ends = std::string(one.to) != "";
    row_marks marks;
    if (one.ticks == 0) marks.kept = account_presence::free;
    rows.add(one.account, on(one.from), ends ? on(one.to) : 0, ends, one.ticks, 0, marks);
    rows.accounts = std::max(rows.accounts, std::size_t{one.account} + 1);
  }
  return rows.book(at("2025-01-01"));
}

void check_no_base(const estimate& e, std::int64_t n) {
  CHECK_FALSE(e.defined());
  CHECK(std::isnan(e.value));
  CHECK(e.reason == undefined_reason::zero_denominator);
  CHECK(e.n == n);
}

}  // namespace

TEST_CASE("edge D01: where everybody was paused at the opening there is nothing to retain") {
  const ledger book = book_of(seasonal());
  const day from = at("2024-04-01"), to = at("2024-06-01");
  const retention_state kept = tally_retention(book, from, to);
  CHECK(kept.accounts_opening == 2);
  for (const ratio_interval interval : {ratio_interval::score, ratio_interval::linearised}) {
    rate_options options;
    options.interval = interval;
    check_no_base(nrr(kept, options), 2);
    for (const grr_basis basis : {grr_basis::account_min, grr_basis::churn_only, grr_basis::event_sum, grr_basis::totals_min,
                                  grr_basis::running_min}) {
      options.policy.grr = basis;
      check_no_base(grr_of(book, from, to, options), 2);
    }
    check_no_base(gross_mrr_churn_of(book, from, to, options), 2);
    for (const mrr_churn_cap cap : {mrr_churn_cap::opening_mrr, mrr_churn_cap::none}) {
      options.policy.mrr_churn_cap = cap;
      check_no_base(gross_mrr_churn_of(book, from, to, options), 2);
    }
    for (const net_churn how : {net_churn::cohort, net_churn::with_reactivation, net_churn::expansion_only}) {
      options.policy.net_churn = how;
      check_no_base(net_mrr_churn_of(book, from, to, options), 2);
    }
    options.policy.logo_denominator = logo_denominator::daily_sum;
    check_no_base(gross_mrr_churn_of(book, at("2024-03-01"), at("2024-04-01"), options), 2);
  }
  CHECK(logo_retention(kept).value == 1.0);
  CHECK(logo_churn_of(book, from, to).value == 0.0);
  for (const revenue_cell cell : {revenue_cell::nrr, revenue_cell::grr, revenue_cell::gross_mrr_churn}) {
    CHECK(contributors(book, cell, from, to).base == 0);
    CHECK(contributors(book, cell, at("2024-01-01"), to).base > 0);
  }
  const comparison change = compare_periods(book, revenue_rate::nrr, {from, to}, {at("2023-06-01"), at("2024-01-01")}, {});
  CHECK(std::isnan(change.difference.value));
  // With one more account that paid, it is a base again.
  billing one_pays = seasonal();
  one_pays.add({.account = 2, .start = "2023-01-01", .amount = 6'000});
  const estimate mixed = nrr(tally_retention(book_of(one_pays), from, to));
  CHECK(mixed.value == Approx(2.0));
  CHECK(mixed.n == 3);
}

TEST_CASE("edge D03: a free plan that converts is a sale at its price; who stays free is none") {
  const ledger book = book_of(converted(), free_customers());
  const revenue_period january = period_of(book, "2024-01-01", "2024-02-01");
  CHECK(average_sale_price(january).reason == undefined_reason::no_observations);
  const revenue_period march = period_of(book, "2024-03-01", "2024-04-01");
  CHECK(average_sale_price(march).value == Approx(1'000));
  CHECK(average_sale_price(march).n == 1);
  CHECK(arpa(march).value == Approx(1'000));
  const cohort_triangle money =
      cohort_retention(tally_cohorts(book, period_grid::between(in("2024-01"), in("2024-06"))), cohort_measure::mrr);
  CHECK(money.at(2, 0) == 1.0);
  CHECK(std::isnan(money.at(0, 3)));
}

TEST_CASE("edge D03: averages count who pays, and a cohort that started without MRR has no base") {
  const ledger book = levels(
      {{0, "2024-01-01", "2024-03-01", presence}, {0, "2024-03-01", "", 1'000 * minor}, {1, "2024-01-01", "", presence}});
  const revenue_period january = period_of(book, "2024-01-01", "2024-02-01");
  CHECK(january.accounts_new == 2);
  CHECK(january.free_new == 2);
  CHECK_FALSE(average_sale_price(january).defined());
  CHECK_FALSE(arpa(january).defined());
  const revenue_period march = period_of(book, "2024-03-01", "2024-04-01");
  CHECK(arpa(march).value == Approx(1'000));
  CHECK(arpa(march).n == 1);
  CHECK(march.free_closing == 1);
  check_no_base(nrr(march.base), 2);

  const cohort_state cohorts = tally_cohorts(book, period_grid::between(in("2024-01"), in("2024-06")));
  const cohort_triangle money = cohort_retention(cohorts, cohort_measure::mrr);
  for (std::size_t age = 0; age < 6; ++age) CHECK(std::isnan(money.at(0, age)));
  CHECK(cohort_retention(cohorts).at(0, 5) == 1.0);
  CHECK(std::isnan(cohort_average(money)[3]));
  CHECK(cohort_contributors(book, in("2024-01"), 1, 3, cohort_measure::mrr).base == 0);
  CHECK(cohort_contributors(book, in("2024-01"), 1, 3, cohort_measure::accounts).base > 0);

  // Of a paying and a free new customer only the first has a price.
  const ledger both = levels({{0, "2024-01-01", "", presence}, {1, "2024-01-10", "", 3'000 * minor}});
  const revenue_period mixed = period_of(both, "2024-01-01", "2024-02-01");
  CHECK(average_sale_price(mixed).value == Approx(3'000));
  CHECK(average_sale_price(mixed).n == 1);
  CHECK(arpa(mixed).value == Approx(3'000));
  CHECK(contributors(both, revenue_cell::arpa, at("2024-01-01"), at("2024-02-01")).base == 1);
  CHECK_FALSE(ltv_of(book, at("2024-02-01"), at("2024-03-01"), 0.8).defined());
}

TEST_CASE("quick_ratio: a customer without MRR who leaves takes no money") {
  const ledger book = levels({{0, "2024-01-01", "2024-02-10", presence}, {1, "2024-02-05", "", 2'000 * minor}});
  const revenue_period february = period_of(book, "2024-02-01", "2024-03-01");
  CHECK(february.accounts_churned == 1);
  CHECK(quick_ratio(february).reason == undefined_reason::zero_loss);
  CHECK(contributors(book, revenue_cell::quick_ratio, at("2024-02-01"), at("2024-03-01")).base == 0);
}

TEST_CASE("tenure: an account weighs what it last paid, also where it was paused when it left") {
  const billing b{{.account = 0, .end = "2024-06-01", .amount = 4'000, .paused = "2024-03-01"},
                  {.account = 1, .amount = 2'500, .paused = "2024-04-01"},
                  {.account = 2, .end = "2024-05-01", .amount = 700}};
  const survival_input all = tenure(book_of(b));
  REQUIRE(all.account.size() == 3);
  CHECK(all.churned == std::vector<std::uint8_t>{1, 0, 1});
  CHECK(last_mrr_minor(all) == std::vector<std::int64_t>{4'000, 2'500, 700});
  CHECK(last_mrr_minor(tenure(levels({{0, "2024-01-01", "", presence}}))) == std::vector<std::int64_t>{0});
}

TEST_CASE("customers without MRR are counted as the levels of the accounts say, for any policy and size of amounts") {
  std::mt19937_64 random(77);
  for (int round = 0; round < 200; ++round) {
    billing b{};
    const std::int64_t large = round % 3 == 0 ? 4'000'000'000 : 900;
    for (std::uint32_t i = 0; i < 14; ++i) {
      const auto date = [&](int year) {
        return to_string(day{on(std::to_string(year) + "-01-01") + static_cast<int>(random() % 360)});
      };
      row r{.account = i % 6, .start = date(2023), .amount = random() % 3 == 0 ? 0 : large + i};
      if (random() % 2 == 0) r.end = date(2024);
      if (random() % 3 == 0) r.paused = date(2023), r.resumed = date(2024);
      b.add(r);
    }
    revenue_policy policy = free_customers();
    policy.movements = static_cast<movement_mode>(round % 2);
    const ledger book = book_of(b, policy);
    const period_grid grid = period_grid::between(in("2023-04"), in("2024-09"));
    const revenue_state state = tally_revenue(book, grid, policy);
    for (std::int32_t p = 0; p < grid.count; ++p) {
      const revenue_period& period = state.periods[static_cast<std::size_t>(p)];
      std::int64_t without = 0;
      for (std::uint32_t i = 0; i < book.accounts(); ++i) {
        without += detail::last_before(book.steps(account{i}), grid.end(p)).present() &&
                           book.level(account{i}, day{grid.end(p).since_epoch - 1}) == mrr{}
                       ? 1
                       : 0;
      }
      REQUIRE(period.free_closing == without);
      REQUIRE(period.free_new <= period.accounts_new);
      REQUIRE(period.paying_closing() == period.accounts_closing() - without);
    }
  }
}
