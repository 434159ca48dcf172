#include "sojourn/health/book/watermelon.hpp"

#include <cmath>
#include <limits>

namespace sojourn::inline v0_1::health {
namespace {

/// Points of a class and what would be full points.
struct held {
  double points = 0, whole = 0;

  void add(double part, double lost) {
    if (std::isnan(part) || std::isnan(lost)) return;
    points += part;
    whole += part + lost;
  }
  [[nodiscard]] double score() const {
    return whole > 0 ? 100 * (points / whole) : std::numeric_limits<double>::quiet_NaN();
  }
};

}  // namespace

inside_view look_inside(const scorecard& card, const contributions& parts) {
  const auto& signals = card.spec().signals;
  inside_view view;
  view.objective.reserve(parts.rows);
  view.subjective.reserve(parts.rows);
  view.critical_red.assign(parts.rows, 0);
  for (std::size_t row = 0; row < parts.rows; ++row) {
    held objective, subjective;
    for (std::size_t k = 0; k < parts.signals; ++k) {
      const double points = parts.part(row, k), lost = parts.loss(row, k);
      if (signals[k].kind == signal_class::objective) objective.add(points, lost);
      if (signals[k].kind == signal_class::subjective) subjective.add(points, lost);
      if (signals[k].critical != criticality::critical) continue;
      held alone;
      alone.add(points, lost);
      if (card.ladder().of(alone.score()) == 0) view.critical_red[row] = 1;
    }
    view.objective.push_back(objective.score());
    view.subjective.push_back(subjective.score());
  }
  return view;
}

}  // namespace sojourn::inline v0_1::health
