#include "sojourn/stats/ratio.hpp"

#include <algorithm>
#include <cmath>

#include "detail/exact.hpp"
#include "detail/nan.hpp"

namespace sojourn::inline v0_1 {
namespace {

using detail::nan;

undefined_reason why_no_ratio(const ratio_state& state) {
  if (state.n <= 0) return undefined_reason::no_observations;
  return state.y == 0 ? undefined_reason::zero_denominator : undefined_reason::defined;
}

constexpr metric_label ratio_label{"ratio", "ratio"};

/// value +- z * sqrt(variance), times the scale; a NaN variance leaves the interval out.
estimate around(double value, double variance, std::int64_t n, const ratio_options& options) {
  estimate result;
  result.value = value * options.scale;
  result.level = options.level.value();
  result.n = n;
  if (std::isnan(variance)) return result;
  const double half = options.level.normal_quantile() * std::sqrt(variance) * std::abs(options.scale);
  result.low = result.value - half;
  result.high = result.value + half;
  result.method = interval_method::linearised;
  return result;
}

double point(const ratio_state& state) {
  return detail::to_double(state.x) / detail::to_double(state.y);
}

}  // namespace

double ratio_variance(const ratio_state& state) {
  if (state.n < 2 || state.y == 0) return nan;
  const auto x = detail::exact(state.x);
  const auto y = detail::exact(state.y);
  // sum (x_i Y - X y_i)^2, which is the sum of squared residuals times Y^2. At most 2^443.
  const detail::exact_int squares =
      detail::exact(state.xx) * y * y - 2 * x * y * detail::exact(state.xy) + x * x * detail::exact(state.yy);
  const detail::exact_int y_squared = y * y;
  return detail::quotient(state.n * squares, (detail::exact(state.n) - 1) * y_squared * y_squared);
}

estimate ratio(const ratio_state& state, ratio_options options) {
  if (const auto why = why_no_ratio(state); why != undefined_reason::defined) {
    return undefined_estimate(why, options.level, std::max<std::int64_t>(0, state.n)).as(ratio_label);
  }
  return around(point(state), ratio_variance(state), state.n, options).as(ratio_label);
}

estimate compare_ratios(const ratio_state& first, const ratio_state& second, ratio_options options) {
  const std::int64_t n = std::max<std::int64_t>(0, first.n) + std::max<std::int64_t>(0, second.n);
  for (const ratio_state* part : {&first, &second}) {
    if (const auto why = why_no_ratio(*part); why != undefined_reason::defined)
      return undefined_estimate(why, options.level, n).as({"rate_difference", ratio_label.unit});
  }
  return around(point(first) - point(second), ratio_variance(first) + ratio_variance(second), n, options)
      .as({"rate_difference", ratio_label.unit});
}

}  // namespace sojourn::inline v0_1
