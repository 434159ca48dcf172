// From which day to which day prices make a customer: churn, unpaid days, pauses, free customers, and which averages they
// are in.
#include "sojourn/revenue/sources/pricing.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <string>
#include <vector>

#include "priced_rows.hpp"
#include "sojourn/revenue/cohort.hpp"
#include "sojourn/revenue/economics.hpp"
#include "sojourn/revenue/ledger/tenure.hpp"
#include "sojourn/revenue/movements.hpp"
#include "sojourn/revenue/rates.hpp"

using namespace sojourn;
using namespace sojourn::test;

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
