// The hot part of the fit: loss, gradient and curvature of one block of rows, tile by tile.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "sojourn/health/evaluation/learn.hpp"

namespace sojourn::inline v0_1::health::detail {

/// What the fit reads. `fill` stands in for missing signals; `weight` is 0 for rows that are not in use.
struct logistic_data {
  signal_matrix signals;
  std::span<const std::uint8_t> left;
  std::span<const double> weight;
  std::vector<double> fill;
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

/// Rows [first, last) at theta = (alpha, beta...). One fixed order of additions whatever the CPU.
[[nodiscard]] logistic_sums block_sums(const logistic_data& data, std::span<const double> theta, std::size_t first,
                                       std::size_t last);

}  // namespace sojourn::inline v0_1::health::detail
