// The tally of rows: what it sums, what it refuses, and what changes nothing.
#include "sojourn/lifetime/survival.hpp"

#include <doctest/doctest.h>

#include <limits>
#include <random>
#include <string>

#include "laws.hpp"
#include "lifetime_rows.hpp"

using namespace sojourn;
using namespace sojourn::test;

TEST_CASE("survival: ages far apart are read as those close together") {
  std::mt19937_64 random(15);
  for (int round = 0; round < 100; ++round) {
    const auto near = random_rows(random, round % 2 == 1, true);
    auto far = near;
    for (auto& age : far.time) age *= 50'000'000;
    for (auto& age : far.entry) age *= 50'000'000;
    for (const survival_measure measure : {survival_measure::accounts, survival_measure::weight}) {
      const survival_curve one = kaplan_meier(near.tally(), {.measure = measure}),
                           other = kaplan_meier(far.tally(), {.measure = measure});
      REQUIRE(one.at_risk == other.at_risk);
      REQUIRE(one.survival == other.survival);
      REQUIRE(one.hazard_standard_error == other.hazard_standard_error);
    }
  }
}

TEST_CASE("survival: a row that stands for two equals the row twice, and weight 2 gives the same curve") {
  std::mt19937_64 random(19);
  for (int round = 0; round < 100; ++round) {
    auto rows = random_rows(random, round % 2 == 1, false);
    auto twice = rows, counted = rows, weighted = rows;
    twice.time.insert(twice.time.end(), rows.time.begin(), rows.time.end());
    twice.event.insert(twice.event.end(), rows.event.begin(), rows.event.end());
    twice.entry.insert(twice.entry.end(), rows.entry.begin(), rows.entry.end());
    counted.count.assign(rows.time.size(), 2);
    weighted.weight.assign(rows.time.size(), 2);
    REQUIRE(twice.tally() == counted.tally());
    const auto by_weight = kaplan_meier(weighted.tally(), {.measure = survival_measure::weight});
    REQUIRE(by_weight.survival == kaplan_meier(twice.tally()).survival);
  }
}

TEST_CASE("survival: strata sum to the whole, rows without a segment included") {
  std::mt19937_64 random(29);
  const auto rows = random_rows(random, true, true, 500);
  std::vector<std::uint32_t> segment(rows.time.size());
  std::vector<std::uint8_t> bitmap(rows.time.size() / 8 + 1);
  for (auto& code : segment) code = static_cast<std::uint32_t>(random() % 3);
  for (auto& byte : bitmap) byte = static_cast<std::uint8_t>(random());
  const auto parts = tally_survival_by(rows.view(), column<std::uint32_t>(segment, bitmap.data()), 3);
  survival_state sum = parts.without_segment;
  CHECK(sum.accounts() > 0);
  for (const auto& part : parts.segments) sum += part;
  CHECK(sum == rows.tally());
  segment[0] = 3;
  bitmap[0] |= 1;
  CHECK_THROWS_AS((void)tally_survival_by(rows.view(), column<std::uint32_t>(segment, bitmap.data()), 3), data_error);
}

TEST_CASE("survival: any number of threads gives the same state") {
  std::mt19937_64 random(31);
  account_rows rows;
  for (int i = 0; i < 200'000; ++i) {
    rows.time.push_back(static_cast<std::int32_t>(random() % 60 + 2));
    rows.event.push_back(static_cast<std::uint8_t>(random() % 2));
    rows.entry.push_back(static_cast<std::int32_t>(random() % 2));
    rows.weight.push_back(static_cast<std::int64_t>(random() % 100'000'000));
  }
  const auto serial = rows.tally();
  for (const std::size_t threads : {2u, 3u, 8u}) CHECK(tally_survival(rows.view(), thread_executor(threads)) == serial);
}

TEST_CASE("survival_state: the laws") {
  test::check_laws<survival_state>([](std::mt19937_64& random) {
    auto rows = random_rows(random, random() % 2 == 0, true);
    for (auto& w : rows.weight) w *= 1'000'000'000'000;
    return rows.tally();
  });
}

TEST_CASE("survival: a row with a missing value is left out and counted") {
  account_rows rows{{5, 6, 7}, {1, 1, 0}};
  const std::uint8_t bitmap = 0b101;
  lifetimes view = rows.view();
  view.event = column<std::uint8_t>(rows.event, &bitmap);
  const auto state = tally_survival(view);
  CHECK(state.rows_missing == 1);
  CHECK(state.accounts() == 2);
  CHECK(kaplan_meier(state).rows_missing == 1);
}

