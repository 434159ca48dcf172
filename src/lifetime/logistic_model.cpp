#include "lifetime/logistic_model.hpp"

#include <Eigen/Cholesky>
#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <optional>
#include <utility>

#include "detail/nan.hpp"
#include "lifetime/logistic_firth.hpp"
#include "lifetime/logistic_separation.hpp"
#include "lifetime/newton.hpp"
#include "stats/logistic_newton.hpp"

namespace sojourn::inline v0_1::detail {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr bulk_ref one_after_another{};

logistic_model without_estimates(const logistic_sample& sample, logistic_status status, const std::string& note) {
  const auto terms = static_cast<Index>(sample.features()) + 1;
  logistic_model none;
  none.status = status;
  none.coefficients = VectorXd::Constant(terms, nan);
  none.covariance = MatrixXd::Constant(terms, terms, nan);
  none.notes.assign(static_cast<std::size_t>(terms), note);
  none.means = none.slopes = VectorXd::Zero(terms - 1);
  return none;
}

/// Features with a coefficient: those that vary and, without a ridge, repeat no earlier ones.
usable_features usable_in(const logistic_sample& sample, const scaled_features& scaled, bool ridge) {
  usable_features usable;
  const auto features = static_cast<Index>(sample.features());
  std::vector<named_feature> names;
  names.reserve(sample.names.size());
  for (const std::string& name : sample.names) names.push_back({name, {}});
  const auto rows = static_cast<Index>(sample.rows());
  MatrixXd centred(rows, features);
  for (Index k = 0; k < features; ++k) {
    for (Index i = 0; i < rows; ++i) centred(i, k) = scaled.at(sample, static_cast<std::size_t>(i), k);
  }
  const Eigen::Map<const VectorXd> times(sample.times.data(), rows);
  const MatrixXd information = centred.transpose() * times.asDiagonal() * centred;
  usable = find_usable(information, names, times.sum());
  for (Index k = 0; k < features; ++k) {
    std::string& note = usable.note[static_cast<std::size_t>(k)];
    if (scaled.spread[k] == 0) note = "does not vary";
  }
  if (!ridge) return usable;
  usable.kept.clear();
  for (Index k = 0; k < features; ++k) {
    if (scaled.spread[k] == 0) continue;
    usable.kept.push_back(k);
    usable.note[static_cast<std::size_t>(k)].clear();
  }
  return usable;
}

/// The kept features of a sample, as the solver reads them.
logistic_data solver_data(const logistic_sample& sample, const scaled_features& scaled, const std::vector<Index>& kept,
                          std::vector<double>& values) {
  values.clear();
  logistic_data data;
  data.rows = sample.rows();
  for (const Index k : kept) {
    const auto first = sample.values.begin() + static_cast<std::ptrdiff_t>(static_cast<std::size_t>(k) * data.rows);
    values.insert(values.end(), first, first + static_cast<std::ptrdiff_t>(data.rows));
    data.fill.push_back(scaled.mean[k]);
    data.centre.push_back(scaled.mean[k]);
    data.factor.push_back(1 / scaled.spread[k]);
  }
  data.values = values;
  data.outcome = sample.outcome;
  data.weight = sample.times;
  return data;
}

/// From the scaled terms of the kept features to all terms as given.
void unscale(logistic_model& model, const scaled_features& scaled, const std::vector<Index>& kept, const VectorXd& theta,
             const MatrixXd& inverse) {
  const auto used = static_cast<Index>(kept.size()) + 1;
  MatrixXd turn = MatrixXd::Zero(used, used);  // intercept = theta_0 - sum of coef x mean
  turn(0, 0) = 1;
  for (Index j = 1; j < used; ++j) {
    const Index k = kept[static_cast<std::size_t>(j) - 1];
    turn(j, j) = 1 / scaled.spread[k];
    turn(0, j) = -scaled.mean[k] / scaled.spread[k];
  }
  const VectorXd given = turn * theta;
  const MatrixXd covariance = turn * inverse * turn.transpose();
  const auto place = [&](Index j) { return j == 0 ? Index{0} : kept[static_cast<std::size_t>(j) - 1] + 1; };
  for (Index a = 0; a < used; ++a) {
    model.coefficients[place(a)] = given[a];
    for (Index b = 0; b < used; ++b) model.covariance(place(a), place(b)) = covariance(a, b);
  }
  model.at_means = theta[0];
  model.means = scaled.mean;
  model.slopes.setZero();
  for (Index j = 1; j < used; ++j) model.slopes[place(j) - 1] = given[j];
}

/// `sample` without the rows that a direction decides; its features in another order, so that those of the direction are the
/// ones which repeat others.
logistic_sample undecided(const logistic_sample& sample, const std::vector<std::size_t>& rows,
                          const std::vector<std::size_t>& order) {
  logistic_sample rest;
  for (const std::size_t row : rows) {
    rest.outcome.push_back(sample.outcome[row]);
    rest.times.push_back(sample.times[row]);
  }
  for (const std::size_t k : order) {
    rest.names.push_back(sample.names[k]);
    for (const std::size_t row : rows) rest.values.push_back(sample.values[k * sample.rows() + row]);
  }
  return rest;
}

/// The limit of a likelihood that rises along `direction` without end.
logistic_model limit_along(const logistic_sample& sample, const separation& found, const std::vector<std::string>& notes,
                           const logistic_options& options) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  std::vector<std::size_t> order;
  for (const bool moved : {false, true}) {
    for (std::size_t k = 0; k < sample.features(); ++k) {
      if ((found.direction.weights[k] != 0) == moved) order.push_back(k);
    }
  }
  const logistic_sample rest = undecided(sample, found.undecided, order);
  logistic_model model = without_estimates(sample, logistic_status::separated, "");
  model.beyond.push_back(found.direction);
  logistic_model inner = without_estimates(rest, logistic_status::one_outcome, "no row is left to estimate it from");
  inner.log_likelihood = inner.penalised = 0;
  if (rest.rows() > 0) inner = find_model(rest, options);
  model.log_likelihood = model.penalised = inner.log_likelihood;
  const auto place = [&](std::size_t a) { return a == 0 ? Index{0} : static_cast<Index>(order[a - 1]) + 1; };
  for (std::size_t a = 0; a <= order.size(); ++a) {
    const auto at = static_cast<Index>(a);
    model.coefficients[place(a)] = inner.coefficients[at];
    const std::string& note = inner.notes[a];
    model.notes[static_cast<std::size_t>(place(a))] = note.empty() ? note : note + " in the rows that are not separated";
    for (std::size_t b = 0; b <= order.size(); ++b)
      model.covariance(place(a), place(b)) = inner.covariance(at, static_cast<Index>(b));
  }
  for (std::size_t k = 0; k < order.size(); ++k) {
    model.means[static_cast<Index>(order[k])] = inner.means[static_cast<Index>(k)];
    model.slopes[static_cast<Index>(order[k])] = inner.slopes[static_cast<Index>(k)];
  }
  model.at_means = rest.rows() == 0 ? 0 : inner.at_means;
  for (separating_direction deeper : inner.beyond) {
    separating_direction turned = deeper;
    for (std::size_t k = 0; k < order.size(); ++k) {
      turned.weights[order[k]] = deeper.weights[k];
      turned.means[order[k]] = deeper.means[k];
    }
    model.beyond.push_back(std::move(turned));
  }
  for (Index a = 0; a < model.coefficients.size(); ++a) {
    const double way = a == 0 ? found.given_intercept : found.direction.weights[static_cast<std::size_t>(a) - 1];
    if (way == 0) continue;
    model.coefficients[a] = way > 0 ? infinity : -infinity;
    model.covariance.row(a).setConstant(nan);
    model.covariance.col(a).setConstant(nan);
    model.notes[static_cast<std::size_t>(a)] =
        "separates the outcomes: infinite; a penalty (a number above 0, or \"firth\") keeps it finite";
  }
  for (std::size_t k = 0; k < notes.size(); ++k) {
    if (!notes[k].empty()) model.notes[k + 1] = notes[k];
  }
  return model;
}

