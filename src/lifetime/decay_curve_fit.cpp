#include "lifetime/decay_curve_fit.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

namespace sojourn::inline v0_1::detail {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

/// Above this two coordinates are one, as far as the data tell.
constexpr double worst_condition = 1e10;

smooth_value likelihood_at(decay_family family, const decay_state& observed, const VectorXd& at) {
  return smooth_of(log_likelihood_at<curve_jet>(family, variables_at(at), observed), at.size());
}

/// Where searches start: from equal accounts, from families of fewer parameters, and for mixtures from several guesses.
std::vector<VectorXd> starts_of(decay_family family, const decay_state& observed) {
  double lost = 0, faced = 0;
  for (const decay_period& period : observed.periods) {
    lost += static_cast<double>(period.lost);
    faced += static_cast<double>(period.at_risk());
  }
  const double churn = std::clamp(lost / faced, 1e-6, 1 - 1e-6);
  const double logit_churn = std::log(churn) - std::log1p(-churn), log_rate = std::log(-std::log1p(-churn));
  const auto at = [](std::initializer_list<double> x) {
    return VectorXd(Eigen::Map<const VectorXd>(x.begin(), static_cast<Index>(x.size())));
  };
  /// A fitted simpler family with coordinates of its own, and c = 1.
  const auto with_c = [](const decay_fit& fit, const VectorXd& otherwise) {
    VectorXd start(3);
    start << otherwise, 0.0;
    if (!fit.usable()) return start;
    const std::vector<decay_parameter> found = parameters(fit);
    if (found.size() == 2) start << std::log(found[0].value), std::log(found[1].value), 0.0;
    return start;
  };
  switch (family) {
    case decay_family::weibull:
      return {at({log_rate, 0}), at({log_rate, -0.5})};
    case decay_family::dweibull:
      return {at({logit_churn, 0}), at({logit_churn, -0.5})};
    case decay_family::gompertz:
      return {at({log_rate, 0}), at({log_rate, -0.2})};
    case decay_family::loglogistic:
      return {at({std::log(std::log(2.0)) - log_rate, 0})};
    case decay_family::lognormal:
      return {at({std::log(std::log(2.0)) - log_rate, 0.5})};
    case decay_family::lomax:
      return {at({0, -log_rate}), at({1, 1 - log_rate})};
    case decay_family::bdw:
      return {with_c(fit_decay(observed, {decay_family::sbg}), at({0, -logit_churn})), at({-1, -1 - logit_churn, 0.5})};
    case decay_family::weibull_gamma:
      return {with_c(fit_curve(observed, decay_family::lomax), at({0, -log_rate})), at({-1, -log_rate, 0.5})};
    case decay_family::cure:
      return {at({-1, logit_churn}), at({1, logit_churn + 1})};
    case decay_family::two_segment:
      return {at({0, logit_churn - 1, logit_churn + 1}), at({1, logit_churn - 2, logit_churn + 2}),
              at({-1, logit_churn - 2, logit_churn + 1})};
    default:
      return {at({logit_churn})};
  }
}

/// The segment that stays longer stands first.
void order_segments(decay_family family, search_result& best) {
  if (family != decay_family::two_segment || best.at[1] <= best.at[2]) return;
  best.at = VectorXd{{-best.at[0], best.at[2], best.at[1]}};
  const MatrixXd turn{{-1, 0, 0}, {0, 0, 1}, {0, 1, 0}};
  best.found.gradient = turn * best.found.gradient;
  best.found.hessian = turn * best.found.hessian * turn.transpose();
}

std::string where_it_runs(const VectorXd& moved, std::span<const std::string_view> names) {
  Index most = 0;
  moved.cwiseAbs().maxCoeff(&most);
  return "the likelihood still rises while " + std::string(names[static_cast<std::size_t>(most)]) + " runs to its limit";
}

}  // namespace

smooth_value smooth_of(const curve_jet& from, Index count) {
  smooth_value found{from.value, VectorXd(count), MatrixXd(count, count)};
  for (Index i = 0; i < count; ++i) {
    const auto row = static_cast<std::size_t>(i);
    found.gradient[i] = from.slope[row];
    for (Index j = 0; j < count; ++j) found.hessian(i, j) = from.curve[curve_jet::pair(row, static_cast<std::size_t>(j))];
  }
  return found;
}

std::array<curve_jet, 3> variables_at(const VectorXd& coordinates) {
  std::array<curve_jet, 3> x{};
  for (Index i = 0; i < coordinates.size(); ++i) {
    x[static_cast<std::size_t>(i)] = curve_jet::variable(coordinates[i], static_cast<std::size_t>(i));
  }
  return x;
}

decay_curve curve_of(const decay_fit& fit) {
  if (const auto* curve = std::get_if<decay_curve>(&fit.model)) return *curve;
  if (const auto* each = std::get_if<sbg>(&fit.model)) return {decay_family::sbg, {each->alpha, each->beta}};
  return {decay_family::geometric, {std::get<geometric>(fit.model).theta}};
}

decay_fit fit_curve(const decay_state& observed, decay_family family) {
  const family_parameters shape = parameters_of(family);
  decay_fit fit;
  fit.observed = observed;
  fit.status = fit_status::not_converged;
  search_result best;
  VectorXd start;
  for (const VectorXd& first : starts_of(family, observed)) {
    const auto function = [&](const VectorXd& at) { return likelihood_at(family, observed, at); };
    search_result found = maximise_smooth(function, first);
    fit.iterations += found.steps;
    const bool better = best.at.size() == 0 || !std::isfinite(best.found.value) || found.found.value > best.found.value;
    if (better && std::isfinite(found.found.value)) best = std::move(found), start = first;
  }
  if (best.at.size() == 0) {
    fit.note = "the likelihood is not finite where the search starts";
    return fit;
  }
  order_segments(family, best);
  decay_coordinates at{};
  for (Index i = 0; i < best.at.size(); ++i) at[static_cast<std::size_t>(i)] = best.at[i];
  const decay_curve model = curve_at(family, at);
  fit.model = model;
  fit.log_likelihood = best.found.value;
  double faced = 0;
  for (const decay_period& period : observed.periods) faced += static_cast<double>(period.at_risk());
  fit.gradient_norm = best.found.gradient.norm() / faced;
  if (best.end == search_end::out_of_reach) fit.note = where_it_runs(best.at - start, shape.names);
  if (best.end != search_end::converged) return fit;
  const Eigen::SelfAdjointEigenSolver<MatrixXd> information(-best.found.hessian);
  fit.condition_number = information.eigenvalues().maxCoeff() / information.eigenvalues().minCoeff();
  if (!(fit.condition_number > 0 && fit.condition_number < worst_condition)) {
    fit.note = "different parameters explain the counts equally well";
    return fit;
  }
  fit.status = fit_status::converged;
  VectorXd stretched(best.at.size());
  for (Index i = 0; i < stretched.size(); ++i) {
    const auto k = static_cast<std::size_t>(i);
    stretched[i] = stretch(shape.ranges[k], model.parameters[k]);
  }
  const MatrixXd covariance = stretched.asDiagonal() * (-best.found.hessian).inverse() * stretched.asDiagonal();
  fit.covariance.clear();
  for (Index i = 0; i < covariance.rows(); ++i) {
    for (Index j = 0; j < covariance.cols(); ++j) fit.covariance.push_back((covariance(i, j) + covariance(j, i)) / 2);
  }
  return fit;
}

}  // namespace sojourn::inline v0_1::detail
