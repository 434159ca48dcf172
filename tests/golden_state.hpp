// Released bytes of a state under tests/golden, and what made-up bytes of its kind come to.
#pragma once

#include <doctest/doctest.h>

#include <cstdint>
#include <fstream>
#include <random>
#include <string>
#include <vector>

#include "failing_memory.hpp"
#include "paths.hpp"
#include "sojourn/state_bytes.hpp"

namespace sojourn::test {

using buffer = std::vector<std::uint8_t>;

template <class State>
State decoded(const buffer& bytes) {
  return from_bytes<State>(bytes);
}

inline buffer golden(const std::string& name) {
  std::ifstream file(in_repository("tests/golden/" + name + ".hex"));
  buffer bytes;
  for (std::string each; file >> each;) bytes.push_back(static_cast<std::uint8_t>(std::stoi(each, nullptr, 16)));
  return bytes;
}

/// The payload changed and the checksum made right: a `state_error`, or a state with these very bytes that `read` copes
/// with.
template <class State, class Read>
int survivors_of_made_up_bytes(const buffer& whole, const Read& read) {
  std::mt19937 random(77);
  int decoded_states = 0;
  for (int round = 0; round < 4'000; ++round) {
    buffer payload(whole.begin() + 28, whole.end() - 4);
    for (auto changes = random() % 4; changes < 4; ++changes) {
      payload[random() % payload.size()] = static_cast<std::uint8_t>(random() % 3 == 0 ? 255 : random());
    }
    const buffer made_up = detail::seal(State::bytes_kind, 0, payload);
    try {
      const State state = decoded<State>(made_up);
      REQUIRE(to_bytes(state) == made_up);
      ++decoded_states;
      read(state);
    } catch (const error&) {
    }
  }
  return decoded_states;
}

/// `change` without memory leaves `before` as it was, and does what it should when there is memory again.
template <class State, class Change>
void check_all_or_nothing(const State& before, const Change& change) {
  State right = before, target = before;
  try {
    change(right);
  } catch (const error&) {  // states that share accounts do not add up
    return;
  }
  bool unchanged = true;
  fail_each_allocation([&] { change(target); }, [&] { unchanged = unchanged && target == before; });
  CHECK(unchanged);
  CHECK(target == right);
}

template <class State>
void check_without_memory(const State& state) {
  const buffer bytes = to_bytes(state);
  check_all_or_nothing(State{}, [&](State& target) { target += state; });
  check_all_or_nothing(state, [&](State& target) { target += state; });
  check_all_or_nothing(state, [&](State& target) { target += State{}; });
  check_all_or_nothing(state, [&](State& target) { target -= state; });
  check_all_or_nothing(State{}, [&](State& target) { target = decoded<State>(bytes); });
}

template <class State, class Read>
void check_state(const State& state, const std::string& name, const Read& read) {
  CAPTURE(name);
  const buffer released = golden(name);
  REQUIRE(to_bytes(state) == released);
  REQUIRE(decoded<State>(released) == state);
  for (std::size_t length = 0; length < released.size(); ++length) {
    REQUIRE_THROWS_AS((void)decoded<State>(buffer(released.begin(), released.begin() + static_cast<std::ptrdiff_t>(length))),
                      state_error);
  }
  check_without_memory(state);
  CHECK(survivors_of_made_up_bytes<State>(released, read) > 0);
}

inline constexpr auto nothing_more = [](const auto&) {};

}  // namespace sojourn::test
