// An object that was moved from is still one: empty, or what it was, and of use again. Each type says which in its header.
#include <doctest/doctest.h>

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "health_fixtures.hpp"
#include "sojourn/arrow/reader.hpp"
#include "sojourn/domain/account.hpp"
#include "sojourn/health/score/card_set.hpp"
#include "sojourn/input/owned_column.hpp"
#include "sojourn/input/time_zone.hpp"
#include "sojourn/revenue/book/read.hpp"
#include "sojourn/revenue/ledger/ledger.hpp"
#include "sojourn/stats/summary.hpp"
#include "subscription_table.hpp"

// NOLINTBEGIN(bugprone-use-after-move): what comes after a move is what is tested

using namespace sojourn;

namespace {

test::table two_accounts() {
  test::table rows;
  return rows.add(0, 19'000, std::nullopt, 500).add(1, 19'000, 19'050, 300);
}

}  // namespace

TEST_CASE("moved from: an index of accounts is empty and learns again") {
  account_index keys;
  (void)keys.intern("north");
  account_index taken(std::move(keys));
  CHECK(taken.find("north") == account{0});
  CHECK(keys.size() == 0);
  CHECK(!keys.holds_text());
  CHECK(!keys.find("north"));
  CHECK(!keys.find(17));
  CHECK_THROWS_AS((void)keys.key(account{0}), data_error);
  CHECK(keys.intern(17) == account{0});
  CHECK(keys.id(account{0}) == 17);
  taken = std::move(keys);
  CHECK(taken.find(17) == account{0});
  const std::vector<std::int64_t> ids{4, 5};
  std::vector<std::uint32_t> numbers(2);
  keys.intern(ids, numbers);
  CHECK(numbers == std::vector<std::uint32_t>{0, 1});
}

TEST_CASE("moved from: a ledger is empty") {
  ledger book = two_accounts().book(day{19'100});
  const ledger taken(std::move(book));
  CHECK(taken.level(account{0}, day{19'010}) == mrr::from_minor(500));
  CHECK(book.accounts() == 0);
  CHECK(book.steps(account{0}).empty());
  CHECK(book.rows_of(account{1}).empty());
  CHECK(book.level(account{0}, day{19'010}) == mrr{});
  CHECK(book.counts() == ledger_counts{});
  CHECK(!first_day(book));
  book = taken;
  CHECK(book.level(account{1}, day{19'010}) == mrr::from_minor(300));
  ledger again = two_accounts().book(day{19'100});
  again = std::move(book);
  CHECK(again.accounts() == 2);
  CHECK(book.accounts() == 0);
}

TEST_CASE("moved from: a book is the book it was") {
  book facts_of_all;
  (void)facts_of_all.keys().intern("north");
  (void)facts_of_all.keys().intern("south");
  const test::table rows = two_accounts();
  apply(facts_of_all, facts{rows.view()});
  book taken(std::move(facts_of_all));
  CHECK(facts_of_all == taken);
  CHECK(facts_of_all.rows() == 2);
  apply(taken, facts{rows.view()});
  CHECK(taken.rows() == 4);
  CHECK(facts_of_all.rows() == 2);
}

TEST_CASE("moved from: a summary is empty and takes values again") {
  summary of_all;
  of_all.add(3);
  const summary taken(std::move(of_all));
  CHECK(taken.mean() == 3);
  CHECK(of_all.count() == 0);
  CHECK(of_all.sum() == 0);
  CHECK(of_all.mean() != of_all.mean());
  const summary copy(of_all);
  CHECK(copy.count() == 0);
  of_all.add(7);
  CHECK(of_all.mean() == 7);
}

TEST_CASE("moved from: compiled cards and time zones are what they were") {
  auto card = health_test::h::compile(health_test::card({health_test::signal("a")}, {health_test::leaf(1, "a")}));
  const auto taken(std::move(card));
  CHECK(card.hash() == taken.hash());
  CHECK(card.inputs().size() == 1);
  time_zone zone = time_zone::fixed(3600);
  const time_zone held(std::move(zone));
  CHECK(zone.seconds_ahead(0) == 3600);
  CHECK(zone.name() == held.name());
}

TEST_CASE("moved from: a column that owns its values is empty") {
  owned_column<std::int32_t> days("start");
  days.push_missing();
  const owned_column<std::int32_t> taken(std::move(days));
  CHECK(!taken.view().present(0));
  CHECK(days.size() == 0);
  CHECK(!days.view().may_have_missing());
  days.push_back(4);
  CHECK(days.view()[0] == 4);
}

// NOLINTEND(bugprone-use-after-move)
