// In constant currency rates move nothing: every number stands at the rates of one day.
#include "sojourn/revenue/ledger/constant_rates.hpp"

#include <doctest/doctest.h>

#include "revenue/book/ledger_in_currencies.hpp"
#include "sojourn/revenue/cohort.hpp"
#include "sojourn/revenue/ledger/tenure.hpp"
#include "sojourn/revenue/movements.hpp"
#include "sojourn/revenue/named_rates.hpp"

using namespace sojourn;
using namespace sojourn::test;

TEST_CASE("at_rates: everything at the rates of a day, which only currencies in use by then need") {
  const keyed_ledger l = three_payers{}.book();
  CHECK(at_rates(l, at("2024-02-01")).book.level(account{1}, at("2024-04-01")) == mrr::from_minor(22'000));
  CHECK(at_rates(l, at("2024-03-01")).book.level(account{1}, at("2024-01-01")) == mrr::from_minor(24'000));
  CHECK_THROWS_WITH_AS((void)at_rates(l, at("2023-06-01")), doctest::Contains("EUR"), data_error);
  CHECK_NOTHROW((void)at_rates(l, at("2023-06-01"), at("2023-07-01")));
}

TEST_CASE("rate_of in constant currency: the rates of the eve of the window, of each of several windows") {
  const keyed_ledger l = three_payers{}.book();
  // At 1.10: of 100 + 220 dollars 220 leave, and what initech brings is no loss.
  CHECK(rate_of(l, ledger_rate::nrr, at("2024-03-01"), at("2024-06-01")).value == doctest::Approx(100.0 / 320));
  // At 1.20 of 100 + 240.
  CHECK(rate_of(l, ledger_rate::gross_mrr_churn, at("2024-05-01"), at("2024-06-01")).value == doctest::Approx(240.0 / 700));
  rate_options one_month;
  one_month.policy.nrr_window = nrr_window::one_month;
  CHECK(rate_of(l, ledger_rate::nrr_until, at("2024-01-01"), at("2024-06-01"), one_month).value ==
        doctest::Approx((100.0 + 360) / 700));
  CHECK(rate_of(l, ledger_rate::grr_until, at("2024-01-01"), at("2024-06-01"), one_month).value ==
        doctest::Approx((100.0 + 360) / 700));
}

TEST_CASE("cohorts and tenure in constant currency stand at the rates of the last known day") {
  const keyed_ledger l = three_payers{}.book();
  const cohort_state cohorts = tally_cohorts(l, period_grid::between(in("2024-01"), in("2024-12")));
  CHECK(cohort_count(cohorts, 0, 0, cohort_measure::mrr) == 10'000 + 24'000);
  CHECK(cohort_count(cohorts, 2, 1, cohort_measure::mrr) == 36'000);
  CHECK(cohort_count(cohorts, 0, 6, cohort_measure::mrr) == std::nullopt);
  CHECK(cohort_count(cohorts, 0, 4) == 1);
  const survival_input all = tenure(l);
  CHECK(last_mrr_minor(all) == std::vector<std::int64_t>{10'000, 24'000, 36'000});
  CHECK(all.churned == std::vector<std::uint8_t>{0, 1, 0});
}

TEST_CASE("explain in constant currency: one account, at the rates of the eve, with the caller's rows") {
  const keyed_ledger l = three_payers{}.book();
  const account_explanation why = explain(l, account{1}, at("2024-03-01"), at("2024-06-01"));
  CHECK(why.opening == mrr::from_minor(22'000));
  CHECK(why.closing == mrr{});
  REQUIRE(why.movements.size() == 1);
  CHECK(why.movements[0].kind == movement_kind::churn);
  CHECK(why.rows == std::vector<std::uint32_t>{1});
  // Dollars need no rate, whatever the day.
  CHECK(explain(l, account{0}, at("2023-06-01"), at("2024-06-01")).closing == mrr::from_minor(10'000));
}
