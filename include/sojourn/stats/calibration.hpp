// Do things that are said to happen 20 times in 100 happen 20 times in 100? Probabilities beside what came.
// Layer: 1. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "sojourn/stats/estimate.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// One group of rows with neighbouring probabilities.
struct reliability_bin {
  double from = 0;       ///< lowest probability in it
  double to = 0;         ///< highest
  double predicted = 0;  ///< mean probability
  std::int64_t n = 0;
  std::int64_t events = 0;
  estimate observed{};  ///< events / n, Wilson interval
};

struct calibration_result {
  std::vector<reliability_bin> bins;                           ///< by rising probability; a bin without rows is not there
  double brier = std::numeric_limits<double>::quiet_NaN();     ///< mean of (outcome - probability)^2; 0 is best
  double log_loss = std::numeric_limits<double>::quiet_NaN();  ///< mean of -log(probability of what came)
  double auc = std::numeric_limits<double>::quiet_NaN();  ///< of an event and another row, how often the event is higher
  std::int64_t n = 0;
  std::int64_t events = 0;
  double expected = 0;       ///< sum of the probabilities: the events they promise
  std::int64_t missing = 0;  ///< rows without a probability
};

/// Bins of nearly equal counts: ends are quantiles (R type 7), and equal probabilities share a bin. One outcome only: no AUC
/// (NaN). A probability of 0 or 1 that fails makes the log loss infinite. `times`: how many rows a row stands for; empty
/// = 1. NaN probabilities are counted in `missing`. Throws `schema_error` for different lengths or fewer than one bin,
/// `data_error` for a probability outside [0, 1]. O(n log n). Source: Brier (1950); Mann and Whitney (1947). What it does
/// not tell you: on the rows that a model was fitted on, how it does on others.
[[nodiscard]] calibration_result calibration_of(std::span<const double> probability, std::span<const std::uint8_t> outcome,
                                                std::span<const std::int64_t> times = {}, int bins = 10,
                                                confidence_level level = {});

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
