// Churn of customers and of MRR: published examples, denominators and windows.
#include "sojourn/revenue/rates.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <string>
#include <utility>

#include "revenue/rate_rules.hpp"
#include "sojourn/revenue/churn.hpp"
#include "sojourn/revenue/retention_windows.hpp"
#include "subscription_table.hpp"

using namespace sojourn;
using namespace sojourn::test;
using doctest::Approx;

namespace {

// 1000 customers on 1 July, 50 of whom leave in July; 500 new ones, 12 of whom leave too.
table butter() {
  table t;
  for (std::uint32_t who = 0; who < 1000; ++who) t.add(who, "2024-01-01", who < 50 ? "2024-07-20" : "", 100);
  for (std::uint32_t who = 1000; who < 1500; ++who) t.add(who, "2024-07-05", who < 1012 ? "2024-07-25" : "", 100);
  return t;
}

}  // namespace

TEST_CASE("chr-07: 5.0 % of the start, 4.133 % of start plus new, 6.2 % by the basic definition") {
  const ledger book = butter().book(at("2024-08-01"));
  const auto july = [&](const rate_options& o) { return logo_churn_of(book, at("2024-07-01"), at("2024-08-01"), o); };
  CHECK(july({}).value == Approx(0.05));
  CHECK(july(over(logo_denominator::start_plus_new)).value == Approx(62.0 / 1500));
  CHECK(july(over(logo_denominator::start_all_leavers)).value == Approx(0.062));
  CHECK(july(over(logo_denominator::start_all_leavers)).method == interval_method::none);
  CHECK(july(over(logo_denominator::mean)).value == Approx(62.0 / 1219));
  // 31 days: 4 of 1000, 15 of 1500, 5 of 1450, 7 of 1438 customers at their start (a day's leavers go on that day).
  const double customer_days = 4 * 1000 + 1 * 1000 + 14 * 1500 + 1 * 1500 + 4 * 1450 + 1 * 1450 + 6 * 1438;
  CHECK(july(over(logo_denominator::exposure)).value == Approx(62.0 * 31 / customer_days));
  CHECK(july(over(logo_denominator::daily_sum)).value == Approx(50.0 / 1500 + 12.0 / 1450));
}

TEST_CASE("chr-08: Monday 5 %, Tuesday 5.26 %, both 10.26 % under the chartmogul_b2c preset") {
  table t;
  for (std::uint32_t who = 0; who < 100; ++who) {
    t.add(who, "2024-01-01", who < 5 ? "2024-07-01" : who < 10 ? "2024-07-02" : "", 100);
  }
  const ledger book = t.book(at("2024-08-01"));
  const rate_options rules = preset("chartmogul_b2c");
  CHECK(logo_churn_of(book, at("2024-07-01"), at("2024-07-02"), rules).value == Approx(0.05));
  CHECK(logo_churn_of(book, at("2024-07-02"), at("2024-07-03"), rules).value == Approx(5.0 / 95));
  CHECK(logo_churn_of(book, at("2024-07-01"), at("2024-07-03"), rules).value == Approx(0.05 + 5.0 / 95));
  CHECK(logo_churn_of(book, at("2024-07-01"), at("2024-07-03"), preset("chartmogul")).value == Approx(0.10));
  CHECK(logo_churn_of(book, at("2024-07-01"), at("2024-07-03"), rules).n == 100);

  // Everybody pays the same, so MRR churn sums to the same.
  const estimate gross = gross_mrr_churn_of(book, at("2024-07-01"), at("2024-07-03"), rules);
  CHECK(gross.value == Approx(0.05 + 5.0 / 95));
  CHECK(gross.n == 100);
  CHECK(gross.method == interval_method::none);
  CHECK(net_mrr_churn_of(book, at("2024-07-01"), at("2024-07-03"), rules).value == Approx(0.05 + 5.0 / 95));
  CHECK(gross_mrr_churn_of(book, at("2024-07-01"), at("2024-07-03"), preset("chartmogul")).value == Approx(0.10));
}

