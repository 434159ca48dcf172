#include "lifetime/log_parameters.hpp"

#include <cmath>

namespace sojourn::inline v0_1::detail {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

/// Above this two log-parameters are one, as far as the data tell.
constexpr double worst_identified_condition = 1e10;

/// Derivatives by log-parameters from those by the parameters.
smooth_value by_logarithms(smooth_value from, const VectorXd& parameters) {
  from.gradient = from.gradient.cwiseProduct(parameters);
  from.hessian = parameters.asDiagonal() * from.hessian * parameters.asDiagonal();
  from.hessian.diagonal() += from.gradient;
  return from;
}

std::string where_they_run(const VectorXd& moved, double reach, std::span<const std::string_view> names) {
  std::string text;
  for (Index k = 0; k < moved.size(); ++k) {
    if (std::abs(moved[k]) < 0.5 * reach) continue;
    text += (text.empty() ? "" : " and ") + std::string(names[static_cast<std::size_t>(k)]) +
            (moved[k] > 0 ? " grows without end" : " falls to 0");
  }
  return "the likelihood rises while " + text;
}

}  // namespace

positive_fit fit_positive(const parameter_function& log_likelihood, std::span<const double> start,
                          std::span<const std::string_view> names, double observations, double penalty,
                          std::span<const double> unit) {
  const auto n = static_cast<Index>(start.size());
  const VectorXd first = Eigen::Map<const VectorXd>(start.data(), n).array().log();
  const VectorXd origin = Eigen::Map<const VectorXd>(unit.data(), n).array().log();
  const double weight = penalty * observations;
  const auto penalised = [&](const VectorXd& at) {
    const VectorXd parameters = at.array().exp();
    smooth_value found = by_logarithms(log_likelihood(parameters), parameters);
    if (weight > 0) {
      found.value -= weight * (at - origin).squaredNorm();
      found.gradient -= 2 * weight * (at - origin);
      found.hessian.diagonal().array() -= 2 * weight;
    }
    return found;
  };
  const search_options options;
  const search_result best = maximise_smooth(penalised, first, options);

  positive_fit fit;
  fit.steps = best.steps;
  fit.gradient_norm = best.found.gradient.cwiseAbs().maxCoeff() / observations;
  if (best.end == search_end::not_converged) {
    fit.note = "the search found no maximum";
    return fit;
  }
  if (best.end == search_end::out_of_reach) {
    fit.end = fit_end::at_boundary;
    fit.note = where_they_run(best.at - first, options.reach, names);
    return fit;
  }
  const Eigen::SelfAdjointEigenSolver<MatrixXd> information(-best.found.hessian);
  fit.condition_number = information.eigenvalues().maxCoeff() / information.eigenvalues().minCoeff();
  if (!(fit.condition_number < worst_identified_condition)) {
    fit.end = fit_end::not_identified;
    fit.note = "different parameters explain the data equally well";
    return fit;
  }
  const VectorXd parameters = best.at.array().exp();
  const MatrixXd covariance = parameters.asDiagonal() * (-best.found.hessian).inverse() * parameters.asDiagonal();
  fit.end = fit_end::converged;
  fit.parameters.assign(parameters.begin(), parameters.end());
  for (Index i = 0; i < n; ++i) {
    for (Index j = 0; j < n; ++j) fit.covariance.push_back(0.5 * (covariance(i, j) + covariance(j, i)));
  }
  fit.log_likelihood = best.found.value + weight * (best.at - origin).squaredNorm();
  return fit;
}

}  // namespace sojourn::inline v0_1::detail
