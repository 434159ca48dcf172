// Contributors: the accounts behind a cell add up to it, and the first of them are those that matter most.
#include "sojourn/revenue/explain/contributors.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>

#include "revenue/cell_of.hpp"
#include "sojourn/revenue/economics.hpp"
#include "sojourn/revenue/movements.hpp"
#include "sojourn/revenue/period_movements.hpp"
#include "sojourn/revenue/rates.hpp"
#include "subscription_table.hpp"

using namespace sojourn;
using namespace sojourn::test;
using doctest::Approx;

namespace {

revenue_policy random_policy(std::mt19937_64& random) {
  revenue_policy p;
  const auto pick = [&](auto... values) {
    const std::array all{values...};
    return all[random() % all.size()];
  };
  p.movements = pick(movement_mode::gross_events, movement_mode::net_endpoints);
  p.new_and_churned = pick(same_period_new_churn::count_both, same_period_new_churn::drop);
  p.reactivation_max_gap = pick(revenue_policy::unlimited, 30);
  p.logo_denominator = pick(logo_denominator::start, logo_denominator::start_plus_new, logo_denominator::start_all_leavers,
                            logo_denominator::mean);
  p.mrr_churn_cap = pick(mrr_churn_cap::opening_mrr, mrr_churn_cap::none);
  p.net_churn = pick(net_churn::cohort, net_churn::with_reactivation, net_churn::expansion_only);
  p.grr = pick(grr_basis::account_min, grr_basis::churn_only, grr_basis::event_sum, grr_basis::running_min);
  p.quick_ratio_reactivation = pick(quick_ratio_reactivation::include, quick_ratio_reactivation::exclude);
  return p;
}

double rate_of(const ledger& book, revenue_cell cell, day from, day to, const revenue_policy& policy) {
  const rate_options options{policy, {}};
  const auto period = tally_spans(book, std::vector<day>{from, to}, policy).front();
  switch (cell) {
    case revenue_cell::nrr:
      return nrr(period.base, options).value;
    case revenue_cell::grr:
      return grr_of(book, from, to, options).value;
    case revenue_cell::logo_retention:
      return logo_retention(period.base, options).value;
    case revenue_cell::logo_churn:
      return logo_churn(period, options).value;
    case revenue_cell::gross_mrr_churn:
      return gross_mrr_churn(period, options).value;
    case revenue_cell::net_mrr_churn:
      return net_mrr_churn(period, options).value;
    case revenue_cell::arpa:
      return arpa(period, options).value * static_cast<double>(mrr::ticks_per_minor);
    default:
      return quick_ratio(period, options).value;
  }
}

constexpr auto cells = static_cast<std::uint8_t>(revenue_cell::arpa) + 1;

}  // namespace

TEST_CASE("contributors: amounts of every cell add up to it, and rates are the library's, on random ledgers and policies") {
  std::mt19937_64 random(311);
  for (int round = 0; round < 600; ++round) {
    const ledger book = random_table(random, 8, random() % 24).book(at("2021-01-01"));
    const revenue_policy policy = random_policy(random);
    const day from{on("2020-01-01") + static_cast<int>(random() % 100)};
    const day to{from.since_epoch + 1 + static_cast<int>(random() % 200)};
    const auto whole = tally_spans(book, std::vector<day>{from, to}, policy).front();
    const period_movements m = period_movements::of(whole);
    for (std::uint8_t c = 0; c < cells; ++c) {
      const auto cell = static_cast<revenue_cell>(c);
      CAPTURE(int{c});
      const contribution all = contributors(book, cell, from, to, policy, SIZE_MAX);
      detail::int128 amount = 0;
      detail::int128 base = 0;
      for (const contributor& one : all.top) amount += one.amount, base += one.base;
      REQUIRE(amount == all.amount);
      REQUIRE(base == all.base);
      REQUIRE(all.others_amount == 0);
      REQUIRE(all.accounts == static_cast<std::int64_t>(all.top.size()));
      if (!is_rate(cell)) {
        REQUIRE(amount == cell_of(cell, m));
        REQUIRE(base == 0);
      } else if (base != 0) {
        REQUIRE(detail::to_double(amount) / detail::to_double(base) ==
                Approx(rate_of(book, cell, from, to, policy)).epsilon(1e-12));
      }
      const std::size_t top = random() % 5;
      const contribution some = contributors(book, cell, from, to, policy, top);
      REQUIRE(some.amount == all.amount);
      REQUIRE(std::equal(some.top.begin(), some.top.end(), all.top.begin()));
      REQUIRE(some.top.size() == std::min(top, all.top.size()));
      for (const contributor& one : some.top) amount -= one.amount, base -= one.base;
      REQUIRE(amount == some.others_amount);
      REQUIRE(base == some.others_base);
    }
  }
}

