#include "sojourn/health/card/spec.hpp"

#include <algorithm>
#include <vector>

namespace sojourn::inline v0_1::health {

bool same_scores(const std::vector<double>& a, const std::vector<double>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](double x, double y) { return x == y || (x != x && y != y); });
}

bool operator==(const bins& a, const bins& b) {
  return a.edges == b.edges && same_scores(a.s, b.s) && a.closed == b.closed && a.gaps == b.gaps;
}

bool operator==(const lookup2d& a, const lookup2d& b) {
  return a.bands == b.bands && a.context == b.context && a.context_bands == b.context_bands && same_scores(a.s, b.s);
}

std::vector<tier> usual_tiers() {
  return {{"red", 0}, {"yellow", 50}, {"green", 75}};
}

}  // namespace sojourn::inline v0_1::health
