// The hot part of logistic fits: loss, gradient and curvature of one block of rows, tile by tile.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace sojourn::inline v0_1 {
namespace detail {

/// What a fit reads. Feature k of row i is `values[k * rows + i]`, NaN where it is missing; it enters as (value - centre) x
/// factor. `weight` is 0 for rows that are not in use.
struct logistic_data {
  std::span<const double> values;
  std::size_t rows = 0;
  std::span<const std::uint8_t> outcome;
  std::span<const double> weight;
  std::vector<double> fill;  ///< per feature, in the place of missing values
  std::vector<double> centre;
  std::vector<double> factor;

  [[nodiscard]] std::size_t features() const noexcept { return fill.size(); }
};

/// Loss, gradient (intercept first), and the lower triangle of the curvature row by row.
struct logistic_sums {
  std::vector<double> values;

  explicit logistic_sums(std::size_t terms = 0) : values(1 + terms + terms * (terms + 1) / 2) {}
  [[nodiscard]] double loss() const noexcept { return values[0]; }
  [[nodiscard]] const double* gradient() const noexcept { return values.data() + 1; }
  [[nodiscard]] const double* curvature(std::size_t terms) const noexcept { return values.data() + 1 + terms; }
};

inline constexpr std::size_t rows_per_block = 4096;

/// Rows [first, last) at theta = (intercept, coefficients...). One fixed order of additions whatever the CPU.
[[nodiscard]] logistic_sums block_sums(const logistic_data& data, std::span<const double> theta, std::size_t first,
                                       std::size_t last);

}  // namespace detail
}  // namespace sojourn::inline v0_1
