#include <doctest/doctest.h>

#include <random>
#include <string>
#include <utility>
#include <vector>

#include "sojourn/exec/executor.hpp"
#include "sojourn/revenue/ledger/ledger_builder.hpp"
#include "subscription_table.hpp"

using namespace sojourn;
using test::table;

namespace {

constexpr day known{20'000};

table random_rows(unsigned seed, int rows) {
  std::mt19937_64 random(seed);
  table made;
  for (int row = 0; row < rows; ++row) {
    const int start = 18'000 + static_cast<int>(random() % 1'500);
    const auto end = random() % 3 == 0 ? std::nullopt : std::optional<int>(start + static_cast<int>(random() % 400));
    made.add(static_cast<std::uint32_t>(random() % 60), start, end, static_cast<std::int64_t>(random() % 5'000));
  }
  made.accounts = 60;
  return made;
}

/// Rows [first, last) as a table whose bitmap begins inside a byte.
subscriptions rows_between(const subscriptions& all, std::size_t first, std::size_t last) {
  const auto cut = [&](const auto& from) {
    return std::remove_cvref_t<decltype(from)>(from.values().subspan(first, last - first), from.validity(),
                                               from.bit_offset() + first, from.name());
  };
  return {cut(all.account), cut(all.start), cut(all.end), cut(all.amount), all.ticks_per_unit};
}

void require_same(const ledger& a, const ledger& b) {
  REQUIRE(a.accounts() == b.accounts());
  REQUIRE(a.counts() == b.counts());
  REQUIRE(a.known_until() == b.known_until());
  for (std::uint32_t who = 0; who < a.accounts(); ++who) {
    const auto of = [&](const ledger& book) {
      const auto steps = book.steps(account{who});
      return std::vector<mrr_step>(steps.begin(), steps.end());
    };
    REQUIRE(of(a) == of(b));
  }
}

}  // namespace

TEST_CASE("ledger builder: rows in batches of any size give the ledger of one table") {
  const table rows = random_rows(1, 3'000);
  const ledger whole(rows.view(), {known, 60});
  for (const std::size_t batch : {1u, 7u, 64u, 1'000u, 3'000u}) {
    ledger_builder builder(nullptr, {.ledger = {known, 60}});
    for (std::size_t first = 0; first < 3'000; first += batch) {
      const std::size_t last = std::min<std::size_t>(first + batch, 3'000);
      REQUIRE(builder.add(rows_between(rows.view(), first, last)) == last - first);
    }
    CHECK(builder.refused() == 0);
    const keyed_ledger built = builder.build(thread_executor{2});
    require_same(built.book, whole);
    CHECK(built.source_rows == nullptr);
  }
}

TEST_CASE("ledger builder: the caller's memory is not read after a batch, and single rows continue it") {
  ledger_builder builder(nullptr, {.ledger = {known, 2}});
  {
    table first;
    first.add(0, 19'000, std::nullopt, 500).add(1, 19'000, 19'030, 300);
    (void)builder.add(first.view());
    first.amount.assign(2, -1);
  }
  CHECK(builder.add(account{1}, day{19'040}, std::nullopt, 700));
  CHECK(builder.build().book.level(account{0}, day{19'100}) == mrr::from_minor(500));
  CHECK(builder.build().book.level(account{1}, day{19'035}) == mrr{});
  CHECK(builder.build().book.level(account{1}, day{19'100}) == mrr::from_minor(700));
  CHECK(builder.add(account{1}, day{19'050}, day{19'060}, 50));  // a ledger may be built, and the stream goes on
  CHECK(builder.build().book.level(account{1}, day{19'055}) == mrr::from_minor(750));
}

TEST_CASE("ledger builder: each kind of bad row has its code and its words, and good rows go on") {
  const auto keys = std::make_shared<account_index>();
  ledger_builder builder(keys, {.ledger = {.as_of = known}, .end = "until"});
  CHECK(builder.add("north", day{19'000}, std::nullopt, 100));
  CHECK(!builder.add("north", day{99'999}, std::nullopt, 100));
  CHECK(!builder.add("north", day{19'000}, day{99'999}, 100));
  CHECK(!builder.add("north", day{19'000}, day{18'000}, 100));
  CHECK(!builder.add("north", day{19'000}, std::nullopt, -1));
  CHECK(!builder.add("north", day{19'000}, std::nullopt, INT64_MAX / 2));
  CHECK(!builder.add(account{7}, day{19'000}, std::nullopt, 100));
  const std::uint32_t who[] = {0, 0, 0, 0};
  const std::int32_t start[] = {19'000, 19'000, 19'000, 19'000};
  const std::int64_t amount[] = {1, 1, 1, 1};
  const std::uint8_t second[] = {0b1101}, third[] = {0b1011}, fourth[] = {0b0111};
  CHECK(builder.add(subscriptions{column<std::uint32_t>(who, second), column<std::int32_t>(start, third),
                                  column<std::int32_t>(start), column<std::int64_t>(amount, fourth)}) == 1);
  CHECK(builder.seen() == 11);
  CHECK(builder.accepted() == 2);
  CHECK(builder.refused() == 9);
  for (std::size_t code = 1; code < values_of(row_fault{}).size(); ++code) {
    CAPTURE(values_of(row_fault{})[code]);
    CHECK(builder.refused(static_cast<row_fault>(code)) == 1);
  }
  const auto listed = builder.refused_rows();
  REQUIRE(listed.size() == 9);
  CHECK(listed[2].fault == row_fault::end_before_start);
  CHECK(listed[2].what.message() ==
        "column \"until\", row 3, value 2019-04-14: a period does not end before its start; it starts on 2022-01-08; "
        "correct one of the two, or leave the row out");
  CHECK(listed[6].what.row == 8);  // the second row of the batch
  const keyed_ledger built = builder.build();
  CHECK(caller_rows(built, account{0}) == std::vector<std::uint32_t>{0, 7});
  CHECK(key_of(*built.keys, account{0}) == account_key("north"));
}

TEST_CASE("ledger builder: a stream of bad rows costs no memory, and all of them are counted") {
  ledger_builder builder(nullptr, {.ledger = {known, 1}, .most_listed = 3});
  for (int row = 0; row < 100; ++row) {
    CHECK(!builder.add(account{0}, day{19'000}, std::nullopt, -1 - row));
    CHECK(builder.add(account{0}, day{19'000 + row}, day{19'001 + row}, 10));
  }
  CHECK(builder.refused(row_fault::amount_negative) == 100);
  CHECK(builder.refused_rows().size() == 3);
  CHECK(caller_rows(builder.build(), account{0}).size() == 100);
  CHECK(caller_rows(builder.build(), account{0}).back() == 199);
}

TEST_CASE("ledger builder: what no row can be blamed for is an error, and nothing has changed") {
  ledger_builder builder;
  CHECK_THROWS_WITH_AS((void)builder.add("north", day{1}, std::nullopt, 1),
                       "ledger_builder: it was made without keys; give it an account_index, or add rows by account number",
                       schema_error);
  table rows;
  rows.add(0, 19'000, std::nullopt, 100);
  subscriptions other = rows.view();
  other.ticks_per_unit = 1;
  CHECK_THROWS_AS((void)builder.add(other), schema_error);
  rows.amount.push_back(1);
  CHECK_THROWS_AS((void)builder.add(rows.view()), schema_error);
  CHECK(builder.seen() == 0);
  CHECK_THROWS_AS(ledger_builder(nullptr, {.ticks_per_unit = 0}), schema_error);
  CHECK(builder.add(account{0}, day{19'000}, day{19'900}, 100));
  CHECK_THROWS_AS((void)builder.build(), as_of_not_named);
}

TEST_CASE("ledger builder: one that was moved from has no rows and takes new ones") {
  ledger_builder builder(nullptr, {.ledger = {known, 1}});
  CHECK(builder.add(account{0}, day{19'000}, std::nullopt, 100));
  CHECK(!builder.add(account{0}, day{19'000}, std::nullopt, -100));
  ledger_builder taken(std::move(builder));
  CHECK(taken.accepted() == 1);
  CHECK(taken.refused() == 1);
  CHECK(builder.seen() == 0);  // NOLINT(bugprone-use-after-move): defined, and tested here
  CHECK(builder.refused(row_fault::amount_negative) == 0);
  CHECK(builder.refused_rows().empty());
  CHECK(builder.add(account{0}, day{19'000}, std::nullopt, 300));
  CHECK(builder.build().book.level(account{0}, day{19'100}) == mrr::from_minor(300));
  builder = std::move(taken);
  CHECK(builder.build().book.level(account{0}, day{19'100}) == mrr::from_minor(100));
}

TEST_CASE("owned column: views know what is missing, wherever batches begin in their bitmaps") {
  std::mt19937_64 random(5);
  owned_column<std::int32_t> held("days");
  std::vector<std::optional<std::int32_t>> expected;
  for (int batch = 0; batch < 60; ++batch) {
    const std::size_t rows = random() % 21, offset = random() % 16;
    std::vector<std::int32_t> values(rows);
    std::vector<std::uint8_t> bits((rows + offset) / 8 + 1);
    for (std::uint8_t& byte : bits) byte = static_cast<std::uint8_t>(random());
    for (std::int32_t& value : values) value = static_cast<std::int32_t>(random() % 1'000);
    const bool whole = random() % 2 == 0;
    const column<std::int32_t> given =
        whole ? column<std::int32_t>(values)
              : column<std::int32_t>(std::span<const std::int32_t>(values), bits.data(), offset);
    held.append(given);
    for (std::size_t row = 0; row < rows; ++row)
      expected.push_back(given.present(row) ? std::optional(values[row]) : std::nullopt);
    if (random() % 3 == 0) held.push_missing(), expected.push_back(std::nullopt);
    if (random() % 3 == 0) held.push_back(batch), expected.push_back(batch);
    const column<std::int32_t> seen = held.view();
    REQUIRE(seen.size() == expected.size());
    for (std::size_t row = 0; row < seen.size(); ++row) {
      REQUIRE(seen.present(row) == expected[row].has_value());
      if (expected[row]) REQUIRE(seen[row] == *expected[row]);
    }
  }
  CHECK(held.view().name() == "days");
}
