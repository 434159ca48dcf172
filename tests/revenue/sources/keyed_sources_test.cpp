// The same ledger from every source, with keys, rows of the caller's table and counts by name.
#include "sojourn/revenue/sources/keyed_sources.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <vector>

#include "sojourn/revenue/movements.hpp"
#include "subscription_table.hpp"

using namespace sojourn;
using namespace sojourn::test;

namespace {

std::shared_ptr<account_index> keys_of(std::initializer_list<const char*> all) {
  auto keys = std::make_shared<account_index>();
  for (const char* key : all) (void)keys->intern(std::string_view(key));
  return keys;
}

std::int64_t count_of(const keyed_ledger& l, std::string_view name) {
  for (const named_count& one : counts_by_name(l)) {
    if (one.name == name) return one.count;
  }
  return -1;
}

using rows_of = std::vector<std::uint32_t>;

}  // namespace

TEST_CASE("ledger_from_periods: without a grace the rows are the caller's; with one a gap is bridged and counted") {
  table rows;
  rows.add(0, "2024-01-01", "2024-02-01", 100).add(1, "2024-01-01", "", 50).add(0, "2024-02-05", "", 100);
  const auto keys = keys_of({"acme", "globex"});
  const keyed_ledger plain = ledger_from_periods(rows.view(), keys, 0, {.as_of = at("2024-07-01")});
  CHECK(plain.source_rows == nullptr);
  CHECK(plain.book.level(account{0}, at("2024-02-03")) == mrr{});
  CHECK(count_of(plain, "bridges") == -1);
  CHECK(caller_rows(plain, account{0}) == rows_of{0, 2});

  const keyed_ledger bridged = ledger_from_periods(rows.view(), keys, 4, {.as_of = at("2024-07-01")});
  CHECK(bridged.book.level(account{0}, at("2024-02-03")) == mrr::from_minor(100));
  CHECK(count_of(bridged, "bridges") == 1);
  CHECK(count_of(bridged, "rows") == 3);
  CHECK(caller_rows(bridged, account{0}) == rows_of{0, 2});
  const account_explanation why = explain(bridged, account{0}, at("2024-01-01"), at("2024-07-01"));
  CHECK(why.rows == rows_of{0, 2});
  CHECK(why.movements.size() == 1);
}

TEST_CASE("ledger_from_periods: an account beyond its range is named by key") {
  table rows;
  for (int i = 0; i < 3; ++i) rows.add(1, "2024-01-01", "", 50'000'000'000'000);
  rows.add(0, "2024-01-01", "", 1);
  CHECK_THROWS_WITH_AS((void)ledger_from_periods(rows.view(), keys_of({"acme", "globex"})), doctest::Contains("globex"),
                       overflow_error);
}

TEST_CASE("ledger_from_snapshots: known until the month after the latest, or until as_of") {
  const std::vector<std::uint32_t> who{0, 0, 1};
  const std::vector<std::int32_t> when{in("2024-01").since_epoch, in("2024-02").since_epoch, in("2024-01").since_epoch};
  const std::vector<std::int64_t> amount{100, 100, 70};
  const snapshots view{column<std::uint32_t>(who), column<std::int32_t>(when), column<std::int64_t>(amount)};
  const auto keys = keys_of({"acme", "globex"});
  const keyed_ledger l = ledger_from_snapshots(view, keys);
  CHECK(l.book.known_until() == at("2024-03-01"));
  CHECK(l.book.level(account{1}, at("2024-02-01")) == mrr{});
  CHECK(!l.prepared.has_value());
  CHECK(ledger_from_snapshots(view, keys, 0, at("2024-06-01")).book.known_until() == at("2024-06-01"));
}

