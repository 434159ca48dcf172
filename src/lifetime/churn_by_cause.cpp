#include "sojourn/lifetime/churn_by_cause.hpp"

#include <cmath>

#include "sojourn/domain/error.hpp"

namespace sojourn::inline v0_1 {

churn_by_cause expected_churn(const incidence_curves& curves, double mrr) {
  if (!(mrr >= 0 && std::isfinite(mrr)))
    throw data_error({"mrr", 0, "", "MRR is a finite number of 0 or more", "give the MRR of the accounts together"});
  churn_by_cause found{.time = curves.time};
  found.left.reserve(curves.time.size());
  for (const double share : curves.survival) found.left.push_back(mrr * share);
  found.lost.reserve(curves.causes.size());
  for (const cause_incidence& cause : curves.causes) {
    std::vector<double>& lost = found.lost.emplace_back();
    lost.reserve(cause.incidence.size());
    for (const double share : cause.incidence) lost.push_back(mrr * share);
  }
  return found;
}

}  // namespace sojourn::inline v0_1
