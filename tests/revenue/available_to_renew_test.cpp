#include "sojourn/revenue/available_to_renew.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <string>

#include "sojourn/revenue/explain/comparison.hpp"
#include "sojourn/revenue/explain/contributors.hpp"
#include "sojourn/revenue/explain/reconcile.hpp"
#include "sojourn/revenue/rates.hpp"
#include "subscription_table.hpp"

using namespace sojourn;
using namespace sojourn::test;
using doctest::Approx;

namespace {

// The same rule, day by day: who could have left, and who did.
struct slow_due {
  long long accounts = 0, lost = 0, opening = 0, left = 0;
};
slow_due slow(const table& t, int from, int to, int as_of) {
  slow_due found;
  const auto rows = t.slow_rows();
  const oracle::slow_ledger levels(rows, on("2019-12-01"), to + 2, as_of);
  for (std::uint32_t who = 0; who < t.accounts; ++who) {
    bool ends = false, crosses = false;
    for (const auto& row : rows) {
      if (row.account != who || row.amount == 0 || row.start >= as_of || (row.end && *row.end == row.start)) continue;
      const int end = row.end && *row.end < as_of ? *row.end : 1'000'000;
      for (int d = from; d < to; ++d) ends = ends || end == d;
      crosses = crosses || (row.start < from && end > to);
    }
    if (!ends || crosses) continue;
    const bool in_rows = levels.accounts().count(who) != 0;
    const long long before = in_rows ? levels.on(who, from - 1) : 0, after = in_rows ? levels.on(who, to - 1) : 0;
    ++found.accounts;
    found.opening += before;
    if (after == 0) ++found.lost, found.left += before;
  }
  return found;
}

}  // namespace

TEST_CASE("available to renew: accounts, losses and amounts are those of a day by day count") {
  std::mt19937_64 random(41);
  for (int round = 0; round < 300; ++round) {
    const table t = random_table(random, 8, 1 + random() % 30);
    const int from = on("2020-01-01") + static_cast<int>(random() % 120), to = from + 1 + static_cast<int>(random() % 120);
    const int as_of = on("2020-06-01") + static_cast<int>(random() % 300);
    const retention_state due = tally_available_to_renew(t.view(), day{from}, day{to}, {day{as_of}, t.accounts});
    const slow_due expected = slow(t, from, to, as_of);
    REQUIRE(due.accounts_opening == expected.accounts);
    REQUIRE(due.accounts_lost == expected.lost);
    REQUIRE(due.opening == detail::int128{expected.opening} * mrr::ticks_per_minor);
    REQUIRE(due.left.lost == detail::int128{expected.left} * mrr::ticks_per_minor);
  }
}

TEST_CASE("available to renew: a contract of several years keeps an account out, a young one is in without an opening") {
  table t;
  t.add(0, "2023-01-01", "2024-02-01", 100).add(0, "2024-02-01", "2025-02-01", 90);   // renewed with less
  t.add(1, "2023-01-01", "2024-02-01", 100);                                          // lost
  t.add(2, "2023-01-01", "2024-02-01", 100).add(2, "2022-01-01", "2026-01-01", 500);  // cannot leave
  t.add(3, "2024-01-10", "2024-03-10", 50);                                           // came and went
  t.add(4, "2023-05-01", "2024-05-01", 70);                                           // not due
  const retention_state due = tally_available_to_renew(t.view(), at("2024-01-01"), at("2024-04-01"), {at("2027-01-01"), 5});
  CHECK(due.accounts_opening == 3);
  CHECK(due.accounts_lost == 2);
  CHECK(logo_churn_of_due(due).value == Approx(2.0 / 3));
  rate_options churn_only;
  churn_only.policy.grr = grr_basis::churn_only;
  CHECK(grr(due, churn_only).value == Approx(0.5));
  CHECK(grr(due).value == Approx(0.45));
  t.add(1, "2024-06-01", "2025-06-01", 100);  // came back
  const due_options forgiving{at("2027-01-01"), 5, due_loss::no_later_term};
  CHECK(tally_available_to_renew(t.view(), at("2024-01-01"), at("2024-04-01"), forgiving).accounts_lost == 1);
  CHECK(tally_available_to_renew(t.view(), at("2024-01-01"), at("2024-04-01"), forgiving).left == due.left);
  CHECK(!logo_churn_of_due(tally_available_to_renew(t.view(), at("2020-01-01"), at("2020-02-01"), forgiving)).defined());
  CHECK_THROWS_AS((void)tally_available_to_renew(t.view(), at("2024-01-01"), at("2024-01-01"), forgiving), schema_error);
}

