#include "sojourn/revenue/rates.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <random>

#include "sojourn/revenue/cohort.hpp"
#include "sojourn/revenue/economics.hpp"
#include "sojourn/revenue/explain/comparison.hpp"
#include "sojourn/revenue/explain/contributors.hpp"
#include "sojourn/revenue/ledger/mrr_rows.hpp"
#include "sojourn/revenue/ledger/tenure.hpp"
#include "sojourn/revenue/movements.hpp"
#include "sojourn/revenue/named_rates.hpp"
#include "sojourn/revenue/renewal.hpp"
#include "sojourn/revenue/retention_windows.hpp"
#include "subscription_table.hpp"

using namespace sojourn;
using namespace sojourn::test;
using doctest::Approx;

namespace {

template <class Set>
rate_options with(Set set) {
  rate_options o;
  set(o.policy);
  return o;
}

rate_options over(logo_denominator d) {
  return with([d](auto& p) { p.logo_denominator = d; });
}

rate_options on_basis(grr_basis basis) {
  return with([basis](auto& p) { p.grr = basis; });
}

rate_options preset(const char* name) {
  return {.policy = revenue_policy::preset(name)};
}

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

TEST_CASE("movement options: mode, same-period churn, gap and quick ratio each change a number") {
  table t;
  t.add(0, "2023-01-01", "", 100);
  t.add(1, "2023-01-01", "2023-09-01", 70).add(1, "2024-01-05", "", 60);  // back after 126 days
  t.add(2, "2024-01-03", "2024-01-20", 40);                               // joins and leaves
  t.add(3, "2023-01-01", "2024-01-10", 50).add(3, "2024-01-20", "", 55);  // lapses within the month
  t.add(4, "2023-01-01", "2024-01-25", 10);                               // leaves
  const ledger book = t.book(at("2024-02-01"));
  const auto row = [&](const char* name) {
    const period_grid january = period_grid::between(in("2024-01"), in("2024-01"));
    return movements(tally_revenue(book, january, revenue_policy::preset(name))).front();
  };
  CHECK(row("stripe").new_business == 40);
  CHECK(row("stripe").churn == 100);
  CHECK(row("profitwell").new_business == 0);
  CHECK(row("profitwell").churn == 60);
  CHECK(row("maxio").new_business == 100);
  CHECK(row("maxio").reactivation == 55);
  CHECK(row("stripe").reactivation == 115);
  CHECK(row("fight_churn").expansion == 5);
  CHECK(row("fight_churn").churn == 10);
  for (const std::string& name : revenue_policy::presets()) CHECK(row(name.c_str()).closing == 215);

  const auto ratio = [&](const char* name) {
    const auto cuts = detail::cuts_of({at("2024-01-01"), at("2024-02-01")}, false);
    const auto spans = tally_spans(book, cuts, revenue_policy::preset(name));
    return quick_ratio(spans.front(), preset(name)).value;
  };
  CHECK(ratio("stripe") == Approx(155.0 / 100));
  CHECK(ratio("baremetrics") == Approx(40.0 / 100));
}

TEST_CASE("cohort_state: who returned is in the cohort again, or never") {
  table t;
  t.add(0, "2024-01-01", "", 100);
  t.add(1, "2024-01-01", "2024-02-10", 100).add(1, "2024-03-10", "", 100);
  const ledger book = t.book(at("2024-05-01"));
  const period_grid grid = period_grid::between(in("2024-01"), in("2024-04"));
  const auto kept = [&](cohort_presence p) {
    const cohort_state s = tally_cohorts(book, grid, p);
    return std::vector<std::int64_t>{s.at(0, 0).accounts, s.at(0, 1).accounts, s.at(0, 2).accounts, s.at(0, 3).accounts};
  };
  CHECK(kept(cohort_presence::active_at_end) == std::vector<std::int64_t>{2, 1, 2, 2});
  CHECK(kept(cohort_presence::never_churned) == std::vector<std::int64_t>{2, 1, 1, 1});
  CHECK(tally_cohorts(book, grid) == tally_cohorts(book, grid, cohort_presence::active_at_end));
}

TEST_CASE("cohort_mean, ret-08: size-weighted 76 % and 74 %; ret-10 (negative): the mean includes the 0 %") {
  const auto average = [](std::vector<double> sizes, std::vector<double> shares, cohort_mean mean) {
    const std::size_t n = sizes.size();
    return cohort_average({std::vector<std::string>(n, "c"), std::move(sizes), 1, std::move(shares)}, mean)[0];
  };
  CHECK(std::abs(average({54701, 44136, 55887, 46883}, {77, 74, 76, 78}, revenue_policy{}.cohort_mean) - 76.30) < 0.005);
  CHECK(std::abs(average({54701, 44136, 55887}, {75, 72, 75}, cohort_mean::size_weighted) - 74.14) < 0.005);
  CHECK(average({10, 10}, {0, 25}, cohort_mean::simple) == Approx(12.5));
  CHECK(average({30, 10}, {0, 20}, cohort_mean::simple) == Approx(10.0));
  CHECK(average({30, 10}, {0, 20}, cohort_mean::size_weighted) == Approx(5.0));
}

TEST_CASE("ret-11: three users on days 1-3, 1-2 and 1 are kept 3/3, 2/3, 1/3") {
  table t;
  t.add(0, "2024-01-01", "2024-04-01", 100).add(1, "2024-01-01", "2024-03-01", 100).add(2, "2024-01-01", "2024-02-01", 100);
  const ledger book = t.book(at("2024-06-01"));
  const auto triangle = cohort_retention(tally_cohorts(book, period_grid::between(in("2024-01"), in("2024-03"))));
  CHECK(triangle.at(0, 0) == 1.0);
  CHECK(triangle.at(0, 1) == Approx(2.0 / 3));
  CHECK(triangle.at(0, 2) == Approx(1.0 / 3));
}

TEST_CASE("renewal_grace, renewal_open: a late renewal and an open one, by policy") {
  const std::vector<std::uint32_t> account{0, 1, 2};
  const std::vector<std::int32_t> end{on("2024-03-01"), on("2024-03-01"), on("2024-03-25")};
  const std::vector<std::int64_t> value{100, 100, 100};
  const std::vector<std::int32_t> renewed{on("2024-03-01"), on("2024-03-11"), 0};
  const std::uint8_t known[] = {0b011};
  const contracts terms{account,
                        end,
                        value,
                        {std::span<const std::int32_t>(renewed), known, 0, {}},
                        {std::span<const std::int64_t>(value), known, 0, {}}};
  const auto rate = [&](std::int32_t grace, renewal_open open) {
    revenue_policy p;
    p.renewal_grace = grace;
    p.renewal_open = open;
    renewal_options o = renewal_rules(p);
    o.as_of = at("2024-04-01");
    return logo_renewal(tally_renewals(terms, {at("2024-03-01"), at("2024-04-01")}, o)).value;
  };
  CHECK(rate(30, renewal_open::exclude) == 1.0);
  CHECK(rate(5, renewal_open::exclude) == Approx(1.0 / 3));
  CHECK(rate(30, renewal_open::lost) == Approx(2.0 / 3));
}

TEST_CASE("payback: the book's margin or the average customer's") {
  const acquisition won{money{120'000}, 10, mrr::from_minor(20'000)};
  estimate arpa_minor;
  arpa_minor.value = 3'000;
  CHECK(payback_months(won, arpa_minor, 0.8, {}).value == Approx(7.5));
  revenue_policy p;
  p.payback = payback_basis::per_customer;
  CHECK(payback_months(won, arpa_minor, 0.8, p).value == Approx(5.0));
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
