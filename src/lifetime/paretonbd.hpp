// The likelihood and the read-outs of Pareto/NBD (r, alpha, s, beta).
#pragma once

#include <span>

#include "lifetime/purchase_cells.hpp"

namespace sojourn::inline v0_1 {
namespace detail {

struct paretonbd {
  purchase_params params;

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

/// log of the integral of (alpha+u)^-shape (beta+u)^-(s+1) over t_x < u < T, with its derivatives by shape (first place),
/// alpha, s and beta; -infinity where T = t_x.
[[nodiscard]] purchase_jet log_gone_integral(double shape, double alpha, double s, double beta, double t_x, double T);

}  // namespace detail
}  // namespace sojourn::inline v0_1
