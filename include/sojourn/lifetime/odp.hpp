// What is still to come of amounts that only grow, such as money lost so far: the over-dispersed Poisson model.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

#include "sojourn/lifetime/age_triangle.hpp"
#include "sojourn/lifetime/chain_ladder.hpp"
#include "sojourn/stats/bootstrap.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

struct odp_fit {
  age_triangle triangle{};
  std::vector<double> factors{};                 ///< from age to age, over all cohorts that show both; NaN where unknown
  std::vector<std::vector<double>> fitted{};     ///< increments of the seen cells, cohort by cohort
  std::vector<std::vector<double>> residuals{};  ///< Pearson: (increment - fitted) / sqrt(fitted); 0 where nothing is fitted
  std::vector<std::vector<double>> leverage{};   ///< diagonal of the hat matrix; 1 where a residual is 0 by construction
  double phi = std::numeric_limits<double>::quiet_NaN();  ///< Pearson's chi-square / dof; NaN without degrees of freedom
  std::int64_t dof = 0;
  std::vector<std::size_t> cohort_place{}, age_place{};  ///< of the parameters; a place of `parameters` is none
  std::size_t parameters = 0;
  std::vector<double> covariance{};  ///< parameters x parameters, for phi = 1
};

/// Quasi-Poisson regression of the increments on cohort and age, whose fit is the chain ladder:
///
///   E x(i, k) = exp(a_i + b_k),  Var x = phi E x,  phi = sum (x - m)^2 / m / (cells - parameters)
///
/// Throws `schema_error` where an age adds up to less than 0 over its cohorts: this model is of amounts that grow, so of
/// what was lost, not of what is left; Mack's chain ladder takes both. O(cells x parameters + parameters^3). Source: Renshaw
/// and Verrall 1998; England and Verrall 1999, 2002.
[[nodiscard]] odp_fit fit_odp(age_triangle triangle);

/// As `project` of a chain ladder: each cohort at the last age, or `periods` further. Process variance phi x sum of the
/// expected increments, parameter variance phi x m' Cov m.
[[nodiscard]] triangle_projection project(const odp_fit& fit, std::optional<std::size_t> periods = std::nullopt);

struct odp_draws {
  std::vector<double> total{};                 ///< what all cohorts add, one number per draw
  std::vector<std::vector<double>> cohorts{};  ///< the same of each cohort
  std::int64_t refused = 0;                    ///< draws in which no factor can be taken; they are left out
};

/// The bootstrap of England and Verrall: residuals adjusted by leverage are drawn with replacement (those that are 0 by
/// construction are no evidence and stay out), the model is fitted again, and each cell to come is drawn from a gamma with
/// variance phi x its mean. Each replicate has a stream of its own, so threads change no bit. Throws `schema_error` where
/// phi is unknown. O(replicates x cells).
[[nodiscard]] odp_draws bootstrap_odp(const odp_fit& fit, const bootstrap_plan& plan = {},
                                      std::optional<std::size_t> periods = std::nullopt, const bulk_draws& bulk = {});

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
