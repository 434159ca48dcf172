#include "sojourn/input/account_numbers.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <limits>
#include <random>
#include <string>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <vector>

using namespace sojourn;

namespace {

/// Every answer of the index against a map of the standard library, on keys that repeat, run and come back.
template <class Key, class Make>
void compare_with_map(std::uint32_t seed, int rounds, const Make& make) {
  std::mt19937 random(seed);
  account_index index;
  std::unordered_map<Key, std::uint32_t> expected;
  std::vector<Key> in_order;
  for (int round = 0; round < rounds; ++round) {
    const Key key = make(random);
    CHECK(index.find(key).has_value() == expected.contains(key));
    for (auto run = random() % 3; run < 3; ++run) {
      const auto [at, fresh] = expected.try_emplace(key, static_cast<std::uint32_t>(expected.size()));
      if (fresh) in_order.push_back(key);
      REQUIRE(index.intern(key).index == at->second);
    }
  }
  REQUIRE(index.size() == expected.size());
  for (std::uint32_t number = 0; number < in_order.size(); ++number) {
    REQUIRE(index.find(in_order[number]) == account{number});
    if constexpr (std::is_same_v<Key, std::string>) {
      REQUIRE(index.key(account{number}) == in_order[number]);
    } else {
      REQUIRE(index.id(account{number}) == in_order[number]);
      REQUIRE(index.key(account{number}) == std::to_string(in_order[number]));
    }
  }
}

}  // namespace

TEST_CASE("account: an account number is four bytes and is not an integer") {
  static_assert(sizeof(account) == 4);
  static_assert(!std::is_convertible_v<int, account> && !std::is_convertible_v<account, int>);
  static_assert(!std::is_copy_constructible_v<account_index> && std::is_nothrow_move_constructible_v<account_index>);
}

TEST_CASE("account_index: text keys of every length agree with a standard map") {
  // Bytes 0 and 1 only, so that keys share prefixes, differ in their last byte, and hold NULs; lengths 0 .. 40 pass every
  // path of the hash.
  compare_with_map<std::string>(1, 20'000, [](std::mt19937& random) {
    std::string key(random() % 41, '\0');
    for (char& c : key) c = static_cast<char>(random() % 2);
    return key;
  });
  compare_with_map<std::string>(2, 20'000, [](std::mt19937& random) { return "acct-" + std::to_string(random() % 5000); });
}

TEST_CASE("account_index: 64-bit ids agree with a standard map, near and far apart") {
  compare_with_map<std::int64_t>(3, 20'000,
                                 [](std::mt19937& random) { return static_cast<std::int64_t>(random() % 4000) - 2000; });
  compare_with_map<std::int64_t>(4, 20'000, [](std::mt19937& random) {
    return static_cast<std::int64_t>((static_cast<std::uint64_t>(random() % 64) << 58) | random() % 64);
  });
}

TEST_CASE("account_index: keys that differ only in a NUL or in length are different accounts") {
  account_index index;
  const std::vector<std::string> keys{
      "",   std::string(1, '\0'),  std::string(2, '\0'), std::string("a\0b", 3), "a",
      "ab", std::string("a\0", 2), std::string(16, 'x'), std::string(17, 'x'),   std::string(300, 'x')};
  for (std::uint32_t number = 0; number < keys.size(); ++number) CHECK(index.intern(keys[number]).index == number);
  for (std::uint32_t number = 0; number < keys.size(); ++number) CHECK(index.key(account{number}) == keys[number]);
}

TEST_CASE("account_index: the extremes of 64 bits are keys like any other") {
  account_index index;
  const auto low = std::numeric_limits<std::int64_t>::min();
  const auto high = std::numeric_limits<std::int64_t>::max();
  CHECK(index.intern(low).index == 0);
  CHECK(index.intern(high).index == 1);
  CHECK(index.intern(std::int64_t{0}).index == 2);
  CHECK(index.key(account{0}) == "-9223372036854775808");
}

TEST_CASE("account_index: numbers follow first appearance, whatever the hash seed") {
  for (int seed = 0; seed < 8; ++seed) {
    account_index index;
    CHECK(index.intern("north").index == 0);
    CHECK(index.intern("south").index == 1);
    CHECK(index.intern("north").index == 0);
  }
}

