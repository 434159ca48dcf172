#include "sojourn/lifetime/age_triangle.hpp"

#include <doctest/doctest.h>

#include <limits>
#include <vector>

#include "sojourn/domain/error.hpp"

using namespace sojourn;

namespace {

constexpr double not_yet = std::numeric_limits<double>::quiet_NaN();

age_triangle of_cells(const std::vector<std::uint32_t>& cohort, const std::vector<std::int32_t>& age,
                      const std::vector<double>& value) {
  return {column<std::uint32_t>(cohort), 2, column<std::int32_t>(age), column<double>(value)};
}

}  // namespace

TEST_CASE("age_triangle: rows end where the cells that have not happened begin") {
  const age_triangle cells({{100, 90, 85}, {50, 40, not_yet}, {70, not_yet, not_yet}});
  CHECK(cells.cohorts() == 3);
  CHECK(cells.ages() == 3);
  CHECK(cells.row(1).size() == 2);
  CHECK(cells.latest(1) == 40);
  CHECK(cells.latest(2) == 70);
}

TEST_CASE("age_triangle: a table of cells in any order, ages from 1 and missing values") {
  const age_triangle cells = of_cells({1, 0, 0, 1, 0}, {1, 2, 1, 2, 3}, {50, 90, 100, not_yet, 85});
  CHECK(cells.first_age() == 1);
  CHECK(cells.row(0).size() == 3);
  CHECK(cells.row(0)[1] == 90);
  CHECK(cells.latest(1) == 50);
  CHECK(age_triangle().cohorts() == 0);
}

TEST_CASE("age_triangle: wrong cells are named") {
  CHECK_THROWS_WITH_AS(age_triangle({{100, not_yet, 85}}), doctest::Contains("row 0: age number 2 is missing"), data_error);
  CHECK_THROWS_WITH_AS(age_triangle({{100, 90}, {-5}}), doctest::Contains("row 1, value -5"), data_error);
  CHECK_THROWS_AS(age_triangle({{100, std::numeric_limits<double>::infinity()}}), data_error);
  CHECK_THROWS_WITH_AS(age_triangle({{100, 90}, {not_yet}}), doctest::Contains("at least its value"), data_error);
  CHECK_THROWS_WITH_AS(of_cells({0, 1, 0}, {0, 0, 0}, {1, 2, 3}), doctest::Contains("row 2, value 0"), data_error);
  CHECK_THROWS_WITH_AS(of_cells({0, 1, 0}, {0, 0, 20'240'101}, {1, 2, 3}), doctest::Contains("not dates"), data_error);
  CHECK_THROWS_AS(of_cells({0, 2}, {0, 0}, {1, 2}), data_error);
  CHECK_THROWS_AS(of_cells({0, 1}, {0, 0}, {1, 2, 3}), schema_error);
}

TEST_CASE("age_triangle: completed rows go on by their factors") {
  const age_triangle cells({{100, 90, 85}, {50}});
  const std::vector<double> factors{0.9, 1, 1.1};
  CHECK(completed(cells, factors) == std::vector<std::vector<double>>{{100, 90, 85, 85 * 1.1}, {50, 45, 45, 45 * 1.1}});
}
