#include "sojourn/stats/total_variance.hpp"

#include <cmath>
#include <cstddef>

#include "sojourn/domain/error.hpp"

namespace sojourn::inline v0_1 {
namespace {

void require_not_negative(const char* column, std::size_t row, double value, const char* rule) {
  if (!(value >= 0 && std::isfinite(value))) throw data_error({column, row, "", rule, "give a finite number of 0 or more"});
}

}  // namespace

total_variance variance_over(std::span<const conditional_moments> parameters) {
  double probability = 0;
  total_variance found;
  for (std::size_t row = 0; row < parameters.size(); ++row) {
    const conditional_moments& one = parameters[row];
    require_not_negative("probability", row, one.probability, "a probability is a finite number of 0 or more");
    require_not_negative("variance", row, one.variance, "a variance is a finite number of 0 or more");
    probability += one.probability;
    found.mean += one.probability * one.mean;
    found.process_variance += one.probability * one.variance;
  }
  if (!(probability > 0)) throw schema_error("variance_over: the probabilities of the parameters add up to more than 0");
  found.mean /= probability;
  found.process_variance /= probability;
  for (const conditional_moments& one : parameters) {
    const double away = one.mean - found.mean;
    found.parameter_variance += one.probability / probability * away * away;
  }
  return found;
}

total_variance sum_of_parts(std::span<const uncertain_part> parts) {
  total_variance found;
  std::vector<double> shared;
  for (std::size_t row = 0; row < parts.size(); ++row) {
    const uncertain_part& one = parts[row];
    if (one.process_variance < 0)
      throw data_error({"process_variance", row, "", "a variance is 0 or more", "give squares, not differences"});
    found.mean += one.mean;
    found.process_variance += one.process_variance;
    if (one.loadings.size() > shared.size()) shared.resize(one.loadings.size());
    for (std::size_t k = 0; k < one.loadings.size(); ++k) shared[k] += one.loadings[k];
  }
  for (const double loading : shared) found.parameter_variance += loading * loading;
  return found;
}

}  // namespace sojourn::inline v0_1
