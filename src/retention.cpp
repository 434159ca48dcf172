#include "sojourn/retention.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace sojourn {
namespace {

// a - b of sums that came from one tally: the difference is a sum over accounts too, so it cannot overflow.
detail::wide_int minus(detail::wide_int a, const detail::wide_int& b) {
  (void)detail::sub_overflow(a, b);
  return a;
}

estimate within(estimate e, double ceiling) {
  if (e.method != interval_method::linearised) return e;
  e.low = std::clamp(e.low, 0.0, ceiling);
  e.high = std::clamp(e.high, 0.0, ceiling);
  return e;
}

}  // namespace

ratio_state loss_ratio(const retention_state& state, const loss_sums& loss) {
  return {loss.lost, state.opening, loss.square, loss.cross, state.opening_square, state.accounts_opening};
}

ratio_state kept_ratio(const retention_state& state, const loss_sums& loss) {
  // (x - y)^2 = x^2 - 2xy + y^2 and (x - y)x = x^2 - xy, summed.
  const detail::wide_int kept_opening = minus(state.opening_square, loss.cross);
  detail::wide_int kept_square = minus(kept_opening, loss.cross);
  (void)detail::add_overflow(kept_square, loss.square);
  return {state.opening - loss.lost, state.opening, kept_square, kept_opening, state.opening_square, state.accounts_opening};
}

estimate nrr(const retention_state& state, const rate_options& options) {
  return within(ratio(kept_ratio(state, state.net), {options.level}), std::numeric_limits<double>::infinity());
}

estimate gross_retention(const retention_state& state, const loss_sums& loss, confidence_level level) {
  return within(ratio(kept_ratio(state, loss), {level}), 1.0);
}

estimate grr(const retention_state& state, const rate_options& options) {
  switch (options.policy.grr) {
    case grr_basis::account_min: return gross_retention(state, state.gross, options.level);
    case grr_basis::churn_only: return gross_retention(state, state.left, options.level);
    case grr_basis::totals_min: {
      estimate e = nrr(state, options);
      if (e.value > 1) e.value = 1;
      e.low = e.high = std::numeric_limits<double>::quiet_NaN();
      e.method = interval_method::none;
      return e;
    }
    case grr_basis::event_sum:
    case grr_basis::running_min: break;
  }
  throw schema_error("grr: this basis depends on the way from opening to closing; read it from the ledger");
}

estimate logo_retention(const retention_state& state, const rate_options& options) {
  return proportion(state.accounts_opening - state.accounts_lost, state.accounts_opening, {options.level, options.policy.rate_ci});
}

}  // namespace sojourn