TEST_CASE("account_index: a column at once gives the numbers of one call per key, whatever the ids look like") {
  std::mt19937_64 random(15);
  for (int round = 0; round < 300; ++round) {
    const bool dense = round % 3 != 0;  // a range without many gaps, or ids from anywhere
    std::vector<std::int64_t> ids(1 + random() % 500);
    const auto base = static_cast<std::int64_t>(random()) / 4;
    for (std::int64_t& id : ids)
      id = dense ? base + static_cast<std::int64_t>(random() % 300)
                 : static_cast<std::int64_t>(random() % 90) * (INT64_MAX / 90);
    if (round % 5 == 0) std::sort(ids.begin(), ids.end());
    std::vector<std::string> texts;
    for (const std::int64_t id : ids)
      texts.push_back(std::string(static_cast<std::size_t>(id & 3), 'x') + std::to_string(id).substr(0, random() % 40));
    const std::vector<std::string_view> keys(texts.begin(), texts.end());

    account_index one_by_one, at_once, text_one_by_one, text_at_once;
    std::vector<std::uint32_t> numbers(ids.size()), expected, text_numbers(ids.size()), text_expected;
    const std::size_t half = ids.size() / 2;  // a second column meets what the first left
    at_once.intern(std::span(ids).first(half), std::span(numbers).first(half));
    at_once.intern(std::span(ids).subspan(half), std::span(numbers).subspan(half));
    text_at_once.intern(std::span(keys).first(half), std::span(text_numbers).first(half));
    text_at_once.intern(std::span(keys).subspan(half), std::span(text_numbers).subspan(half));
    for (const std::int64_t id : ids) expected.push_back(one_by_one.intern(id).index);
    for (const std::string_view key : keys) text_expected.push_back(text_one_by_one.intern(key).index);
    REQUIRE(numbers == expected);
    REQUIRE(text_numbers == text_expected);
    REQUIRE(at_once.size() == one_by_one.size());
    for (std::size_t i = 0; i < ids.size(); ++i) {
      REQUIRE(at_once.find(ids[i]) == one_by_one.find(ids[i]));
      REQUIRE(at_once.id(account{numbers[i]}) == ids[i]);
      REQUIRE(text_at_once.key(account{text_numbers[i]}) == texts[i]);
    }
    const std::int64_t other = base + 1000;  // outside the range: hashed
    REQUIRE(at_once.find(other) == one_by_one.find(other));
    REQUIRE(at_once.intern(other) == one_by_one.intern(other));
    REQUIRE(at_once.find(other) == one_by_one.find(other));
    REQUIRE(at_once.intern(ids[0]) == one_by_one.intern(ids[0]));
  }
  account_index index;
  std::vector<std::uint32_t> too_few(1);
  const std::vector<std::int64_t> two{1, 2};
  CHECK_THROWS_AS(index.intern(two, too_few), schema_error);
}

namespace {

template <class Key>
void compare_numbering(const std::vector<Key>& keys, const std::vector<Key>& learned) {
  const std::span<const Key> column(keys);
  account_index one_by_one, fresh;
  for (const Key& key : learned) one_by_one.intern(key);
  std::vector<std::uint32_t> expected, expected_alone;
  for (const Key& key : keys)
    expected.push_back(one_by_one.intern(key).index), expected_alone.push_back(fresh.intern(key).index);
  for (const std::size_t threads : {1u, 2u, 3u, 8u}) {
    std::vector<std::uint32_t> numbers(keys.size());
    REQUIRE(number_accounts(column, numbers, thread_executor(threads)) == fresh.size());
    REQUIRE(numbers == expected_alone);
    account_index index;
    for (const Key& key : learned) index.intern(key);
    numbers.assign(numbers.size(), 0);
    number_accounts(index, column, numbers, thread_executor(threads));
    REQUIRE(numbers == expected);
    REQUIRE(index.size() == one_by_one.size());
    for (std::size_t i = 0; i < keys.size(); i += 97) REQUIRE(index.find(keys[i]) == account{expected[i]});
  }
}

}  // namespace

