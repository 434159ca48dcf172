// Parts in minor units add up to the total that is shown, and none is moved by a whole unit.
#include "sojourn/revenue/shown_as.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <cstdlib>
#include <numeric>
#include <random>

#include "sojourn/domain/error.hpp"
#include "sojourn/domain/mrr.hpp"

using namespace sojourn;
using detail::int128;

namespace {

constexpr std::int64_t unit = mrr::ticks_per_minor;
using minor_units = std::vector<std::int64_t>;

minor_units shown(const std::vector<int128>& ticks, std::int64_t total) {
  return shown_as(ticks, total);
}

}  // namespace

TEST_CASE(
    "shown_as: whole minor units stay, and what is missing goes to the largest remainders, of equal ones to the first") {
  CHECK(shown({3 * unit, -2 * unit}, 1) == minor_units{3, -2});
  CHECK(shown({unit / 2, unit / 2}, 1) == minor_units{1, 0});
  CHECK(shown({unit / 4, unit / 2, unit / 4}, 1) == minor_units{0, 1, 0});
  CHECK(shown({-unit / 4, -unit / 2, -unit / 4}, -1) == minor_units{0, -1, 0});
  CHECK(shown({}, 0).empty());
}

TEST_CASE("shown_as: a total far from the sum is met all the same, by as much in each part") {
  CHECK(shown({0, 0, 0}, 7) == minor_units{3, 2, 2});
  CHECK(shown({0, 0, 0}, -7) == minor_units{-2, -2, -3});
  CHECK(shown({unit / 2}, -3) == minor_units{-3});
}

TEST_CASE("shown_as: random parts add up to the rounded sum, and each is less than one unit away from its exact value") {
  std::mt19937_64 random(411);
  for (int round = 0; round < 2000; ++round) {
    std::vector<int128> ticks(random() % 12 + 1);
    for (int128& one : ticks) one = static_cast<std::int64_t>(random() % (20 * unit)) - 10 * unit;
    const std::int64_t total = round_to_minor(std::accumulate(ticks.begin(), ticks.end(), int128{0}));
    const minor_units found = shown(ticks, total);
    REQUIRE(std::accumulate(found.begin(), found.end(), std::int64_t{0}) == total);
    for (std::size_t i = 0; i < ticks.size(); ++i) {
      REQUIRE(std::abs(static_cast<std::int64_t>(found[i] * unit - ticks[i])) < unit);
    }
  }
}

TEST_CASE("shown_as: a part beyond 64 bits of minor units is an error") {
  CHECK_THROWS_AS((void)shown({int128{INT64_MAX} * unit + unit}, 0), overflow_error);
}

TEST_CASE("moved_between: a difference that leaves 64 bits is an error, one that just fits is not") {
  CHECK(moved_between(-7, 5) == 12);
  CHECK(moved_between(-1, INT64_MAX - 1) == INT64_MAX);
  CHECK(moved_between(0, INT64_MIN) == INT64_MIN);
  CHECK_THROWS_AS((void)moved_between(7'268'673'759'106'717'021, -7'268'673'759'106'717'018), overflow_error);
  CHECK_THROWS_AS((void)moved_between(-1, INT64_MAX), overflow_error);
}