/// Rows that are nearly separated leave next to no curvature along one direction, where the solver stops early, as it does
/// where the likelihood is flat to the last bit. Goes on with undamped steps; false where they do not come to rest.
bool finish(const logistic_problem& problem, logistic_optimum& found) {
  for (int count = 0; count < 60; ++count) {
    const Eigen::LDLT<MatrixXd> solver(found.at.curvature);
    if (!(solver.vectorD().minCoeff() > 0)) return false;
    const VectorXd step = solver.solve(found.at.gradient);
    if (!step.allFinite()) return false;
    found.theta -= step;
    found.at = logistic_at(problem, found.theta, one_after_another);
    found.residual = found.at.gradient.cwiseAbs().maxCoeff();
    if (step.cwiseAbs().maxCoeff() < 1e-7 * (1 + found.theta.cwiseAbs().maxCoeff())) return true;
  }
  return false;
}

bool one_outcome(const logistic_sample& sample) {
  return std::adjacent_find(sample.outcome.begin(), sample.outcome.end(), std::not_equal_to<>()) == sample.outcome.end();
}

}  // namespace

logistic_model find_model(const logistic_sample& sample, const logistic_options& options) {
  if (one_outcome(sample)) {
    logistic_model none = without_estimates(sample, logistic_status::one_outcome, "all rows have the same outcome");
    if (sample.rows() > 0) none.log_likelihood = none.penalised = 0;
    return none;
  }
  const scaled_features scaled(sample);
  const bool ridge = options.strength > 0;
  const usable_features usable = usable_in(sample, scaled, ridge);
  std::vector<double> values;
  const logistic_data data = solver_data(sample, scaled, usable.kept, values);
  const auto terms = static_cast<Index>(usable.kept.size()) + 1;
  logistic_problem problem{data, {VectorXd::Zero(terms), VectorXd::Zero(terms)}, {}, coefficient_signs::any};
  problem.fixed.assign(static_cast<std::size_t>(terms), false);
  const Eigen::Map<const VectorXd> times(sample.times.data(), static_cast<Index>(sample.rows()));
  problem.scale = times.sum();
  for (Index j = 1; j < terms; ++j) {
    const double spread = scaled.spread[usable.kept[static_cast<std::size_t>(j) - 1]];
    problem.pull.ridge[j] = options.strength / (spread * spread);
  }
  VectorXd start = VectorXd::Zero(terms);
  double events = 0;
  for (std::size_t i = 0; i < sample.rows(); ++i) events += sample.times[i] * sample.outcome[i];
  start[0] = std::log(events / (problem.scale - events));
  logistic_model model = without_estimates(sample, logistic_status::not_converged, "no maximum was found");
  if (options.penalty == logistic_penalty::firth) {
    const firth_optimum found = firth_maximum(problem, start);
    if (!found.converged) return model;
    for (std::string& note : model.notes) note.clear();
    unscale(model, scaled, usable.kept, found.theta, found.inverse);
    model.log_likelihood = found.log_likelihood;
    model.penalised = found.penalised;
    for (const Index k : usable.kept) model.penalised += std::log(scaled.spread[k]);
  } else {
    logistic_optimum found = logistic_minimum(problem, std::move(start), one_after_another);
    if (!ridge) {
      const std::optional<separation> apart = find_separation(sample, scaled, usable.kept, found);
      if (apart) return limit_along(sample, *apart, usable.note, options);
    }
    const bool at_rest = found.identified && found.residual < logistic_optimum::required;
    if (!at_rest && !finish(problem, found)) return model;
    if (!(found.residual < logistic_optimum::required)) return model;
    for (std::string& note : model.notes) note.clear();
    const MatrixXd inverse = (found.at.curvature * problem.scale).ldlt().solve(MatrixXd::Identity(terms, terms));
    unscale(model, scaled, usable.kept, found.theta, inverse);
    model.log_likelihood = -found.at.loss;
    model.penalised = -found.at.value * problem.scale;
  }
  for (std::size_t k = 0; k < usable.note.size(); ++k) model.notes[k + 1] = usable.note[k];
  model.status = usable.kept.size() < sample.features() ? logistic_status::collinear : logistic_status::converged;
  return model;
}

}  // namespace sojourn::inline v0_1::detail
