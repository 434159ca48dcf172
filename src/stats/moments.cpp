#include "sojourn/stats/moments.hpp"

#include <algorithm>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <limits>

#include "detail/exact.hpp"

namespace sojourn::inline v0_1 {
namespace {

double quantile_of(mean_interval kind, confidence_level level, std::int64_t n) {
  if (kind == mean_interval::normal) return level.normal_quantile();
  return boost::math::quantile(boost::math::students_t(static_cast<double>(n - 1)), 0.5 + level.value() / 2);
}

}  // namespace

double variance(const moments_state& state, variance_of whose) {
  const std::int64_t lost = whose == variance_of::sample ? 1 : 0;
  if (state.n <= lost) return std::numeric_limits<double>::quiet_NaN();
  const auto n = detail::exact(state.n);
  const auto sum = detail::exact(state.sum);
  return detail::quotient(n * detail::exact(state.squares) - sum * sum, n * (n - lost));
}

namespace {
constexpr metric_label mean_label{"mean", "unit of the values"};
}

estimate mean(const moments_state& state, mean_options options) {
  if (state.n <= 0) return undefined_estimate(undefined_reason::no_observations, options.level).as(mean_label);
  const auto n = static_cast<double>(state.n);
  estimate result = estimate{}.as(mean_label);
  result.value = detail::to_double(state.sum) / n * options.scale;
  result.level = options.level.value();
  result.n = state.n;
  if (state.n == 1) return result;
  const double error = std::sqrt(variance(state) / n) * std::abs(options.scale);
  const double half = quantile_of(options.interval, options.level, state.n) * error;
  result.low = result.value - half;
  result.high = result.value + half;
  result.method = options.interval == mean_interval::student ? interval_method::student : interval_method::wald;
  return result;
}

}  // namespace sojourn::inline v0_1
