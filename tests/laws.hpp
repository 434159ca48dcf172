// The laws of every state, as one suite. A family's test file needs one case:
//
//   #include "laws.hpp"
//   TEST_CASE("nps_state: the laws") {
//     sojourn::test::check_laws<nps_state>([](std::mt19937_64& random) { return ...a random state of a few rows...; });
//   }
//
// What it checks, on fixed seeds: S{} is neutral; += commutes and associates; (s + x) - x == s and s - s == S{}; parts that
// DIFFER merge to the whole in any order (equal halves hide wrong formulas); 1, 2, 3 and 8 threads over small chunks give
// what the serial sum gives; and, where state_bytes.hpp knows the state, equal states have equal bytes that decode to the
// same state. The states made should differ from one another and reach large values; the suite refuses a maker whose
// states are all alike.
#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <random>
#include <string>
#include <vector>

#include "sojourn/exec/executor.hpp"
#include "sojourn/exec/sharded.hpp"
#include "sojourn/state_bytes.hpp"
#include "sojourn/stats/mergeable.hpp"

namespace sojourn::test {

template <class State>
State sum_of(const std::vector<State>& parts, std::size_t first, std::size_t last) {
  State total{};
  for (std::size_t i = first; i < last; ++i) total += parts[i];
  return total;
}

template <class State>
State plus(State a, const State& b) {
  return a += b;
}

template <class State>
State minus(State a, const State& b) {
  return a -= b;
}

/// Same value, and same bytes where the state has bytes.
template <class State>
bool same(const State& a, const State& b) {
  if (!(a == b)) return false;
  if constexpr (storable<State>) return to_bytes(a) == to_bytes(b) && from_bytes<State>(to_bytes(a)) == a;
  return true;
}

/// The first law that these states break, in words; empty when all hold.
template <mergeable State>
std::string broken_law(const std::vector<State>& parts, std::mt19937_64& random) {
  const std::size_t n = parts.size();
  const State whole = sum_of(parts, 0, n);
  if (std::all_of(parts.begin(), parts.end(), [&](const State& part) { return part == parts.front(); })) {
    return "the maker returns the same state again and again";
  }
  for (std::size_t i = 0; i + 2 < n; ++i) {
    const State &a = parts[i], &b = parts[i + 1], &c = parts[i + 2];
    if (!same(plus(a, State{}), a) || !same(plus(State{}, a), a)) return "S{} is neutral";
    if (!same(plus(a, b), plus(b, a))) return "+= commutes";
    if (!same(plus(plus(a, b), c), plus(a, plus(b, c)))) return "+= associates";
    if (!same(minus(plus(a, b), b), a)) return "(s + x) - x == s";
    if (!same(minus(a, a), State{})) return "s - s == S{}";
  }
  for (const std::size_t cut : {std::size_t{1}, n / 3, n / 2, n - 1}) {
    if (!same(plus(sum_of(parts, 0, cut), sum_of(parts, cut, n)), whole)) return "parts merge to the whole";
  }
  std::vector<State> shuffled = parts;
  for (int round = 0; round < 4; ++round) {
    std::shuffle(shuffled.begin(), shuffled.end(), random);
    if (!same(sum_of(shuffled, 0, n), whole)) return "any order gives the same state";
  }
  const auto tally = [&](std::size_t first, std::size_t last) { return sum_of(parts, first, last); };
  for (const std::size_t threads : {1u, 2u, 3u, 8u}) {
    if (!same(tally_sharded(n, tally, thread_executor(threads), 7), whole))
      return "any number of threads gives the same state";
  }
  return "";
}

/// `make_random_state(std::mt19937_64&)` returns one state per call.
template <mergeable State, class Make>
std::string first_broken_law(const Make& make_random_state, std::uint64_t seed = 20240229) {
  std::mt19937_64 random(seed);
  std::vector<State> parts;
  for (int i = 0; i < 60; ++i) parts.push_back(make_random_state(random));
  return broken_law(parts, random);
}

template <mergeable State, class Make>
void check_laws(const Make& make_random_state) {
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    CAPTURE(seed);
    REQUIRE(first_broken_law<State>(make_random_state, seed) == "");
  }
}

}  // namespace sojourn::test
