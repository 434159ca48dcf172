// Control charts and rolling statistics of engagement.hpp.
#include <algorithm>
#include <boost/accumulators/accumulators.hpp>
#include <boost/accumulators/statistics/rolling_count.hpp>
#include <boost/accumulators/statistics/rolling_mean.hpp>
#include <boost/accumulators/statistics/rolling_variance.hpp>
#include <boost/accumulators/statistics/stats.hpp>
#include <cmath>

#include "detail/nan.hpp"
#include "sojourn/health/signals/engagement.hpp"

namespace sojourn::inline v0_1 {
namespace {

using detail::nan;

void require_chart(bool holds, const char* rule) {
  if (!holds) throw schema_error(rule);
}

}  // namespace

std::vector<ewma_point> ewma_chart(std::span<const double> series, const ewma_options& options) {
  require_chart(options.lambda > 0 && options.lambda <= 1, "lambda must lie above 0 and not above 1");
  require_chart(options.sigma >= 0 && options.width >= 0, "sigma and width cannot be negative");
  const double share = options.lambda / (2 - options.lambda), keep = (1 - options.lambda) * (1 - options.lambda);
  std::vector<ewma_point> points;
  points.reserve(series.size());
  double z = options.target, forgotten = 1;  // forgotten = (1 - lambda)^(2t)
  for (const double x : series) {
    if (std::isnan(x) && options.gap == chart_gap::restart) {
      z = options.target;
      forgotten = 1;
    }
    if (!std::isnan(x)) {
      z = options.lambda * x + (1 - options.lambda) * z;
      forgotten *= keep;
    }
    const double half =
        options.width * options.sigma * std::sqrt(share * (options.limits == ewma_limits::exact ? 1 - forgotten : 1));
    ewma_point point{std::isnan(x) ? nan : z, options.target - half, options.target + half, chart_signal::none};
    if (point.value < point.low) point.signal = chart_signal::low;
    if (point.value > point.high) point.signal = chart_signal::high;
    points.push_back(point);
  }
  return points;
}

std::vector<cusum_point> cusum_chart(std::span<const double> series, const cusum_options& options) {
  require_chart(options.slack >= 0, "the slack cannot be negative");
  require_chart(options.limit > 0, "the limit must be above 0");
  std::vector<cusum_point> points;
  points.reserve(series.size());
  double rise = 0, fall = 0;
  for (const double x : series) {
    if (std::isnan(x)) {
      if (options.gap == chart_gap::restart) rise = fall = 0;
      points.push_back({rise, fall, chart_signal::none});
      continue;
    }
    rise = std::max(0.0, rise + x - options.target - options.slack);
    fall = std::max(0.0, fall + options.target - options.slack - x);
    cusum_point point{rise, fall, chart_signal::none};
    if (std::max(rise, fall) > options.limit) {
      point.signal = fall > rise ? chart_signal::low : chart_signal::high;
      rise = fall = 0;
    }
    points.push_back(point);
  }
  return points;
}

std::vector<rolling_point> rolling(std::span<const double> series, std::size_t width) {
  namespace acc = boost::accumulators;
  require_chart(width >= 1, "a rolling window needs at least one point");
  // The immediate mean and the variance update in place; their error does not grow with the length of the window.
  acc::accumulator_set<
      double, acc::stats<acc::tag::rolling_count, acc::tag::immediate_rolling_mean, acc::tag::immediate_rolling_variance>>
      last(acc::tag::rolling_window::window_size = width);
  std::vector<rolling_point> points;
  points.reserve(series.size());
  for (const double x : series) {
    if (!std::isnan(x)) last(x);
    const auto n = acc::rolling_count(last);
    const double mean = n > 0 ? acc::extract_result<acc::tag::immediate_rolling_mean>(last) : nan;
    const double variance = n > 1 ? acc::extract_result<acc::tag::immediate_rolling_variance>(last) : nan;
    points.push_back({mean, n > 1 ? std::sqrt(std::max(0.0, variance)) : nan});
  }
  return points;
}

}  // namespace sojourn::inline v0_1
