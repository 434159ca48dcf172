#include "sojourn/health/score/manual_values.hpp"

#include <doctest/doctest.h>

#include <vector>

#include "sojourn/health/score/delta.hpp"

namespace h = sojourn::health;

TEST_CASE("manual values: each goes to the row of its account; accounts outside the book are left out") {
  std::vector<h::manual_value> given(4);
  given[0].row = 2, given[0].value = 10;
  given[1].row = 0, given[1].value = 20;
  given[2].row = 1, given[2].value = 30;  // known, but without a row in this book
  given[3].row = 9, given[3].value = 40;  // never heard of
  const std::vector<std::size_t> row_of = {5, h::not_there, 3};
  const auto placed = h::place_manual_values(given, row_of);
  REQUIRE(placed.values.size() == 2);
  CHECK((placed.values[0].row == 3 && placed.values[0].value == 10));
  CHECK((placed.values[1].row == 5 && placed.values[1].value == 20));
  CHECK(placed.place == std::vector<std::int64_t>{0, 1});
}