TEST_CASE("chr-01, chr-02, chr-04: the chartmogul preset over a month and over a day") {
  table t;
  t.add(0, "2023-06-01", "2024-01-15", 10);
  t.add(1, "2023-06-01", "2024-01-15", 20).add(1, "2024-01-15", "", 10);
  t.add(2, "2023-06-01", "2024-01-15", 20).add(2, "2024-01-15", "", 30);
  t.add(3, "2023-06-01", "", 50);
  const ledger month = t.book(at("2024-02-01"));
  CHECK(gross_mrr_churn_of(month, at("2024-01-01"), at("2024-02-01"), preset("chartmogul")).value == Approx(0.2));
  CHECK(net_mrr_churn_of(month, at("2024-01-01"), at("2024-02-01"), preset("chartmogul")).value == Approx(0.1));

  table d;
  d.add(0, "2024-01-01", "2024-07-01", 100).add(0, "2024-07-01", "", 110).add(1, "2024-07-01", "", 10);
  const ledger day = d.book(at("2024-08-01"));
  CHECK(net_mrr_churn_of(day, at("2024-07-01"), at("2024-07-02"), preset("chartmogul_b2c")).value == Approx(-0.1));
}

TEST_CASE("chr-05: joined and churned in the month does not count under the chartmogul preset: 10 %") {
  table t;
  for (std::uint32_t who = 0; who < 100; ++who) t.add(who, "2023-06-01", who < 10 ? "2024-01-15" : "", 100);
  t.add(100, "2024-01-05", "2024-01-20", 100);
  const ledger book = t.book(at("2024-02-01"));
  CHECK(logo_churn_of(book, at("2024-01-01"), at("2024-02-01"), preset("chartmogul")).value == Approx(0.1));
  CHECK(logo_churn_of(book, at("2024-01-01"), at("2024-02-01"), preset("recurly")).value == Approx(0.1));
  CHECK(logo_churn_of(book, at("2024-01-02"), at("2024-02-01"), preset("stripe")).value == Approx(11.0 / 101));
}

TEST_CASE("chr-13, chr-14: the polar preset looks back 30 days, [t - 30, t), by the day of cancellation") {
  table t;
  for (std::uint32_t who = 0; who < 5; ++who) t.add(who, "2024-01-01", who == 0 ? "2024-02-01" : "", 100);
  const ledger book = t.book(at("2024-04-01"));
  const auto rate = [&](const std::string& t0) { return logo_churn_of(book, at(t0), at(t0), preset("polar")).value; };
  CHECK(rate("2024-02-01") == 0.0);
  CHECK(rate("2024-02-02") == Approx(0.2));
  CHECK(rate("2024-03-01") == Approx(0.2));
  CHECK(rate("2024-03-02") == Approx(0.2));
  CHECK(rate("2024-03-03") == 0.0);

  table two;
  two.add(0, "2024-01-01", "", 100).add(1, "2024-01-01", "2024-02-15", 100);
  const ledger cancelled = two.book(at("2024-04-01"));
  const auto bucket = [&](const std::string& start) {
    return logo_churn_of(cancelled, at(start), at(start), preset("polar"));
  };
  // Polar prints 0.0 for January, before which nobody was a customer; here that is undefined.
  CHECK(bucket("2024-01-01").reason == undefined_reason::no_observations);
  CHECK(bucket("2024-02-01").value == 0.0);
  CHECK(bucket("2024-03-01").value == Approx(0.5));
}

TEST_CASE("chr-16: over opening ARR, simple annualisation multiplies a quarter by 4") {
  const std::int64_t opening[] = {10'000, 11'250, 12'725, 14'650};
  const std::int64_t lost[] = {250, 275, 325, 400};
  const double shown[] = {10.0, 9.8, 10.2, 10.9};
  for (std::size_t q = 0; q < 4; ++q) {
    table t;
    t.add(0, "2023-01-01", "", opening[q] - lost[q]).add(1, "2023-01-01", "2024-02-10", lost[q]);
    const ledger book = t.book(at("2024-04-01"));
    const estimate e =
        gross_mrr_churn_of(book, at("2024-01-01"), at("2024-04-01"), with([](auto& p) { p.annualise = annualise::simple; }));
    CHECK(std::abs(100 * e.value - shown[q]) < 0.05 + 1e-9);
    const estimate plain = gross_mrr_churn_of(book, at("2024-01-01"), at("2024-04-01"));
    CHECK(e.high == Approx(4 * plain.high));
  }
}

