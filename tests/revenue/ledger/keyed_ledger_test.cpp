// The ledger with the keys of its accounts: look-ups, corrections whose errors name the account, rows of the caller, shards.
#include "sojourn/revenue/ledger/keyed_ledger.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <vector>

#include "subscription_table.hpp"

using namespace sojourn;
using namespace sojourn::test;

namespace {

keyed_ledger three_accounts() {
  auto keys = std::make_shared<account_index>();
  for (const char* key : {"acme", "globex", "initech"}) (void)keys->intern(std::string_view(key));
  table rows;
  rows.add(0, "2024-01-01", "", 100).add(1, "2024-02-01", "2024-05-01", 200).add(2, "2024-03-01", "", 300);
  return {rows.book(at("2024-07-01")), keys};
}

std::vector<std::uint32_t> numbers(std::initializer_list<std::uint32_t> all) {
  return all;
}

}  // namespace

TEST_CASE("edge G03: text and numbers find their account, another type does not, and the error says which key") {
  const keyed_ledger l = three_accounts();
  CHECK(account_of(*l.keys, "globex") == account{1});
  CHECK_THROWS_WITH_AS((void)account_of(*l.keys, "hooli"),
                       "column \"account\", value 'hooli': not an account of this ledger; pass a key as the account column "
                       "holds it, of the same type",
                       data_error);
  account_index ids, texts;
  (void)ids.intern(std::int64_t{17});
  (void)texts.intern(std::string_view("17"));
  CHECK(account_of(ids, std::int64_t{17}) == account{0});
  CHECK(account_of(texts, std::int64_t{17}) == account{0});
  CHECK(account_of(ids, "17") == account{0});
  CHECK_THROWS_WITH_AS((void)account_of(ids, "017"), doctest::Contains("value '017'"), data_error);
  CHECK_THROWS_WITH_AS((void)account_of(ids, std::int64_t{18}), doctest::Contains("value 18"), data_error);
  CHECK(key_of(ids, account{0}) == account_key{std::int64_t{17}});
  CHECK(key_of(texts, account{0}) == account_key{"17"});
  CHECK(intern(texts, account_key{"18"}) == account{1});
  CHECK(intern(texts, account_key{"17"}) == account{0});
  CHECK_THROWS_AS((void)intern(texts, account_key{std::int64_t{17}}), schema_error);
}

TEST_CASE("keyed corrections: rows of new accounts are applied, and what is refused names the account and changes nothing") {
  keyed_ledger l = three_accounts();
  (void)l.keys->intern(std::string_view("hooli"));
  table late;
  late.add(3, "2024-04-01", "", 50);
  apply(l, late.view());
  CHECK(l.book.level(account{3}, at("2024-04-01")) == mrr::from_minor(50));

  table unknown;
  unknown.accounts = 5;
  unknown.add(4, "2024-04-01", "", 50);
  (void)l.keys->intern(std::string_view("umbrella"));
  CHECK_THROWS_WITH_AS(
      retract(l, unknown.view()),
      "column \"account\", row 0, value umbrella: not an account of this ledger; only rows that were in the "
      "ledger can be retracted",
      data_error);
  table too_much;
  too_much.add(0, "2024-01-01", "", 101);
  CHECK_THROWS_WITH_AS(retract(l, too_much.view()), doctest::Contains("value acme: an account cannot give back more"),
                       data_error);
  CHECK(l.book.level(account{0}, at("2024-06-01")) == mrr::from_minor(100));
  CHECK_THROWS_WITH_AS(merge(l, account{1}, account{1}), doctest::Contains("value globex: an account is not merged"),
                       data_error);

  merge(l, account{1}, account{0});
  CHECK(l.book.level(account{0}, at("2024-03-01")) == mrr::from_minor(300));
  table moved;
  moved.add(2, "2024-03-01", "", 300);
  split(l, moved.view(), account{1}, at("2024-06-01"));
  CHECK(l.book.level(account{2}, at("2024-06-30")) == mrr{});
  CHECK(l.book.level(account{1}, at("2024-06-30")) == mrr::from_minor(300));
}

