#include "health/score/contributions.hpp"

#include <cmath>
#include <limits>

namespace sojourn::inline v0_1::health::detail {
namespace {

/// Where all is perfect the last part takes the rounding, so that the parts still add to 100.
void match_score(contributions& out, std::size_t row) {
  std::size_t last = out.signals;
  while (last > 0 && !(out.points[(last - 1) * out.rows + row] > 0)) --last;
  if (last == 0) return;
  double before = 0;
  for (std::size_t k = 0; k + 1 < last; ++k) before += out.points[k * out.rows + row];
  double& part = out.points[(last - 1) * out.rows + row];
  if (before + part != 100.0) part = 100.0 - before;
}

}  // namespace

void blank(contributions& out, std::size_t row) {
  if (!out.base.empty()) out.base[row] = out.cut[row] = std::numeric_limits<double>::quiet_NaN();
  for (std::size_t k = 0; k < out.signals; ++k) {
    out.points[k * out.rows + row] = std::numeric_limits<double>::quiet_NaN();
    out.lost[k * out.rows + row] = std::numeric_limits<double>::quiet_NaN();
  }
}

void split_tile(std::span<const part> parts, std::size_t n, const double* score, contributions& out, std::size_t first) {
  for (std::size_t k = 0; k < parts.size(); ++k) {
    split_points(parts[k], n, out.points.data() + k * out.rows + first, out.lost.data() + k * out.rows + first);
  }
  for (std::size_t i = 0; i < n; ++i) {
    if (std::isnan(score[i]))
      blank(out, first + i);
    else if (score[i] == 100.0)
      match_score(out, first + i);
  }
}

}  // namespace sojourn::inline v0_1::health::detail