TEST_CASE("survival: every broken rule is named with its column and row") {
  const account_rows rows{{5, -1, 7, 4}, {1, 0, 2, 1}, {0, 0, 0, 4}, {1, -1, 1, 1}, {1, 1, 1, -3}};
  const auto problems = validate(rows.view());
  std::vector<std::string> found;
  for (const auto& p : problems) found.push_back(p.column + std::to_string(p.row));
  CHECK(found == std::vector<std::string>{"time1", "entry1", "weight1", "event2", "entry3", "count3"});
  CHECK(validate(rows.view(), 2).size() == 2);
  try {
    (void)rows.tally();
    FAIL("a negative age was accepted");
  } catch (const data_error& e) {
    CHECK(std::string(e.what()) ==
          "column \"time\", row 1, value -1: an age is 0 or more; count ages from the start of the account");
  }
  account_rows uneven{{1, 2}, {1}};
  CHECK_THROWS_AS((void)uneven.tally(), schema_error);
}

TEST_CASE("survival: a sum of squares beyond 128 bits is an error, not a wrap") {
  const std::int64_t huge = std::numeric_limits<std::int64_t>::max();
  const account_rows rows{{1, 1, 1}, {1, 1, 1}, {}, {huge, huge, huge}};
  CHECK_THROWS_AS((void)rows.tally(), overflow_error);
}

TEST_CASE("survival: ages counted in an array and ages sorted give the same state") {
  std::mt19937_64 random(41);
  for (const std::int32_t most : {1, 72, 4095, 4096, 100'000}) {
    CAPTURE(most);
    account_rows rows = random_rows(random, false, true, 500);
    for (auto& t : rows.time) t = static_cast<std::int32_t>(random() % static_cast<std::uint64_t>(most));
    rows.time.back() = most;
    const std::vector<std::int32_t> unused(rows.time.size());
    const std::vector<std::uint8_t> all_missing(rows.time.size() / 8 + 1, 0);
    lifetimes with_entry = rows.view();
    with_entry.entry = column<std::int32_t>(std::span<const std::int32_t>(unused), all_missing.data());
    CHECK(tally_survival(with_entry) == rows.tally());
  }
}

TEST_CASE("edge I01: entry and exit on one day: never at risk, refused") {
  const std::vector<std::int32_t> time{1, 2}, entry{1, 0};
  const std::vector<std::uint8_t> event{1, 1};
  CHECK_THROWS_AS((void)tally_survival(lifetimes{.time = time, .event = event, .entry = entry}), data_error);
}

TEST_CASE("survival: pairs of entry and age counted in an array and pairs sorted give the same state") {
  std::mt19937_64 random(29);
  account_rows many;
  survival_state one_by_one;
  for (int row = 0; row < 4'000; ++row) {
    const auto time = static_cast<std::int32_t>(random() % 30 + 1);
    const auto entry = static_cast<std::int32_t>(random() % static_cast<std::uint64_t>(time));
    const auto event = static_cast<std::uint8_t>(random() % 2);
    const auto weight = static_cast<std::int64_t>(random() % 5 == 0 ? 0 : random() % 1'000'000'000);
    many.time.push_back(time), many.entry.push_back(entry), many.event.push_back(event), many.weight.push_back(weight);
    one_by_one += account_rows{.time = {time}, .event = {event}, .entry = {entry}, .weight = {weight}}.tally();
  }
  CHECK(many.tally() == one_by_one);
  CHECK(many.tally().canonical());
}

TEST_CASE("survival_state: many different ages, sorted in one part, give the cells of parts that merge") {
  constexpr std::size_t rows = 150'000;
  std::mt19937_64 random(29);
  std::vector<std::int32_t> time(rows), entry(rows);
  std::vector<std::uint8_t> event(rows);
  for (std::size_t i = 0; i < rows; ++i) {
    time[i] = 1 + static_cast<std::int32_t>(random() % 1'000'000);
    entry[i] = static_cast<std::int32_t>(random() % static_cast<std::uint64_t>(time[i]));
    event[i] = random() % 3 == 0 ? 1 : 0;
  }
  for (const bool late : {false, true}) {
    lifetimes all{.time = column<std::int32_t>(time), .event = column<std::uint8_t>(event)};
    if (late) all.entry = column<std::int32_t>(entry);
    survival_state merged;
    for (std::size_t first = 0; first < rows; first += 10'000) merged += detail::tally_lifetimes(all, first, first + 10'000);
    CHECK(merged.canonical());
    CHECK(tally_survival(all) == merged);
    CHECK(tally_survival(all, thread_executor(3)) == merged);
  }
}
