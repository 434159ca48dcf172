// What the exact and the approximate rank share: slices of rows, a sample of the values.
// Layer: 5. Needs: links sojourn.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <vector>

#include "sojourn/health/score/percentile_rank.hpp"

namespace sojourn::inline v0_1::health::detail {

/// The value of a row, NaN where it is missing.
class ranked_column {
 public:
  explicit ranked_column(const column<double>& values)
      : values_(values), x_(values.values().data()), gaps_(values.may_have_missing()) {}
  [[nodiscard]] std::size_t rows() const noexcept { return values_.size(); }
  [[nodiscard]] double operator[](std::size_t row) const noexcept {
    return gaps_ && !values_.present(row) ? std::numeric_limits<double>::quiet_NaN() : x_[row];
  }

 private:
  column<double> values_;
  const double* x_;
  bool gaps_;
};

/// Values at even distances, sorted, missing ones left out.
[[nodiscard]] inline std::vector<double> sample_of(const ranked_column& values) {
  constexpr std::size_t wanted = std::size_t{1} << 14;
  std::vector<double> found;
  const std::size_t step = std::max<std::size_t>(1, values.rows() / wanted);
  for (std::size_t row = 0; row < values.rows(); row += step) {
    if (!std::isnan(values[row])) found.push_back(values[row]);
  }
  std::sort(found.begin(), found.end());
  return found;
}

void rank_exactly(percentile_ranks& result, const ranked_column& values, const any_executor& host);
void rank_roughly(percentile_ranks& result, const ranked_column& values, const any_executor& host);

}  // namespace sojourn::inline v0_1::health::detail