TEST_CASE("number_accounts: long columns get the numbers of one key after another, by any threads") {
  std::mt19937_64 random(16);
  for (int round = 0; round < 8; ++round) {
    const std::size_t rows = 65'536 + random() % 500'000, distinct = round % 4 == 0 ? 3 : 1 + random() % 150'000;
    const bool runs = round % 2 == 1, dense = round % 3 == 0;
    std::vector<std::int64_t> ids(rows);
    for (std::int64_t& id : ids) id = static_cast<std::int64_t>(random() % distinct) * (dense ? 1 : 1'000'003'000'017) - 77;
    if (runs) std::sort(ids.begin(), ids.end());
    compare_numbering<std::int64_t>(ids, {ids[rows / 2], 5, -1'000'000'007});
    std::vector<std::string> texts;
    for (const std::int64_t id : ids)
      texts.push_back(std::string(static_cast<std::size_t>(id & 31), 'x') + std::to_string(id));
    const std::vector<std::string_view> keys(texts.begin(), texts.end());
    compare_numbering<std::string_view>(keys, {keys[rows / 3], "", "elsewhere"});

    std::vector<std::uint32_t> apart(rows);
    const std::size_t below = tell_apart(ids, apart, thread_executor(2));
    std::unordered_map<std::uint32_t, std::int64_t> of_number;
    for (std::size_t row = 0; row < rows; ++row) {
      REQUIRE(apart[row] < below);
      REQUIRE(of_number.try_emplace(apart[row], ids[row]).first->second == ids[row]);
    }
    REQUIRE(of_number.size() == std::unordered_map<std::int64_t, int>([&] {
                                  std::unordered_map<std::int64_t, int> seen;
                                  for (const std::int64_t id : ids) seen[id] = 1;
                                  return seen;
                                }())
                                    .size());
  }
  std::vector<std::uint32_t> too_few(1);
  const std::vector<std::int64_t> two{1, 2};
  CHECK_THROWS_AS((void)tell_apart(two, too_few), schema_error);
  CHECK(tell_apart({}, {}) == 0);
}

TEST_CASE("number_accounts: many keys, whether rows share bytes, one key has half of them, or all differ") {
  constexpr std::size_t rows = 300'000;
  std::mt19937_64 random(17);
  std::vector<std::string> names;
  for (std::size_t i = 0; i < rows; ++i) {
    std::string name(random() % 30, '\0');  // prefixes of each other, and NULs
    for (int left = 0; left < 8; ++left) name += static_cast<char>(i >> (4 * left) & 15u);
    names.push_back(std::move(name));
  }
  for (const std::size_t distinct : {rows, rows / 4}) {
    for (const bool heavy : {false, true}) {
      std::vector<std::string> own;  // equal keys at places of their own
      std::vector<std::string_view> shared;
      std::vector<std::int64_t> ids;
      for (std::size_t row = 0; row < rows; ++row) {
        // The heavy key comes late: what a column is like is judged by its first rows.
        const std::size_t which = heavy && row > 50'000 && random() % 2 == 0 ? 7
                                  : distinct == rows                         ? row
                                                                             : random() % distinct;
        own.push_back(names[which]);
        shared.push_back(names[which]);
        ids.push_back(static_cast<std::int64_t>(which * 0x9E37'79B9'7F4A'7C15u));
      }
      compare_numbering<std::string_view>({own.begin(), own.end()}, {"elsewhere"});
      compare_numbering<std::string_view>(shared, {names[3], names[1]});
      compare_numbering<std::int64_t>(ids, {});
    }
  }
}

TEST_CASE("account_index: text and ids do not mix, in either order, for learning or for reading") {
  account_index text;
  text.intern("17");
  CHECK(text.holds_text());
  CHECK_THROWS_AS(text.intern(std::int64_t{17}), schema_error);
  CHECK_THROWS_AS((void)text.find(std::int64_t{17}), schema_error);
  CHECK_THROWS_AS((void)text.id(account{0}), schema_error);
  CHECK(text.size() == 1);
  account_index ids;
  ids.intern(std::int64_t{17});
  CHECK(!ids.holds_text());
  CHECK_THROWS_AS(ids.intern("17"), schema_error);
  CHECK_THROWS_AS((void)ids.find("17"), schema_error);
}

TEST_CASE("account_index: a number that was never given out is a data_error that names it") {
  account_index index;
  CHECK_THROWS_AS((void)index.key(account{0}), data_error);
  CHECK_THROWS_AS((void)index.id(account{0}), data_error);
  index.intern("a");
  try {
    (void)index.key(account{41});
    FAIL("no error");
  } catch (const data_error& e) {
    CHECK(e.value() == "41");
    CHECK(std::string(e.what()).find("holds 1 accounts") != std::string::npos);
  }
}

TEST_CASE("account_index: an empty one finds nothing and either kind may be asked") {
  const account_index index;
  CHECK(index.size() == 0);
  CHECK(!index.find("a"));
  CHECK(!index.find(std::int64_t{1}));
}

TEST_CASE("account_index: moving keeps every number") {
  account_index first;
  first.intern("a");
  first.intern("b");
  account_index second(std::move(first));
  CHECK(second.find("b") == account{1});
  account_index third;
  third = std::move(second);
  CHECK(third.intern("c").index == 2);
  CHECK(third.key(account{0}) == "a");
}
