#include "sojourn/domain/rating_scale.hpp"

#include <doctest/doctest.h>

#include <limits>

using namespace sojourn;

TEST_CASE("rating_scale: both ends belong to it, and nothing beyond") {
  constexpr rating_scale stars(1, 5);
  static_assert(stars.points() == 5 && stars.contains(1) && stars.contains(5));
  static_assert(!stars.contains(0) && !stars.contains(6));
  static_assert(!stars.contains(std::numeric_limits<long long>::max()) &&
                !stars.contains(std::numeric_limits<long long>::min()));
  CHECK(to_string(rating_scale(0, 10)) == "0-10");
}

TEST_CASE("rating_scale: a scale of one answer, upside down or beyond a byte is refused") {
  CHECK_THROWS_AS(rating_scale(5, 5), schema_error);
  CHECK_THROWS_AS(rating_scale(5, 1), schema_error);
  CHECK_THROWS_AS(rating_scale(-129, 5), schema_error);
  CHECK_THROWS_AS(rating_scale(0, 128), schema_error);
  CHECK_NOTHROW(rating_scale(-128, 127));
}
