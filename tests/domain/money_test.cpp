#include "sojourn/domain/money.hpp"

#include <doctest/doctest.h>

#include <limits>
#include <random>

#include "sojourn/domain/mrr.hpp"

using namespace sojourn;

namespace {

constexpr auto lowest = std::numeric_limits<std::int64_t>::min();
constexpr auto highest = std::numeric_limits<std::int64_t>::max();

std::int64_t any64(std::mt19937_64& random) {
  return static_cast<std::int64_t>(random()) >> (random() % 63);
}

bool fits(detail::int128 value) {
  return value >= lowest && value <= highest;
}

/// The result of `compute` in minor units, or nothing when it overflowed.
template <class F>
bool agrees(const F& compute, detail::int128 expected) {
  try {
    return compute().minor() == expected;
  } catch (const overflow_error&) {
    return !fits(expected);
  }
}

}  // namespace

TEST_CASE("money: sums, differences and products are those of whole numbers, or an overflow_error") {
  std::mt19937_64 random(1);
  for (int round = 0; round < 20'000; ++round) {
    const std::int64_t a = any64(random), b = any64(random);
    REQUIRE(agrees([&] { return money{a} + money{b}; }, static_cast<detail::int128>(a) + b));
    REQUIRE(agrees([&] { return money{a} - money{b}; }, static_cast<detail::int128>(a) - b));
    REQUIRE(agrees([&] { return money{a} * b; }, static_cast<detail::int128>(a) * b));
    REQUIRE(agrees([&] { return -money{a}; }, -static_cast<detail::int128>(a)));
  }
  CHECK_THROWS_AS(-money{lowest}, overflow_error);
  CHECK_THROWS_AS(money{highest} + money{1}, overflow_error);
  CHECK((money{-5} < money{3}));
}

TEST_CASE("mrr: every usual term divides a minor unit without a remainder") {
  for (int months = 1; months <= 12; ++months) CHECK(mrr::ticks_per_minor % months == 0);
  for (int years : {2, 3, 4, 5, 6, 7, 9, 10}) CHECK(mrr::ticks_per_minor % (12 * years) == 0);
  // 96 = 2^5 * 3: an odd price over eight years is half a tick off, which the header must not promise away.
  CHECK(mrr::ticks_per_minor % 96 != 0);
}

TEST_CASE("mrr: minor units come back, up to 5.5e13 of them") {
  constexpr std::int64_t most = highest / mrr::ticks_per_minor;
  CHECK(most > 55'000'000'000'000);
  for (const std::int64_t minor : {std::int64_t{0}, std::int64_t{1}, std::int64_t{-4999}, most, -most}) {
    CHECK(round_to_minor(mrr::from_minor(minor).ticks()) == minor);
    CHECK(mrr::from_minor(minor).minor() == static_cast<double>(minor));
  }
  CHECK_THROWS_AS((void)mrr::from_minor(most + 1), overflow_error);
  CHECK_THROWS_AS(mrr::from_ticks(highest) + mrr::from_ticks(1), overflow_error);
  CHECK_THROWS_AS(mrr::from_ticks(lowest) - mrr::from_ticks(1), overflow_error);
}

TEST_CASE("mrr: a year of three annual plans is exact where cents a month are not") {
  // 100.00 a year is 833.33... cents a month; twelve of them are 10,000 cents again.
  const mrr monthly = mrr::from_ticks(10'000 * mrr::ticks_per_minor / 12);
  mrr year;
  for (int m = 0; m < 12; ++m) year += monthly;
  CHECK(year == mrr::from_minor(10'000));
  CHECK(round_to_minor(monthly.ticks()) == 833);
}

TEST_CASE("mrr: totals round to minor units with halves away from zero") {
  constexpr std::int64_t unit = mrr::ticks_per_minor;
  CHECK(round_to_minor(unit / 2) == 1);
  CHECK(round_to_minor(unit / 2 - 1) == 0);
  CHECK(round_to_minor(-unit / 2) == -1);
  CHECK(round_to_minor(-unit / 2 + 1) == 0);
  const auto beyond = static_cast<detail::int128>(highest) * unit;
  CHECK(round_to_minor(beyond) == highest);
  CHECK_THROWS_AS((void)round_to_minor(beyond + unit), overflow_error);
}
