// Billing events that are read wrongly elsewhere: discounts that end, free months, late requests, trials that never paid.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "priced_rows.hpp"
#include "sojourn/revenue/movements.hpp"

using namespace sojourn;
using namespace sojourn::test;

namespace {

revenue_policy all_discounts() {
  revenue_policy p;
  p.discounts = discount_rule::all;
  return p;
}
revenue_policy free_customers() {
  revenue_policy p;
  p.free_is = free_is::active;
  return p;
}

/// The movements of an account, by name.
std::vector<std::string> life(const billing& b, const revenue_policy& policy = {}, std::uint32_t who = 0) {
  const ledger book = rows_from_prices(b.view(), {.policy = policy, .as_of = at("2026-01-01")}).book(at("2026-01-01"));
  std::vector<std::string> kinds;
  for (const account_movement& one : explain(book, account{who}, at("2020-01-01"), at("2026-01-01"), policy).movements)
    kinds.emplace_back(to_string(one.kind));
  return kinds;
}
using words = std::vector<std::string>;

constexpr std::uint8_t once = 1;
constexpr auto year = static_cast<std::uint8_t>(billing_unit::year);

}  // namespace

TEST_CASE("edge C01: a discount on the first invoice ends with the first term") {
  const billing b{{.start = "2024-01-31", .amount = 1'500, .off = 1'400, .term = once}};
  for (const char* preset : {"chartmogul", "profitwell", "maxio", "polar"}) {
    const revenue_policy policy = revenue_policy::preset(preset);
    CHECK(total(b, "2024-01-31", policy).minor == 100);
    CHECK(total(b, "2024-02-28", policy).minor == 100);
    CHECK(total(b, "2024-02-29", policy).minor == 1'500);
    CHECK(total(b, "2026-01-01", policy).minor == 1'500);
  }
  CHECK(total(b, "2024-02-01").minor == 1'500);
  CHECK(life(b, all_discounts()) == words{"new", "expansion"});

  // The first term is the first one that is billed, and as long as the price says.
  const billing after_trial{{.start = "2024-01-01", .amount = 1'500, .trial_end = "2024-01-15", .off = 1'400, .term = once}};
  CHECK(total(after_trial, "2024-01-14", all_discounts()).customers == 0);
  CHECK(total(after_trial, "2024-02-14", all_discounts()).minor == 100);
  CHECK(total(after_trial, "2024-02-15", all_discounts()).minor == 1'500);
  const billing yearly{{.start = "2024-02-29", .amount = 12'000, .unit = year, .off = 6'000, .term = once}};
  CHECK(total(yearly, "2025-02-27", all_discounts()).minor == 500);
  CHECK(total(yearly, "2025-02-28", all_discounts()).minor == 1'000);
  const billing weeks{{.amount = 1'200,
                       .unit = static_cast<std::uint8_t>(billing_unit::week),
                       .every = 2,
                       .basis_points = 5'000,
                       .term = once}};
  CHECK(total(weeks, "2024-01-14", all_discounts()).minor == 1'300);
  CHECK(total(weeks, "2024-01-15", all_discounts()).minor == 2'600);
  const billing for_ever{{.start = "2024-01-01", .amount = 1'500, .unit = year, .every = 2'000'000, .off = 1, .term = once}};
  CHECK(total(for_ever, "2026-01-01", all_discounts()).minor == 0);
}

TEST_CASE("edge C01: discount_until ends a discount of either kind") {
  const billing until{{.amount = 1'500, .off = 500, .off_until = "2024-04-01"}};
  CHECK(total(until, "2024-03-31").minor == 1'000);
  CHECK(total(until, "2024-04-01").minor == 1'500);
  const billing three{{.amount = 1'500, .off = 500, .term = once, .off_until = "2024-04-01"}};
  CHECK(total(three, "2024-03-31", all_discounts()).minor == 1'000);
  CHECK(total(three, "2024-04-01", all_discounts()).minor == 1'500);
  CHECK(total(three, "2024-01-01").minor == 1'500);
  const billing over{{.amount = 1'500, .off = 500, .off_until = "2023-06-01"}};
  CHECK(total(over, "2024-01-01").minor == 1'500);
  // A free first month makes no customer of somebody who has not paid; the first payment does.
  const billing free{{.amount = 1'500, .basis_points = 10'000, .term = once}};
  CHECK(life(free, revenue_policy::preset("chartmogul")) == words{"new"});
  CHECK(total(free, "2024-01-31", revenue_policy::preset("chartmogul")).customers == 0);
}

TEST_CASE("edge C03: a free month within a running subscription is free between its days only") {
  const billing b{{.start = "2023-01-01", .trial_start = "2024-01-01", .trial_end = "2024-02-01"}};
  for (const char* paid : {"2023-01-01", "2023-07-01", "2023-12-31", "2024-02-01"}) CHECK(total(b, paid).minor == 10'000);
  CHECK(total(b, "2024-01-01") == on_a_day{0, 0});
  CHECK(life(b) == words{"new", "churn", "reactivation"});
  // Where a free customer stays one, the free month is no churn.
  CHECK(total(b, "2024-01-31", free_customers()) == on_a_day{0, 1});
  CHECK(life(b, free_customers()) == words{"new", "contraction", "expansion"});
  const mrr_rows trial = rows_from_prices(b.view(), {.part = mrr_part::trial});
  CHECK(total(trial, "2023-12-31").minor == 0);
  CHECK(total(trial, "2024-01-01").minor == 10'000);

  // An end alone is the end of a trial that began with the row; the same start says no more.
  const billing alone{{.trial_end = "2024-02-01"}}, both{{.trial_start = "2024-01-01", .trial_end = "2024-02-01"}};
  for (const char* when : {"2024-01-01", "2024-01-31", "2024-02-01"}) CHECK(total(alone, when) == total(both, when));
  // The trial of an earlier stretch of the subscription has no effect on this one.
  const billing earlier{{.trial_start = "2023-12-01", .trial_end = "2023-12-15"}};
  CHECK(total(earlier, "2024-01-01").minor == 10'000);
}

TEST_CASE("edge C03: a trial has a start and an end, in this order") {
  const auto refused = [](const billing& b) {
    try {
      (void)rows_from_prices(b.view());
    } catch (const data_error& e) {
      return e.column() + " " + std::to_string(e.row());
    }
    return std::string{};
  };
  CHECK(refused({{}, {.trial_start = "2024-01-01"}}) == "trial_end 1");
  CHECK(refused({{.trial_start = "2024-02-01", .trial_end = "2024-01-01"}}) == "trial_end 0");
}

TEST_CASE("edge C04: no date after the end of service moves MRR past it") {
  const billing b{{.start = "2023-01-01", .end = "2024-03-01", .cancelled = "2024-04-15", .billing_end = "2024-05-01"}};
  revenue_policy request, billing_end;
  request.churn_at = churn_at::cancel_request;
  billing_end.churn_at = churn_at::billing_end;
  for (const revenue_policy& policy : {request, billing_end, revenue_policy::preset("stripe"),
                                       revenue_policy::preset("chartmogul"), revenue_policy::preset("polar")}) {
    CHECK(total(b, "2024-02-29", policy).minor == 10'000);
    CHECK(total(b, "2024-03-01", policy) == on_a_day{0, 0});
  }
  const mrr_rows committed = rows_from_prices(b.view(), {.commitment = mrr_commitment::committed});
  CHECK(total(committed, "2024-02-29").minor == 10'000);
  CHECK(total(committed, "2024-03-01").minor == 0);
  // Paid again and resumed after the end: nothing comes back.
  revenue_policy strict;
  strict.past_due = 0;
  const billing late{{.end = "2024-03-01", .unpaid = "2024-02-01", .paid_again = "2024-04-01", .resumed = "2024-04-01"}};
  CHECK(total(late, "2024-04-01", strict) == on_a_day{0, 0});
}

TEST_CASE("edge C07: 240.00 every 2 years, or 24 months, is 10.00; 360.00 every 3 years too") {
  CHECK(total(billing{{.amount = 24'000, .unit = year, .every = 2}}, "2024-06-01").minor == 1'000);
  CHECK(total(billing{{.amount = 24'000, .every = 24}}, "2024-06-01").minor == 1'000);
  CHECK(total(billing{{.amount = 36'000, .unit = year, .every = 3}}, "2024-06-01").minor == 1'000);
  CHECK(total(billing{{.amount = 36'000, .every = 36}}, "2024-06-01").minor == 1'000);
}

TEST_CASE("edge C08: of two trials one ends unpaid: new when the other one ends, and no churn") {
  const billing b{{.account = 0, .trial_end = "2024-01-15"}, {.account = 1, .end = "2024-01-15", .trial_end = "2024-01-15"}};
  for (const revenue_policy& policy : {revenue_policy{}, revenue_policy::preset("chartmogul"),
                                       revenue_policy::preset("stripe"), revenue_policy::preset("baremetrics")}) {
    CHECK(total(b, "2024-01-14", policy) == on_a_day{0, 0});
    CHECK(total(b, "2024-01-15", policy) == on_a_day{10'000, 1});
    CHECK(life(b, policy, 0) == words{"new"});
    CHECK(life(b, policy, 1).empty());
  }
}

TEST_CASE("edge C09: unpaid from 10 March to 10 May, 30 days of grace: in March, out in April, back in May") {
  const billing b{{.unpaid = "2024-03-10", .paid_again = "2024-05-10"}};
  revenue_policy month;
  month.past_due = 30;
  CHECK(total(b, "2024-03-31", month).minor == 10'000);
  CHECK(total(b, "2024-04-08", month).minor == 10'000);
  CHECK(total(b, "2024-04-30", month).minor == 0);
  CHECK(total(b, "2024-05-31", month).minor == 10'000);
  CHECK(life(b, month) == words{"new", "churn", "reactivation"});
}

TEST_CASE("edge D04: a subscription that never paid is neither new nor churned") {
  // Paused within the trial, ended before it paid.
  const billing paused{{.end = "2024-03-01", .paused = "2024-01-10", .trial_end = "2024-01-15"}};
  // A free plan, and one that is free because of its discount.
  const billing free{{.end = "2024-03-01", .amount = 0}, {.end = "2024-03-01", .basis_points = 10'000}};
  // Paused from the first day.
  const billing asleep{{.end = "2024-03-01", .paused = "2024-01-01"}};
  for (const std::string& name : revenue_policy::presets()) {
    const revenue_policy policy = revenue_policy::preset(name);
    if (policy.paused != paused_is::keep) {
      CHECK(life(paused, policy).empty());
      CHECK(life(asleep, policy).empty());
    }
    CHECK(life(free, policy).empty());
  }
  CHECK(rows_from_prices(paused.view()).counts.never_paid == 1);
  CHECK(rows_from_prices(free.view(), {.policy = free_customers()}).counts.never_paid == 2);
  CHECK(rows_from_prices(free.view()).counts.never_paid == 0);
}

TEST_CASE("edge D04: a customer without MRR is one who has paid, on any of its rows") {
  // Free, then paid, then free again: new with the first payment, and kept afterwards.
  const billing converts{{.end = "2024-02-01", .amount = 0},
                         {.start = "2024-02-01", .end = "2024-03-01"},
                         {.start = "2024-03-01", .end = "2024-05-01", .amount = 0}};
  CHECK(life(converts, free_customers()) == words{"new", "contraction", "churn"});
  CHECK(total(converts, "2024-04-01", free_customers()) == on_a_day{0, 1});
  // A free plan beside a paid one counts from the day of the first payment.
  const billing beside{{.amount = 0}, {.start = "2024-02-01", .end = "2024-03-01"}};
  CHECK(total(beside, "2024-01-31", free_customers()).customers == 0);
  CHECK(total(beside, "2024-03-01", free_customers()) == on_a_day{0, 1});
  // Who left and takes a free plan later does not come back by that, nor does it leave again.
  const billing later{{.end = "2024-02-01"}, {.start = "2024-06-01", .end = "2024-07-01", .amount = 0}};
  CHECK(life(later, free_customers()) == words{"new", "churn"});
  // A gap that the policy bridges is none.
  revenue_policy bridged = free_customers();
  bridged.lapse_grace = 5;
  const billing close{{.end = "2024-02-01"}, {.start = "2024-02-04", .end = "2024-07-01", .amount = 0}};
  CHECK(life(close, bridged) == words{"new", "contraction", "churn"});
  // By subscription each one stands for itself.
  revenue_policy each = free_customers();
  each.unit = customer_unit::subscription;
  const billing two{{.subscription = 0}, {.end = "2024-03-01", .amount = 0, .subscription = 1}};
  CHECK(life(two, each, 0) == words{"new"});
  CHECK(life(two, each, 1).empty());
  // A pause that began in an earlier row of the customer goes on as a pause.
  const billing over_rows{{.end = "2024-02-01", .paused = "2024-01-20"},
                          {.start = "2024-02-01", .amount = 12'000, .paused = "2024-01-20", .resumed = "2024-03-01"}};
  CHECK(life(over_rows) == words{"new", "contraction", "expansion"});
}

TEST_CASE("rows_from_prices: what an account pays does not depend on the rows of others") {
  std::vector<row> rows{{.account = 0, .end = "2024-05-01", .amount = 0},
                        {.account = 0, .start = "2024-02-01", .end = "2024-03-01"},
                        {.account = 0, .start = "2024-03-04", .paused = "2024-03-04", .resumed = "2024-04-01"},
                        {.account = 1, .start = "2023-01-01", .trial_start = "2024-01-01", .trial_end = "2024-02-01"}};
  revenue_policy policy = free_customers();
  policy.lapse_grace = 10;
  for (const std::uint32_t who : {0u, 1u}) {
    billing all{}, own{};
    for (const row& one : rows) {
      all.add(one);
      if (one.account == who) own.add(one);
    }
    const auto steps = [&](const billing& b) {
      const pricing_options options{.policy = policy, .as_of = at("2025-01-01"), .accounts = 2};
      const ledger book = rows_from_prices(b.view(), options).book(at("2025-01-01"));
      const auto found = book.steps(account{who});
      return std::vector<mrr_step>(found.begin(), found.end());
    };
    CHECK(steps(all) == steps(own));
  }
}
