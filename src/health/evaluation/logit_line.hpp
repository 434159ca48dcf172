// A straight line on the log-odds: what calibration and Platt scaling fit. Two unknowns, so no matrix library.
#pragma once

#include <cstdint>
#include <span>

namespace sojourn::inline v0_1::health::detail {

/// `left` and `stayed` accounts (or soft counts) whose predictor is x.
struct logit_row {
  double x = 0;
  double left = 0;
  double stayed = 0;
};

enum class line_terms : std::uint8_t { intercept_only, both };

/// logit P = intercept + slope x. With `intercept_only` the slope stays at `slope`.
struct logit_line {
  double intercept = 0;
  double slope = 1;
  double intercept_error = 0;  ///< standard errors from the information
  double slope_error = 0;
  int steps = 0;
  bool converged = false;
};

[[nodiscard]] logit_line fit_logit_line(std::span<const logit_row> rows, line_terms terms, double slope = 1);

}  // namespace sojourn::inline v0_1::health::detail
