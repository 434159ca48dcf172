#include "detail/fnv1a.hpp"

#include <doctest/doctest.h>

#include <cstdint>

using sojourn::detail::fnv1a;
using sojourn::detail::fnv1a_of;

// Source: the test vectors of Fowler, Noll and Vo's own test suite (test_fnv.c) for 64-bit FNV-1a.
TEST_CASE("fnv1a: the published test vectors") {
  static_assert(fnv1a_of("") == 0xcbf29ce484222325u);
  static_assert(fnv1a_of("a") == 0xaf63dc4c8601ec8cu);
  static_assert(fnv1a_of("foobar") == 0x85944171f73967e8u);
}

TEST_CASE("fnv1a: a number is its eight bytes, the lowest first") {
  fnv1a bytes;
  for (std::uint8_t one = 8; one > 0; --one) bytes.byte(one);
  CHECK(fnv1a().number(0x0102030405060708u).value() == bytes.value());
}
