// Which accounts belong to which shard, and how accounts are told apart on every machine.
#include "sojourn/revenue/ledger/ownership.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace sojourn;

TEST_CASE("account_hash: fixed values, so that every machine cuts alike; a number hashes as its text") {
  // Written out with the published constants of FNV-1a and of MurmurHash3's finaliser, in Python.
  CHECK(account_hash("") == 0xefd01f60ba992926u);
  CHECK(account_hash("acme-000001") == 0xb8dd8f1de122b142u);
  CHECK(account_hash("17") == 0xd8273c40ac76f52cu);
  account_index text, numbers;
  text.intern("17");
  numbers.intern(std::int64_t{17});
  CHECK(account_hashes(text) == account_hashes(numbers));
}

TEST_CASE("shards_of: every row falls into the shard of its account's key; a row without an account is named") {
  account_index keys;
  std::vector<std::uint32_t> who;
  for (int i = 0; i < 40; ++i) who.push_back(keys.intern(std::string_view("customer-" + std::to_string(i % 25))).index);
  const auto found = shards_of(column<std::uint32_t>(who, "customer"), keys, 7);
  REQUIRE(found.size() == who.size());
  for (std::size_t row = 0; row < who.size(); ++row) {
    CHECK(account_ownership::shard(found[row], 7).owns(account_hash(keys.key(account{who[row]}))));
  }
  const std::uint8_t all_but_second = 0xfd;
  const column<std::uint32_t> gap(std::span<const std::uint32_t>(who.data(), 3), &all_but_second, 0, "customer");
  CHECK_THROWS_WITH_AS((void)shards_of(gap, keys, 7), doctest::Contains("column \"customer\", row 1"), data_error);
  CHECK_THROWS_AS((void)shards_of(gap, keys, 0), schema_error);
  CHECK(account_ownership::shard(0, 7).owned_slots() + account_ownership::shard(1, 7).owned_slots() == 1170);
}
