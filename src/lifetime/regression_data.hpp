// Rows of a regression in the order of risk sets, with features centred and scaled.
#pragma once

#include <Eigen/Dense>
#include <cstdint>
#include <span>
#include <vector>

#include "lifetime/exit_rows.hpp"
#include "sojourn/lifetime/cox.hpp"

namespace sojourn::inline v0_1 {
namespace detail {

using feature_matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

struct regression_row : exit_row {
  std::uint32_t cluster = 0;
  std::size_t source = 0;  ///< the caller's row
};

struct regression_data {
  std::vector<regression_row> rows;  ///< by stratum, then time with exits before censorings, then all the rest
  feature_matrix features;           ///< (value - mean) / scale, in the order of `rows`
  Eigen::VectorXd mean, scale;
  std::int64_t accounts = 0, events = 0, rows_missing = 0;
  bool weighted = false, clustered = false, late_entry = false;

  /// First row and the row after the last of each stratum.
  [[nodiscard]] std::vector<std::pair<std::size_t, std::size_t>> strata() const;
};

/// Throws the first broken rule as `data_error`; a row with a missing value is left out and counted. O(n log n).
[[nodiscard]] regression_data prepare(const regression_rows& from);

}  // namespace detail
}  // namespace sojourn::inline v0_1
