// Numbers of fitted and observed curves, and of forecasts, by the names that the catalogue has for them.
// Layer: 4. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sojourn/forecast/mrr_forecast.hpp"
#include "sojourn/lifetime/decay.hpp"
#include "sojourn/lifetime/survival.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// What these metrics ask for; each takes its own, and a `schema_error` names one that it needs and was not given.
struct curve_measure_options {
  confidence_level level{};
  std::optional<std::int64_t> t{};           ///< of `decay_survival`: renewals after the start
  std::optional<std::int64_t> n{};           ///< of `residual_lifetime`: the renewal that comes next, from 1 on
  std::optional<double> age{};               ///< of `survival_at`
  std::optional<double> share{};             ///< of `survival_quantile`: 0.5 by default
  std::optional<double> horizon{};           ///< of `restricted_mean_lifetime`
  double discount = 0;                       ///< of the lifetimes: per period
  std::string parameter{};                   ///< of `decay_parameter`
  std::optional<decay_interval> interval{};  ///< of the fitted curve and its parameters
};

/// `decay_survival`, `decay_parameter`, `decay_lifetime`, `residual_lifetime`. Throws `schema_error` for an unknown name,
/// for a metric of another source and for an option that is missing. The same for every overload.
[[nodiscard]] estimate measure(std::string_view name, const decay_fit& fit, const curve_measure_options& options);
/// `survival_at`, `survival_quantile`, `median_lifetime`, `restricted_mean_lifetime`. `how.level` is that of the curve.
[[nodiscard]] estimate measure(std::string_view name, const survival_state& state, const survival_options& how,
                               const curve_measure_options& options);
/// `forecast_nrr`, `forecast_grr`, `forecast_logos`, `forecast_arr`.
[[nodiscard]] estimate measure(std::string_view name, const mrr_forecast& forecast);

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