TEST_CASE("ledger_from_changes: counted in the words of changes, and those moved to an earlier day are counted too") {
  const std::vector<std::uint32_t> who{0, 0, 0};
  const std::vector<std::int32_t> when{on("2024-01-01"), on("2024-01-02"), on("2024-03-01")};
  const std::vector<std::int64_t> amount{100, 150, 0};
  const std::vector<std::int64_t> time{1430 * 60'000'000'000, 20 * 60'000'000'000, 0};
  mrr_changes view{column<std::uint32_t>(who), column<std::int32_t>(when), column<std::int64_t>(amount)};
  const keyed_ledger l = ledger_from_changes(view, keys_of({"acme"}));
  CHECK(l.kind == ledger_rows::changes);
  CHECK(count_of(l, "to_zero") == 1);
  CHECK(!l.prepared.has_value());
  view.nanosecond = column<std::int64_t>(time);
  change_options options;
  options.grouping_minutes = 60;
  const keyed_ledger grouped = ledger_from_changes(view, keys_of({"acme"}), options);
  CHECK(count_of(grouped, "grouped") == 1);
  CHECK(grouped.book.level(account{0}, at("2024-01-01")) == mrr::from_minor(150));
}

TEST_CASE("ledger_from_prices: a customer is an account, or a subscription with the account behind it") {
  const std::vector<std::uint32_t> who{0, 0, 1}, subscription{2, 0, 1};
  const std::vector<std::int32_t> start(3, on("2024-01-01"));
  const std::vector<std::int64_t> amount{100, 200, 300};
  priced_subscriptions view;
  view.account = column<std::uint32_t>(who), view.start = column<std::int32_t>(start);
  view.amount = column<std::int64_t>(amount), view.subscription = column<std::uint32_t>(subscription);
  const auto accounts = keys_of({"acme", "globex"});
  const auto subscriptions = keys_of({"s1", "s2", "s3"});
  pricing_options options;
  options.as_of = at("2024-07-01");
  const keyed_ledger by_account = ledger_from_prices(view, options, accounts, subscriptions);
  CHECK(by_account.keys == accounts);
  CHECK(by_account.owner == nullptr);
  CHECK(by_account.book.level(account{0}, at("2024-02-01")) == mrr::from_minor(300));

  options.policy.unit = customer_unit::subscription;
  const keyed_ledger by_subscription = ledger_from_prices(view, options, accounts, subscriptions);
  CHECK(by_subscription.by_subscription);
  CHECK(by_subscription.keys == subscriptions);
  CHECK(*by_subscription.owner == rows_of{0, 1, 0});
  CHECK(by_subscription.owner_keys == accounts);
  CHECK(by_subscription.book.level(account{2}, at("2024-02-01")) == mrr::from_minor(100));
  CHECK(caller_rows(by_subscription, account{2}) == rows_of{0});
  CHECK_THROWS_WITH_AS((void)ledger_from_prices(view, options, accounts), doctest::Contains("keys of subscriptions"),
                       schema_error);
}

TEST_CASE("ledger_from_invoices: a refund leaves a row without MRR, which is no free period") {
  const std::vector<std::uint32_t> who{0, 0};
  const std::vector<std::int32_t> from(2, on("2024-01-01")), to(2, on("2024-02-01"));
  const std::vector<std::int64_t> amount{100, 40};
  const std::vector<std::uint8_t> kind{static_cast<std::uint8_t>(line_kind::recurring),
                                       static_cast<std::uint8_t>(line_kind::refund)};
  invoice_lines view;
  view.account = column<std::uint32_t>(who), view.service_start = column<std::int32_t>(from);
  view.service_end = column<std::int32_t>(to), view.amount = column<std::int64_t>(amount);
  view.kind = column<std::uint8_t>(kind);
  invoicing_options options;
  options.policy.refunds = refund_rule::negative;
  const keyed_ledger l = ledger_from_invoices(view, options, keys_of({"acme"}));
  CHECK(l.book.level(account{0}, at("2024-01-15")) == mrr::from_minor(60));
  CHECK(count_of(l, "free_periods") == 0);
  CHECK(l.book.counts().free_periods == 1);
  CHECK(count_of(l, "rows") == 2);
}
