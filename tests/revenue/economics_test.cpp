#include "sojourn/revenue/economics.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <random>

#include "subscription_table.hpp"

using namespace sojourn;
using namespace sojourn::test;
using doctest::Approx;

namespace {

revenue_period january(const table& t) {
  return tally_revenue(t.book(at("2024-02-01")), period_grid::between(in("2024-01"), in("2024-01"))).periods[0];
}

estimate rate(double value) {
  estimate e;
  e.value = e.low = e.high = value;
  return e;
}

}  // namespace

TEST_CASE("ue-01: 100, 100, 300, 500, 500 are 300 on average") {
  table t;
  for (const std::int64_t cents : {10'000, 10'000, 30'000, 50'000, 50'000}) {
    t.add(static_cast<std::uint32_t>(t.account.size()), "2023-01-01", "", cents);
  }
  const estimate e = arpa(january(t));
  CHECK(e.value == Approx(30'000));
  CHECK(e.n == 5);
  // Sample deviation 20,000: half width 1.96 x 20,000 / sqrt(5).
  CHECK(e.high - e.value == Approx(1.959963984540054 * 20'000 / std::sqrt(5.0)));
}

TEST_CASE("ue-02: three new at 100 and seven at 50 sell for 65 on average") {
  table t;
  for (std::uint32_t who = 0; who < 10; ++who) t.add(who, "2024-01-10", "", who < 3 ? 10'000 : 5'000);
  CHECK(average_sale_price(january(t)).value == Approx(6'500));
  CHECK(average_sale_price({}).reason == undefined_reason::no_observations);
}

TEST_CASE("ue-04, ue-05: 3 % a month is 33 months, 20 % a year 5 years, 10 % ten periods at ARPU 10") {
  CHECK(customer_lifetime(rate(0.03)).value == Approx(33.33).epsilon(1e-3));
  CHECK(customer_lifetime(rate(0.2)).value == Approx(5));
  CHECK(customer_lifetime(rate(0.1)).value == Approx(10));
  CHECK(customer_lifetime(rate(0)).reason == undefined_reason::infinite);
  CHECK(std::isnan(customer_lifetime(rate(0)).value));
  estimate e = rate(0.1);
  e.low = 0.05, e.high = 0.2;
  CHECK(customer_lifetime(e).low == Approx(5));
  CHECK(customer_lifetime(e).high == Approx(20));
}

TEST_CASE("ue-07, ue-08, ret-02: quick ratios") {
  revenue_period p;
  p.new_business = 20, p.expansion = 8, p.churn = 5, p.contraction = 3;
  CHECK(quick_ratio(p).value == Approx(3.5));
  p.new_business = 2'000, p.expansion = 1'000, p.churn = 300, p.contraction = 200;
  CHECK(quick_ratio(p).value == Approx(6));
  p.new_business = 100, p.expansion = 80, p.churn = 30, p.contraction = 10;
  CHECK(quick_ratio(p).value == Approx(4.5));
}

TEST_CASE("quick_ratio: reactivation is an option; nothing lost is undefined, not 0 and not infinite") {
  revenue_period p;
  p.new_business = 10, p.reactivation = 10, p.churn = 10;
  CHECK(quick_ratio(p).value == Approx(2));
  CHECK(quick_ratio(p, {.policy = {.quick_ratio_reactivation = quick_ratio_reactivation::exclude}}).value == Approx(1));
  p.churn = 0;
  CHECK(quick_ratio(p).reason == undefined_reason::zero_loss);
  CHECK(std::isnan(quick_ratio(p).value));
}

TEST_CASE("quick_ratio: above 1 is the same as growth, on random ledgers") {
  std::mt19937_64 random(61);
  for (int round = 0; round < 500; ++round) {
    const auto state = tally_revenue(random_table(random, 6, 20).book(at("2021-01-01")),
                                     period_grid::between(in("2020-01"), in("2020-12")));
    for (const auto& p : state.periods) {
      const estimate e = quick_ratio(p);
      if (e.defined()) REQUIRE((e.value > 1) == (p.closing() > p.opening()));
    }
  }
}

TEST_CASE("payback: spend over margin of new MRR; multiplying by the margin, as one page prints it, is wrong") {
  const acquisition won{money{100'000}, 10, mrr::from_minor(10'000)};
  CHECK(acquisition_cost(won).value == Approx(10'000));
  CHECK(payback_months(won, 0.8).value == Approx(12.5));
  CHECK(payback_months_per_customer(won, rate(1'000), 0.8).value == Approx(12.5));
  CHECK(payback_months(won, 0.8).value != Approx(100'000.0 / 10'000 * 0.8));
  CHECK(payback_months(won, 1).value == Approx(10));
  CHECK(ltv_to_cac(rate(30'000), won).value == Approx(3));
}

TEST_CASE("economics: nothing won or no margin is undefined or refused") {
  const acquisition none{money{100'000}, 0, mrr{}};
  CHECK(acquisition_cost(none).reason == undefined_reason::no_observations);
  CHECK(payback_months(none, 0.8).reason == undefined_reason::zero_denominator);
  CHECK(std::isnan(payback_months_per_customer(none, rate(1), 0.8).value));
  CHECK(std::isnan(ltv_to_cac(rate(1), none).value));
  CHECK_THROWS_AS((void)payback_months(none, 0), data_error);
  CHECK_THROWS_AS((void)payback_months(none, 80), data_error);
  CHECK(arpa({}).reason == undefined_reason::no_observations);
}

TEST_CASE("economics: intervals of lifetime value and ARPA are carried over, costs taken as known") {
  const acquisition won{money{100'000}, 10, mrr::from_minor(10'000)};
  estimate value = rate(30'000);
  value.low = 20'000, value.high = 55'000, value.method = interval_method::wilson, value.n = 400;
  const estimate ratio = ltv_to_cac(value, won);
  CHECK(ratio.value == Approx(3));
  CHECK(ratio.low == Approx(2));
  CHECK(ratio.high == Approx(5.5));
  CHECK(ratio.method == interval_method::wilson);
  CHECK(ratio.n == 400);
  estimate average = rate(1'000);
  average.low = -10, average.high = 2'000, average.method = interval_method::wald;
  const estimate payback = payback_months_per_customer(won, average, 0.8);
  CHECK(payback.value == Approx(12.5));
  CHECK(payback.low == Approx(6.25));
  CHECK(payback.high == std::numeric_limits<double>::infinity());  // at an ARPA of nothing it is never paid back
  CHECK(ltv_to_cac(rate(30'000), won).method == interval_method::none);
}

TEST_CASE("mrr-13: 100 a month and 1,000 a year are an average of 91.67") {
  table t;
  t.add(0, "2023-01-01", "", 12 * 10'000).add(1, "2023-01-01", "", 100'000);
  subscriptions twelfths = t.view();
  twelfths.ticks_per_unit = mrr::ticks_per_minor / 12;
  const auto s = tally_revenue(ledger(twelfths, {at("2024-02-01")}), period_grid::between(in("2024-01"), in("2024-01")));
  CHECK(round_to_minor(s.periods[0].closing()) == 18'333);
  CHECK(std::abs(arpa(s.periods[0]).value - 9'167) < 0.5);
}
