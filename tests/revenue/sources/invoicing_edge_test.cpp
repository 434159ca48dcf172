// Lines of invoices that are read wrongly elsewhere: credits of a change of plan, months that end early, late requests.
#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "invoiced_lines.hpp"
#include "sojourn/revenue/movements.hpp"

using namespace sojourn;
using namespace sojourn::test;

namespace {

constexpr line_kind proration = line_kind::proration;

std::vector<std::string> life(const invoices& lines, const revenue_policy& policy = {}) {
  std::vector<std::string> kinds;
  for (const account_movement& one :
       explain(book_of(lines, policy), account{0}, at("2020-01-01"), at("2030-01-01"), policy).movements)
    kinds.emplace_back(to_string(one.kind));
  return kinds;
}
std::int64_t prorations(const invoices& lines, const revenue_policy& policy = {}) {
  return rows_from_invoices(lines.view(), {.policy = policy}).counts.prorations;
}
using words = std::vector<std::string>;

// 80.00 for June; on 16 June 200.00 instead: 100.00 for the rest of the month, 40.00 back for the unused half.
const line june{.from = "2024-06-01", .to = "2024-07-01", .amount = 8'000};
const line rest{.from = "2024-06-16", .to = "2024-07-01", .amount = 10'000};
const line unused{.from = "2024-06-16", .to = "2024-07-01", .amount = -4'000};

line whole_june(line of) {
  of.full_from = "2024-06-01", of.full_to = "2024-07-01";
  return of;
}
line said(line of, line_kind kind = proration) {
  of.kind = kind;
  return of;
}

}  // namespace

TEST_CASE("edge E01: the credit for unused time of an upgrade is no refund: MRR is that of the new plan") {
  const line_kind recurring = line_kind::recurring;
  const std::vector<invoices> told{
      {june, rest, unused},
      {june, whole_june(rest), unused},
      {june, whole_june(rest), whole_june(unused)},
      {june, said(rest), said(unused)},
      {said(june, recurring), said(rest, recurring), said(unused)},
      {said(june, recurring), whole_june(said(rest, recurring)), unused},
      {unused, rest, june},
  };
  std::vector<std::string> presets = revenue_policy::presets();
  for (const invoices& lines : told) {
    for (const std::string& name : presets) {
      const revenue_policy policy = revenue_policy::preset(name);
      CHECK(cents(lines, "2024-06-15", policy) == 8'000);
      CHECK(cents(lines, "2024-06-16", policy) == 20'000);
      CHECK(cents(lines, "2024-06-30", policy) == 20'000);
      CHECK(cents(lines, "2024-07-01", policy) == 0);
      CHECK(prorations(lines, policy) == 1);
      CHECK(rows_from_invoices(lines.view(), {.policy = policy}).counts.refunds == 0);
      CHECK(rows_from_invoices(lines.view(), {.policy = policy}).counts.clamped == 0);
    }
  }
}

TEST_CASE("edge E01: a downgrade, a second change and a change of the billing day") {
  const invoices down{{.from = "2024-06-01", .to = "2024-07-01", .amount = 20'000},
                      {.from = "2024-06-16", .to = "2024-07-01", .amount = -10'000},
                      {.from = "2024-06-16", .to = "2024-07-01", .amount = 4'000}};
  CHECK(cents(down, "2024-06-15") == 20'000);
  CHECK(cents(down, "2024-06-16") == 8'000);

  // From 200.00 to 50.00 on 21 June: a third of June is left.
  const invoices twice{june,
                       rest,
                       unused,
                       {.from = "2024-06-21", .to = "2024-07-01", .amount = -6'667},
                       {.from = "2024-06-21", .to = "2024-07-01", .amount = 1'667}};
  CHECK(cents(twice, "2024-06-20") == 20'000);
  CHECK(cents(twice, "2024-06-21") == 5'001);
  CHECK(prorations(twice) == 2);

  // A new period begins on the day of the change.
  const invoices anew{june, unused, {.from = "2024-06-16", .to = "2024-07-16", .amount = 20'000}};
  CHECK(cents(anew, "2024-06-30") == 20'000);
  CHECK(cents(anew, "2024-07-15") == 20'000);

  // From 120.00 a month to 1,200.00 a year, and the credit of a year.
  const invoices yearly{{.from = "2024-01-01", .to = "2025-01-01", .amount = 120'000},
                        {.from = "2024-07-01", .to = "2025-01-01", .amount = -60'328},
                        {.from = "2024-07-01", .to = "2025-07-01", .amount = 240'000}};
  CHECK(cents(yearly, "2024-06-30") == 10'000);
  CHECK(cents(yearly, "2024-07-01") == 20'000);
  CHECK(life(yearly) == words{"new", "expansion", "churn"});
}

TEST_CASE("edge E01: credits cut by the hour, a change on the first day, an immediate cancellation") {
  // 68.97 back of 100.00 for 20 of 29 days, 110.34 of 160.00 for them: cents of the credit are not taken off the new plan.
  const invoices february{{.from = "2024-02-01", .to = "2024-03-01", .amount = 10'000},
                          {.from = "2024-02-10", .to = "2024-03-01", .amount = -6'897},
                          {.from = "2024-02-10", .to = "2024-03-01", .amount = 11'034}};
  CHECK(cents(february, "2024-02-10") == 15'999);
  const invoices hours{june, rest, {.from = "2024-06-16", .to = "2024-07-01", .amount = -3'867}};
  CHECK(cents(hours, "2024-06-16") == 20'000);
  const invoices first_day{june,
                           {.from = "2024-06-01", .to = "2024-07-01", .amount = -8'000},
                           {.from = "2024-06-01", .to = "2024-07-01", .amount = 20'000}};
  CHECK(cents(first_day, "2024-06-01") == 20'000);
  CHECK(life(first_day) == words{"new", "churn"});
  // Said to be one, without a successor: service ends with the credit.
  const invoices cancelled{june, said(unused)};
  CHECK(cents(cancelled, "2024-06-15") == 8'000);
  CHECK(cents(cancelled, "2024-06-16", revenue_policy::preset("chartmogul")) == 0);
  CHECK(life(cancelled, revenue_policy::preset("chartmogul")) == words{"new", "churn"});
}

TEST_CASE("edge E01: more seats in the middle of a month count by the month") {
  // mrr-08: one more seat at 50.00 from 16 March, 25.81 for the rest of the month.
  const invoices seats{{.from = "2024-03-01", .to = "2024-04-01", .amount = 5'000},
                       {.from = "2024-03-16", .to = "2024-04-01", .amount = 2'581, .kind = proration}};
  CHECK(cents(seats, "2024-03-16") == 10'001);
  CHECK(prorations(seats) == 0);
  const invoices said_whole{{.from = "2024-03-01", .to = "2024-04-01", .amount = 5'000},
                            {.from = "2024-03-16",
                             .to = "2024-04-01",
                             .amount = 2'500,
                             .kind = proration,
                             .full_from = "2024-03-02",
                             .full_to = "2024-04-01"}};
  CHECK(cents(said_whole, "2024-03-16") > 5'000);
}

TEST_CASE("edge E01: what goes back of the only charge is a refund, as is what goes back of another subscription's") {
  const invoices alone{june, {.from = "2024-06-01", .to = "2024-07-01", .amount = -4'000}};
  CHECK(cents(alone, "2024-06-20") == 8'000);
  CHECK(prorations(alone) == 0);
  CHECK(rows_from_invoices(alone.view()).counts.refunds == 1);
  const invoices later{june, unused};
  CHECK(cents(later, "2024-06-20") == 8'000);
  // An annual plan runs beside the refunded month.
  const invoices beside{{.from = "2024-01-01", .to = "2025-01-01", .amount = 120'000},
                        june,
                        {.from = "2024-06-01", .to = "2024-07-01", .amount = -8'000}};
  CHECK(cents(beside, "2024-06-20") == 18'000);
  // Another account's charges say nothing.
  const invoices others{june, unused, {.from = "2024-06-16", .to = "2024-07-01", .amount = 10'000, .account = 1}};
  CHECK(prorations(others) == 0);
  CHECK(prorations({june, rest, said(unused, line_kind::refund)}) == 0);
  CHECK(rows_from_invoices(invoices{june, {.from = "", .to = "", .amount = -1, .kind = proration}}.view()).counts.undated ==
        1);
}

TEST_CASE("edge E01: of several lines the one is credited whose unused days come to the credit") {
  const line add_on{.from = "2024-06-01", .to = "2024-07-01", .amount = 3'000, .subscription = 1};
  const invoices by_amount{add_on, june, rest, unused};
  CHECK(cents(by_amount, "2024-06-16") == 23'000);
  // Of two equal ones, that of the subscription.
  revenue_policy each;
  each.unit = customer_unit::subscription;
  line twin = june, back = unused, new_plan = rest;
  twin.subscription = 1, back.subscription = 1, new_plan.subscription = 1;
  const invoices twins{june, twin, new_plan, back};
  const ledger book = book_of(twins, each);
  CHECK(round_to_minor(book.level(account{0}, at("2024-06-16")).ticks()) == 8'000);
  CHECK(round_to_minor(book.level(account{1}, at("2024-06-16")).ticks()) == 20'000);
}

TEST_CASE("edge E03: anniversaries on the 29th to 31st: the price over its months") {
  const auto month_of_price = [](const char* from, const char* to, std::int64_t amount) {
    return cents({{.from = from, .to = to, .amount = amount}}, from);
  };
  CHECK(month_of_price("2024-01-31", "2024-02-29", 3'000) == 3'000);
  CHECK(month_of_price("2023-01-31", "2023-02-28", 3'000) == 3'000);
  CHECK(month_of_price("2023-02-28", "2023-03-31", 3'000) == 3'000);
  CHECK(month_of_price("2024-08-31", "2024-09-30", 3'000) == 3'000);
  CHECK(month_of_price("2023-11-30", "2024-02-29", 9'000) == 3'000);
  CHECK(month_of_price("2024-01-31", "2024-04-30", 9'000) == 3'000);
  CHECK(month_of_price("2024-02-29", "2025-02-28", 36'000) == 3'000);
}

TEST_CASE("edge E04: the day of the month drifts from 31 to 29: 30.00 each month") {
  const invoices lines{{.from = "2024-01-31", .to = "2024-02-29", .amount = 3'000},
                       {.from = "2024-02-29", .to = "2024-03-29", .amount = 3'000},
                       {.from = "2024-03-29", .to = "2024-04-29", .amount = 3'000},
                       {.from = "2024-04-29", .to = "2024-05-29", .amount = 3'000}};
  for (const char* when : {"2024-01-31", "2024-02-28", "2024-02-29", "2024-03-31", "2024-04-30", "2024-05-28"})
    CHECK(cents(lines, when) == 3'000);
  CHECK(life(lines) == words{"new", "churn"});
}

TEST_CASE("edge C04: in lines too no date moves MRR past the end of service") {
  const invoices lines{{.to = "2025-01-01",
                        .amount = 120'000,
                        .ended = "2024-03-01",
                        .cancelled = "2024-04-15",
                        .billing_ended = "2024-05-01"}};
  revenue_policy request, billing_end;
  request.churn_at = churn_at::cancel_request;
  billing_end.churn_at = churn_at::billing_end;
  for (const revenue_policy& policy : {request, billing_end, revenue_policy::preset("stripe")}) {
    CHECK(cents(lines, "2024-02-29", policy) == 10'000);
    CHECK(cents(lines, "2024-03-01", policy) == 0);
  }
}

TEST_CASE("edge D04: a line at 0 makes nobody a customer, and keeps one who has paid") {
  revenue_policy active;
  active.free_is = free_is::active;
  const invoices free{{.amount = 0}};
  CHECK(life(free, active).empty());
  CHECK(rows_from_invoices(free.view(), {.policy = active}).counts.never_paid == 1);
  const invoices first{
      {.amount = 0}, {.from = "2024-02-01", .to = "2024-03-01"}, {.from = "2024-03-01", .to = "2024-04-01", .amount = 0}};
  CHECK(life(first, active) == words{"new", "contraction", "churn"});
}

TEST_CASE("rows_from_invoices: what an account pays does not depend on the lines of others") {
  std::vector<line> lines{june, rest, unused};
  for (line one : {june, rest, unused}) {
    one.account = 1, one.amount = one.amount * 3 + 7;
    lines.push_back(one);
  }
  invoices all{}, own{};
  for (const line& one : lines) {
    all.add(one);
    if (one.account == 1) own.add(one);
  }
  CHECK(std::ranges::equal(book_of(all).steps(account{1}), book_of(own).steps(account{1})));
}