TEST_CASE("chr-19, chr-22: compound annual rates of the fight_churn preset") {
  const std::pair<std::uint32_t, double> table_of_years[] = {
      {1, 0.113615}, {2, 0.215283}, {3, 0.306158}, {5, 0.459640}, {8, 0.632334}};
  for (const auto& [monthly, yearly] : table_of_years) {
    table t;
    for (std::uint32_t who = 0; who < 100; ++who) t.add(who, "2023-01-01", who < monthly ? "2024-01-15" : "", 100);
    const ledger book = t.book(at("2024-02-01"));
    const estimate e = logo_churn_of(book, at("2024-01-01"), at("2024-02-01"), preset("fight_churn"));
    CHECK(e.value == Approx(yearly).epsilon(1e-5));
  }
}

TEST_CASE("chr-23 (negative): the fight_churn preset returns 5 % where its author's listing returns nothing") {
  table t;
  t.add(0, "2023-06-01", "2024-01-15", 50).add(0, "2024-01-15", "", 45).add(1, "2023-06-01", "", 50);
  rate_options rules = preset("fight_churn");
  rules.policy.annualise = annualise::none;
  CHECK(gross_mrr_churn_of(t.book(at("2024-02-01")), at("2024-01-01"), at("2024-02-01"), rules).value == Approx(0.05));
}

TEST_CASE("mrr_churn_cap: 275 % without a cap, 100 % under the baremetrics preset") {
  table t;
  t.add(0, "2023-06-01", "", 100).add(0, "2024-01-05", "2024-01-25", 275);
  const ledger book = t.book(at("2024-02-01"));
  CHECK(gross_mrr_churn_of(book, at("2024-01-01"), at("2024-02-01"), preset("chartmogul")).value == Approx(2.75));
  CHECK(gross_mrr_churn_of(book, at("2024-01-01"), at("2024-02-01"), preset("baremetrics")).value == Approx(1.0));
}

TEST_CASE("churn_window, windows_a_year, retention_windows: the days they name") {
  const rate_options rolling = with([](auto& p) { p.window = 30; });
  CHECK(churn_window({}, at("2024-02-01"), at("2024-03-01")) == day_window{at("2024-02-01"), at("2024-03-01")});
  CHECK(churn_window(rolling.policy, at("2024-02-01"), at("2024-03-01")) == day_window{at("2024-01-31"), at("2024-03-01")});
  CHECK(windows_a_year({at("2024-02-01"), at("2024-03-01")}) == 12.0);
  CHECK(windows_a_year({at("2024-01-01"), at("2024-04-01")}) == 4.0);
  CHECK(windows_a_year({at("2024-01-02"), at("2024-02-01")}) == Approx(365.0 / 30));
  revenue_policy p;
  CHECK(retention_windows(p, at("2025-01-01")) == std::vector<day_window>{{at("2024-01-01"), at("2025-01-01")}});
  p.nrr_window = nrr_window::one_month;
  CHECK(retention_windows(p, at("2024-03-31")) == std::vector<day_window>{{at("2024-02-29"), at("2024-03-31")}});
  p.nrr_window = nrr_window::trailing_mean_4q;
  CHECK(retention_windows(p, at("2025-01-01")).front() == day_window{at("2023-04-01"), at("2024-04-01")});
  CHECK(retention_windows(p, at("2025-01-01")).size() == 4);
}