namespace {

rate_options kellogg() {
  return {revenue_policy::preset("kellogg_atr"), {}};
}
due_options known(const table& t, const std::string& as_of) {
  return {at(as_of), t.accounts};
}

}  // namespace

TEST_CASE("chr-16: under kellogg_atr, quarters in which the whole book is due are 10.0, 9.8, 10.2 and 10.9 % a year") {
  const std::int64_t opening[] = {10'000, 11'250, 12'725, 14'650};
  const std::int64_t lost[] = {250, 275, 325, 400};
  const double shown[] = {10.0, 9.8, 10.2, 10.9};
  for (std::size_t q = 0; q < 4; ++q) {
    table t;
    t.add(0, "2023-02-10", "2024-02-10", opening[q] - lost[q]).add(0, "2024-02-10", "2025-02-10", opening[q] - lost[q]);
    t.add(1, "2023-02-10", "2024-02-10", lost[q]);
    const estimate e = gross_mrr_churn_of(t.view(), at("2024-01-01"), at("2024-04-01"), kellogg(), known(t, "2024-06-01"));
    CHECK(std::abs(100 * e.value - shown[q]) < 0.05 + 1e-9);
    // What is under contract until 2026 is no part of it, and would be one of the opening.
    t.add(2, "2023-06-01", "2026-06-01", 100'000);
    CHECK(gross_mrr_churn_of(t.view(), at("2024-01-01"), at("2024-04-01"), kellogg(), known(t, "2024-06-01")).value ==
          e.value);
    CHECK(net_mrr_churn_of(t.view(), at("2024-01-01"), at("2024-04-01"), kellogg(), known(t, "2024-06-01")).value ==
          Approx(e.value));
  }
}

TEST_CASE("chr-17: a book that comes due once a year loses 12.5 % of what was available to renew, however quarters cut it") {
  // 1,250 of 10,000 lost in the four quarters: over the year's opening 2.5, 2.75, 3.25 and 4.0 %, 12.5 % in all.
  const std::int64_t lost[] = {250, 275, 325, 400}, due[] = {1'500, 2'000, 3'000, 3'500};
  const char* ends[] = {"2024-02-15", "2024-05-15", "2024-08-15", "2024-11-15"};
  table t;
  for (std::uint32_t q = 0; q < 4; ++q) {
    t.add(2 * q, "2023-11-20", ends[q], lost[q]);
    t.add(2 * q + 1, "2023-11-20", ends[q], due[q] - lost[q]).add(2 * q + 1, ends[q], "2025-12-01", due[q] - lost[q]);
  }
  const estimate year = gross_mrr_churn_of(t.view(), at("2024-01-01"), at("2025-01-01"), kellogg(), known(t, "2025-01-01"));
  CHECK(year.value == Approx(0.125));
  double weighted = 0;
  for (const int q : {0, 1, 2, 3}) {
    const day from = day::from_ymd(2024, static_cast<unsigned>(3 * q + 1), 1);
    const day to = q == 3 ? at("2025-01-01") : day::from_ymd(2024, static_cast<unsigned>(3 * q + 4), 1);
    const estimate e = gross_mrr_churn_of(t.view(), from, to, kellogg(), known(t, "2025-01-01"));
    weighted += e.value / 4 * static_cast<double>(due[q]) / 10'000;
  }
  CHECK(weighted == Approx(0.125));
}

TEST_CASE("logo_denominator: from rows every policy acts; of what was available to renew, day by day") {
  std::mt19937_64 random(43);
  int defined = 0;
  for (int round = 0; round < 300; ++round) {
    const table t = random_table(random, 8, 1 + random() % 30);
    const int start = on("2020-01-01") + static_cast<int>(random() % 120), to = start + 1 + static_cast<int>(random() % 120);
    rate_options options;
    options.policy.logo_denominator = static_cast<logo_denominator>(random() % 7);
    options.policy.window = random() % 2 == 0 ? revenue_policy::unlimited : 30;
    // A window that is shorter than the period is asked for by its last day.
    const int from = options.policy.window == 30 ? to : start;
    options.policy.annualise = static_cast<annualise>(random() % 2);
    const due_options terms{day{on("2020-12-01")}, t.accounts};
    const estimate found = logo_churn_of(t.view(), day{from}, day{to}, options, terms);
    const estimate money = gross_mrr_churn_of(t.view(), day{from}, day{to}, options, terms);
    if (options.policy.logo_denominator != logo_denominator::available_to_renew) {
      const estimate wanted = logo_churn_of(t.book(terms.as_of), day{from}, day{to}, options);
      REQUIRE(found.reason == wanted.reason);
      if (wanted.defined()) REQUIRE(found.value == wanted.value);
      continue;
    }
    const int begin = options.policy.window == 30 ? to - 30 : from;
    const slow_due wanted = slow(t, begin, to, on("2020-12-01"));
    REQUIRE(found.defined() == (wanted.accounts > 0));
    REQUIRE(money.defined() == (wanted.opening > 0));
    const double windows = options.policy.annualise == annualise::none ? 1 : windows_a_year({day{begin}, day{to}});
    if (wanted.accounts == 0) continue;
    ++defined;
    REQUIRE(found.value == Approx(windows * static_cast<double>(wanted.lost) / static_cast<double>(wanted.accounts)));
    if (money.defined())
      REQUIRE(money.value >= windows * static_cast<double>(wanted.left) / static_cast<double>(wanted.opening) - 1e-9);
  }
  CHECK(defined > 10);
}

TEST_CASE("logo_denominator: levels alone refuse what was available to renew, wherever churn is read from them") {
  table t;
  t.add(0, "2023-01-01", "2024-02-01", 100).add(1, "2023-01-01", "", 100);
  const ledger_options known{.as_of = at("2024-06-01")};
  const ledger book = t.book(known.as_of);
  const day from = at("2024-01-01"), to = at("2024-04-01");
  const rate_options rules = kellogg();
  const auto refuses = [](auto ask) {
    CHECK_THROWS_WITH_AS((void)ask(), doctest::Contains("needs the rows as terms"), schema_error);
  };
  refuses([&] { return logo_churn_of(book, from, to, rules); });
  refuses([&] { return gross_mrr_churn_of(book, from, to, rules); });
  refuses([&] { return net_mrr_churn_of(book, from, to, rules); });
  refuses([&] { return contributors(book, revenue_cell::logo_churn, from, to, rules.policy); });
  refuses([&] { return contributors(book, revenue_cell::net_mrr_churn, from, to, rules.policy); });
  refuses([&] { return read_rate(book, revenue_rate::gross_mrr_churn, {from, to}, rules); });
  refuses([&] { return rate_parts(book, revenue_rate::net_mrr_churn, {from, to}, rules); });
  refuses([&] { return reconcile_rate(books_of(t.view(), known), {}, rules.policy, revenue_cell::logo_churn, from, to); });
  CHECK(reconcile_rate(books_of(t.view(), known), {}, rules.policy, revenue_cell::arpa, from, to).under_b == Approx(100));
  CHECK(reconcile(books_of(t.view(), known), {}, rules.policy, from, to).under_b.churn == mrr::from_minor(100).ticks());
  CHECK(nrr_until(book, to, rules).value == Approx(0.5));
  rate_options everybody = rules;
  everybody.policy.net_churn = net_churn::expansion_only;
  CHECK_THROWS_WITH_AS((void)net_mrr_churn_of(t.view(), from, to, everybody, {.as_of = known.as_of}),
                       doctest::Contains("count everybody"), schema_error);
}
