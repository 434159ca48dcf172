#include "sojourn/input/whole_numbers.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>

using namespace sojourn;

TEST_CASE("whole numbers: floats that are whole are read, all others refused instead of cut") {
  const value_place cell{"quantity", 3};
  CHECK(read_whole(20.0, cell) == 20);
  CHECK(read_whole(-0.0, cell) == 0);
  CHECK(read_whole(9007199254740992.0, cell) == std::int64_t{1} << 53);
  CHECK(read_whole(-9007199254740992.0, cell) == -(std::int64_t{1} << 53));
  CHECK_THROWS_WITH_AS(
      (void)read_whole(19.99, cell),
      "column \"quantity\", row 3, value 19.99: is not a whole number; round or scale it where the data are "
      "made",
      data_error);
  CHECK_THROWS_WITH_AS((void)read_whole(50.9, {"quantity"}),
                       "quantity '50.9' is not a whole number; round or scale it where the data are made", schema_error);
  for (const double wrong :
       {0.5, -2.5, 1e16, -1e16, 9007199254740994.0, -9007199254740994.0, std::nan(""), HUGE_VAL, -HUGE_VAL, 5e-324})
    CHECK_THROWS_AS((void)read_whole(wrong, cell), data_error);
}

TEST_CASE("whole numbers: decimals that are whole are read, whatever their scale") {
  const value_place cell{"quantity", 3};
  CHECK(read_whole(20, 0, cell) == 20);
  CHECK(read_whole(-2000, 2, cell) == -20);
  CHECK(read_whole(0, 38, cell) == 0);
  CHECK(read_whole(INT64_MAX, 0, cell) == INT64_MAX);
  CHECK_THROWS_WITH_AS(
      (void)read_whole(1999, 2, cell),
      "column \"quantity\", row 3, value 19.99: is not a whole number; round or scale it where the data are "
      "made",
      data_error);
  CHECK_THROWS_AS((void)read_whole(1, 38, cell), data_error);
}
