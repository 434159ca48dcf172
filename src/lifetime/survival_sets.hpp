// The risk sets of a survival state, and the variance of what is summed over them.
#pragma once

#include <cstdint>
#include <limits>
#include <vector>

#include "sojourn/lifetime/survival.hpp"

namespace sojourn::inline v0_1 {
namespace detail {

/// The age after which exits count.
[[nodiscard]] inline double begin_of(const survival_options& options) {
  return options.given_age.value_or(-std::numeric_limits<double>::infinity());
}

/// What one age contributes, in accounts and in the chosen measure.
struct risk_set {
  std::int32_t time = 0;
  std::int64_t at_risk = 0, events = 0, censored = 0;
  int128 exposed = 0, lost = 0, leaving = 0;  // n, d and d + c in the chosen measure

  [[nodiscard]] double hazard() const { return exposed == 0 ? 0 : to_double(lost) / to_double(exposed); }
  [[nodiscard]] double kept() const { return exposed == 0 ? 1 : to_double(exposed - lost) / to_double(exposed); }
  [[nodiscard]] bool dies_out() const { return lost != 0 && lost == exposed; }
  /// d / (n (n - d)): Greenwood's term. Not defined when the risk set dies out.
  [[nodiscard]] double greenwood() const { return exposed == 0 ? 0 : hazard() / to_double(exposed - lost); }
};

/// Risk sets in order of age. Cells are sorted by entry, so entries come in order and one sweep counts who is at risk.
[[nodiscard]] std::vector<risk_set> risk_sets(const survival_state& state, const survival_options& options);

/// Infinitesimal-jackknife variances at every age. An account's influence is the sum over ages at risk of
/// `per_event` where it churned minus `drift`; with `drift` summed to a prefix P, accounts that have left have a fixed
/// influence and those still there have P(t) - P(entry), a square whose three parts are running sums: O(cells + ages).
[[nodiscard]] std::vector<double> robust_variances(const survival_state& state, const survival_options& options,
                                                   const std::vector<risk_set>& sets, const std::vector<double>& per_event,
                                                   const std::vector<double>& drift);

}  // namespace detail
}  // namespace sojourn::inline v0_1
