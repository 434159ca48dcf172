// Spans in which accounts left, as a likelihood reads them.
#pragma once

#include <cstdint>
#include <vector>

#include "sojourn/input/lifetime_spans.hpp"

namespace sojourn::inline v0_1 {
namespace detail {

enum class span_kind : std::uint8_t { exact, censored, interval };

/// Rows that are alike, times in units of their mean.
struct span_row {
  span_kind kind = span_kind::censored;
  double lower = 0, upper = 0, entry = 0;
  double weight = 1;
  std::int64_t count = 1;

  [[nodiscard]] double worth() const { return weight * static_cast<double>(count); }
};
struct span_data {
  std::vector<span_row> rows;
  double unit = 1;       ///< the mean that times are divided by
  double log_units = 0;  ///< what that division took from the log-likelihood
  double worth = 0;      ///< sum of weights
  double events_worth = 0, exposure = 0;
  std::int64_t accounts = 0, events = 0, rows_missing = 0;
  bool weighted = false;
};

/// Throws the first broken rule as `data_error`; a row with a missing value is left out and counted. Sorted, so that the
/// caller's order never changes a sum; equal rows are one. O(n log n).
[[nodiscard]] span_data read_spans(const lifetime_spans& from);

}  // namespace detail
}  // namespace sojourn::inline v0_1
