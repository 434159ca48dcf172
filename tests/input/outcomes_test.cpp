#include "sojourn/input/outcomes.hpp"

#include <doctest/doctest.h>

#include <vector>

#include "sojourn/domain/error.hpp"

using namespace sojourn;

TEST_CASE("outcomes: 1 left, 0 stayed; what is missing may hold anything") {
  const std::vector<std::int32_t> given = {1, 0, 7};
  const std::vector<std::uint8_t> first_two = {0b011};
  CHECK(read_outcomes(column<std::int32_t>(given, first_two.data())) == std::vector<std::uint8_t>{1, 0, 0});
  CHECK_THROWS_WITH_AS(
      (void)read_outcomes(column<std::int32_t>(given)),
      "column \"outcome\", row 2, value 7: an outcome is 0 (stayed) or 1 (left); leave it missing when it is "
      "not known",
      data_error);
}
