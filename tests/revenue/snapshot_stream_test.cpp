#include "sojourn/revenue/snapshot_stream.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "sojourn/exec/executor.hpp"

using namespace sojourn;

namespace {

constexpr std::int32_t january = 12 * (2024 - 1970);
const period_grid grid{month{january}, 1, 24};
const month as_of{january + 20};

struct rows_in_order {
  std::vector<std::int64_t> ids;
  std::vector<std::int32_t> months;
  std::vector<std::int64_t> amounts;

  void add(std::int64_t id, std::int32_t when, std::int64_t amount) {
    ids.push_back(id), months.push_back(when), amounts.push_back(amount);
  }
  [[nodiscard]] snapshots_by_id between(std::size_t begin, std::size_t end) const {
    const auto part = [begin, end](const auto& all) { return std::span(all).subspan(begin, end - begin); };
    return {column<std::int64_t>(part(ids), nullptr, 0, "account"), column<std::int32_t>(part(months), nullptr, 0, "month"),
            column<std::int64_t>(part(amounts), nullptr, 0, "mrr")};
  }
  [[nodiscard]] snapshots_by_id all() const { return between(0, ids.size()); }
};

/// Accounts with gaps, free months, and months that are not known yet.
rows_in_order many_accounts(std::uint64_t seed) {
  std::mt19937_64 random(seed);
  rows_in_order rows;
  std::int64_t id = -40;
  for (int account = 0; account < 60; ++account) {
    id += 1 + static_cast<std::int64_t>(random() % 3);
    for (std::int32_t when = january; when < january + 24; ++when) {
      if (random() % 3 != 0) rows.add(id, when, static_cast<std::int64_t>(random() % 4) * 1000);
    }
  }
  return rows;
}

data_error error_of(snapshot_stream& stream, const snapshots_by_id& batch) {
  try {
    stream.add(batch);
  } catch (const data_error& error) {
    return error;
  }
  FAIL("no error");
  return data_error({});
}

}  // namespace

TEST_CASE("any cut of ordered rows into batches gives the state of all of them at once") {
  const rows_in_order rows = many_accounts(1);
  const snapshot_state whole = tally_snapshots(rows.all(), grid, as_of);
  std::mt19937_64 random(2);
  for (int trial = 0; trial < 50; ++trial) {
    snapshot_stream stream(grid, as_of);
    std::size_t row = 0;
    while (row < rows.ids.size()) {
      const std::size_t next = std::min(row + random() % (trial < 25 ? 5 : 400), rows.ids.size());
      stream.add(rows.between(row, next), thread_executor(2));
      row = next;
    }
    CHECK(stream.state() == whole);
    CHECK(stream.rows() == rows.ids.size());
  }
}

TEST_CASE("a stream tells the state of the rows so far at any time") {
  const rows_in_order rows = many_accounts(3);
  snapshot_stream stream(grid, as_of);
  CHECK(stream.state() == tally_snapshots(snapshots_by_id{}, grid, as_of));
  for (std::size_t row = 0; row < 100; ++row) {
    stream.add(rows.between(row, row + 1));
    CHECK(stream.state() == tally_snapshots(rows.between(0, row + 1), grid, as_of));
  }
}

TEST_CASE("the months of an account come in any order, also over batches") {
  rows_in_order rows;
  for (const std::int32_t when : {5, 2, 9, 3}) rows.add(7, january + when, 100);
  snapshot_stream stream(grid, as_of);
  stream.add(rows.between(0, 2));
  stream.add(rows.between(2, 4));
  CHECK(stream.state() == tally_snapshots(rows.all(), grid, as_of));
}

TEST_CASE("errors name the row over all batches, and leave the stream as it was") {
  rows_in_order rows;
  for (std::int64_t id = 0; id < 10; ++id) rows.add(id, january, 100);
  snapshot_stream stream(grid, as_of);
  stream.add(rows.between(0, 6));
  const snapshot_state before = stream.state();

  rows_in_order bad = rows;
  bad.ids[8] = 2;
  data_error error = error_of(stream, bad.between(6, 10));
  CHECK(error.row() == 8);
  CHECK(error.value() == "2");
  CHECK(error.rule() == "is less than the account before it, 7");

  bad = rows;
  bad.ids[6] = 3;
  CHECK(error_of(stream, bad.between(6, 10)).row() == 6);

  bad = rows;
  bad.amounts[9] = -1;  // of the account that stays open
  bad.amounts[7] = -5;
  error = error_of(stream, bad.between(6, 10));
  CHECK(error.row() == 7);
  CHECK(error.column() == "mrr");

  CHECK(stream.state() == before);
  stream.add(rows.between(6, 10));
  CHECK(stream.state() == tally_snapshots(rows.all(), grid, as_of));
}

TEST_CASE("a missing cell is an error wherever it stands in a batch") {
  rows_in_order rows;
  for (std::int64_t id = 0; id < 8; ++id) rows.add(id, january, 100);
  for (std::size_t missing = 0; missing < 8; ++missing) {
    const std::uint8_t bits = static_cast<std::uint8_t>(0xFFu ^ (1u << missing));
    snapshots_by_id batch = rows.all();
    batch.amount = column<std::int64_t>(rows.amounts, &bits, 0, "mrr");
    snapshot_stream stream(grid, as_of);
    CHECK(error_of(stream, batch).row() == missing);
  }
}

TEST_CASE("a month twice is an error, also when its rows are in two batches or never end") {
  rows_in_order rows;
  rows.add(1, january, 100), rows.add(1, january, 100), rows.add(2, january, 100);
  snapshot_stream stream(grid, as_of);
  stream.add(rows.between(0, 1));
  CHECK_THROWS_AS(stream.add(rows.between(1, 3)), data_error);

  rows_in_order endless;
  for (int row = 0; row < 5000; ++row) endless.add(1, january, 100);
  snapshot_stream same(grid, as_of);
  CHECK_THROWS_AS(same.add(endless.all()), data_error);
}

TEST_CASE("amounts of another unit are refused") {
  rows_in_order rows;
  rows.add(1, january, 100), rows.add(2, january, 100);
  snapshot_stream stream(grid, as_of);
  stream.add(rows.between(0, 1));
  snapshots_by_id major = rows.between(1, 2);
  major.ticks_per_unit *= 100;
  CHECK_THROWS_AS(stream.add(major), schema_error);
}
