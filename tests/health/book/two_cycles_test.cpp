#include "sojourn/health/book/two_cycles.hpp"

#include <doctest/doctest.h>

#include <string_view>
#include <vector>

using namespace sojourn;
namespace h = sojourn::health;

namespace {

/// Keys of a table as the numbers that an index gives them.
std::vector<std::uint32_t> numbers(account_index& keys, const std::vector<std::string_view>& given) {
  std::vector<std::uint32_t> found;
  for (const std::string_view key : given) found.push_back(keys.intern(key).index);
  return found;
}

}  // namespace

TEST_CASE("two cycles: accounts are matched by key, whatever the order of rows") {
  account_index keys;
  const auto before = numbers(keys, {"a", "b", "c"}), now = numbers(keys, {"d", "c", "a"});
  const h::two_cycles both(column<std::uint32_t>{before}, column<std::uint32_t>{now}, keys);
  CHECK(both.row_before() == std::vector<std::size_t>{h::not_there, 2, 0});

  const auto [then, here] = both.join(std::vector<h::tier_code>{0, 1, 2}, std::vector<h::tier_code>{2, 1, 0});
  CHECK(then == std::vector<h::tier_code>{0, 1, 2, h::no_tier});
  CHECK(here == std::vector<h::tier_code>{0, h::no_tier, 1, 2});
}

TEST_CASE("two cycles: values are those of now, and of accounts that left those of before") {
  account_index keys;
  const auto before = numbers(keys, {"a", "b"}), now = numbers(keys, {"c", "a"});
  const h::two_cycles both(column<std::uint32_t>{before}, column<std::uint32_t>{now}, keys);
  const std::vector<std::int64_t> old_values = {10, 20}, new_values = {30, 40};
  const std::vector<std::uint8_t> only_first = {0b01};
  const auto joined = both.join(column<std::int64_t>(old_values), column<std::int64_t>(new_values, only_first.data()));
  CHECK(joined.value == std::vector<std::int64_t>{0, 20, 30});
  CHECK(joined.present == std::vector<std::uint8_t>{0, 1, 1});  // a has no value now, and its old one does not count
}

TEST_CASE("two cycles: an account with two rows is named, with its row and its cycle") {
  account_index keys;
  const auto twice = numbers(keys, {"a", "b", "a"}), once = numbers(keys, {"b"});
  CHECK_THROWS_WITH_AS(h::two_cycles(column<std::uint32_t>{twice}, column<std::uint32_t>{once}, keys),
                       "column \"account\", row 2, value a: occurs twice in the previous cycle, first in row 0; "
                       "give one row per account: a join may have repeated it",
                       data_error);
  CHECK_THROWS_AS(h::two_cycles(column<std::uint32_t>{once}, column<std::uint32_t>{twice}, keys), data_error);
}
