// The likelihood and the read-outs of BG/NBD (r, alpha, a, b), and of MBG/NBD, where a customer may also leave at the start.
#pragma once

#include <span>

#include "lifetime/purchase_cells.hpp"

namespace sojourn::inline v0_1 {
namespace detail {

/// How often a customer may leave before the first repeat purchase: 0 for BG/NBD, 1 for MBG/NBD.
enum class leaves_at_start : std::uint8_t { never = 0, once = 1 };

struct bgnbd {
  purchase_params params;
  leaves_at_start start;

  /// Sum over cells of one order by x.
  [[nodiscard]] purchase_jet log_likelihood(std::span<const purchase_cell> cells) const;
  /// log of P(gone)/P(alive) at T.
  [[nodiscard]] double log_odds_gone(const purchase_cell& cell) const;
  [[nodiscard]] double expected(double t) const;
  /// Given that the customer is still there at T: purchases in (T, T + t].
  [[nodiscard]] double expected_if_alive(const purchase_cell& cell, double t) const;
  /// The same over all time, a purchase after time u counting e^(-rate u).
  [[nodiscard]] double discounted_if_alive(const purchase_cell& cell, double rate) const;
  /// P(n purchases by t).
  [[nodiscard]] double probability(std::int64_t n, double t) const;
};

/// Mean of (1 - (1 + p t/alpha)^-r)/p over p ~ Beta(a, b): the purchases by t of a customer that is there at 0.
[[nodiscard]] double beta_geometric_purchases(double r, double alpha, double a, double b, double t);

}  // namespace detail
}  // namespace sojourn::inline v0_1
