// Whether the last end has happened is never guessed: every road from rows asks for as_of where it decides.
#include "sojourn/revenue/ledger/as_of_day.hpp"

#include <doctest/doctest.h>

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "sojourn/book_bytes.hpp"
#include "sojourn/revenue/available_to_renew.hpp"
#include "sojourn/revenue/book/read.hpp"
#include "sojourn/revenue/explain/reconcile.hpp"
#include "sojourn/revenue/mrr_series.hpp"
#include "sojourn/revenue/renewal.hpp"
#include "sojourn/revenue/revenue_state.hpp"
#include "sojourn/revenue/sources/currency_rows.hpp"
#include "sojourn/revenue/sources/invoicing.hpp"
#include "sojourn/revenue/sources/pricing.hpp"
#include "sojourn/revenue/sources/usage_rows.hpp"
#include "subscription_table.hpp"

using namespace sojourn;
using namespace sojourn::test;

namespace {

const period_grid year_2024 = period_grid::between(in("2024-01"), in("2024-12"));

/// Two contracts that run into 2025, in the columns of every source.
struct contracts_that_run {
  std::vector<std::uint32_t> account{0, 1}, first_currency{0, 0};
  std::vector<std::int32_t> start{on("2024-02-01"), on("2024-05-15")}, end{on("2025-02-01"), on("2025-05-15")};
  std::vector<std::int64_t> amount{100, 50}, zero{0, 0};
  std::vector<std::uint8_t> prepaid = std::vector<std::uint8_t>(2, static_cast<std::uint8_t>(usage_kind::prepaid));
  std::vector<std::uint32_t> both{0, 1, 0, 1};
  std::vector<std::int32_t> days{on("2024-02-01"), on("2024-05-15"), on("2025-02-01"), on("2025-05-15")};
  std::vector<std::int64_t> levels{100, 50, 0, 0};

  [[nodiscard]] subscriptions periods() const { return {account, start, end, amount}; }
  [[nodiscard]] currency_subscriptions in_currencies() const { return {periods(), first_currency}; }
  [[nodiscard]] priced_subscriptions prices() const {
    priced_subscriptions made;
    made.account = account, made.start = start, made.end = end, made.amount = amount;
    return made;
  }
  [[nodiscard]] invoice_lines lines() const {
    invoice_lines made;
    made.account = account, made.service_start = start, made.service_end = end, made.amount = amount;
    return made;
  }
  [[nodiscard]] mrr_changes changes() const {
    mrr_changes made;
    made.account = both, made.when = days, made.amount = levels;
    return made;
  }
  [[nodiscard]] usage_lines usage() const {
    usage_lines made;
    made.account = account, made.start = start, made.end = end, made.amount = amount, made.kind = prepaid;
    return made;
  }
};

day known_until(fact_source source, fact_rows rows, const as_of_day& as_of, std::int32_t lapse_grace = 0) {
  book made(source);
  for (const char* key : {"acme", "birch"}) (void)made.keys().intern(std::string_view(key));
  apply(made, {.rows = std::move(rows)});
  view under{.as_of = as_of};
  under.policy.lapse_grace = lapse_grace;
  return read(made, under).ledger.book.known_until();
}

struct road {
  std::string name;
  std::function<day(const contracts_that_run&, as_of_day)> known;
};

std::vector<road> roads() {
  revenue_policy grace;
  grace.lapse_grace = 5;
  return {
      {"ledger", [](const auto& t, as_of_day d) { return ledger(t.periods(), {.as_of = d}).known_until(); }},
      {"ledger_of with a grace",
       [=](const auto& t, as_of_day d) { return ledger_of(t.periods(), grace, {.as_of = d}).known_until(); }},
      {"ledger_of in currencies",
       [](const auto& t, as_of_day d) { return ledger_of(t.in_currencies(), 2, {}, {.as_of = d}).known_until(); }},
      {"rows of prices", [](const auto& t, as_of_day d) { return rows_from_prices(t.prices()).book(d).known_until(); }},
      {"rows of prices with a grace",
       [=](const auto& t, as_of_day d) {
         return rows_from_prices(t.prices(), {.policy = grace, .as_of = d}).book(at("2024-10-16")).known_until();
       }},
      {"rows of invoices", [](const auto& t, as_of_day d) { return rows_from_invoices(t.lines()).book(d).known_until(); }},
      {"rows of usage",
       [](const auto& t, as_of_day d) { return rows_from_usage(t.usage(), {.as_of = d}).book(d).known_until(); }},
      {"tally_revenue of rows",
       [](const auto& t, as_of_day d) { return tally_revenue(t.periods(), year_2024, {.as_of = d}).known_until; }},
      {"tally_mrr_series",
       [](const auto& t, as_of_day d) { return tally_mrr_series(t.periods(), year_2024, {.as_of = d}).known_until; }},
      {"tally_available_to_renew",
       [](const auto& t, as_of_day d) {
         (void)tally_available_to_renew(t.periods(), at("2024-01-01"), at("2024-07-01"), {.as_of = d});
         return d.named().value_or(at("2025-05-16"));
       }},
      {"books_of for a reconciliation",
       [](const auto& t, as_of_day d) { return books_of(t.periods(), ledger_options{.as_of = d})({}).book->known_until(); }},
      {"periods", [](const auto& t, as_of_day d) { return known_until(fact_source::periods, t.periods(), d); }},
      {"periods with a grace",
       [](const auto& t, as_of_day d) { return known_until(fact_source::periods, t.periods(), d, 5); }},
      {"prices", [](const auto& t, as_of_day d) { return known_until(fact_source::prices, t.prices(), d); }},
      {"invoices", [](const auto& t, as_of_day d) { return known_until(fact_source::invoices, t.lines(), d); }},
      {"usage", [](const auto& t, as_of_day d) { return known_until(fact_source::usage, t.usage(), d); }},
  };
}

}  // namespace

