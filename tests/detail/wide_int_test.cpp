#include "sojourn/detail/wide_int.hpp"

#include <doctest/doctest.h>

#include <boost/multiprecision/cpp_int.hpp>
#include <limits>
#include <random>

using namespace sojourn::detail;
using boost::multiprecision::cpp_int;

namespace {

cpp_int value(const wide_int& w) {
  cpp_int number = (cpp_int(w.limbs[2]) << 128) + (cpp_int(w.limbs[1]) << 64) + w.limbs[0];
  return w.negative() ? number - (cpp_int(1) << 192) : number;
}

bool fits(const cpp_int& number) {
  const cpp_int end = cpp_int(1) << 191;
  return number >= -end && number < end;
}

/// Limbs of all ones, all zeros, and random bits: where carries run and where signs change.
wide_int any(std::mt19937_64& random) {
  wide_int w;
  for (auto& limb : w.limbs) {
    const auto kind = random() % 4;
    limb = kind == 0 ? 0 : kind == 1 ? ~std::uint64_t{0} : kind == 2 ? std::uint64_t{1} << 63 : random();
  }
  return w;
}

}  // namespace

TEST_CASE("wide_int: sums and differences equal those of integers of any length, and overflow is told") {
  std::mt19937_64 random(1);
  for (int round = 0; round < 20'000; ++round) {
    const wide_int a = any(random), b = any(random);
    wide_int sum = a, rest = a;
    const bool sum_left = add_overflow(sum, b), rest_left = sub_overflow(rest, b);
    REQUIRE(sum_left == !fits(value(a) + value(b)));
    REQUIRE(rest_left == !fits(value(a) - value(b)));
    if (!sum_left) REQUIRE(value(sum) == value(a) + value(b));
    if (!rest_left) REQUIRE(value(rest) == value(a) - value(b));
    // Even past the end the arithmetic is modular, so that taking back what was added restores the bits.
    (void)sub_overflow(sum, b);
    REQUIRE(sum == a);
  }
}

TEST_CASE("wide_int: a product keeps its sign and the product sum its carries") {
  std::mt19937_64 random(2);
  constexpr auto low = std::numeric_limits<std::int64_t>::min(), high = std::numeric_limits<std::int64_t>::max();
  product_sum sum;
  cpp_int expected = 0;
  for (int round = 0; round < 20'000; ++round) {
    const auto pick = [&] {
      const auto kind = random() % 4;
      return kind == 0 ? low : kind == 1 ? high : static_cast<std::int64_t>(random()) >> (random() % 63);
    };
    const std::int64_t a = pick(), b = pick();
    REQUIRE(value(wide_int::product(a, b)) == cpp_int(a) * b);
    sum.add(a, b);
    expected += cpp_int(a) * b;
    REQUIRE(value(sum.total()) == expected);
  }
}

TEST_CASE("int128: its text form holds the most negative value") {
  CHECK(to_string(static_cast<int128>(static_cast<uint128>(1) << 127)) == "-170141183460469231731687303715884105728");
  CHECK(to_string(int128{0}) == "0");
  CHECK(to_string(int128{-1200}) == "-1200");
}
