// usage = trailing_mean: metered rows of prices and of invoices as the mean of the months before.
#include <doctest/doctest.h>

#include <algorithm>
#include <random>

#include "oracle/slow_usage.hpp"
#include "sojourn/revenue/explain/reconcile.hpp"
#include "sojourn/revenue/sources/invoicing.hpp"
#include "subscription_table.hpp"

using namespace sojourn;
using namespace sojourn::test;

namespace {

revenue_policy trailing(std::int32_t months = 3) {
  revenue_policy p;
  p.usage = usage_rule::trailing_mean;
  p.usage_months = months;
  return p;
}

/// Metered rows, monthly prices; a row without an end runs.
struct metered_rows {
  table rows;
  std::vector<std::uint8_t> metered;

  metered_rows& add(std::uint32_t who, const std::string& from, const std::string& to, std::int64_t amount,
                    std::uint8_t is_metered = 1) {
    rows.add(who, from, to, amount);
    metered.push_back(is_metered);
    return *this;
  }
  [[nodiscard]] priced_subscriptions view() const {
    const subscriptions plain = rows.view();
    priced_subscriptions p{.account = plain.account, .start = plain.start, .amount = plain.amount};
    p.end = plain.end, p.metered = metered;
    return p;
  }
  [[nodiscard]] std::int64_t cents(const std::string& when, const revenue_policy& policy, std::uint32_t who = 0) const {
    const ledger book = rows_from_prices(view(), {.policy = policy, .accounts = 50}).book(at("2030-01-01"));
    return round_to_minor(book.level(account{who}, at(when)).ticks());
  }
};

}  // namespace

