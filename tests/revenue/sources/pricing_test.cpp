#include "sojourn/revenue/sources/pricing.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <optional>
#include <random>

#include "oracle/slow_invoices.hpp"
#include "priced_rows.hpp"
#include "sojourn/revenue/movements.hpp"
#include "sojourn/revenue/sources/price.hpp"
#include "subscription_table.hpp"

using namespace sojourn;
using namespace sojourn::test;

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
  // The vendor that counts both counts invoices, see invoicing_test.cpp; prices have nothing to count twice.
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
