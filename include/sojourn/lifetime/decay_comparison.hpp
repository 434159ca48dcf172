// Which decay family: all of them fitted to the same counts, with criteria and what they say of renewals held out.
// Layer: 3. Needs: links sojourn (Boost.Math behind it).
#pragma once

#include "sojourn/export.hpp"

#include <array>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "sojourn/lifetime/decay.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

inline constexpr std::array<decay_family, 12> all_decay_families = {
    decay_family::geometric, decay_family::sbg,           decay_family::bdw,         decay_family::weibull,
    decay_family::dweibull,  decay_family::gompertz,      decay_family::loglogistic, decay_family::lognormal,
    decay_family::lomax,     decay_family::weibull_gamma, decay_family::cure,        decay_family::two_segment};

struct compared_decay {
  static constexpr double undefined = std::numeric_limits<double>::quiet_NaN();

  decay_family family = decay_family::geometric;  ///< the family asked for
  std::size_t parameters = 0;                     ///< of the model returned
  fit_status status = fit_status::refused;
  double log_likelihood = undefined;
  double aic = undefined;            ///< 2 k - 2 log-likelihood
  double bic = undefined;            ///< k log n - 2 log-likelihood, n = accounts
  double holdout_error = undefined;  ///< root mean square of fitted less observed share left, over the renewals held out
  double holdout_log_likelihood = undefined;  ///< of the renewals held out
};

/// Fits each family to all renewals but the last `holdout`, and compares. Rows in the order of `families`; those that did
/// not converge have no criteria. Throws `schema_error` where `holdout` is negative or leaves nothing to fit.
/// What it does not tell you: a family that wins by a hair wins nothing; look at the curves, and at a holdout.
[[nodiscard]] std::vector<compared_decay> compare_decay(const decay_state& observed, std::span<const decay_family> families,
                                                        std::int32_t holdout = 0);

/// Akaike's and Schwarz's criteria of a fit; NaN unless it converged on counts of accounts.
[[nodiscard]] double aic(const decay_fit& fit);
[[nodiscard]] double bic(const decay_fit& fit);

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
