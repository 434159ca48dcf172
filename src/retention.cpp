#include "sojourn/retention.hpp"

#include <algorithm>
#include <cmath>

namespace sojourn {
namespace {

// 1 - loss / opening, with the interval turned over and held inside what is possible.
estimate kept(const retention_state& state, const loss_sums& loss, const rate_options& options, double ceiling) {
  estimate e = detail::linearised_ratio(
      {state.accounts_opening, state.opening, loss.ticks, state.opening_square, loss.cross, loss.square}, options.level);
  if (!e.defined()) return e;
  // Kept over opening in one division: 1 - x would lose the last bits of a rate near 1.
  e.value = detail::to_double(state.opening - loss.ticks) / detail::to_double(state.opening);
  const double low = 1 - e.high;
  const double high = 1 - e.low;
  e.low = std::isnan(low) ? low : std::clamp(low, 0.0, ceiling);
  e.high = std::isnan(high) ? high : std::clamp(high, 0.0, ceiling);
  return e;
}

}  // namespace

estimate nrr(const retention_state& state, const rate_options& options) {
  return kept(state, state.net, options, std::numeric_limits<double>::infinity());
}

estimate grr(const retention_state& state, const rate_options& options) {
  return kept(state, options.policy.grr == grr_basis::account_min ? state.gross : state.left, options, 1.0);
}

estimate logo_retention(const retention_state& state, const rate_options& options) {
  return proportion(state.accounts_opening - state.accounts_lost, state.accounts_opening, {options.level});
}

}  // namespace sojourn
