// What spreadsheets do with a retention curve: least squares. A baseline to beat, not a model to use.
// Layer: 3. Needs: links sojourn (Eigen behind it).
#pragma once

#include "sojourn/export.hpp"

#include <array>
#include <cstdint>
#include <limits>
#include <span>
#include <string_view>
#include <vector>

#include "sojourn/lifetime/decay.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// What is fitted, and its parameters in order:
///   linear           S(t) = intercept + slope t
///   quadratic        S(t) = intercept + slope t + curvature t^2
///   exponential      ln S(t) = intercept + slope t
///   sbg_rates        retention rate (beta + t - 1)/(alpha + beta + t - 1)       alpha, beta
///   levelling_rates  retention rate limit (1 - e^(-speed t))                    limit, speed
enum class baseline_method : std::uint8_t { linear, quadratic, exponential, sbg_rates, levelling_rates };
constexpr std::array<std::string_view, 5> values_of(baseline_method) {
  return {"linear", "quadratic", "exponential", "sbg_rates", "levelling_rates"};
}
inline constexpr std::array<baseline_method, 5> all_baselines = {baseline_method::linear, baseline_method::quadratic,
                                                                 baseline_method::exponential, baseline_method::sbg_rates,
                                                                 baseline_method::levelling_rates};
[[nodiscard]] std::span<const std::string_view> parameter_names(baseline_method method);
/// Why not to use it.
[[nodiscard]] std::string_view warning(baseline_method method);

struct decay_baseline {
  static constexpr double undefined = std::numeric_limits<double>::quiet_NaN();

  baseline_method method = baseline_method::linear;
  fit_status status = fit_status::refused;  ///< converged; refused: too few points; not_converged: no finite optimum
  std::array<double, 3> parameters{undefined, undefined, undefined};  ///< as many as the method has
  double squares = undefined;    ///< sum of squared misses, in the scale that was fitted (rates, or ln S)
  double r_squared = undefined;  ///< 1 - squares over those around the mean, in that scale; NaN where nothing varies
  std::size_t points = 0;        ///< shares or rates fitted
};

/// Least squares through the shares left (`share[t]` after t renewals, from t = 0, in (0, 1]), or through the rates
/// share[t]/share[t - 1]. There are no limits: shares of one cohort are not independent, so those of a regression would be
/// wrong. Throws `data_error` for a share that is negative, not finite, grows, or is 0 where a logarithm or a rate needs it.
[[nodiscard]] decay_baseline fit_baseline(std::span<const double> share, baseline_method method);

/// The same of a cohort as a table: `survivors` (accounts or shares) left at `age` 0, 1, 2, ..., as shares of the first.
/// Throws `data_error` for an age out of turn, and a value that is missing.
[[nodiscard]] decay_baseline fit_baseline(const column<std::int32_t>& age, const column<double>& survivors,
                                          baseline_method method);

/// S(t) as the method says: it may be negative or above 1. NaN unless converged.
[[nodiscard]] double survival(const decay_baseline& fit, std::int64_t renewals);
[[nodiscard]] double retention(const decay_baseline& fit, std::int64_t renewal);

/// A baseline beside the families of `compare_decay`.
struct compared_baseline {
  baseline_method method = baseline_method::linear;
  fit_status status = fit_status::refused;
  std::size_t parameters = 0;
  double holdout_error = decay_baseline::undefined;  ///< root mean square, as of the families
};
/// Each baseline on all renewals but the last `holdout`. A baseline has no likelihood, so no criteria.
[[nodiscard]] std::vector<compared_baseline> compare_baselines(const decay_state& observed, std::int32_t holdout = 0);

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
