#include "lifetime/span_maximum.hpp"

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <utility>

namespace sojourn::inline v0_1::detail {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

/// log-likelihood of one row.
template <class T>
T contribution(survival_family family, const std::array<T, 3>& at, const span_row& row) {
  const auto survival = [&](double age) { return age > 0 ? log_survival_at<T>(family, at, age) : T(0.0); };
  T found(0.0);
  switch (row.kind) {
    case span_kind::exact:
      found = log_density_at<T>(family, at, row.lower);
      break;
    case span_kind::censored:
      found = survival(row.lower);
      break;
    case span_kind::interval: {
      const T lower = survival(row.lower);
      found = lower + log_one_minus_exp(survival(row.upper) - lower);
      break;
    }
  }
  return row.entry > 0 ? found - survival(row.entry) : found;
}

/// Value, slope and curvature of one row; by differences for the generalised gamma, whose derivatives by q have no formula
/// worth the name.
curve_jet derivatives(survival_family family, const coordinates& at, const span_row& row) {
  if (family != survival_family::gengamma) {
    std::array<curve_jet, 3> variables;
    for (std::size_t i = 0; i < 3; ++i) variables[i] = curve_jet::variable(at[i], i);
    return contribution<curve_jet>(family, variables, row);
  }
  constexpr double h = 4e-3;
  const auto value = [&](std::initializer_list<std::pair<std::size_t, int>> moves) {
    coordinates moved = at;
    for (const auto& [which, steps] : moves) moved[which] += steps * h;
    return contribution<double>(family, moved, row);
  };
  curve_jet found(value({}));
  std::array<std::array<double, 5>, 3> line{};
  for (std::size_t i = 0; i < 3; ++i) {
    for (std::size_t s = 0; s < 5; ++s) line[i][s] = s == 2 ? found.value : value({{i, static_cast<int>(s) - 2}});
    const auto& f = line[i];
    found.slope[i] = (f[0] - 8 * f[1] + 8 * f[3] - f[4]) / (12 * h);
    found.curve[curve_jet::pair(i, i)] = (-f[0] + 16 * f[1] - 30 * f[2] + 16 * f[3] - f[4]) / (12 * h * h);
  }
  for (std::size_t i = 0; i < 3; ++i) {
    for (std::size_t j = i + 1; j < 3; ++j) {
      const auto crossed = [&](int s) {
        return (value({{i, s}, {j, s}}) - value({{i, s}, {j, -s}}) - value({{i, -s}, {j, s}}) + value({{i, -s}, {j, -s}})) /
               (4 * s * s * h * h);
      };
      found.curve[curve_jet::pair(i, j)] = (4 * crossed(1) - crossed(2)) / 3;
    }
  }
  return found;
}

span_likelihood span_likelihood_at(const span_data& data, survival_family family, const coordinates& at) {
  const auto p = static_cast<Index>(parameter_count(family));
  span_likelihood sum{0, VectorXd::Zero(p), MatrixXd::Zero(p, p), MatrixXd::Zero(p, p)};
  for (const span_row& row : data.rows) {
    const curve_jet one = derivatives(family, at, row);
    const VectorXd slope = Eigen::Map<const VectorXd>(one.slope.data(), p);
    sum.value += row.worth() * one.value;
    sum.slope += row.worth() * slope;
    sum.squares += row.worth() * row.weight * slope * slope.transpose();
    for (Index i = 0; i < p; ++i) {
      for (Index j = 0; j < p; ++j)
        sum.curve(i, j) +=
            row.worth() * one.curve[curve_jet::pair(static_cast<std::size_t>(i), static_cast<std::size_t>(j))];
    }
  }
  return sum;
}

/// Newton's method; where the curvature is not that of a maximum it is bent to one.
span_maximum climb(const span_data& data, survival_family family, coordinates start) {
  const auto p = static_cast<Index>(parameter_count(family));
  span_maximum best{.at = start, .likelihood = span_likelihood_at(data, family, start)};
  double damping = 0;
  for (int count = 0; count < 500; ++count) {
    const VectorXd slope = best.likelihood.slope / data.worth;
    const MatrixXd bend = -best.likelihood.curve / data.worth;
    if (!slope.allFinite() || !bend.allFinite()) return best;
    const Eigen::SelfAdjointEigenSolver<MatrixXd> parts(bend);
    const double floor = 1e-8 + damping;
    VectorXd turned = parts.eigenvectors().transpose() * slope;
    for (Index i = 0; i < p; ++i) turned[i] /= std::max(std::abs(parts.eigenvalues()[i]), floor) + damping;
    VectorXd step = parts.eigenvectors() * turned;
    if (const double largest = step.cwiseAbs().maxCoeff(); largest > 2) step *= 2 / largest;
    const bool small = step.cwiseAbs().maxCoeff() < 1e-7 && slope.cwiseAbs().maxCoeff() < 1e-8;
    coordinates next = best.at;
    for (Index i = 0; i < p; ++i) next[static_cast<std::size_t>(i)] += step[i];
    span_likelihood there = span_likelihood_at(data, family, next);
    if (there.value >= best.likelihood.value - 1e-14 * std::abs(best.likelihood.value)) {
      best.at = next;
      best.likelihood = std::move(there);
      damping = damping < 1e-9 ? 0 : damping / 10;
    } else if (!small) {
      damping = std::max(1e-6, damping * 10);
      if (damping > 1e12) return best;
      continue;
    }
    // Beyond these a shape runs to infinity: the likelihood has no maximum.
    if (std::any_of(best.at.begin(), best.at.end(), [](double x) { return !(std::abs(x) < 25); })) return best;
    if (small) {
      best.found = parts.eigenvalues().minCoeff() > 1e-12;
      return best;
    }
  }
  return best;
}

}  // namespace

span_maximum maximise(const span_data& data, survival_family family) {
  const double rate = std::log(data.events_worth / data.exposure);
  auto exponential = climb(data, survival_family::exponential, {rate, 0, 0});
  const double log_rate = exponential.at[0];
  switch (family) {
    case survival_family::exponential:
      return exponential;
    case survival_family::weibull:
      return climb(data, family, {0, -log_rate, 0});
    case survival_family::loglogistic:
      return climb(data, family, {0.3, -log_rate + std::log(std::log(2.0)), 0});
    case survival_family::lognormal:
      return climb(data, family, {-log_rate + std::log(std::log(2.0)), 0, 0});
    case survival_family::gompertz:
      return climb(data, family, {log_rate, 0, 0});
    case survival_family::gengamma:
      break;
  }
  const span_maximum weibull = maximise(data, survival_family::weibull), normal = maximise(data, survival_family::lognormal);
  const span_maximum from_weibull = climb(data, family, {weibull.at[1], -weibull.at[0], 1});
  const span_maximum from_normal = climb(data, family, {normal.at[0], normal.at[1], 0});
  if (from_weibull.found != from_normal.found) return from_weibull.found ? from_weibull : from_normal;
  return from_weibull.likelihood.value > from_normal.likelihood.value ? from_weibull : from_normal;
}

}  // namespace sojourn::inline v0_1::detail