TEST_CASE("contributors: cohort cells add up to the triangle") {
  std::mt19937_64 random(312);
  const period_grid grid = period_grid::between(in("2020-01"), in("2020-12"));
  for (int round = 0; round < 200; ++round) {
    const ledger book = random_table(random, 8, random() % 24).book(at("2021-01-01"));
    const auto presence = random() % 2 == 0 ? cohort_presence::active_at_end : cohort_presence::never_churned;
    const cohort_rules rules{presence, random() % 2 == 0 ? cohort_index::calendar_period : cohort_index::tenure_days};
    const cohort_state triangle = tally_cohorts(book, grid, rules);
    for (std::int32_t c = 0; c < 12; ++c) {
      for (std::int32_t a = 0; c + a < 12; ++a) {
        if (rules.age_in == cohort_index::tenure_days && !triangle.mature(c, a)) {
          if (triangle.start[static_cast<std::size_t>(c)].accounts > 0) {
            REQUIRE_THROWS_WITH_AS((void)cohort_contributors(book, grid, c, a, cohort_measure::mrr, rules),
                                   doctest::Contains("seen to age"), schema_error);
          }
          continue;
        }
        const auto accounts = cohort_contributors(book, grid, c, a, cohort_measure::accounts, rules);
        const auto money = cohort_contributors(book, grid, c, a, cohort_measure::mrr, rules);
        REQUIRE(accounts.amount == triangle.at(c, a).accounts);
        REQUIRE(money.amount == triangle.at(c, a).ticks);
        REQUIRE(accounts.base == triangle.start[static_cast<std::size_t>(c)].accounts);
        REQUIRE(money.base == triangle.start[static_cast<std::size_t>(c)].ticks);
      }
    }
  }
  const ledger book = random_table(random, 8, 20).book(at("2021-01-01"));
  CHECK_THROWS_AS((void)cohort_contributors(book, grid, 11, 1), schema_error);
  CHECK_THROWS_AS((void)cohort_contributors(book, grid, -1, 0), schema_error);
}

TEST_CASE("contributors: the first ones are who moved most, by account number where they tie, for any executor") {
  table t;
  for (std::uint32_t who = 0; who < 150'000; ++who)
    t.add(who, "2023-01-01", who % 3 == 0 ? "2024-03-15" : "", 100 + who % 7);
  t.add(150'000, "2023-01-01", "2024-03-10", 900'000).add(150'001, "2023-01-01", "2024-03-10", 50'000);
  t.add(150'001, "2024-03-10", "", 60'000);
  const ledger book = t.book(at("2024-06-01"));
  const day from = at("2024-03-01"), to = at("2024-04-01");
  const contribution churn = contributors(book, revenue_cell::churn, from, to, {}, 3);
  REQUIRE(churn.top.size() == 3);
  CHECK(churn.top[0].who == account{150'000});
  CHECK(churn.top[0].amount == mrr::from_minor(900'000).ticks());
  CHECK(churn.top[1].who == account{6});
  CHECK(churn.top[2].who == account{27});
  CHECK(churn.accounts == 50'001);
  const contribution kept = contributors(book, revenue_cell::nrr, from, to, {}, 2);
  CHECK(kept.top[0].who == account{150'000});
  CHECK(kept.top[1].who == account{150'001});
  for (const unsigned threads : {2u, 3u, 8u}) {
    const contribution same = contributors(book, revenue_cell::churn, from, to, {}, 3, thread_executor(threads));
    CHECK(same.top == churn.top);
    CHECK(same.others_amount == churn.others_amount);
    CHECK(same.whole == churn.whole);
  }
}

TEST_CASE("contributors: what no account has a part in is refused") {
  const ledger book = table{}.add(0, "2023-01-01", "", 100).book(at("2024-06-01"));
  const day from = at("2024-03-01"), to = at("2024-04-01");
  revenue_policy p;
  p.grr = grr_basis::totals_min;
  CHECK_THROWS_AS((void)contributors(book, revenue_cell::grr, from, to, p), schema_error);
  p.logo_denominator = logo_denominator::exposure;
  CHECK_THROWS_AS((void)contributors(book, revenue_cell::logo_churn, from, to, p), schema_error);
  CHECK_THROWS_AS((void)contributors(book, revenue_cell::churn, to, from), schema_error);
  CHECK(contributors(ledger{}, revenue_cell::churn, from, to).top.empty());
}