TEST_CASE("caller_rows: rows of the ledger become rows of the caller's table, each once, and a bridge has none") {
  keyed_ledger l = three_accounts();
  CHECK(caller_rows(l, account{1}) == numbers({1}));
  l.source_rows = std::make_shared<const std::vector<std::uint32_t>>(numbers({7, mrr_rows::no_source, 3}));
  CHECK(caller_rows(l, account{0}) == numbers({7}));
  CHECK(caller_rows(l, account{1}).empty());
  const auto all = numbers({0, 1, 2, 0});
  CHECK(caller_rows(l, all) == numbers({3, 7}));
}

TEST_CASE("counts_by_name: the words of periods, changes and invoices; what a source did follows where it did something") {
  keyed_ledger l = three_accounts();
  using counts = std::vector<named_count>;
  CHECK(counts_by_name(l) ==
        counts{{"rows", 3}, {"empty_periods", 0}, {"free_periods", 0}, {"future_starts", 0}, {"future_ends", 0}});
  l.kind = ledger_rows::changes;
  CHECK(counts_by_name(l) == counts{{"rows", 3}, {"to_zero", 0}, {"replaced", 0}, {"future_changes", 0}});
  l.kind = ledger_rows::invoices;
  l.prepared = row_counts{};
  l.prepared->rows = 9, l.prepared->free = 2, l.prepared->refunds = 4;
  CHECK(
      counts_by_name(l) ==
      counts{
          {"rows", 9}, {"empty_periods", 0}, {"free_periods", 2}, {"future_starts", 0}, {"future_ends", 0}, {"refunds", 4}});
}

TEST_CASE("only: some accounts alone keep their keys and owners") {
  keyed_ledger l = three_accounts();
  l.owner = std::make_shared<std::vector<std::uint32_t>>(numbers({5, 6, 7}));
  const std::vector<account> some{{2}, {0}};
  const keyed_ledger few = only(l, some);
  REQUIRE(few.book.accounts() == 2);
  CHECK(few.keys->key(account{0}) == "initech");
  CHECK(account_of(*few.keys, "acme") == account{1});
  CHECK(*few.owner == numbers({7, 5}));
  CHECK(few.book.level(account{0}, at("2024-03-01")) == mrr::from_minor(300));
  CHECK(caller_rows(few, account{1}) == numbers({0}));
}

TEST_CASE(
    "declare: a ledger is the shard that it says, rows of another are refused with their key, and shares make a whole") {
  keyed_ledger l = three_accounts();
  CHECK(accounts_owned(l).listed.size() == 3);
  declare(l, std::nullopt);
  CHECK(l.declared == nullptr);
  CHECK_THROWS_AS(declare(l, account_ownership::shard(0, 4096)), data_error);
  CHECK(l.declared == nullptr);
  declare(l, account_ownership::everybody());
  CHECK(accounts_owned(l).listed.empty());
  CHECK(accounts_owned(l).owned_slots() == 4096);
  const std::vector<account> one{{0}};
  CHECK(accounts_owned(l, one) == account_ownership{});

  account_ownership owned;
  std::int64_t closing = 0;
  for (std::uint32_t i = 0; i < 3; ++i) {
    keyed_ledger part = share(l, i, 3);
    owned += accounts_owned(part);
    for (std::uint32_t who = 0; who < 3; ++who) closing += part.book.level(account{who}, at("2024-04-01")).ticks();
    for (std::uint32_t who = 0; who < 3; ++who) {
      table row;
      row.accounts = 3;
      row.add(who, "2024-06-01", "", 1);
      if (part.declared->owns(account_hash(l.keys->key(account{who}))))
        CHECK_NOTHROW(apply(part, row.view()));
      else
        CHECK_THROWS_WITH_AS(apply(part, row.view()), doctest::Contains("an account of this shard"), data_error);
    }
  }
  CHECK(owned == account_ownership::everybody());
  CHECK(closing == mrr::from_minor(600).ticks());
  CHECK_THROWS_AS((void)share(l, 3, 3), schema_error);
}
