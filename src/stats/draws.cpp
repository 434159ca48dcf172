#include "sojourn/stats/draws.hpp"

#include <algorithm>
#include <cmath>

#include "sojourn/domain/error.hpp"

namespace sojourn::inline v0_1 {
namespace {

double at_share(std::span<const double> sorted, double share) {
  const auto n = static_cast<double>(sorted.size());
  // n x share is rounded; 0.9 x 10 counts as the ninth draw, not as the tenth.
  const double rank = std::ceil(share * n * (1 - 4 * std::numeric_limits<double>::epsilon()));
  return sorted[static_cast<std::size_t>(std::clamp(rank, 1.0, n)) - 1];
}

}  // namespace

double draw_quantile(std::span<const double> draws, double share) {
  if (!(share >= 0 && share <= 1)) throw schema_error("a quantile is asked for at a share from 0 to 1");
  if (draws.empty()) return std::numeric_limits<double>::quiet_NaN();
  std::vector<double> sorted(draws.begin(), draws.end());
  std::sort(sorted.begin(), sorted.end());
  return at_share(sorted, share);
}

draw_summary summary_of_draws(std::vector<double> draws, confidence_level level) {
  if (draws.size() < 2) return {};
  std::sort(draws.begin(), draws.end());
  const auto n = static_cast<double>(draws.size());
  double sum = 0, squares = 0;
  for (const double x : draws) sum += x;
  const double mean = sum / n;
  for (const double x : draws) squares += (x - mean) * (x - mean);
  return {.mean = mean,
          .standard_error = std::sqrt(squares / (n - 1)),
          .low = at_share(draws, (1 - level.value()) / 2),
          .high = at_share(draws, (1 + level.value()) / 2)};
}

double crps(std::vector<double> draws, double actual) {
  const auto finite = [](double x) { return std::isfinite(x); };
  if (draws.empty() || !finite(actual) || !std::all_of(draws.begin(), draws.end(), finite))
    return std::numeric_limits<double>::quiet_NaN();
  std::sort(draws.begin(), draws.end());
  const auto n = static_cast<double>(draws.size());
  double error = 0, pairs = 0;
  for (std::size_t i = 0; i < draws.size(); ++i) {
    error += std::abs(draws[i] - actual);
    pairs += (2 * static_cast<double>(i) + 1 - n) * draws[i];  // sum of |x - x'| over ordered pairs, halved
  }
  return error / n - pairs / (n * n);
}

}  // namespace sojourn::inline v0_1
