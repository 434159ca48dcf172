#include "sojourn/arrow/ordered_accounts.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "sojourn/domain/error.hpp"

using namespace sojourn;
using arrow::any_column;

namespace {

std::vector<std::int64_t> numbers(arrow::ordered_accounts& order, const any_column& keys) {
  const auto held = order.number(keys, "account");
  const auto values = held.view().values();
  return {values.begin(), values.end()};
}

any_column text(std::vector<std::string> keys, const std::vector<std::uint8_t>& present = {}) {
  return any_column::from(std::move(keys), present);
}

}  // namespace

TEST_CASE("text is counted over all batches, dictionaries by what their codes mean") {
  arrow::ordered_accounts order;
  CHECK(numbers(order, text({"", "acme", "acme", "bolt"})) == std::vector<std::int64_t>{0, 1, 1, 2});
  CHECK(numbers(order, text({"bolt", "core"})) == std::vector<std::int64_t>{2, 3});
  CHECK(numbers(order, any_column::dictionary({1, 0, 0}, {"dune", "core"})) == std::vector<std::int64_t>{3, 4, 4});
}

TEST_CASE("integers are their own numbers") {
  arrow::ordered_accounts order;
  CHECK(numbers(order, any_column::from(std::vector<std::int64_t>{-5, 7})) == std::vector<std::int64_t>{-5, 7});
  CHECK(numbers(order, any_column::from(std::vector<std::uint32_t>{8, 4'000'000'000u})) ==
        std::vector<std::int64_t>{8, 4'000'000'000});
}

TEST_CASE("a missing key stays missing") {
  arrow::ordered_accounts order;
  const auto held = order.number(text({"a", "", "b"}, {1, 0, 1}), "account");
  CHECK(held.view().present(0));
  CHECK_FALSE(held.view().present(1));
  CHECK(held.view()[2] == 1);
}

TEST_CASE("a key that falls is an error with its row over all batches, and the order stays what it was") {
  arrow::ordered_accounts order;
  static_cast<void>(order.number(text({"acme", "bolt"}), "account"));
  try {
    static_cast<void>(order.number(text({"bolt", "acme"}), "account"));
    FAIL("no error");
  } catch (const data_error& error) {
    CHECK(error.row() == 3);
    CHECK(error.value() == "acme");
    CHECK(error.rule() == "is less than the account before it, bolt");
  }
  CHECK(numbers(order, text({"bolt", "core"})) == std::vector<std::int64_t>{1, 2});
}
