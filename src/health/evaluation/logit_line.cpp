#include "health/evaluation/logit_line.hpp"

#include <algorithm>
#include <cmath>

namespace sojourn::inline v0_1::health::detail {
namespace {

struct sums {
  double loss = 0;
  double g0 = 0, g1 = 0;             // gradient of the loss
  double h00 = 0, h01 = 0, h11 = 0;  // its curvature
};

sums evaluate(std::span<const logit_row> rows, double a, double b) {
  sums s;
  for (const logit_row& row : rows) {
    const double eta = a + b * row.x, n = row.left + row.stayed;
    const double t = std::exp(-std::abs(eta));
    const double p = eta >= 0 ? 1 / (1 + t) : t / (1 + t);
    s.loss += n * (std::log1p(t) + std::max(eta, 0.0)) - row.left * eta;
    const double residual = n * p - row.left, weight = n * t / ((1 + t) * (1 + t));
    s.g0 += residual;
    s.g1 += residual * row.x;
    s.h00 += weight;
    s.h01 += weight * row.x;
    s.h11 += weight * row.x * row.x;
  }
  return s;
}

}  // namespace

logit_line fit_logit_line(std::span<const logit_row> rows, line_terms terms, double slope) {
  logit_line line;
  line.slope = terms == line_terms::both ? 0 : slope;
  sums at = evaluate(rows, line.intercept, line.slope);
  for (; line.steps < 100; ++line.steps) {
    const double size = std::max(1.0, at.h00);
    double step0 = at.g0 / at.h00, step1 = 0;
    if (terms == line_terms::both) {
      const double determinant = at.h00 * at.h11 - at.h01 * at.h01;
      step0 = (at.h11 * at.g0 - at.h01 * at.g1) / determinant;
      step1 = (at.h00 * at.g1 - at.h01 * at.g0) / determinant;
    }
    if (!std::isfinite(step0) || !std::isfinite(step1)) return line;
    double share = 1;
    sums next = evaluate(rows, line.intercept - step0, line.slope - step1);
    while (!(next.loss <= at.loss) && share > 1e-9) {
      share /= 2;
      next = evaluate(rows, line.intercept - share * step0, line.slope - share * step1);
    }
    if (!(next.loss <= at.loss)) break;  // at the limit of rounding
    line.intercept -= share * step0;
    line.slope -= share * step1;
    at = next;
    if (std::abs(step0) <= 1e-14 * (1 + std::abs(line.intercept)) && std::abs(step1) <= 1e-14 * (1 + std::abs(line.slope)))
      break;
    if (std::abs(at.g0) + std::abs(at.g1) <= 1e-15 * size) break;
  }
  const double scale = std::max(1.0, at.h00);
  line.converged = std::abs(at.g0) <= 1e-8 * scale &&
                   (terms == line_terms::intercept_only || std::abs(at.g1) <= 1e-8 * std::max(scale, at.h11));
  line.intercept_error = std::sqrt(1 / at.h00);
  if (terms == line_terms::both) {
    const double determinant = at.h00 * at.h11 - at.h01 * at.h01;
    line.intercept_error = std::sqrt(at.h11 / determinant);
    line.slope_error = std::sqrt(at.h00 / determinant);
  }
  // Log-odds that run off to infinity: perfectly separated, so the data do not say how steep the line is.
  double total = 0;
  for (const logit_row& row : rows) total += row.left + row.stayed;
  line.converged = line.converged && at.h00 > 1e-7 * total;
  return line;
}

}  // namespace sojourn::inline v0_1::health::detail