TEST_CASE("churn_window: a policy that looks back 30 days refuses a quarter and a year, and says what to ask") {
  const ledger book = table{}.add(0, "2023-01-01", "2024-11-05", 100).add(1, "2023-01-01", "", 100).book(at("2025-01-01"));
  for (const char* name : {"stripe", "baremetrics", "polar"}) {
    const rate_options options = preset(name);
    for (const char* from : {"2024-01-01", "2024-10-01"}) {
      CHECK_THROWS_WITH_AS((void)logo_churn_of(book, at(from), at("2025-01-01"), options),
                           doctest::Contains("30 days, which is less than the period; ask for the last month"),
                           schema_error);
      CHECK_THROWS_AS((void)gross_mrr_churn_of(book, at(from), at("2025-01-01"), options), schema_error);
      CHECK_THROWS_AS((void)net_mrr_churn_of(book, at(from), at("2025-01-01"), options), schema_error);
    }
    CHECK(logo_churn_of(book, at("2024-12-01"), at("2025-01-01"), options).value == 0);
    CHECK(logo_churn_of(book, at("2024-12-01"), at("2024-12-01"), options).value == Approx(0.5));
  }
  const auto window_of = [](std::int32_t days) { return with([days](auto& p) { p.window = days; }).policy; };
  // Windows that are meant as a month, a quarter and a year.
  CHECK(churn_window(window_of(30), at("2024-12-01"), at("2025-01-01")).from == at("2024-12-02"));
  CHECK(churn_window(window_of(90), at("2024-10-01"), at("2025-01-01")).from == at("2024-10-03"));
  CHECK(churn_window(window_of(365), at("2024-01-01"), at("2025-01-01")).from == at("2024-01-02"));
  CHECK(churn_window(window_of(28), at("2023-02-01"), at("2023-03-01")).from == at("2023-02-01"));
  CHECK_THROWS_AS((void)churn_window(window_of(28), at("2024-12-01"), at("2025-01-01")), schema_error);
  CHECK_THROWS_AS((void)churn_window(window_of(30), at("2024-12-01"), at("2025-01-02")), schema_error);
  // What a window gives may be asked for again.
  for (const std::int32_t days : {7, 28, 29, 30, 90}) {
    const day_window once = churn_window(window_of(days), at("2023-03-01"), at("2023-03-01"));
    CHECK(churn_window(window_of(days), once.from, once.to) == once);
  }
}

TEST_CASE("logo_denominator: a period alone refuses the denominators that need its days") {
  const auto p = tally_spans(butter().book(at("2024-08-01")), detail::cuts_of({at("2024-07-01"), at("2024-08-01")}, false));
  CHECK_THROWS_AS((void)logo_churn(p.front(), over(logo_denominator::daily_sum)), schema_error);
  CHECK_THROWS_AS((void)logo_churn(p.front(), over(logo_denominator::exposure)), schema_error);
  CHECK_THROWS_WITH_AS((void)logo_churn(p.front(), over(logo_denominator::available_to_renew)),
                       doctest::Contains("needs the rows as terms"), schema_error);
  CHECK(logo_churn(std::span(p)).value == Approx(0.05));
  CHECK(logo_churn(std::span<const revenue_period>{}, over(logo_denominator::daily_sum)).reason ==
        undefined_reason::no_observations);
  CHECK_THROWS_AS((void)logo_churn(std::span<const revenue_period>{}), schema_error);
}

TEST_CASE("chr-26: rate_ci names the interval of logo churn and of logo retention") {
  table t;
  for (std::uint32_t who = 0; who < 50; ++who) t.add(who, "2023-06-01", who < 5 ? "2024-01-15" : "", 100);
  const ledger book = t.book(at("2024-02-01"));
  const auto churn = [&](proportion_interval i) {
    return logo_churn_of(book, at("2024-01-01"), at("2024-02-01"), with([i](auto& p) { p.rate_ci = i; }));
  };
  CHECK(churn(proportion_interval::wilson).low == Approx(0.0434757649).epsilon(1e-9));
  CHECK(churn(proportion_interval::clopper_pearson).low == Approx(0.0332750936).epsilon(1e-9));
  CHECK(churn(proportion_interval::jeffreys).high == Approx(0.2053548280).epsilon(1e-9));
  const retention_state s = tally_retention(book, at("2024-01-01"), at("2024-02-01"));
  CHECK(logo_retention(s, with([](auto& p) { p.rate_ci = proportion_interval::clopper_pearson; })).method ==
        interval_method::clopper_pearson);
}
