#include "sojourn/stats/forecast_score.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "detail/number_text.hpp"
#include "sojourn/domain/error.hpp"

namespace sojourn::inline v0_1 {
namespace {

constexpr double narrowest = 0.8, widest = 3;

}  // namespace

interval_score score_intervals(std::span<const double> low, std::span<const double> high, std::span<const double> actual,
                               confidence_level level) {
  if (low.size() != high.size() || high.size() != actual.size())
    throw schema_error("score_forecast: low, high and actual have different lengths; give one of each per forecast");
  interval_score found;
  double widths = 0, losses = 0;
  for (std::size_t row = 0; row < low.size(); ++row) {
    if (std::isnan(low[row]) || std::isnan(high[row]) || std::isnan(actual[row])) {
      ++found.missing;
      continue;
    }
    if (low[row] > high[row])
      throw data_error({"low", row, detail::number_text(low[row]),
                        "low lies at or below high (" + detail::number_text(high[row]) + ")", "exchange the two columns"});
    const double miss = std::max({0.0, low[row] - actual[row], actual[row] - high[row]});
    ++found.n;
    found.covered += miss == 0 ? 1 : 0;
    widths += high[row] - low[row];
    losses += high[row] - low[row] + 2 / (1 - level.value()) * miss;
  }
  if (found.n == 0) return found;
  const auto n = static_cast<double>(found.n);
  found.coverage = static_cast<double>(found.covered) / n;
  found.mean_width = widths / n;
  found.score = losses / n;
  return found;
}

double pinball_loss(double forecast, double actual, double share) {
  return actual >= forecast ? share * (actual - forecast) : (1 - share) * (forecast - actual);
}

interval_factor calibrate_intervals(std::span<const double> errors, std::span<const double> half_widths,
                                    confidence_level level) {
  if (errors.size() != half_widths.size())
    throw schema_error("calibrate_intervals: errors and half_widths have different lengths");
  std::vector<double> ratios;
  for (std::size_t row = 0; row < errors.size(); ++row) {
    if (std::isnan(errors[row]) || std::isnan(half_widths[row])) continue;
    if (!(half_widths[row] > 0))
      throw data_error({"half_widths", row, detail::number_text(half_widths[row]), "a half width is above 0",
                        "leave out forecasts that were points"});
    ratios.push_back(std::abs(errors[row]) / half_widths[row]);
  }
  interval_factor found{.n = static_cast<std::int64_t>(ratios.size())};
  if (ratios.empty()) return found;
  std::sort(ratios.begin(), ratios.end());
  const auto n = static_cast<double>(ratios.size());
  const double rank = std::ceil((n + 1) * level.value() * (1 - 4 * std::numeric_limits<double>::epsilon()));
  if (rank > n) {
    found.factor = widest;
    found.limit = factor_limit::too_few;
    return found;
  }
  const double ratio = ratios[static_cast<std::size_t>(rank) - 1];
  found.factor = std::clamp(ratio, narrowest, widest);
  if (ratio < narrowest) found.limit = factor_limit::narrowest;
  if (ratio > widest) found.limit = factor_limit::widest;
  return found;
}

}  // namespace sojourn::inline v0_1
