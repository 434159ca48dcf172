#include "health/book/alert_charts.hpp"

#include <algorithm>
#include <cmath>
#include <functional>

namespace sojourn::inline v0_1::health::detail {
namespace {

struct centre_and_width {
  double middle = 0;
  double width = 0;
};

centre_and_width mean_and_deviation(const std::vector<double>& values) {
  const auto n = static_cast<double>(values.size());
  double sum = 0, squares = 0;
  for (const double v : values) sum += v;
  const double mean = sum / n;
  for (const double v : values) squares += (v - mean) * (v - mean);
  return {mean, std::sqrt(squares / (n - 1))};
}

/// Between the two middle values, or the two around the share.
double quantile_between(const std::vector<double>& sorted, double share) {
  const double at = share * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(at);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (at - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

/// Median, and the deviation that the middle of the values implies: from the median absolute deviation, or where half of
/// them are the same from the quartiles.
centre_and_width median_and_deviation(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const double median = quantile_between(values, 0.5);
  const double quartiles = quantile_between(values, 0.75) - quantile_between(values, 0.25);
  for (double& v : values) v = std::abs(v - median);
  std::sort(values.begin(), values.end());
  const double mad = quantile_between(values, 0.5);
  return {median, mad > 0 ? mad / 0.6745 : quartiles / 1.349};
}

reading ewma(const std::vector<double>& series, const centre_and_width& past, const own_history_options& options) {
  const auto chart = ewma_chart(series, {.target = past.middle,
                                         .sigma = past.width,
                                         .lambda = options.lambda,
                                         .width = 1,
                                         .limits = ewma_limits::exact,
                                         .gap = options.gap});
  const ewma_point& now = chart.back();
  return {(past.middle - now.value) / (past.middle - now.low), past.middle, now.value};
}

reading cusum(const std::vector<double>& series, const centre_and_width& past, const own_history_options& options) {
  // Without a limit the sums go on until the score recovers: what was said once is remembered elsewhere.
  const auto chart = cusum_chart(series, {.target = past.middle,
                                          .slack = options.slack * past.width,
                                          .limit = std::numeric_limits<double>::infinity(),
                                          .gap = options.gap});
  return {chart.back().fall / past.width, past.middle, series.back()};
}

}  // namespace

reading read_own_history(alert_rule rule, const alert_input& book, const own_history_options& options, std::size_t row) {
  if (book.history.size() < options.minimum || std::isnan(book.score[row])) return {};
  std::vector<double> series, known;
  for (const auto& cycle : book.history) {
    series.push_back(cycle[row]);
    if (!std::isnan(cycle[row])) known.push_back(cycle[row]);
  }
  if (known.size() < options.minimum) return {};
  series.push_back(book.score[row]);
  const centre_and_width past = rule == alert_rule::unusual_fall ? median_and_deviation(known) : mean_and_deviation(known);
  if (!(past.width > 0)) return {};
  if (rule == alert_rule::ewma_fall) return ewma(series, past, options);
  if (rule == alert_rule::cusum_fall) return cusum(series, past, options);
  return {(past.middle - book.score[row]) / past.width, past.middle, book.score[row]};
}

double discovery_cut(std::vector<double> quantities, double share) {
  std::sort(quantities.begin(), quantities.end(), std::greater<>());
  const auto m = static_cast<double>(quantities.size());
  double cut = std::numeric_limits<double>::infinity();
  for (std::size_t k = 0; k < quantities.size(); ++k) {
    const double p = 0.5 * std::erfc(quantities[k] / std::sqrt(2.0));
    if (p <= share * static_cast<double>(k + 1) / m) cut = quantities[k];
  }
  return cut;
}

}  // namespace sojourn::inline v0_1::health::detail
