// The likelihood and the read-outs of BG/BB (alpha, beta, gamma, delta): purchases at opportunities that are counted.
#pragma once

#include <span>
#include <vector>

#include "lifetime/purchase_cells.hpp"

namespace sojourn::inline v0_1 {
namespace detail {

struct bgbb {
  purchase_params params;

  /// Sum over cells.
  [[nodiscard]] purchase_jet log_likelihood(std::span<const purchase_cell> cells) const;
  /// log of P(gone)/P(there) at the opportunity after T.
  [[nodiscard]] double log_odds_gone(const purchase_cell& cell) const;
  [[nodiscard]] double expected(double opportunities) const;
  /// Given that the customer is there at opportunity T + 1: purchases at T + 1 ... T + `opportunities`.
  [[nodiscard]] double expected_if_alive(const purchase_cell& cell, double opportunities) const;
  /// The same over all opportunities, one that is j ahead counting (1 + rate)^-j.
  [[nodiscard]] double discounted_if_alive(const purchase_cell& cell, double rate) const;
  /// P(n purchases at so many opportunities).
  [[nodiscard]] double probability(std::int64_t n, double opportunities) const;
};

}  // namespace detail
}  // namespace sojourn::inline v0_1
