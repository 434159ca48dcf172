#include "sojourn/revenue/lifetime_value.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <random>

#include "oracle/slow_metrics.hpp"
#include "subscription_table.hpp"

using namespace sojourn;
using namespace sojourn::test;
using doctest::Approx;

namespace {

estimate rate(double value, double low, double high) {
  estimate e;
  e.value = value, e.low = low, e.high = high;
  e.n = 100;
  e.method = interval_method::wilson;
  return e;
}
estimate rate(double value) {
  estimate e = rate(value, value, value);
  e.method = interval_method::none;
  return e;
}

ltv_options under(ltv_churn churn, ltv_zero_churn zero = ltv_zero_churn::undefined) {
  ltv_options o;
  o.policy.ltv_churn = churn;
  o.policy.ltv_zero_churn = zero;
  return o;
}

// `users` who pay 10.00, of whom so many leave in each month from January 2024 on.
table book_of(std::uint32_t users, const std::vector<std::uint32_t>& leavers) {
  table t;
  std::uint32_t who = 0;
  for (std::size_t m = 0; m < leavers.size(); ++m) {
    const int when = (in("2024-01") + months{static_cast<std::int32_t>(m)}).first_day().since_epoch + 14;
    for (std::uint32_t i = 0; i < leavers[m]; ++i) t.add(who++, on("2023-01-01"), when, 1'000);
  }
  while (who < users) t.add(who++, "2023-01-01", "", 1'000);
  return t;
}

}  // namespace

TEST_CASE("ue-05: sales 100, users 10, churn 10 %: ARPU 10, average duration 10, LTV 100") {
  const ledger book = book_of(10, {1}).book(at("2024-02-01"));
  const estimate e = ltv_of(book, at("2024-01-01"), at("2024-02-01"), 1, under(ltv_churn::period));
  CHECK(e.value == Approx(10'000));
  CHECK(e.value / 1'000 == Approx(10));
  CHECK(ltv_of(book, at("2024-01-01"), at("2024-02-01"), 0.8, under(ltv_churn::period)).value == Approx(8'000));
}

TEST_CASE("ue-04: 3 % a month are 33 months of ARPA, 20 % a year five years") {
  const ledger monthly = book_of(100, {3}).book(at("2024-02-01"));
  CHECK(ltv_of(monthly, at("2024-01-01"), at("2024-02-01"), 1, under(ltv_churn::period)).value / 1'000 ==
        Approx(33.33).epsilon(1e-3));
  const ledger yearly = book_of(100, {0, 5, 0, 10, 0, 0, 5}).book(at("2025-01-01"));
  CHECK(ltv_of(yearly, at("2024-01-01"), at("2025-01-01"), 1, under(ltv_churn::period)).value / 1'000 == Approx(60));
}

TEST_CASE("ltv_churn: the mean of the six months before the current one, without it") {
  const ledger book = book_of(100, {2, 0, 4, 0, 0, 0, 50}).book(at("2024-08-01"));
  const double mean = (2.0 / 100 + 4.0 / 98) / 6;
  const estimate july = ltv_of(book, at("2024-07-01"), at("2024-08-01"), 0.5);
  CHECK(july.value == Approx(0.5 * 1'000 / mean));
  CHECK(july.method == interval_method::none);
  CHECK(ltv_of(book, at("2024-05-01"), at("2024-08-01"), 0.5).value == Approx(july.value));
  CHECK(ltv_of(book, at("2024-07-01"), at("2024-08-01"), 0.5, under(ltv_churn::period)).value ==
        Approx(0.5 * 1'000 / (50.0 / 94)));
  // Six months before June 2023 nobody was a customer.
  CHECK(ltv_of(book, at("2023-06-01"), at("2023-07-01"), 0.5).reason == undefined_reason::no_observations);
}

TEST_CASE("ltv_zero_churn: no finite value, the caller's cap, 0, or 60 months") {
  const ledger book = book_of(10, {}).book(at("2024-08-01"));
  const day from = at("2024-07-01"), to = at("2024-08-01");
  CHECK(ltv_of(book, from, to, 0.5).reason == undefined_reason::zero_loss);
  CHECK(ltv_of(book, from, to, 0.5, under(ltv_churn::period)).reason == undefined_reason::zero_loss);
  CHECK(ltv_of(book, from, to, 0.5, under(ltv_churn::trailing_mean_6, ltv_zero_churn::zero)).value == 0);
  CHECK(ltv_of(book, from, to, 0.5, under(ltv_churn::trailing_mean_6, ltv_zero_churn::sixty_months)).value ==
        Approx(30'000));
  ltv_options capped = under(ltv_churn::trailing_mean_6, ltv_zero_churn::cap);
  CHECK_THROWS_WITH_AS((void)ltv_of(book, from, to, 0.5, capped), doctest::Contains("give cap_months"), schema_error);
  capped.cap_months = 36;
  CHECK(ltv_of(book, from, to, 0.5, capped).value == Approx(18'000));
  // A cap holds at any churn, so that a little churn is not worth more than none; sixty months only where nobody left.
  const estimate income = rate(1'000);
  CHECK(lifetime_value(income, rate(0.001), 0.5, capped).value == Approx(18'000));
  CHECK(lifetime_value(income, rate(0.05), 0.5, capped).value == Approx(10'000));
  CHECK(lifetime_value(income, rate(0.001), 0.5, under(ltv_churn::period, ltv_zero_churn::sixty_months)).value ==
        Approx(500'000));
  ltv_options stray;
  stray.cap_months = 36;
  CHECK_THROWS_WITH_AS((void)lifetime_value(income, rate(0.1), 0.5, stray), doctest::Contains("only for it"), schema_error);
  capped.cap_months = 0;
  CHECK_THROWS_AS((void)lifetime_value(income, rate(0.1), 0.5, capped), schema_error);
}

TEST_CASE("lifetime value: the interval is that of churn turned over; a margin is a share") {
  const estimate e = lifetime_value(rate(1'000), rate(0.1, 0.05, 0.2), 0.8);
  CHECK(e.value == Approx(8'000));
  CHECK(e.low == Approx(4'000));
  CHECK(e.high == Approx(16'000));
  CHECK(e.method == interval_method::wilson);
  CHECK(std::isinf(lifetime_value(rate(1'000), rate(0.1, 0, 0.2), 0.8).high));
  const estimate ruled = lifetime_value(rate(1'000), rate(0, 0, 0.2), 0.8, under(ltv_churn::period, ltv_zero_churn::zero));
  CHECK(ruled.method == interval_method::none);
  CHECK(std::isnan(ruled.low));
  for (const double margin : {0.0, -0.1, 1.01, std::nan("")})
    CHECK_THROWS_AS((void)lifetime_value(rate(1'000), rate(0.1), margin), data_error);
  CHECK(lifetime_value(undefined_estimate(undefined_reason::no_observations), rate(0.1), 0.8).reason ==
        undefined_reason::no_observations);
}

TEST_CASE("lifetime value: ARPA and churn of 1000 random ledgers, day by day") {
  std::mt19937_64 random(71);
  const auto first_of = [](int m) { return (in("2020-01") + months{m}).first_day().since_epoch; };
  int defined = 0;
  for (int round = 0; round < 1000; ++round) {
    const table t = random_table(random, 4, random() % 12 + 1);
    const int as_of = on("2020-06-15") + static_cast<int>(random() % 400);
    const ledger book = t.book(day{as_of});
    const oracle::slow_metrics slow(t.slow_rows(), 4, on("2019-06-01"), on("2021-08-01"), as_of, {});
    const int last = static_cast<int>(random() % 12), length = round % 3 == 0 ? 3 : 1;
    const bool trailing = random() % 2 == 0;
    ltv_options options = under(trailing ? ltv_churn::trailing_mean_6 : ltv_churn::period);
    options.policy.annualise = static_cast<annualise>(random() % 3);  // never read
    const int from = first_of(last + 1 - length), to = first_of(last + 1);
    const estimate found = ltv_of(book, day{from}, day{to}, 0.7, options);
    double churn = 0;
    const auto logo = [&](int begin, int end) {
      const auto s = slow.span(begin, end);
      return slow.over(s.lost_accounts, s.accounts_opening);
    };
    if (trailing) {
      for (int m = last - 6; m < last; ++m) churn += logo(first_of(m), first_of(m + 1)) / 6;
    } else {
      churn = logo(from, to) / length;
    }
    const auto s = slow.span(from, to);
    const double wanted = 0.7 * slow.over(s.closing, s.accounts_closing) / churn;
    if (std::isnan(wanted) || churn == 0) {
      REQUIRE_FALSE(found.defined());
    } else {
      ++defined;
      REQUIRE(found.value == Approx(wanted).epsilon(1e-12));
    }
  }
  CHECK(defined > 100);
}
