// Invoices: published rows by name, every rule against a day-by-day reading, and what a bad line is told.
#include "sojourn/revenue/sources/invoicing.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>

#include "invoiced_lines.hpp"
#include "oracle/slow_invoices.hpp"
#include "sojourn/revenue/explain/reconcile.hpp"
#include "sojourn/revenue/movements.hpp"
#include "subscription_table.hpp"

using namespace sojourn;
using namespace sojourn::test;

namespace {

revenue_policy negative() {
  revenue_policy p;
  p.refunds = refund_rule::negative;
  return p;
}

constexpr line_kind recurring = line_kind::recurring, refund = line_kind::refund;

}  // namespace

TEST_CASE("mrr-07: 90.00 billed for three months are 30.00, and tax is taken off before") {
  const revenue_policy chartmogul = revenue_policy::preset("chartmogul");
  CHECK(cents({{.to = "2024-04-01", .amount = 9'000}}, "2024-02-15", chartmogul) == 3'000);
  CHECK(cents({{.to = "2024-04-01", .amount = 10'710, .tax = 1'710}}, "2024-02-15", chartmogul) == 3'000);
  CHECK(cents({{.to = "2024-04-01", .amount = 9'000}}, "2024-04-01", chartmogul) == 0);
}

TEST_CASE("mrr-08: a seat for half of a month raises MRR by about 50.00, not by the 25.00 that were billed") {
  const revenue_policy chartmogul = revenue_policy::preset("chartmogul");
  const line bronze{.from = "2016-03-01", .to = "2016-04-01", .amount = 5'000};
  const line seat{
      .from = "2016-03-16", .to = "2016-03-31", .amount = 2'500, .full_from = "2016-03-01", .full_to = "2016-04-01"};
  CHECK(cents({bronze, seat}, "2016-03-15", chartmogul) == 5'000);
  CHECK(cents({bronze, seat}, "2016-03-16", chartmogul) == 5'000 + 5'167);  // 25 x 31 / 15
  // Without the whole period its own days are a term: 25 x 365 / 12 / 15.
  CHECK(cents({bronze, {.from = "2016-03-16", .to = "2016-03-31", .amount = 2'500}}, "2016-03-16", chartmogul) ==
        5'000 + 5'069);
}

TEST_CASE("mrr-10: a terminated year and its successor are 200.00 by lines of invoices, and 100.00 by state") {
  const invoices lines{
      {.to = "2025-01-01", .amount = 120'000, .subscription = 0, .ended = "2024-03-01", .unpaid = "2024-01-01"},
      {.from = "2024-03-01", .to = "2025-03-01", .amount = 120'000, .subscription = 1}};
  CHECK(cents(lines, "2024-02-01") == 10'000);
  CHECK(cents(lines, "2024-04-01") == 10'000);
  CHECK(cents(lines, "2024-04-01", revenue_policy::preset("recurly")) == 20'000);
  CHECK(cents(lines, "2025-01-01", revenue_policy::preset("recurly")) == 10'000);
}

TEST_CASE("term_between: whole months by date, the last day where a month is short; else weeks; else days") {
  const auto term = [](const char* from, const char* to) { return term_between(at(from), at(to)); };
  using enum billing_unit;
  CHECK(term("2024-01-31", "2024-02-29") == billing_term{1, month});
  CHECK(term("2023-01-31", "2023-02-28") == billing_term{1, month});
  CHECK(term("2023-01-30", "2023-02-28") == billing_term{1, month});
  CHECK(term("2023-02-28", "2023-03-31") == billing_term{1, month});
  CHECK(term("2023-02-28", "2023-03-30") == billing_term{1, month});
  CHECK(term("2023-02-01", "2023-03-01") == billing_term{1, month});
  CHECK(term("2024-02-29", "2025-02-28") == billing_term{12, month});
  CHECK(term("2024-01-15", "2025-01-15") == billing_term{12, month});
  CHECK(term("2024-01-01", "2024-01-15") == billing_term{2, week});
  CHECK(term("2024-01-01", "2024-01-31") == billing_term{30, day});
  CHECK(term("2023-02-28", "2023-04-29") == billing_term{2, month});
  CHECK(term("2023-02-27", "2023-04-29") == billing_term{61, day});
  CHECK(term("2024-01-01", "2024-12-31") == billing_term{365, day});
  CHECK_THROWS_AS((void)term("2024-01-01", "2024-01-01"), data_error);
  for (int from = on("2023-01-01"); from < on("2024-06-01"); ++from) {
    for (int to = from + 1; to < from + 430; ++to) {
      const billing_term found = term_between(sojourn::day{from}, sojourn::day{to});
      const int whole = oracle::slow_months(from, to);
      REQUIRE((found.unit == month ? found.every : 0) == whole);
      if (whole == 0) REQUIRE(found.every * (found.unit == week ? 7 : 1) == to - from);
    }
  }
}

TEST_CASE("kinds: what does not recur is left out and counted, a negative amount without a kind is a refund") {
  const invoices lines{{},
                       {.amount = 50'000, .kind = line_kind::one_off},
                       {.from = "", .to = "", .amount = -700, .kind = line_kind::one_off},
                       {.amount = 700, .kind = line_kind::usage},
                       {.amount = -300}};
  const mrr_rows rows = rows_from_invoices(lines.view());
  CHECK(rows.counts.rows == 5);
  CHECK(rows.counts.one_off == 2);
  CHECK(rows.counts.metered == 1);
  CHECK(rows.counts.refunds == 1);
  CHECK(cents(lines, "2024-01-20") == 10'000);
  revenue_policy all = negative();
  all.usage = usage_rule::include;
  CHECK(cents(lines, "2024-01-20", all) == 10'400);
}

TEST_CASE("refunds: ignored, or less MRR for the period that they take back, and never below zero") {
  const invoices half{{.to = "2024-07-01", .amount = 60'000},
                      {.from = "2024-03-01", .to = "2024-07-01", .amount = 20'000, .kind = refund}};
  CHECK(cents(half, "2024-04-01") == 10'000);
  CHECK(cents(half, "2024-02-29", negative()) == 10'000);
  CHECK(cents(half, "2024-03-01", negative()) == 5'000);
  CHECK(rows_from_invoices(half.view(), {.policy = negative()}).counts.clamped == 0);

  const invoices all{
      {}, {.amount = -25'000}, {.amount = 4'000, .account = 1}, {.from = "2024-05-01", .to = "2024-06-01", .amount = -100}};
  const mrr_rows rows = rows_from_invoices(all.view(), {.policy = negative()});
  CHECK(rows.counts.clamped == 2);
  CHECK(cents(all, "2024-01-20", negative()) == 4'000);
  CHECK(book_of(all, negative()).level(account{0}, at("2024-01-20")) == mrr{});
  // With a customer without MRR on offer, a full refund leaves one.
  revenue_policy active = negative();
  active.free_is = free_is::active;
  const ledger kept = book_of(all, active);
  CHECK(kept.level(account{0}, at("2024-01-20")) == mrr{});
  CHECK(kept.presence(account{0}, at("2024-01-20")) == account_presence::free);

  const invoices undated{{}, {.from = "", .to = "", .amount = -500}};
  CHECK(rows_from_invoices(undated.view(), {.policy = negative()}).counts.undated == 1);
  CHECK(cents(undated, "2024-01-20", negative()) == 10'000);
  // The refund stands among the rows behind its account.
  const auto why = explain(book_of(half, negative()), account{0}, at("2024-03-01"), at("2024-04-01"));
  REQUIRE(why.movements.size() == 1);
  CHECK(why.movements[0].kind == movement_kind::contraction);
}

TEST_CASE("churn_at: nonpayment is past_due 0; a number of days goes on top of either") {
  const invoices lines{{.to = "2024-07-01", .amount = 60'000, .unpaid = "2024-02-01", .paid = "2024-05-01"}};
  revenue_policy word, days;
  word.churn_at = churn_at::nonpayment;
  days.past_due = 0;
  for (const char* when : {"2024-01-31", "2024-02-01", "2024-04-30", "2024-05-01"})
    CHECK(cents(lines, when, word) == cents(lines, when, days));
  CHECK(cents(lines, "2024-02-01", word) == 0);
  word.past_due = 30;
  CHECK(cents(lines, "2024-03-01", word) == 10'000);
  CHECK(cents(lines, "2024-03-02", word) == 0);
  CHECK(rows_from_invoices(lines.view(), {.policy = word}).counts.past_due == 1);
}

TEST_CASE("rows_from_invoices: equals a day-by-day reading of every rule on random lines") {
  std::mt19937_64 random(64);
  const auto below = [&](std::uint64_t n) { return static_cast<int>(random() % n); };
  const int first = on("2023-12-28");
  const int special[] = {on("2024-01-01"), on("2024-01-31"), on("2024-02-29"),
                         on("2024-03-31"), on("2024-04-30"), on("2024-02-01")};
  const auto any_day = [&] { return below(2) == 0 ? special[below(6)] : first + below(120); };
  const auto maybe = [&](int when) { return below(3) == 0 ? std::optional(when) : std::nullopt; };
  const auto text = [](std::optional<int> when) { return when ? to_string(sojourn::day{*when}) : std::string(); };
  for (int round = 0; round < 1500; ++round) {
    std::vector<oracle::slow_line> slow;
    invoices lines{};
    for (int n = 1 + below(8); n > 0; --n) {
      oracle::slow_line l;
      l.account = static_cast<std::uint32_t>(below(3));
      l.from = any_day();
      do l.to = below(2) == 0 ? any_day() : l.from + 1 + below(70);
      while (l.to <= l.from);
      l.amount = below(6) == 0 ? 0 : 1 + below(50'000);
      l.kind = static_cast<oracle::slow_line::kinds>(below(4));
      l.tax = below(3) == 0 ? l.amount / 5 : 0, l.off = below(3) == 0 ? below(9'000) : 0, l.off_once = below(2) == 0;
      if (below(4) == 0) l.full_from = l.from - below(10), l.full_to = l.to + below(10);
      l.ended = maybe(l.from + below(60) - 5), l.cancelled = maybe(l.from + below(60) - 5);
      l.billing_ended = maybe(l.from + below(60) - 5), l.unpaid = maybe(l.from + below(40) - 5),
      l.paid = maybe(l.from + below(60));
      slow.push_back(l);
      const bool signless = l.kind != oracle::slow_line::refund || below(2) == 0;
      lines.add({.from = text(l.from),
                 .to = text(l.to),
                 .amount = signless ? l.amount : -l.amount,
                 .kind = static_cast<line_kind>(l.kind),
                 .account = l.account,
                 .tax = signless ? l.tax : -l.tax,
                 .off = l.off,
                 .term = static_cast<std::uint8_t>(l.off_once ? 1 : 0),
                 .full_from = text(l.full_from),
                 .full_to = text(l.full_to),
                 .ended = text(l.ended),
                 .cancelled = text(l.cancelled),
                 .billing_ended = text(l.billing_ended),
                 .unpaid = text(l.unpaid),
                 .paid = text(l.paid)});
    }
    oracle::slow_rules rules;
    revenue_policy p;
    rules.state = below(2) == 0, p.source = rules.state ? mrr_source::state : mrr_source::invoice_line;
    rules.usage = below(2) == 0, p.usage = rules.usage ? usage_rule::include : usage_rule::exclude;
    rules.negative = below(3) != 0, p.refunds = rules.negative ? refund_rule::negative : refund_rule::ignore;
    rules.taxed = below(2) == 0, p.tax = rules.taxed ? tax_rule::include : tax_rule::exclude;
    rules.active = below(3) == 0, p.free_is = rules.active ? free_is::active : free_is::churned;
    rules.discounts = below(3), p.discounts = static_cast<discount_rule>(rules.discounts);
    rules.churn = below(4), p.churn_at = static_cast<churn_at>(rules.churn);
    if (below(2) == 0) rules.past_due = below(40), p.past_due = *rules.past_due;
    if (below(2) == 0)
      rules.days_in = 210, rules.weeks_in = 30, rules.months = 7, p.calendar_factor = calendar_factor::days_30;
    const ledger book = book_of(lines, p);
    for (std::uint32_t who = 0; who < 3; ++who) {
      for (int d = first - 1; d < first + 220; ++d) {
        const std::int64_t found = who < book.accounts() ? book.level(account{who}, sojourn::day{d}).ticks() : 0;
        REQUIRE(found == oracle::slow_mrr(slow, rules, who, d));
        const account_presence customer = book.presence(account{who}, sojourn::day{d});
        REQUIRE((customer != account_presence::absent) == oracle::slow_present(slow, rules, who, d));
        REQUIRE((customer == account_presence::paying) == (found > 0));
      }
    }
  }
}

TEST_CASE(
    "rows_from_invoices: the order of lines does not matter, and months billed one by one are the year billed at once") {
  std::mt19937_64 random(65);
  for (int round = 0; round < 200; ++round) {
    std::vector<line> rows;
    for (std::uint64_t n = 2 + random() % 10; n > 0; --n) {
      const int from = on("2024-01-01") + static_cast<int>(random() % 60);
      rows.push_back({.from = to_string(day{from}),
                      .to = to_string(day{from + 1 + static_cast<int>(random() % 60)}),
                      .amount = 1 + static_cast<std::int64_t>(random() % 900),
                      .kind = random() % 3 == 0 ? refund : recurring,
                      .account = static_cast<std::uint32_t>(random() % 2)});
    }
    invoices one{}, other{};
    for (const line& l : rows) one.add(l);
    std::shuffle(rows.begin(), rows.end(), random);
    for (const line& l : rows) other.add(l);
    const ledger a = book_of(one, negative()), b = book_of(other, negative());
    for (std::uint32_t who = 0; who < 2 && who < a.accounts(); ++who)
      REQUIRE(std::ranges::equal(a.steps(account{who}), b.steps(account{who})));
  }
  invoices monthly{};
  for (unsigned m = 1; m <= 12; ++m) {
    monthly.add({.from = to_string(day::from_ymd(2024, m, 1)),
                 .to = to_string(day::from_ymd(m == 12 ? 2025 : 2024, m % 12 + 1, 1)),
                 .amount = 100});
  }
  CHECK(std::ranges::equal(book_of(monthly).steps(account{0}),
                           book_of({{.to = "2025-01-01", .amount = 1'200}}).steps(account{0})));
}

TEST_CASE("reconcile: source and refunds get what they change, account by account") {
  const invoices lines{{.to = "2025-01-01", .amount = 120'000, .ended = "2024-03-01"},
                       {.from = "2024-03-01", .to = "2025-03-01", .amount = 120'000},
                       {.to = "2025-01-01", .amount = 24'000, .account = 1},
                       {.from = "2024-03-01", .to = "2024-05-01", .amount = -2'000, .account = 1}};
  const invoice_lines view = lines.view();
  const reconciliation why = reconcile(books_of(view, {.as_of = at("2025-06-01")}), {}, revenue_policy::preset("recurly"),
                                       at("2024-03-01"), at("2024-04-01"));
  REQUIRE(why.steps.size() == 3);
  CHECK(why.steps[0].option == "source");
  CHECK(why.steps[0].change.closing == mrr::from_minor(10'000).ticks());
  REQUIRE(why.steps[0].accounts.size() == 1);
  CHECK(why.steps[0].accounts[0].who == account{0});
  CHECK(why.steps[1].option == "refunds");
  CHECK(why.steps[1].change.closing == -mrr::from_minor(1'000).ticks());
  CHECK(why.steps[1].accounts[0].who == account{1});
  CHECK(why.steps[2].option == "calendar_factor");
  CHECK(period_movements::of(why.under_b).closing == mrr::from_minor(21'000).ticks());
}

TEST_CASE("reconcile: options and accounts add up to the difference of any two policies, tick for tick, on random lines") {
  std::mt19937_64 random(67);
  const auto any_policy = [&random] {
    revenue_policy p;
    revenue_policy::options(
        [&random](std::string_view name, auto& field) {
          using option = std::remove_cvref_t<decltype(field)>;
          if constexpr (std::is_enum_v<option>)
            field = static_cast<option>(random() % values_of(field).size());
          else if (random() % 2 == 0)
            field = static_cast<std::int32_t>(random() % 40) + (name == "window" || name == "usage_months" ? 1 : 0);
        },
        p);
    return p;
  };
  const auto maybe = [&random](int when) { return random() % 3 == 0 ? to_string(day{when}) : std::string(); };
  for (int round = 0; round < 300; ++round) {
    invoices lines{};
    for (std::uint64_t n = 1 + random() % 12; n > 0; --n) {
      const int from = on("2024-01-01") + static_cast<int>(random() % 90);
      const auto account = static_cast<std::uint32_t>(random() % 3);
      lines.add({.from = to_string(day{from}),
                 .to = to_string(day{from + 1 + static_cast<int>(random() % 90)}),
                 .amount = static_cast<std::int64_t>(random() % 900),
                 .kind = static_cast<line_kind>(random() % 5),
                 .account = account,
                 .subscription = account * 2 + static_cast<std::uint32_t>(random() % 2),
                 .ended = maybe(from + 20),
                 .cancelled = maybe(from + 10),
                 .unpaid = maybe(from + 5),
                 .paid = maybe(from + 40)});
    }
    const invoice_lines view = lines.view();
    const revenue_policy a = any_policy(), b = any_policy();
    const reconciliation why =
        reconcile(books_of(view, {.as_of = at("2024-07-01"), .accounts = 20}), a, b, at("2024-02-01"), at("2024-04-01"));
    period_movements sum = period_movements::of(why.under_a);
    for (const reconciliation_step& step : why.steps) {
      period_movements accounts;
      for (const reconciled_account& one : step.accounts) accounts += one.change;
      REQUIRE(accounts == step.change);
      REQUIRE(std::all_of(step.accounts.begin(), step.accounts.end(), [](const auto& x) { return x.who.index < 3; }));
      sum += step.change;
    }
    REQUIRE(sum == period_movements::of(why.under_b));
  }
}

TEST_CASE("rows_from_invoices: bad lines name column, row and rule") {
  const auto problem_of = [](const invoices& lines, const revenue_policy& policy = {}) {
    try {
      (void)rows_from_invoices(lines.view(), {.policy = policy});
    } catch (const data_error& e) {
      CHECK_FALSE(e.rule().empty());
      CHECK_FALSE(e.where().advice.empty());
      return e.column() + " " + std::to_string(e.row());
    }
    return std::string{};
  };
  CHECK(problem_of({{}, {.from = ""}}) == "service_start 1");
  CHECK(problem_of({{}, {.to = ""}}) == "service_end 1");
  CHECK(problem_of({{.to = "2024-01-01"}}) == "service_end 0");
  CHECK(problem_of({{.amount = -1, .kind = recurring}}) == "amount_minor 0");
  CHECK(problem_of({{.tax = 10'001}}) == "tax_minor 0");
  CHECK(problem_of({{.off = -1}}) == "discount_minor 0");
  CHECK(problem_of({{.term = 2}}) == "discount_term 0");
  CHECK(problem_of({{.kind = static_cast<line_kind>(5)}}) == "kind 0");
  CHECK(problem_of({{.full_from = "2024-01-02", .full_to = "2024-02-01"}}) == "full_start 0");
  CHECK(problem_of({{.full_from = "2024-01-01", .full_to = "2024-01-31"}}) == "full_end 0");
  CHECK(problem_of({{.full_from = "2024-01-01"}}) == "full_end 0");
  CHECK(problem_of({{.from = "2024-01-10", .to = "", .amount = -5}}, negative()) == "service_end 0");
  CHECK_THROWS_WITH_AS((void)rows_from_invoices(invoices{{.to = "2024-01-01"}}.view()),
                       doctest::Contains("value 2024-01-01"), data_error);
  CHECK_THROWS_WITH_AS((void)rows_from_invoices(invoices{{.account = 1}}.view()), doctest::Contains("lies below 1"),
                       data_error);
  invoices longer{{}, {}};
  longer.tax.pop_back();
  CHECK_THROWS_AS((void)rows_from_invoices(longer.view()), schema_error);
  invoice_lines without = longer.view();
  without.tax_minor = {}, without.subscription = {};
  revenue_policy each;
  each.unit = customer_unit::subscription;
  CHECK_THROWS_AS((void)rows_from_invoices(without, {.policy = each}), schema_error);
}
