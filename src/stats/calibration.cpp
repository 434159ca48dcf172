#include "sojourn/stats/calibration.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "detail/number_text.hpp"
#include "sojourn/domain/error.hpp"
#include "sojourn/stats/proportion.hpp"

namespace sojourn::inline v0_1 {
namespace {

struct judged_row {
  double probability;
  std::int64_t times, events;
};

/// The probability at rank q (n - 1) of all rows, a row counted as often as it says; linear between neighbours.
class probability_quantiles {
 public:
  explicit probability_quantiles(const std::vector<judged_row>& rising) : rising_(rising) {
    std::int64_t sum = 0;
    for (const judged_row& row : rising) before_.push_back(sum += row.times);
  }
  [[nodiscard]] double at(double q) const {
    const double place = q * static_cast<double>(before_.back() - 1);
    const auto low = static_cast<std::int64_t>(place);
    const double first = ranked(low), second = ranked(std::min(low + 1, before_.back() - 1));
    return first + (place - static_cast<double>(low)) * (second - first);
  }

 private:
  [[nodiscard]] double ranked(std::int64_t rank) const {
    const auto found = std::upper_bound(before_.begin(), before_.end(), rank);
    return rising_[static_cast<std::size_t>(found - before_.begin())].probability;
  }
  const std::vector<judged_row>& rising_;
  std::vector<std::int64_t> before_;
};

double auc_of(const std::vector<judged_row>& rising, std::int64_t events, std::int64_t n) {
  if (events == 0 || events == n) return std::numeric_limits<double>::quiet_NaN();
  double wins = 0;
  std::int64_t below = 0;  // rows without the event at lower probabilities
  for (const judged_row& row : rising) {
    const std::int64_t others = row.times - row.events;
    wins += static_cast<double>(row.events) * (static_cast<double>(below) + 0.5 * static_cast<double>(others));
    below += others;
  }
  return wins / (static_cast<double>(events) * static_cast<double>(n - events));
}

/// Rows by rising probability, equal ones together.
std::vector<judged_row> in_order(std::span<const double> probability, std::span<const std::uint8_t> outcome,
                                 std::span<const std::int64_t> times, calibration_result& found) {
  std::vector<judged_row> rows;
  for (std::size_t i = 0; i < probability.size(); ++i) {
    const std::int64_t n = times.empty() ? 1 : times[i];
    if (std::isnan(probability[i])) {
      found.missing += n;
      continue;
    }
    if (!(probability[i] >= 0 && probability[i] <= 1)) {
      throw data_error({"probability", i, detail::number_text(probability[i]), "a probability lies in [0, 1]",
                        "give probabilities, not scores or log odds"});
    }
    if (n > 0) rows.push_back({probability[i], n, outcome[i] != 0 ? n : 0});
  }
  std::sort(rows.begin(), rows.end(), [](const judged_row& a, const judged_row& b) {
    if (a.probability != b.probability) return a.probability < b.probability;
    return a.times != b.times ? a.times < b.times : a.events < b.events;
  });
  std::vector<judged_row> joined;
  for (const judged_row& row : rows) {
    if (joined.empty() || joined.back().probability != row.probability) {
      joined.push_back(row);
    } else {
      joined.back().times += row.times;
      joined.back().events += row.events;
    }
  }
  return joined;
}

void add_bins(calibration_result& found, const std::vector<judged_row>& rising, int bins, confidence_level level) {
  const probability_quantiles quantiles(rising);
  std::size_t row = 0;
  for (int bin = 1; bin <= bins; ++bin) {
    const double end = bin == bins ? rising.back().probability : quantiles.at(static_cast<double>(bin) / bins);
    reliability_bin one;
    double sum = 0;
    one.from = row < rising.size() ? rising[row].probability : end;
    for (; row < rising.size() && rising[row].probability <= end; ++row) {
      one.to = rising[row].probability;
      one.n += rising[row].times;
      one.events += rising[row].events;
      sum += static_cast<double>(rising[row].times) * rising[row].probability;
    }
    if (one.n == 0) continue;
    one.predicted = sum / static_cast<double>(one.n);
    one.observed = proportion(one.events, one.n, {level, proportion_interval::wilson});
    found.bins.push_back(one);
  }
}

}  // namespace

calibration_result calibration_of(std::span<const double> probability, std::span<const std::uint8_t> outcome,
                                  std::span<const std::int64_t> times, int bins, confidence_level level) {
  if (probability.size() != outcome.size() || (!times.empty() && times.size() != outcome.size()))
    throw schema_error("probabilities, outcomes and counts need one entry per row");
  if (bins < 1) throw schema_error("bins is " + std::to_string(bins) + "; at least one is needed");
  calibration_result found;
  const std::vector<judged_row> rising = in_order(probability, outcome, times, found);
  if (rising.empty()) return found;
  double squares = 0, surprise = 0;
  for (const judged_row& row : rising) {
    const auto events = static_cast<double>(row.events), others = static_cast<double>(row.times - row.events);
    const double p = row.probability;
    found.n += row.times;
    found.events += row.events;
    found.expected += p * static_cast<double>(row.times);
    squares += events * (1 - p) * (1 - p) + others * p * p;
    if (events > 0) surprise -= events * std::log(p);
    if (others > 0) surprise -= others * std::log1p(-p);
  }
  found.brier = squares / static_cast<double>(found.n);
  found.log_loss = surprise / static_cast<double>(found.n);
  found.auc = auc_of(rising, found.events, found.n);
  add_bins(found, rising, bins, level);
  return found;
}

}  // namespace sojourn::inline v0_1