TEST_CASE("as_of: contracts that run ahead of the last start are refused on every road until the day is named") {
  const contracts_that_run t;
  for (const road& one : roads()) {
    CAPTURE(one.name);
    CHECK_THROWS_WITH_AS((void)one.known(t, {}), doctest::Contains("name as_of"), as_of_not_named);
    CHECK(one.known(t, at("2024-10-16")) == at("2024-10-16"));
    CHECK_NOTHROW((void)one.known(t, as_of_day::after_latest_date()));
  }
  CHECK(ledger(t.periods(), {.as_of = as_of_day::after_latest_date()}).known_until() == at("2025-05-16"));
}

TEST_CASE("as_of: a running contract that ends next year is no churn") {
  const contracts_that_run t;
  const ledger book(t.periods(), {.as_of = parse_day("2024-10-16")});
  CHECK(book.counts().future_ends == 2);
  CHECK(book.level(account{1}, at("2024-10-15")) == mrr::from_minor(50));
}

TEST_CASE("as_of: rows that run on, or end by the last start, need no day") {
  table t;
  t.add(0, "2024-01-01", "2024-03-01", 100).add(1, "2024-03-01", "", 50);
  CHECK(t.book().known_until() == at("2024-03-02"));
  CHECK(tally_revenue(t.view(), year_2024).known_until == at("2024-03-02"));
  CHECK(tally_mrr_series(t.view(), year_2024).known_until == at("2024-03-02"));
  t.add(2, "2024-02-01", "2024-03-02", 10);
  CHECK_THROWS_WITH_AS((void)t.book(), doctest::Contains("as late as 2024-03-02, after the last start on 2024-03-01"),
                       as_of_not_named);
  CHECK(table{}.book().accounts() == 0);
  // In a log an end is a change like every other one: the latest has happened.
  const contracts_that_run log;
  CHECK(known_until(fact_source::changes, log.changes(), {}) == at("2025-05-16"));
}

TEST_CASE("as_of: month snapshots say up to when they are known, and what was consumed has happened") {
  const std::vector<std::uint32_t> account{0, 0};
  const std::vector<std::int32_t> months{in("2024-01").since_epoch, in("2024-02").since_epoch};
  const std::vector<std::int32_t> from{on("2024-01-01"), on("2024-02-01")}, to{on("2024-02-01"), on("2024-03-01")};
  const std::vector<std::int64_t> amount{100, 100};
  CHECK(known_until(fact_source::snapshots, snapshots{account, months, amount}, {}) == at("2024-03-01"));
  usage_lines consumed;
  consumed.account = account, consumed.start = from, consumed.end = to, consumed.amount = amount;
  CHECK(known_until(fact_source::usage, consumed, {}) == at("2024-03-01"));
}

TEST_CASE("as_of: a contract without a renewal is lost only once the grace days are over, by a day that is named") {
  const std::vector<std::uint32_t> account{0};
  const std::vector<std::int32_t> ends{on("2024-06-15")}, renewed_on{0};
  const std::vector<std::int64_t> value{1'200};
  const std::uint8_t none[] = {0};
  const contracts due{account, ends, value, column<std::int32_t>(std::span<const std::int32_t>(renewed_on), none),
                      column<std::int64_t>(std::span<const std::int64_t>(value), none)};
  const renewal_window june{at("2024-06-01"), at("2024-07-01")}, july{at("2024-07-01"), at("2024-08-01")};
  CHECK_THROWS_WITH_AS((void)tally_renewals(due, june), doctest::Contains("name as_of"), as_of_not_named);
  CHECK(tally_renewals(due, june, {.as_of = at("2024-06-20")}).pending == 1);
  CHECK(tally_renewals(due, june, {.as_of = as_of_day::after_latest_date()}).lost == 1);
  CHECK(tally_renewals(due, july).contracts_due == 0);  // nothing to decide
}

TEST_CASE("as_of: bytes of a view keep a day, the day after the latest date, or neither") {
  for (const as_of_day& one : {as_of_day{}, as_of_day(at("2024-10-16")), as_of_day::after_latest_date()}) {
    const viewed_book kept = from_bytes<viewed_book>(to_bytes(viewed_book{book{}, {.as_of = one}}));
    CHECK(kept.under.as_of == one);
  }
}
