// The same ledger from the facts of every source, with keys, rows of the caller's table and counts by name.
#include "sojourn/revenue/book/facts.hpp"

#include <doctest/doctest.h>

#include <initializer_list>
#include <utility>
#include <vector>

#include "sojourn/revenue/book/read.hpp"
#include "sojourn/revenue/movements.hpp"
#include "subscription_table.hpp"

using namespace sojourn;
using namespace sojourn::test;

namespace {

using rows_of = std::vector<std::uint32_t>;

book book_of(fact_source source, fact_rows rows, std::initializer_list<const char*> keys,
             std::initializer_list<const char*> subscriptions = {}) {
  book made(source);
  for (const char* key : keys) (void)made.keys().intern(std::string_view(key));
  for (const char* key : subscriptions) (void)made.subscription_keys().intern(std::string_view(key));
  apply(made, {.rows = std::move(rows)});
  return made;
}

std::int64_t count_of(const keyed_ledger& l, std::string_view name) {
  for (const named_count& one : counts_by_name(l)) {
    if (one.name == name) return one.count;
  }
  return -1;
}

}  // namespace

TEST_CASE("facts of periods: without a grace the rows are the caller's; with one a gap is bridged and counted") {
  table rows;
  rows.add(0, "2024-01-01", "2024-02-01", 100).add(1, "2024-01-01", "", 50).add(0, "2024-02-05", "", 100);
  const book held = book_of(fact_source::periods, rows.view(), {"acme", "globex"});
  view under{.as_of = at("2024-07-01")};
  const keyed_ledger plain = read(held, under).ledger;
  CHECK(plain.source_rows == nullptr);
  CHECK(plain.book.level(account{0}, at("2024-02-03")) == mrr{});
  CHECK(count_of(plain, "bridges") == -1);
  CHECK(caller_rows(plain, account{0}) == rows_of{0, 2});

  under.policy.lapse_grace = 4;
  const keyed_ledger bridged = read(held, under).ledger;
  CHECK(bridged.book.level(account{0}, at("2024-02-03")) == mrr::from_minor(100));
  CHECK(count_of(bridged, "bridges") == 1);
  CHECK(count_of(bridged, "rows") == 3);
  CHECK(caller_rows(bridged, account{0}) == rows_of{0, 2});
  const account_explanation why = explain(bridged, account{0}, at("2024-01-01"), at("2024-07-01"));
  CHECK(why.rows == rows_of{0, 2});
  CHECK(why.movements.size() == 1);
}

TEST_CASE("facts of periods: an account beyond its range is named by key") {
  table rows;
  for (int i = 0; i < 3; ++i) rows.add(1, "2024-01-01", "", 50'000'000'000'000);
  rows.add(0, "2024-01-01", "", 1);
  const book held = book_of(fact_source::periods, rows.view(), {"acme", "globex"});
  CHECK_THROWS_WITH_AS((void)read(held), doctest::Contains("globex"), overflow_error);
}

TEST_CASE("facts of snapshots: known until the month after the latest, or until as_of") {
  const std::vector<std::uint32_t> who{0, 0, 1};
  const std::vector<std::int32_t> when{in("2024-01").since_epoch, in("2024-02").since_epoch, in("2024-01").since_epoch};
  const std::vector<std::int64_t> amount{100, 100, 70};
  const book held = book_of(fact_source::snapshots, snapshots{who, when, amount}, {"acme", "globex"});
  const keyed_ledger l = read(held).ledger;
  CHECK(l.book.known_until() == at("2024-03-01"));
  CHECK(l.book.level(account{1}, at("2024-02-01")) == mrr{});
  CHECK(read(held, {.as_of = at("2024-06-01")}).ledger.book.known_until() == at("2024-06-01"));
}

TEST_CASE("facts of changes: counted in the words of changes, and those moved to an earlier day are counted too") {
  const std::vector<std::uint32_t> who{0, 0, 0};
  const std::vector<std::int32_t> when{on("2024-01-01"), on("2024-01-02"), on("2024-03-01")};
  const std::vector<std::int64_t> amount{100, 150, 0};
  const std::vector<std::int64_t> time{1430 * 60'000'000'000, 20 * 60'000'000'000, 0};
  mrr_changes rows{who, when, amount};
  const keyed_ledger l = read(book_of(fact_source::changes, rows, {"acme"})).ledger;
  CHECK(l.kind == ledger_rows::changes);
  CHECK(count_of(l, "to_zero") == 1);
  rows.nanosecond = time;
  view under;
  under.policy.grouping_minutes = 60;
  const keyed_ledger grouped = read(book_of(fact_source::changes, rows, {"acme"}), under).ledger;
  CHECK(count_of(grouped, "grouped") == 1);
  CHECK(grouped.book.level(account{0}, at("2024-01-01")) == mrr::from_minor(150));
}

TEST_CASE("facts of prices: a customer is an account, or a subscription with the account behind it") {
  const std::vector<std::uint32_t> who{0, 0, 1}, subscription{2, 0, 1};
  const std::vector<std::int32_t> start(3, on("2024-01-01"));
  const std::vector<std::int64_t> amount{100, 200, 300};
  priced_subscriptions rows;
  rows.account = who, rows.start = start, rows.amount = amount, rows.subscription = subscription;
  const book held = book_of(fact_source::prices, rows, {"acme", "globex"}, {"s1", "s2", "s3"});
  view under{.as_of = at("2024-07-01")};
  const keyed_ledger by_account = read(held, under).ledger;
  CHECK(by_account.keys == held.shared_keys());
  CHECK(by_account.owner == nullptr);
  CHECK(by_account.book.level(account{0}, at("2024-02-01")) == mrr::from_minor(300));

  under.policy.unit = customer_unit::subscription;
  const keyed_ledger by_subscription = read(held, under).ledger;
  CHECK(by_subscription.by_subscription);
  CHECK(by_subscription.keys.get() == &held.subscription_keys());
  CHECK(*by_subscription.owner == rows_of{0, 1, 0});
  CHECK(by_subscription.owner_keys == held.shared_keys());
  CHECK(by_subscription.book.level(account{2}, at("2024-02-01")) == mrr::from_minor(100));
  CHECK(caller_rows(by_subscription, account{2}) == rows_of{0});
  rows.subscription = {};
  CHECK_THROWS_WITH_AS((void)read(book_of(fact_source::prices, rows, {"acme", "globex"}), under),
                       doctest::Contains("which subscription each row belongs to"), schema_error);
}

TEST_CASE("facts of invoices: a refund leaves a row without MRR, which is no free period") {
  const std::vector<std::uint32_t> who{0, 0};
  const std::vector<std::int32_t> from(2, on("2024-01-01")), to(2, on("2024-02-01"));
  const std::vector<std::int64_t> amount{100, 40};
  const std::vector<std::uint8_t> kind{static_cast<std::uint8_t>(line_kind::recurring),
                                       static_cast<std::uint8_t>(line_kind::refund)};
  invoice_lines rows;
  rows.account = who, rows.service_start = from, rows.service_end = to, rows.amount = amount, rows.kind = kind;
  view under{.as_of = at("2024-03-01")};
  under.policy.refunds = refund_rule::negative;
  const keyed_ledger l = read(book_of(fact_source::invoices, rows, {"acme"}), under).ledger;
  CHECK(l.book.level(account{0}, at("2024-01-15")) == mrr::from_minor(60));
  CHECK(count_of(l, "free_periods") == 0);
  CHECK(count_of(l, "rows") == 2);
}
