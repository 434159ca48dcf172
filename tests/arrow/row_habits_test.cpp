#include "sojourn/arrow/row_habits.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "sojourn/domain/error.hpp"
#include "sojourn/exec/executor.hpp"

using namespace sojourn;
using arrow::any_column;

TEST_CASE("row habits: rows that equal an earlier one in every column are counted, missing values included") {
  const std::vector<any_column> table = {
      any_column::from(std::vector<std::string>{"a", "b", "a", "a", "b", "a"}),
      any_column::dates({1, 1, 1, 2, 1, 1}),
      any_column::from(std::vector<std::int64_t>{5, 0, 5, 5, 7, 5}, {1, 0, 1, 1, 0, 1}),
      any_column::missing(6),
  };
  const arrow::repeated_rows found = find_repeated_rows(table);
  CHECK(found.count == 3);
  CHECK((found.row == 2 && found.repeats == 0));
  CHECK(find_repeated_rows(std::vector<any_column>{any_column::from(std::vector<double>{1, 2, 3})}).count == 0);
  CHECK(arrow::find_repeated_rows({}).count == 0);
}

TEST_CASE("row habits: as many repeated rows as there are, in a large table of every width") {
  std::vector<std::int64_t> keys;
  std::vector<std::int32_t> days;
  std::vector<std::uint8_t> flags;
  for (int i = 0; i < 300'000; ++i) {
    const int row = i % 100 == 99 ? i - 99 : i;
    keys.push_back(row * 7919LL), days.push_back(row % 365), flags.push_back(static_cast<std::uint8_t>(row % 2));
  }
  const std::vector<any_column> table = {any_column::from(keys), any_column::dates(days), any_column::booleans(flags)};
  const thread_executor threads(3);
  for (const any_executor& host : {any_executor(), any_executor(threads)}) {
    const arrow::repeated_rows found = find_repeated_rows(table, host);
    CHECK(found.count == 3'000);
    CHECK((found.row == 99 && found.repeats == 0));
  }
}

namespace {

std::uint64_t unshifted(std::uint64_t value, int bits) {
  std::uint64_t found = value;
  for (int done = bits; done < 64; done += bits) found = value ^ (found >> bits);
  return found;
}

std::uint64_t divided(std::uint64_t value, std::uint64_t odd) {
  std::uint64_t inverse = odd;  // Newton's iteration doubles the bits that are right
  for (int i = 0; i < 6; ++i) inverse *= 2 - odd * inverse;
  return value * inverse;
}

/// The only number whose hash, as rows of one column of numbers have it, is `hash`.
std::int64_t number_of_hash(std::uint64_t hash) {
  hash = divided(unshifted(hash, 31), 0x94d049bb133111ebULL);
  hash = divided(unshifted(hash, 27), 0xbf58476d1ce4e5b9ULL);
  return static_cast<std::int64_t>(unshifted(hash, 30));
}

}  // namespace

TEST_CASE("row habits: rows made to have one hash are counted rightly, and in bounded time") {
  std::vector<std::int64_t> keys;
  // The upper bits choose the place in the filter, the lower ones are the hash that is kept.
  for (std::uint64_t i = 0; i < 20'000; ++i) {
    keys.push_back(number_of_hash((std::uint64_t{77} << 47) | ((i % 19'000) << 32) | 55));
  }
  const arrow::repeated_rows found = arrow::find_repeated_rows(std::vector<any_column>{any_column::from(keys)});
  CHECK(found.count == 1'000);
  CHECK((found.row == 19'000 && found.repeats == 0));
}

TEST_CASE("row habits: random tables against a comparison of all pairs") {
  std::mt19937 random(5);
  for (int round = 0; round < 200; ++round) {
    const std::size_t rows = random() % 80;
    std::vector<std::string> words;
    std::vector<std::int32_t> days;
    std::vector<std::uint8_t> flags, there;
    for (std::size_t row = 0; row < rows; ++row) {
      words.push_back(std::string(random() % 3, 'x')), days.push_back(static_cast<std::int32_t>(random() % 4));
      flags.push_back(random() % 2), there.push_back(random() % 4 != 0);
    }
    const std::vector<any_column> table = {any_column::from(words), any_column::dates(days, there),
                                           any_column::booleans(flags)};
    arrow::repeated_rows slow;
    for (std::size_t row = 0; row < rows; ++row) {
      for (std::size_t one = 0; one < row; ++one) {
        const bool same_day = there[one] == there[row] && (!there[row] || days[one] == days[row]);
        if (words[one] != words[row] || !same_day || flags[one] != flags[row]) continue;
        if (slow.count++ == 0) slow.row = row, slow.repeats = one;
        break;
      }
    }
    const arrow::repeated_rows fast = find_repeated_rows(table);
    CHECK(fast.count == slow.count);
    CHECK((fast.row == slow.row && fast.repeats == slow.repeats));
  }
}

TEST_CASE("row habits: rows sorted by account, of runs short and long, against a set of all rows") {
  std::mt19937 random(9);
  for (int round = 0; round < 60; ++round) {
    const std::size_t longest = round % 3 == 0 ? 100 : 9;  // some runs are longer than are compared row by row
    std::vector<std::int64_t> account;
    std::vector<std::string> name;
    std::vector<std::int32_t> day;
    const std::size_t rows = round % 20 == 1 ? 200'000 : 6'000;
    while (account.size() < rows) {
      const std::size_t last = account.size() + 1 + random() % longest;
      const auto key = static_cast<std::int64_t>(100'000 + account.size());
      for (; account.size() < last; day.push_back(static_cast<std::int32_t>(random() % 40))) {
        account.push_back(key), name.push_back(std::to_string(key));
      }
    }
    arrow::repeated_rows slow;
    std::map<std::pair<std::int64_t, std::int32_t>, std::size_t> first;
    for (std::size_t row = 0; row < account.size(); ++row) {
      const auto [place, is_new] = first.try_emplace({account[row], day[row]}, row);
      if (!is_new && slow.count++ == 0) slow.row = row, slow.repeats = place->second;
    }
    for (const any_column& keys : {any_column::from(account), any_column::from(name)}) {
      const thread_executor threads(2);
      for (const any_executor& host : {any_executor(), any_executor(threads)}) {
        const arrow::repeated_rows fast = find_repeated_rows(std::vector<any_column>{keys, any_column::dates(day)}, host);
        CHECK(fast.count == slow.count);
        CHECK((fast.row == slow.row && fast.repeats == slow.repeats));
      }
    }
  }
}

TEST_CASE("row habits: gaps from an end to the account's next start, in any order of the rows") {
  const any_column account = any_column::from(std::vector<std::string>{"a", "b", "a", "a", "b", "c", "a"});
  const any_column start = any_column::dates({40, 10, 10, 31, 20, 5, 100});
  const any_column end = any_column::dates({60, 20, 30, 39, 25, 0, 110}, {1, 1, 1, 1, 1, 0, 1});
  const arrow::period_gaps found = find_period_gaps(account, start, end);
  CHECK((found.gaps == 4 && found.one_day == 2));  // a: 30-31, 39-40, 60-100; b: 20-20
  const any_column overlapping = any_column::dates({10, 12});
  CHECK(find_period_gaps(any_column::from(std::vector<std::int64_t>{1, 1}), overlapping, any_column::dates({20, 20})).gaps ==
        0);
}

TEST_CASE("row habits: of a large table some accounts are looked at, whatever the order of the rows") {
  std::vector<std::int64_t> account;
  std::vector<std::int32_t> start, end;
  for (int i = 0; i < 20'000; ++i) {
    account.push_back(i % 2000), start.push_back(30 * (i / 2000)), end.push_back(30 * (i / 2000) + 29);
  }
  const auto gaps = [&] {
    return find_period_gaps(any_column::from(account), any_column::dates(start), any_column::dates(end), 4'000);
  };
  const arrow::period_gaps found = gaps();
  CHECK((found.gaps > 2'000 && found.gaps < 6'000 && found.gaps % 9 == 0 && found.one_day == found.gaps));
  std::ranges::reverse(account), std::ranges::reverse(start), std::ranges::reverse(end);
  CHECK((gaps().gaps == found.gaps && gaps().one_day == found.one_day));
  CHECK_THROWS_AS((void)find_period_gaps(any_column::from(std::vector<std::int64_t>{1}),
                                         any_column::from(std::vector<std::string>{"soon"}), any_column::dates({1})),
                  data_error);
}
