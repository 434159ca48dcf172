// What becomes of cohorts that are still young: Mack's chain ladder on a triangle of cohorts by age.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>
#include <vector>

#include "sojourn/lifetime/age_triangle.hpp"
#include "sojourn/stats/estimate.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// Where only one cohort shows a step, its sigma comes from the steps before it.
enum class last_sigma_rule : std::uint8_t {
  mack,       ///< min(s^4 of one before / s^2 of two before, each of the two)
  loglinear,  ///< the line through log sigma over all steps that have one; moves totals by 0.1 to 0.3 %
};
constexpr std::array<std::string_view, 2> values_of(last_sigma_rule) {
  return {"mack", "loglinear"};
}

/// What comes after the last age of the triangle. Without sigma and standard error it is taken as known.
struct tail_factor {
  double factor = 1;
  std::optional<double> sigma{};
  std::optional<double> standard_error{};
};

struct chain_ladder_options {
  std::optional<tail_factor> tail{};
  last_sigma_rule sigma = last_sigma_rule::mack;
};

/// Where the sigma of a step comes from.
enum class sigma_source : std::uint8_t { estimated, mack, loglinear, given, taken_as_known, unknown };
constexpr std::array<std::string_view, 6> values_of(sigma_source) {
  return {"estimated", "mack", "loglinear", "given", "taken as known", "unknown"};
}

/// The step from one age to the next.
struct development_step {
  double factor = std::numeric_limits<double>::quiet_NaN();  ///< NaN where no cohort that shows the step starts above 0
  double sigma = std::numeric_limits<double>::quiet_NaN();
  double standard_error = std::numeric_limits<double>::quiet_NaN();  ///< of the factor
  std::int64_t ratios = 0;                                           ///< cohorts in the factor
  std::int64_t zero_starts = 0;                                      ///< cohorts left out of it because they start at 0
  sigma_source source = sigma_source::unknown;
};

/// Why a projection has no value or no error.
enum class projection_gap : std::uint8_t { none, no_factor, no_sigma, nothing_yet };
constexpr std::array<std::string_view, 4> values_of(projection_gap) {
  return {"", "no cohort that reached the next age was above 0 before it, so a factor is unknown",
          "the spread of a step cannot be estimated, so there is no standard error",
          "a cohort that has lost nothing yet is taken to lose nothing; its error is unknown"};
}

/// One cohort, or all of them together.
struct projected_value {
  double latest = 0;                                                 ///< the last value seen
  double value = std::numeric_limits<double>::quiet_NaN();           ///< where it goes
  double process_se = std::numeric_limits<double>::quiet_NaN();      ///< what is random even if the factors were known
  double parameter_se = std::numeric_limits<double>::quiet_NaN();    ///< the factors are estimates
  double standard_error = std::numeric_limits<double>::quiet_NaN();  ///< root of the sum of squares of both
  projection_gap gap = projection_gap::none;
};

struct triangle_projection {
  std::vector<projected_value> cohorts{};
  /// Cohorts share the factors: their parameter errors add up before they are squared.
  projected_value total{};
};

struct chain_ladder_fit {
  age_triangle triangle{};
  std::vector<development_step> steps{};  ///< one per age but the last; then the tail, where there is one
  chain_ladder_options options{};
};

/// Mack's chain ladder:
///
///   f_k = sum C(i, k+1) / sum C(i, k),   sigma_k^2 = sum C(i, k) (C(i, k+1)/C(i, k) - f_k)^2 / (m - 1)
///
/// over the m cohorts that show both ages and are above 0 at the first. Cells of 0 after a positive one count; a pair that
/// starts at 0 has no ratio and is counted in `zero_starts`. Factors below 1, the rule for retention, are ordinary.
/// Throws `schema_error` for a triangle without cohorts, and for a tail that is negative, not finite, or has only one of
/// sigma and standard error. O(cells). Source: Mack 1993, 1994 (last sigma), 1999 (tail).
/// What it does not tell you: whether old cohorts are like young ones. A price rise is an event of the calendar, not of an
/// age: read the diagnostics.
[[nodiscard]] chain_ladder_fit fit_chain_ladder(age_triangle triangle, const chain_ladder_options& options = {});

/// Each cohort at the last age, after the tail if there is one, or `periods` ages further; cohorts at the last age stay
/// where they are. Per step p <- C s^2 + p f^2 is the process variance; the parameter error adds the loadings
/// C(i, k) x (later factors) x se_k. Errors are NaN with a `gap` where a sigma is unknown, never 0. O(cohorts x ages).
[[nodiscard]] triangle_projection project(const chain_ladder_fit& fit, std::optional<std::size_t> periods = std::nullopt);

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
