#include "sojourn/input/column.hpp"

#include <doctest/doctest.h>

#include <array>
#include <vector>

using namespace sojourn;

TEST_CASE("column: a view of the caller's memory, not a copy of it") {
  const std::vector<double> values{1.5, 2.5};
  const column<double> view(values, "score");
  CHECK(view.values().data() == values.data());
  CHECK(view.size() == 2);
  CHECK(view[1] == 2.5);
  CHECK(view.name() == "score");
  CHECK(column<double>().empty());
  static_assert(sizeof(column<double>) <= 6 * sizeof(void*));
  const std::array<std::int32_t, 3> array{1, 2, 3};
  CHECK(column<std::int32_t>(array).size() == 3);
}

TEST_CASE("column: without a bitmap every row is present") {
  const std::vector<std::int64_t> values(20);
  const column<std::int64_t> view(values);
  CHECK(!view.may_have_missing());
  for (std::size_t row = 0; row < view.size(); ++row) CHECK(view.present(row));
}

TEST_CASE("column: the bitmap is read least significant bit first, from any bit offset") {
  const std::vector<std::int64_t> values(12);
  const std::uint8_t bitmap[] = {0b1010'0110, 0b0001'1011, 0b1100'0011};
  for (std::size_t offset = 0; offset <= 12; ++offset) {
    const column<std::int64_t> view(values, bitmap, offset);
    CHECK(view.may_have_missing());
    for (std::size_t row = 0; row < view.size(); ++row) {
      const std::size_t bit = offset + row;
      REQUIRE(view.present(row) == (((bitmap[bit / 8] >> (bit % 8)) & 1) == 1));
    }
  }
}

TEST_CASE("column: lengths that differ are a schema_error with both names and both lengths") {
  const std::vector<std::int32_t> three(3);
  const std::vector<double> two(2);
  const column<std::int32_t> start(three);
  const column<double> amount(two, "mrr_usd");
  CHECK_THROWS_WITH_AS(require_same_length(start, "start", amount, "amount"),
                       "columns \"start\" (3 rows) and \"mrr_usd\" (2 rows) differ in length; a table needs equal lengths",
                       schema_error);
  CHECK_NOTHROW(require_same_length(start, "start", start, "end"));
}
