#include "sojourn/health/book/rating_falls.hpp"

#include <variant>

namespace sojourn::inline v0_1::health {

std::map<std::string, double> usual_rating_falls(const scorecard& card) {
  constexpr double quarter = 0.25;
  std::map<std::string, double> falls;
  for (const signal_spec& signal : card.spec().signals) {
    if (signal.kind != signal_class::subjective || !signal.per.empty()) continue;
    double span = 0;
    if (const auto* const rated = std::get_if<ramp>(&signal.norm)) span = rated->good - rated->bad;
    if (std::holds_alternative<identity>(signal.norm)) span = 100;
    if (span > 0) falls[signal.name] = quarter * span;
  }
  return falls;
}

}  // namespace sojourn::inline v0_1::health
