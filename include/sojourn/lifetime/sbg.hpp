// Shifted beta-geometric: each account has its own constant churn rate, Beta(alpha, beta) distributed among accounts.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <cstdint>

#include "sojourn/lifetime/decay_table.hpp"
#include "sojourn/stats/estimate.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// Retention rises with age because those likely to leave have left, not because anybody becomes more loyal.
///
/// All functions of it are exact products or sums of positive terms: S(t) = prod over j = 1..t of
/// (beta + j - 1) / (alpha + beta + j - 1), with a ratio of gamma functions beyond 10,000 renewals.
/// Source: Fader and Hardie 2007, 2010.
struct sbg {
  double alpha = 1;
  double beta = 1;

  [[nodiscard]] constexpr double mean_churn() const noexcept { return alpha / (alpha + beta); }
  /// 0: all accounts alike; 1: each one either leaves at once or never.
  [[nodiscard]] constexpr double polarisation() const noexcept { return 1 / (alpha + beta + 1); }
};

/// Share of the cohort left after t >= 0 renewals.
[[nodiscard]] double survival(const sbg& model, std::int64_t renewals);
/// Share of those who face renewal t >= 1 that renew.
[[nodiscard]] double retention(const sbg& model, std::int64_t renewal);
/// Share of the cohort lost at renewal t >= 1: S(t - 1) - S(t) without the cancellation.
[[nodiscard]] double churn_probability(const sbg& model, std::int64_t renewal);
[[nodiscard]] double log_likelihood(const sbg& model, const decay_state& observed);

/// Expected paid periods of a new account, the first included: (alpha + beta - 1) / (alpha - 1) when alpha > 1; undefined
/// (`infinite`) otherwise. Fits of real cohorts usually have alpha < 1: a finite "1 / churn" there is an artefact.
[[nodiscard]] estimate expected_lifetime(const sbg& model);

/// Discounted expected lifetime of a new account (DEL): sum of S(t) / (1 + rate)^t from t = 0. `rate` per period, 0 for
/// `expected_lifetime` or at least 1e-6 (the sum takes about 36 / rate terms); anything else throws `schema_error`.
[[nodiscard]] estimate discounted_lifetime(const sbg& model, double rate);

/// Discounted expected residual lifetime (DERL) of an account that has renewed `renewals` times, seen just before its next
/// renewal, whose payment counts in full.
[[nodiscard]] estimate discounted_residual_lifetime(const sbg& model, std::int64_t renewals, double rate);

/// The model of accounts that have renewed `renewals` times: Beta(alpha, beta + renewals).
[[nodiscard]] constexpr sbg given_renewals(const sbg& model, std::int64_t renewals) noexcept {
  return {model.alpha, model.beta + static_cast<double>(renewals)};
}

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
