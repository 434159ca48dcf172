// Bytes counted in vector registers against a count byte by byte.
#include "input/count_values.hpp"

#include <doctest/doctest.h>

#include <random>
#include <vector>

using sojourn::detail::count_values;
using sojourn::detail::count_values_plainly;

namespace {

std::vector<std::uint8_t> random_bytes(std::size_t rows, int low, int high, unsigned seed) {
  std::mt19937 random(seed);
  std::uniform_int_distribution<int> draw(low, high);
  std::vector<std::uint8_t> bytes(rows);
  for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(draw(random));
  return bytes;
}

void check_equal(std::span<const std::uint8_t> bytes, std::uint8_t first, std::size_t values) {
  std::vector<std::uint64_t> fast(values, 7), plain(values, 7);  // counts are added to what is there
  const std::uint64_t counted = count_values(bytes, first, fast);
  count_values_plainly(bytes, first, plain);
  REQUIRE(fast == plain);
  std::uint64_t all = 0;
  for (const std::uint64_t n : plain) all += n - 7;
  REQUIRE(counted == all);
}

}  // namespace

TEST_CASE("count_values: equal to a count byte by byte at every length, alignment and number of values") {
  const std::vector<std::uint8_t> bytes = random_bytes(40'000, 0, 255, 1), answers = random_bytes(40'000, 0, 11, 2);
  for (const std::size_t rows : {0u, 1u, 31u, 32u, 63u, 64u, 65u, 127u, 8159u, 8160u, 8161u, 8224u, 16'320u, 30'001u}) {
    CAPTURE(rows);
    for (std::size_t from = 0; from < 67; from += from < 3 ? 1 : 13) {
      for (const std::size_t values : {1u, 2u, 11u, 12u, 13u, 24u}) {
        check_equal(std::span(answers).subspan(from, rows), 0, values);
        check_equal(std::span(bytes).subspan(from, rows), 100, values);
        check_equal(std::span(bytes).subspan(from, rows), static_cast<std::uint8_t>(256 - values), values);
      }
    }
  }
}

TEST_CASE("count_values: no counter of a lane overflows in a long run of one value") {
  const std::vector<std::uint8_t> bytes(100'003, 9);
  std::vector<std::uint64_t> counts(11);
  CHECK(count_values(bytes, 0, counts) == 100'003);
  CHECK(counts[9] == 100'003);
}

TEST_CASE("count_values: values outside the range are not counted, also those that a wrapped difference would reach") {
  const std::vector<std::uint8_t> bytes{0, 1, 254, 255, 128};
  std::vector<std::uint64_t> counts(2);
  CHECK(count_values(bytes, 254, counts) == 2);
  CHECK(counts == std::vector<std::uint64_t>{1, 1});
}
