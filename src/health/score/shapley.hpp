// What each of n players adds to a whole, by Shapley: the mean over all orders in which they could have joined.
// Layer: 5. Needs: std only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

#include "sojourn/health/score/score.hpp"

namespace sojourn::inline v0_1::health::detail {

inline constexpr std::size_t exact_players = 12;

/// `value(in)` is the worth of the players with in[i] != 0. The parts add to value(all) - value(none) up to rounding, also
/// where they are sampled: every order telescopes. The draws are always the same ones, forwards and backwards.
template <class Value>
attribution shapley(std::size_t players, Value value, std::vector<double>& parts) {
  parts.assign(players, 0.0);
  std::vector<unsigned char> in(players, 0);
  if (players <= exact_players) {
    const std::size_t sets = std::size_t{1} << players;
    std::vector<double> worth(sets);
    for (std::size_t set = 0; set < sets; ++set) {
      for (std::size_t i = 0; i < players; ++i) in[i] = static_cast<unsigned char>(set >> i & 1u);
      worth[set] = value(in);
    }
    std::vector<double> chance(players,
                               1.0 / static_cast<double>(players));  // of a set of this size standing before a player
    for (std::size_t size = 1; size < players; ++size) {
      chance[size] = chance[size - 1] * static_cast<double>(size) / static_cast<double>(players - size);
    }
    for (std::size_t set = 0; set < sets; ++set) {
      const auto size = static_cast<std::size_t>(__builtin_popcountll(set));
      for (std::size_t i = 0; i < players; ++i) {
        if ((set >> i & 1u) == 0) parts[i] += chance[size] * (worth[set | std::size_t{1} << i] - worth[set]);
      }
    }
    return attribution::exact;
  }
  constexpr int pairs = 64;
  std::mt19937 draw(20'011);
  std::vector<std::size_t> order(players);
  for (std::size_t i = 0; i < players; ++i) order[i] = i;
  const auto walk = [&](auto first, const auto& last) {
    in.assign(players, 0);
    double before = value(in);
    for (; first != last; ++first) {
      in[*first] = 1;
      const double now = value(in);
      parts[*first] += (now - before) / (2 * pairs);
      before = now;
    }
  };
  for (int round = 0; round < pairs; ++round) {
    for (std::size_t i = players; i-- > 1;) std::swap(order[i], order[draw() % (i + 1)]);
    walk(order.begin(), order.end());
    walk(order.rbegin(), order.rend());
  }
  return attribution::sampled;
}

}  // namespace sojourn::inline v0_1::health::detail