TEST_CASE("trailing_mean: the months before, those without a record as zero once there was one") {
  metered_rows usage;
  usage.add(0, "2024-01-01", "2024-02-01", 900)
      .add(0, "2024-02-01", "2024-03-01", 600)
      .add(0, "2024-04-01", "2024-05-01", 300);
  usage.add(0, "2024-01-01", "", 5'000, 0);
  const std::pair<const char*, std::int64_t> shown[] = {{"2024-01-31", 0},   {"2024-02-01", 900}, {"2024-02-29", 900},
                                                        {"2024-03-31", 750}, {"2024-04-01", 500}, {"2024-05-01", 300},
                                                        {"2024-06-01", 100}, {"2024-07-31", 100}, {"2024-08-01", 0}};
  for (const auto& [when, mean] : shown) CHECK(usage.cents(when, trailing()) == 5'000 + mean);
  CHECK(usage.cents("2024-03-01", trailing(1)) == 5'600);
  CHECK(usage.cents("2024-04-01", trailing(1)) == 5'000);
  CHECK(usage.cents("2024-05-01", trailing(12)) == 5'450);
  revenue_policy included = trailing();
  included.usage = usage_rule::include;
  CHECK(usage.cents("2024-01-31", included) == 5'900);
}

TEST_CASE(
    "trailing_mean: usage that runs is its own mean from the month after it started, and a part of a month is a part") {
  metered_rows usage;
  usage.add(0, "2024-01-01", "", 900);
  for (const char* when : {"2024-02-01", "2024-03-15", "2024-04-01", "2026-12-31"})
    CHECK(usage.cents(when, trailing()) == 900);
  metered_rows part;
  part.add(0, "2024-01-21", "", 3'100);  // 11 of 31 days
  CHECK(part.cents("2024-02-01", trailing()) == 1'100);
  CHECK(part.cents("2024-03-01", trailing()) == 2'100);
  CHECK(part.cents("2024-05-01", trailing()) == 3'100);
}

TEST_CASE("trailing_mean: prices and lines of invoices equal the day-by-day mean on random rows") {
  std::mt19937_64 random(66);
  const auto below = [&](std::uint64_t n) { return static_cast<int>(random() % n); };
  for (int round = 0; round < 400; ++round) {
    const int months_back = 1 + below(6);
    std::vector<oracle::slow_usage_row> slow;
    table rows;
    std::vector<std::uint8_t> usage_kind;
    for (int n = 1 + below(6); n > 0; --n) {
      oracle::slow_usage_row r;
      r.account = static_cast<std::uint32_t>(below(2));
      const month m = in("2023-11") + months{below(8)};
      r.from = m.first_day().since_epoch + (below(2) == 0 ? 0 : below(40));
      if (below(4) != 0)
        r.to = below(2) == 0 ? (month::of(day{r.from}) + months{1 + below(3)}).first_day().since_epoch : r.from + below(300);
      const std::int64_t minor = below(5) == 0 ? 0 : 1 + below(9'000);
      r.ticks = minor * mrr::ticks_per_minor;
      slow.push_back(r);
      rows.add(r.account, r.from, r.to, minor);
      usage_kind.push_back(static_cast<std::uint8_t>(line_kind::usage));
    }
    const std::vector<std::uint8_t> metered(slow.size(), 1);
    priced_subscriptions priced{.account = rows.view().account, .start = rows.view().start, .amount = rows.view().amount};
    priced.end = rows.view().end, priced.metered = metered;
    const ledger book = rows_from_prices(priced, {.policy = trailing(months_back), .accounts = 2}).book(at("2040-01-01"));
    for (std::uint32_t who = 0; who < book.accounts(); ++who) {
      for (month m = in("2023-10"); m < in("2026-03"); m = m + months{1}) {
        const std::int64_t expected = oracle::slow_usage_mean(slow, who, m, months_back);
        REQUIRE(book.level(account{who}, m.first_day()).ticks() == expected);
        REQUIRE(book.level(account{who}, day{(m + months{1}).first_day().since_epoch - 1}).ticks() == expected);
      }
    }

    // Whole months of the same rows as lines, each with what its months come to.
    std::vector<oracle::slow_usage_row> billed;
    table lines;
    for (const oracle::slow_usage_row& r : slow) {
      const int from = month::of(day{r.from}).first_day().since_epoch;
      const std::int32_t length = 1 + below(4);
      const int to = (month::of(day{r.from}) + months{length}).first_day().since_epoch;
      billed.push_back({r.account, from, to, r.ticks});
      lines.add(r.account, from, to, r.ticks / mrr::ticks_per_minor * length);
    }
    const invoice_lines view{.account = lines.view().account,
                             .service_start = lines.view().start,
                             .service_end = lines.view().end,
                             .amount = lines.view().amount,
                             .kind = usage_kind};
    const ledger invoiced =
        rows_from_invoices(view, {.policy = trailing(months_back), .accounts = 2}).book(at("2040-01-01"));
    for (std::uint32_t who = 0; who < invoiced.accounts(); ++who) {
      for (month m = in("2023-10"); m < in("2025-12"); m = m + months{1}) {
        REQUIRE(invoiced.level(account{who}, m.first_day()).ticks() == oracle::slow_usage_mean(billed, who, m, months_back));
      }
    }
  }
}

TEST_CASE("trailing_mean: reconciled against usage as billed, and its months against others") {
  metered_rows usage;
  usage.add(0, "2024-01-01", "2024-02-01", 900).add(0, "2024-02-01", "2024-03-01", 600).add(1, "2024-01-01", "", 100);
  const priced_subscriptions view = usage.view();
  revenue_policy billed;
  billed.usage = usage_rule::include;
  const reconciliation why =
      reconcile(books_of(view, {.as_of = at("2024-06-01")}), billed, trailing(2), at("2024-03-01"), at("2024-04-01"));
  REQUIRE(why.steps.size() == 2);
  CHECK(why.steps[0].option == "usage");
  CHECK(why.steps[1].option == "usage_months");
  CHECK(period_movements::of(why.under_b).closing == mrr::from_minor(850).ticks());
  CHECK(why.steps[0].change.closing == mrr::from_minor(750).ticks());
  REQUIRE(why.steps[0].accounts.size() == 1);
  CHECK_THROWS_AS((void)rows_from_prices(view, {.policy = trailing(0)}), schema_error);
}

TEST_CASE("trailing_mean: to the end of the calendar, and with a customer without MRR") {
  metered_rows usage;
  usage.add(0, "2199-10-01", "2199-11-15", 900);
  CHECK(rows_from_prices(usage.view(), {.policy = trailing()}).book().level(account{0}, at("2199-12-31")) != mrr{});
  metered_rows free;
  free.add(0, "2024-01-01", "", 0);
  revenue_policy active = trailing();
  active.free_is = free_is::active;
  // Usage at price 0 makes nobody a customer, and keeps who has paid.
  CHECK(rows_from_prices(free.view(), {.policy = active}).book(at("2024-06-01")).steps(account{0}).empty());
}
