#include "sojourn/revenue/sources/pricing.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <random>

#include "oracle/slow_invoices.hpp"
#include "priced_rows.hpp"
#include "sojourn/revenue/cohort.hpp"
#include "sojourn/revenue/economics.hpp"
#include "sojourn/revenue/ledger/tenure.hpp"
#include "sojourn/revenue/movements.hpp"
#include "sojourn/revenue/rates.hpp"
#include "sojourn/revenue/sources/price.hpp"
#include "subscription_table.hpp"

using namespace sojourn;
using namespace sojourn::test;

namespace {

template <class Set>
revenue_policy with(Set set) {
  revenue_policy p;
  set(p);
  return p;
}

}  // namespace

TEST_CASE("churn_at: cancelled on 8 June, served to 15 June, ended by the billing system on 12 June (mov-04, mov-05)") {
  const billing b{
      {.start = "2024-04-15", .end = "2024-06-15", .amount = 1'000, .cancelled = "2024-06-08", .billing_end = "2024-06-12"}};
  const revenue_policy request = with([](auto& p) { p.churn_at = churn_at::cancel_request; });
  const revenue_policy billing_end = with([](auto& p) { p.churn_at = churn_at::billing_end; });
  CHECK(total(b, "2024-06-07", request) == on_a_day{1'000, 1});
  CHECK(total(b, "2024-06-08", request) == on_a_day{0, 0});
  CHECK(total(b, "2024-06-14") == on_a_day{1'000, 1});
  CHECK(total(b, "2024-06-15") == on_a_day{0, 0});
  CHECK(total(b, "2024-06-11", billing_end) == on_a_day{1'000, 1});
  CHECK(total(b, "2024-06-12", billing_end) == on_a_day{0, 0});
  // Without the date that the policy names the end of service decides.
  const billing plain{{.end = "2024-06-15"}};
  CHECK(total(plain, "2024-06-15", request) == on_a_day{0, 0});
  CHECK(total(plain, "2024-06-14", billing_end) == on_a_day{10'000, 1});
}

TEST_CASE("past_due: kept, or gone after n days and back when it is paid") {
  const billing b{{.unpaid = "2024-03-01", .paid_again = "2024-05-01"}};
  const revenue_policy month = with([](auto& p) { p.past_due = 30; });
  CHECK(total(b, "2024-04-15") == on_a_day{10'000, 1});
  CHECK(total(b, "2024-03-30", month) == on_a_day{10'000, 1});
  CHECK(total(b, "2024-03-31", month) == on_a_day{0, 0});
  CHECK(total(b, "2024-05-01", month) == on_a_day{10'000, 1});
  const billing paid_in_time{{.unpaid = "2024-03-01", .paid_again = "2024-03-20"}};
  CHECK(total(paid_in_time, "2024-03-31", month) == on_a_day{10'000, 1});
  CHECK(rows_from_prices(b.view(), {.policy = month}).counts.past_due == 1);
  CHECK(rows_from_prices(paid_in_time.view(), {.policy = month}).counts.past_due == 0);
}

TEST_CASE("churn_at nonpayment is the word for past_due 0; a number of days stays what it is") {
  const billing b{{.end = "2024-06-01", .unpaid = "2024-03-01", .paid_again = "2024-05-01"}};
  const revenue_policy word = with([](auto& p) { p.churn_at = churn_at::nonpayment; });
  const revenue_policy days = with([](auto& p) { p.past_due = 0; });
  for (const char* when : {"2024-02-29", "2024-03-01", "2024-04-30", "2024-05-01", "2024-06-01"})
    CHECK(total(b, when, word) == total(b, when, days));
  CHECK(total(b, "2024-03-01", word) == on_a_day{0, 0});
  CHECK(total(b, "2024-03-30", with([](auto& p) { p.churn_at = churn_at::nonpayment, p.past_due = 30; })) ==
        on_a_day{10'000, 1});
}

TEST_CASE("paused: no MRR but a customer, no MRR and no customer, or as before") {
  const billing b{{.paused = "2024-03-01", .resumed = "2024-05-01"}};
  CHECK(total(b, "2024-04-01") == on_a_day{0, 1});
  CHECK(total(b, "2024-04-01", with([](auto& p) { p.paused = paused_is::zero_as_churn; })) == on_a_day{0, 0});
  CHECK(total(b, "2024-04-01", with([](auto& p) { p.paused = paused_is::keep; })) == on_a_day{10'000, 1});
  CHECK(total(b, "2024-05-01") == on_a_day{10'000, 1});

  const ledger book = rows_from_prices(b.view()).book(at("2024-07-01"));
  const auto why = explain(book, account{0}, at("2024-01-01"), at("2024-07-01"));
  REQUIRE(why.movements.size() == 3);
  CHECK(why.movements[1].kind == movement_kind::contraction);
  CHECK(why.movements[2].kind == movement_kind::expansion);
}

TEST_CASE("free_is: at price 0 no customer, or a customer without MRR") {
  const billing b{{.end = "2024-03-01"}, {.start = "2024-03-01", .basis_points = 10'000}};
  CHECK(total(b, "2024-03-01") == on_a_day{0, 0});
  CHECK(total(b, "2024-03-01", with([](auto& p) { p.free_is = free_is::active; })) == on_a_day{0, 1});
  CHECK(rows_from_prices(b.view()).counts.free == 1);
  CHECK(rows_from_prices(b.view()).book().counts().free_periods == 1);
}

TEST_CASE("edge D01: paused customers are no base of money: NRR of a segment that paused and came back is undefined") {
  const billing b{{.account = 0, .paused = "2024-02-01", .resumed = "2024-05-10"},
                  {.account = 1, .amount = 4'000, .paused = "2024-02-01", .resumed = "2024-05-20"}};
  const ledger book = rows_from_prices(b.view()).book(at("2024-07-01"));
  const day from = at("2024-04-01"), to = at("2024-06-01");  // May over two months
  const retention_state state = tally_retention(book, from, to);
  CHECK(state.accounts_opening == 2);
  CHECK(state.accounts_lost == 0);
  CHECK(state.opening == 0);
  for (const auto interval : {ratio_interval::score, ratio_interval::linearised}) {
    rate_options options;
    options.interval = interval;
    CHECK(nrr(state, options).reason == undefined_reason::zero_denominator);
    CHECK(nrr(state, options).n == 2);
    for (const auto basis : {grr_basis::account_min, grr_basis::churn_only, grr_basis::event_sum, grr_basis::totals_min,
                             grr_basis::running_min}) {
      options.policy.grr = basis;
      CHECK(grr_of(book, from, to, options).reason == undefined_reason::zero_denominator);
    }
    for (const auto cap : {mrr_churn_cap::opening_mrr, mrr_churn_cap::none}) {
      options.policy.mrr_churn_cap = cap;
      CHECK(gross_mrr_churn_of(book, from, to, options).reason == undefined_reason::zero_denominator);
    }
    for (const auto how : {net_churn::cohort, net_churn::with_reactivation, net_churn::expansion_only}) {
      options.policy.net_churn = how;
      CHECK(net_mrr_churn_of(book, from, to, options).reason == undefined_reason::zero_denominator);
    }
  }
  CHECK(logo_retention(state).value == 1);
  CHECK(logo_churn_of(book, from, to).value == 0);
  const auto spans = tally_spans(book, std::vector<day>{from, to});
  CHECK(spans.front().expansion == mrr::from_minor(14'000).ticks());
  CHECK(spans.front().free_opening == 2);
  CHECK(spans.front().free_closing == 0);
  CHECK(quick_ratio(spans.front()).reason == undefined_reason::zero_loss);
  const auto paused = tally_spans(book, std::vector<day>{at("2024-03-01"), from});
  CHECK(arpa(paused.front()).reason == undefined_reason::no_observations);
  CHECK(paused.front().accounts_closing() == 2);
  // Survival of money weighs with what they paid last.
  CHECK(tenure(rows_from_prices(b.view()).book(from)).last_mrr_ticks ==
        std::vector<std::int64_t>{mrr::from_minor(10'000).ticks(), mrr::from_minor(4'000).ticks()});
}

TEST_CASE("edge D03: free customers are in no average: one who pays 10.00 first, then not, and one who never does") {
  const billing b{{.account = 0, .end = "2024-02-10", .amount = 0},
                  {.account = 0, .start = "2024-02-10", .end = "2024-03-05", .amount = 1'000},
                  {.account = 0, .start = "2024-03-05", .amount = 0},
                  {.account = 1, .amount = 0}};
  const revenue_policy policy = revenue_policy::preset("chartmogul");
  REQUIRE(policy.free_is == free_is::active);
  const ledger book = rows_from_prices(b.view(), {.policy = policy}).book(at("2024-05-01"));
  const period_grid grid = period_grid::between(in("2024-01"), in("2024-04"));
  const revenue_state state = tally_revenue(book, grid, policy);
  CHECK(state.periods[0].accounts_new == 0);
  CHECK(average_sale_price(state.periods[0]).reason == undefined_reason::no_observations);
  CHECK(average_sale_price(state.periods[1]).value == 1'000);
  CHECK(arpa(state.periods[1]).value == 1'000);
  CHECK(arpa(state.periods[1]).n == 1);
  CHECK(state.periods[2].contraction == mrr::from_minor(1'000).ticks());
  CHECK(state.periods[3].accounts_closing() == 1);
  CHECK(state.periods[3].free_closing == 1);
  CHECK(arpa(state.periods[3]).reason == undefined_reason::no_observations);
  CHECK(cohort_retention(tally_cohorts(book, grid)).at(1, 1) == 1);
  CHECK(cohort_retention(tally_cohorts(book, grid), cohort_measure::mrr).at(1, 1) == 0);
}

TEST_CASE("edge D03: rows that say that a customer is free: who joins so is in no average, and no base of money") {
  mrr_rows rows;
  const auto days = [](const char* text) { return on(text); };
  rows.accounts = 2;
  rows.add(0, days("2024-01-01"), days("2024-02-10"), true, 0, 0, {.kept = account_presence::free});
  rows.add(0, days("2024-02-10"), 0, false, 1'000 * mrr::ticks_per_minor, 1);
  rows.add(1, days("2024-01-01"), 0, false, 0, 2, {.kept = account_presence::free});
  const ledger book = rows.book(at("2024-04-01"));
  const period_grid grid = period_grid::between(in("2024-01"), in("2024-03"));
  const revenue_state state = tally_revenue(book, grid);
  CHECK(state.periods[0].accounts_new == 2);
  CHECK(state.periods[0].free_new == 2);
  CHECK(average_sale_price(state.periods[0]).reason == undefined_reason::no_observations);
  CHECK(state.periods[1].expansion == mrr::from_minor(1'000).ticks());
  CHECK(state.periods[1].accounts_new == 0);
  CHECK(arpa(state.periods[1]).value == 1'000);
  CHECK(arpa(state.periods[1]).n == 1);
  CHECK(net_mrr_churn(state.periods[1]).reason == undefined_reason::zero_denominator);
  const cohort_triangle kept = cohort_retention(tally_cohorts(book, grid), cohort_measure::mrr);
  CHECK(std::isnan(kept.at(0, 1)));
  CHECK(cohort_retention(tally_cohorts(book, grid)).at(0, 1) == 1);
  // All of it in one period: the first MRR of a customer who paid by its end.
  revenue_policy ends;
  ends.movements = movement_mode::net_endpoints;
  const auto quarter = tally_spans(book, std::vector<day>{at("2024-01-01"), at("2024-04-01")}, ends);
  CHECK(average_sale_price(quarter.front()).value == 1'000);
}

TEST_CASE("customers without MRR: their rows have amount 0 and say what keeps them") {
  const billing b{{.end = "2024-02-01"},
                  {.start = "2024-02-01", .amount = 0},
                  {.account = 1, .paused = "2024-03-01", .resumed = "2024-05-01"}};
  const mrr_rows rows = rows_from_prices(b.view(), {.policy = with([](auto& p) { p.free_is = free_is::active; })});
  const std::int64_t paid = mrr::from_minor(10'000).ticks();
  CHECK(rows.amount == std::vector<std::int64_t>{paid, 0, paid, 0, paid});
  REQUIRE(rows.marks.size() == 5);
  CHECK(rows.marks[1].kept == account_presence::free);
  CHECK(rows.marks[3].kept == account_presence::paused);
  const ledger book = rows.book(at("2024-07-01"));
  CHECK(book.presence(account{0}, at("2023-12-31")) == account_presence::absent);
  CHECK(book.presence(account{0}, at("2024-06-30")) == account_presence::free);
  CHECK(book.presence(account{1}, at("2024-04-30")) == account_presence::paused);
  CHECK(book.presence(account{1}, at("2024-05-01")) == account_presence::paying);
  // Rows of a correction have no marks.
  ledger corrected = book;
  table late;
  late.add(1, "2024-06-01", "", 500);
  CHECK_THROWS_AS(corrected.apply(late.view()), schema_error);
  CHECK_THROWS_AS(corrected.retract(late.view()), schema_error);
  CHECK_THROWS_AS(corrected.split(late.view(), account{0}), schema_error);
}

TEST_CASE("lapse_grace bridges the time between two stays, free ones too, and no time without MRR of a customer") {
  const billing b{{.end = "2024-01-20"},
                  {.start = "2024-01-20", .end = "2024-02-01", .amount = 0},
                  {.start = "2024-02-20", .amount = 3'000}};
  const revenue_policy active = with([](auto& p) { p.free_is = free_is::active, p.lapse_grace = 20; });
  const mrr_rows rows = rows_from_prices(b.view(), {.policy = active});
  CHECK(rows.counts.bridges == 1);
  const ledger book = rows.book(at("2024-07-01"));
  CHECK(book.presence(account{0}, at("2024-02-10")) == account_presence::free);
  CHECK(book.level(account{0}, at("2024-02-10")) == mrr{});
  const billing resting{{.paused = "2024-03-01", .resumed = "2024-03-10"}};
  const mrr_rows plain = rows_from_prices(resting.view(), {.policy = active});
  CHECK(plain.counts.bridges == 0);
  CHECK(plain.book(at("2024-07-01")).level(account{0}, at("2024-03-05")) == mrr{});
}

TEST_CASE("mrr-05: 10.00 a month with half off for life is 5.00; discounts lower MRR as the policy says") {
  const billing life{{.amount = 1'000, .basis_points = 5'000, .term = 0}};
  const billing once{{.amount = 1'000, .basis_points = 5'000, .term = 1}};
  const auto rule = [](discount_rule r) { return with([r](auto& p) { p.discounts = r; }); };
  CHECK(total(life, "2024-02-01", revenue_policy::preset("baremetrics")).minor == 500);
  CHECK(total(life, "2024-02-01", rule(discount_rule::none)).minor == 1'000);
  CHECK(total(once, "2024-02-01", rule(discount_rule::recurring)).minor == 1'000);
  CHECK(total(once, "2024-01-31", rule(discount_rule::all)).minor == 500);
  CHECK(total(once, "2024-02-01", rule(discount_rule::all)).minor == 1'000);
}

TEST_CASE("mrr-07: 90.00 for 3 months is 30.00; tax is taken off before, or left in") {
  const billing b{{.amount = 9'000, .every = 3}};
  CHECK(total(b, "2024-02-01", revenue_policy::preset("chartmogul")).minor == 3'000);
  const billing taxed{{.amount = 5'950, .quantity = 2, .tax = 1'900}};
  CHECK(total(taxed, "2024-02-01").minor == 10'000);
  CHECK(total(taxed, "2024-02-01", with([](auto& p) { p.tax = tax_rule::include; })).minor == 11'900);
}

TEST_CASE("mrr-08: one more seat at 50.00 from 16 March raises MRR by 50.00, whatever the prorated invoice says") {
  const billing b{{.start = "2016-01-01", .end = "2016-03-16", .amount = 5'000},
                  {.start = "2016-03-16", .amount = 5'000, .quantity = 2}};
  CHECK(total(b, "2016-03-15").minor == 5'000);
  CHECK(total(b, "2016-03-16").minor == 10'000);
}

TEST_CASE("mrr-10: a terminated annual subscription and its successor are 100.00 a month, not 200.00") {
  // The vendor that counts both counts invoices, see tests/invoicing_test.cpp; prices have nothing to count twice.
  const billing b{{.end = "2024-03-01", .amount = 120'000, .unit = static_cast<std::uint8_t>(billing_unit::year)},
                  {.start = "2024-03-01", .amount = 120'000, .unit = static_cast<std::uint8_t>(billing_unit::year)}};
  CHECK(total(b, "2024-04-01") == on_a_day{10'000, 1});
  CHECK(total(b, "2024-04-01", revenue_policy::preset("recurly")) == on_a_day{10'000, 1});
}

TEST_CASE("mrr-16: trials have no MRR, but an MRR of their own, committed while nobody cancelled") {
  const billing b{{.account = 0},
                  {.account = 1, .trial_end = "2024-03-01"},
                  {.account = 2, .end = "2024-02-20", .trial_end = "2024-03-01"}};
  const mrr_rows paid = rows_from_prices(b.view());
  const mrr_rows trial = rows_from_prices(b.view(), {.policy = {}, .part = mrr_part::trial});
  const mrr_rows committed =
      rows_from_prices(b.view(), {.policy = {}, .part = mrr_part::trial, .commitment = mrr_commitment::committed});
  CHECK(total(paid, "2024-01-31").minor == 10'000);
  CHECK(total(trial, "2024-01-31").minor == 20'000);
  CHECK(total(committed, "2024-01-31").minor == 10'000);
  CHECK(total(paid, "2024-02-29").minor == 10'000);
  CHECK(total(trial, "2024-02-29").minor == 10'000);
  CHECK(total(committed, "2024-02-29").minor == 10'000);
  CHECK(total(paid, "2024-03-31").minor == 20'000);
  CHECK(total(trial, "2024-03-31").minor == 0);
  CHECK(total(committed, "2024-03-31").minor == 0);
  CHECK(paid.counts.trials == 2);
  CHECK(committed.counts.not_committed == 1);
}

TEST_CASE("mrr-17: committed MRR leaves out what is known to end") {
  const billing b{{.account = 0}, {.account = 1, .start = "2024-02-01", .end = "2024-03-01"}};
  const mrr_rows committed =
      rows_from_prices(b.view(), {.policy = {}, .part = mrr_part::paid, .commitment = mrr_commitment::committed});
  for (const auto& [when, all] : {std::pair{"2024-01-31", 10'000}, {"2024-02-29", 20'000}, {"2024-03-31", 10'000}}) {
    CHECK(total(b, when).minor == all);
    CHECK(total(committed, when).minor == 10'000);
  }
  // A cancellation ends the commitment on its day.
  const billing asked{{.end = "2024-06-01", .cancelled = "2024-05-10"}};
  const mrr_rows until = rows_from_prices(asked.view(), {.policy = {}, .commitment = mrr_commitment::committed});
  CHECK(total(until, "2024-05-09").minor == 10'000);
  CHECK(total(until, "2024-05-10").minor == 0);
}

TEST_CASE("usage: metered prices are left out and counted, or in") {
  const billing b{{.amount = 7'000}, {.amount = 500, .metered = 1}};
  CHECK(total(b, "2024-02-01").minor == 7'000);
  CHECK(rows_from_prices(b.view()).counts.metered == 1);
  CHECK(total(b, "2024-02-01", with([](auto& p) { p.usage = usage_rule::include; })).minor == 7'500);
}

TEST_CASE("unit: two subscriptions of one account are one customer or two") {
  const billing b{{.subscription = 0}, {.subscription = 1}};
  CHECK(total(b, "2024-02-01") == on_a_day{20'000, 1});
  CHECK(total(b, "2024-02-01", with([](auto& p) { p.unit = customer_unit::subscription; })) == on_a_day{20'000, 2});
  priced_subscriptions without = b.view();
  without.subscription = {};
  CHECK_THROWS_AS((void)rows_from_prices(without, {.policy = with([](auto& p) { p.unit = customer_unit::subscription; })}),
                  schema_error);
}

TEST_CASE("calendar_factor: 10.00 a week is 43.33, 43.48, 42.86 or 43.30; 1.00 a day 30.42, 30.44, 30.00 or 30.42") {
  const auto cents = [](calendar_factor factor, billing_unit unit, std::int64_t amount) {
    return round_to_minor(
        mrr_from_price({.amount_minor = amount, .unit = unit}, {}, with([factor](auto& p) { p.calendar_factor = factor; }))
            .value.ticks());
  };
  const std::int64_t weeks[] = {4'333, 4'348, 4'286, 4'330};
  const std::int64_t day[] = {3'042, 3'044, 3'000, 3'042};
  for (std::size_t i = 0; i < 4; ++i) {
    CHECK(cents(static_cast<calendar_factor>(i), billing_unit::week, 1'000) == weeks[i]);
    CHECK(cents(static_cast<calendar_factor>(i), billing_unit::day, 100) == day[i]);
    CHECK(cents(static_cast<calendar_factor>(i), billing_unit::year, 1'200) == 100);
  }
  CHECK(revenue_policy::preset("recurly").calendar_factor == calendar_factor::days_30);
}

TEST_CASE("rounding: a million plans of 19.99 a year are 1,665,833.33 a month, or 1,670,000.00 cent by cent") {
  const price plan{.amount_minor = 1'999, .unit = billing_unit::year};
  const auto million = [&](const revenue_policy& p) {
    return round_to_minor(detail::int128{1'000'000} * mrr_from_price(plan, {}, p).value.ticks());
  };
  CHECK(million({}) == 166'583'333);
  CHECK(million(revenue_policy::preset("chartmogul")) == 167'000'000);
  CHECK(million(revenue_policy::preset("polar")) == 167'000'000);
}

TEST_CASE("mrr-11: four decimals of a dollar, halves up, and twelve of them are not the price") {
  const std::int64_t yearly[] = {1829, 1995, 2995, 4900, 5900, 15995, 18329, 45829, 59995, 229900, 549900};
  const std::int64_t shown[] = {15242, 16625, 24958, 40833, 49167, 133292, 152742, 381908, 499958, 1915833, 4582500};
  const revenue_policy four = with([](auto& p) { p.rounding = mrr_rounding::per_item_4dp; });
  for (std::size_t i = 0; i < std::size(yearly); ++i) {
    const auto found = mrr_from_price({.amount_minor = yearly[i], .unit = billing_unit::year}, {}, four);
    // value + residue is exactly so many hundredths of a minor unit: 166,320 / 100 ticks each.
    const detail::int128 exact = detail::int128{found.value.ticks()} * found.residue_denominator + found.residue_numerator;
    CHECK(100 * exact == detail::int128{shown[i]} * mrr::ticks_per_minor * found.residue_denominator);
  }
}

TEST_CASE("mrr-13, mrr-14: to the cent by item, as the preset's vendor asserts") {
  const revenue_policy polar = revenue_policy::preset("polar");
  const billing b{{.account = 0, .amount = 10'000},
                  {.account = 1, .amount = 100'000, .unit = static_cast<std::uint8_t>(billing_unit::year)}};
  CHECK(total(b, "2024-02-01", polar) == on_a_day{18'333, 2});
  const auto cents = [&](const price& p) { return mrr_from_price(p, {}, polar).value; };
  CHECK(cents({.amount_minor = 30'000, .every = 3}) == mrr::from_minor(10'000));
  CHECK(cents({.amount_minor = 240'000, .every = 2, .unit = billing_unit::year}) == mrr::from_minor(10'000));
  CHECK(cents({.amount_minor = 5'000, .every = 2, .unit = billing_unit::week}) == mrr::from_minor(10'833));
}

TEST_CASE("mrr-01, mrr-02: the stripe preset's annual prices are divided by 12") {
  const billing b{{.account = 0, .amount = 10'000, .quantity = 100},
                  {.account = 1, .amount = 60'000, .unit = static_cast<std::uint8_t>(billing_unit::year), .quantity = 50}};
  CHECK(total(b, "2024-02-01", revenue_policy::preset("stripe")).minor == 1'250'000);
  const billing annual{{.amount = 120'000, .unit = static_cast<std::uint8_t>(billing_unit::year)}};
  CHECK(total(annual, "2024-02-01", revenue_policy::preset("stripe")).minor == 10'000);
}

TEST_CASE("mov-01, mov-02: a life under the chartmogul preset") {
  const auto year = static_cast<std::uint8_t>(billing_unit::year);
  const billing b{{.start = "2023-01-10", .end = "2024-01-10", .amount = 200'000, .unit = year},
                  {.start = "2023-02-15", .end = "2023-06-15", .amount = 3'000, .quantity = 2},
                  {.start = "2024-03-01", .amount = 5'000, .quantity = 3}};
  const revenue_policy rules = revenue_policy::preset("chartmogul");
  const ledger book = rows_from_prices(b.view(), {.policy = rules}).book(at("2024-06-01"));
  const auto life = explain(book, account{0}, at("2023-01-01"), at("2024-06-01"), rules).movements;
  const movement_kind kinds[] = {movement_kind::new_business, movement_kind::expansion, movement_kind::contraction,
                                 movement_kind::churn, movement_kind::reactivation};
  const std::int64_t change[] = {16'667, 6'000, -6'000, -16'667, 15'000};
  REQUIRE(life.size() == 5);
  for (std::size_t i = 0; i < 5; ++i) {
    CHECK(life[i].kind == kinds[i]);
    CHECK(life[i].after.ticks() - life[i].before.ticks() == change[i] * mrr::ticks_per_minor);
  }
}

TEST_CASE("lapse_grace: a gap of at most n days did not happen; the MRR before it runs on") {
  test::table t;
  t.add(0, "2024-01-01", "2024-03-01", 100).add(0, "2024-03-04", "", 150);
  const auto changes = [&](std::int32_t grace) {
    mrr_rows rows = copy_rows(t.view());
    bridge_lapses(rows, grace);
    const ledger book = rows.book(at("2024-06-01"));
    std::vector<movement_kind> kinds;
    for (const auto& m : explain(book, account{0}, at("2024-02-01"), at("2024-06-01")).movements) kinds.push_back(m.kind);
    return kinds;
  };
  CHECK(changes(2) == std::vector{movement_kind::churn, movement_kind::reactivation});
  CHECK(changes(3) == std::vector{movement_kind::expansion});
  revenue_policy three;
  three.lapse_grace = 3;
  CHECK(ledger_of(t.view(), three).level(account{0}, at("2024-03-02")) == mrr::from_minor(100));
  CHECK(ledger_of(t.view(), {}).level(account{0}, at("2024-03-02")) == mrr{});
  // The lapse that as_of cuts stays churn: its length is not known.
  mrr_rows rows = copy_rows(t.view());
  bridge_lapses(rows, 3, at("2024-03-03"));
  CHECK(rows.counts.bridges == 0);
}

TEST_CASE("bridge_lapses: equals the day-by-day fill on random ledgers") {
  std::mt19937_64 random(61);
  const int first = on("2019-12-01");
  const int last = on("2021-05-01");
  for (int round = 0; round < 500; ++round) {
    const table t = random_table(random, 4, random() % 10 + 1);
    const auto grace = static_cast<std::int32_t>(random() % 40);
    mrr_rows rows = copy_rows(t.view(), t.accounts);
    bridge_lapses(rows, grace, at("2021-05-01"));
    const ledger book = rows.book(at("2021-05-01"));
    const oracle::slow_ledger slow(t.slow_rows(), first, last, last);
    for (const auto& [who, paid] : slow.accounts()) {
      std::vector<long long> days = paid;
      for (std::size_t d = 1; d < days.size(); ++d) {
        if (days[d] != 0 || days[d - 1] == 0) continue;
        std::size_t back = d;
        while (back < days.size() && days[back] == 0) ++back;
        if (back < days.size() && back - d <= static_cast<std::size_t>(grace)) {
          for (std::size_t gap = d; gap < back; ++gap) days[gap] = days[d - 1];
        }
        d = back;
      }
      for (int d = first; d < last; d += 3) {
        REQUIRE(book.level(account{who}, day{d}).ticks() ==
                days[static_cast<std::size_t>(d - first)] * mrr::ticks_per_minor);
      }
    }
  }
}

TEST_CASE("rows_from_prices: equals a day-by-day reading of every rule on random rows") {
  std::mt19937_64 random(62);
  const int first = on("2024-01-01");
  const auto any = [&](std::uint64_t one_in) {
    return random() % one_in == 0 ? "" : to_string(day{first + static_cast<int>(random() % 200)});
  };
  for (int round = 0; round < 3000; ++round) {
    row r{.start = to_string(day{first + static_cast<int>(random() % 50)}),
          .amount = random() % 5 == 0 ? 0 : 3'000,
          .cancelled = any(2),
          .billing_end = any(2),
          .unpaid = any(2),
          .paid_again = any(3),
          .paused = any(2),
          .resumed = any(3),
          .trial_start = "",
          .trial_end = any(2),
          .off = random() % 2 == 0 ? 0 : 1'000,
          .term = static_cast<std::uint8_t>(random() % 2),
          .off_until = any(2)};
    if (!r.trial_end.empty() && random() % 2 == 0) {
      r.trial_start = to_string(day{on(r.trial_end) - static_cast<int>(random() % 60)});
    }
    if (random() % 2 == 0) r.end = to_string(day{on(r.start) + static_cast<int>(random() % 150)});
    revenue_policy p;
    p.churn_at = static_cast<churn_at>(random() % 4);
    p.past_due = random() % 2 == 0 ? revenue_policy::unlimited : static_cast<std::int32_t>(random() % 60);
    p.paused = static_cast<paused_is>(random() % 3);
    p.free_is = static_cast<free_is>(random() % 2);
    p.discounts = static_cast<discount_rule>(random() % 3);
    const mrr_rows rows = rows_from_prices(billing{r}.view(), {.policy = p});
    const ledger book = rows.book(at("2030-01-01"));
    const auto day_or = [](const std::string& text, int otherwise) { return text.empty() ? otherwise : on(text); };
    const int never = INT32_MAX;
    int end = day_or(r.end, never);
    if (p.churn_at == churn_at::cancel_request) end = std::min(end, day_or(r.cancelled, never));
    if (p.churn_at == churn_at::billing_end) end = std::min(end, day_or(r.billing_end, never));
    const int trial_from = day_or(r.trial_start, on(r.start)), trial_to = day_or(r.trial_end, trial_from);
    const bool counts = p.discounts == discount_rule::all || (p.discounts == discount_rule::recurring && r.term == 0);
    const int billed_from = trial_from <= on(r.start) ? std::max(on(r.start), trial_to) : on(r.start);
    int off_until = counts && r.off != 0 ? never : first;
    if (off_until == never && r.term == 1) off_until = oracle::slow_month_later(billed_from);
    if (counts && r.off != 0) off_until = day_or(r.off_until, off_until);
    bool customer = false;
    for (int d = first; d < first + 260; ++d) {
      const std::int64_t net = std::max<std::int64_t>(0, r.amount - (d < off_until ? r.off : 0));
      const bool free_month = d >= trial_from && d < trial_to && trial_from > on(r.start);
      std::int64_t expected = free_month ? 0 : net * mrr::ticks_per_minor;
      auto now = expected > 0                   ? account_presence::paying
                 : p.free_is == free_is::active ? account_presence::free
                                                : account_presence::absent;
      const bool paused = !r.paused.empty() && d >= on(r.paused) && d < day_or(r.resumed, never);
      if (paused && !free_month && p.paused == paused_is::zero_as_contraction) expected = 0, now = account_presence::paused;
      if (paused && !free_month && p.paused == paused_is::zero_as_churn) expected = 0, now = account_presence::absent;
      const bool kept = p.past_due == revenue_policy::unlimited && p.churn_at != churn_at::nonpayment;
      const int grace = p.past_due == revenue_policy::unlimited ? 0 : p.past_due;
      const bool late = !kept && !r.unpaid.empty() && d >= on(r.unpaid) + grace && d < day_or(r.paid_again, never);
      if (late && !free_month) expected = 0, now = account_presence::absent;
      if (d < on(r.start) || d >= end || (d >= trial_from && d < trial_to && !free_month)) {
        expected = 0, now = account_presence::absent;
      }
      // Without MRR nobody becomes a customer; who pays stays one while a row without MRR goes on.
      customer = now == account_presence::paying || (now != account_presence::absent && customer);
      REQUIRE(book.level(account{0}, day{d}).ticks() == expected);
      REQUIRE(book.presence(account{0}, day{d}) == (customer ? now : account_presence::absent));
    }
  }
}

TEST_CASE("rows_from_prices: bad rows name column, row and rule") {
  const auto problem_of = [](const billing& b, const revenue_policy& p = {}) {
    try {
      (void)rows_from_prices(b.view(), {.policy = p});
    } catch (const data_error& e) {
      return e.column() + " " + std::to_string(e.row());
    }
    return std::string{};
  };
  CHECK(problem_of({{}, {.end = "2023-01-01"}}) == "end 1");
  CHECK(problem_of({{}, {.amount = -1}}) == "amount_minor 1");
  CHECK(problem_of({{.every = 0}}) == "every 0");
  CHECK(problem_of({{.unit = 9}}) == "unit 0");
  CHECK(problem_of({{.tax = 10'001}}) == "tax_minor 0");
  CHECK(problem_of({{.term = 2}}) == "discount_term 0");
  CHECK(problem_of({{.start = ""}}) == "start 0");
  CHECK(problem_of({{.account = 1}}) == "account 0");
  billing longer{{}, {}};
  longer.tax.pop_back();
  CHECK_THROWS_AS((void)rows_from_prices(longer.view()), schema_error);
}

TEST_CASE("end_day: under the closed day service ends at the end of the day that is named") {
  const revenue_policy closed = with([](auto& p) { p.end_day = end_day_rule::closed; });
  const billing b{{.end = "2024-02-04"}};
  CHECK(total(b, "2024-02-03").customers == 1);
  CHECK(total(b, "2024-02-04").customers == 0);
  CHECK(total(b, "2024-02-04", closed).customers == 1);
  CHECK(total(b, "2024-02-05", closed).customers == 0);
  const billing one_day{{.start = "2024-02-04", .end = "2024-02-04"}};
  CHECK(total(one_day, "2024-02-04").customers == 0);
  CHECK(total(one_day, "2024-02-04", closed).customers == 1);
  revenue_policy by_request = closed;
  by_request.churn_at = churn_at::cancel_request;
  const billing request{{.end = "2024-06-01", .cancelled = "2024-03-10"}};
  CHECK(total(request, "2024-03-10", by_request).customers == 1);
  CHECK(total(request, "2024-03-11", by_request).customers == 0);
  const billing last{{.end = "2199-12-31"}};
  CHECK(total(last, "2024-03-10", closed).customers == 1);
}

TEST_CASE("mov-07: active customers are those of the day before, plus new, less churned, under either convention") {
  // One subscription ends on the fourth day; it is still active on it where days are closed.
  billing b{};
  for (std::uint32_t who = 0; who < 11; ++who) {
    row r{.account = who, .start = who == 10 ? "2024-01-02" : "2023-01-01"};
    if (who == 0) r.end = "2024-01-04";
    b.add(r);
  }
  const revenue_policy closed = with([](auto& p) { p.end_day = end_day_rule::closed; });
  const std::int64_t active[] = {10, 11, 11, 11, 10, 10};
  std::int64_t before = 10;
  for (int i = 0; i < 6; ++i) {
    const std::string when = to_string(day{on("2024-01-01") + i});
    const std::int64_t joined = i == 1 ? 1 : 0, left = i == 4 ? 1 : 0;
    CHECK(total(b, when, closed).customers == active[i]);
    CHECK(active[i] == before + joined - left);
    before = active[i];
  }
  CHECK(total(b, "2024-01-04").customers == 10);
}
