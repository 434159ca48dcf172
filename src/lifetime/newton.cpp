#include "lifetime/newton.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>

#include "detail/nan.hpp"

namespace sojourn::inline v0_1::detail {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

namespace {

constexpr int most_steps = 200;

/// How far apart a step moves the accounts, in units of log hazard.
double moves_apart(const feature_matrix& features, const VectorXd& step) {
  const VectorXd moved = features * step;
  return moved.size() == 0 ? 0 : moved.maxCoeff() - moved.minCoeff();
}

MatrixXd part(const MatrixXd& whole, const std::vector<Index>& chosen) {
  return whole(chosen, chosen);
}

double two_sided(double z) {
  return std::erfc(std::abs(z) / std::numbers::sqrt2);
}

}  // namespace

usable_features find_usable(const MatrixXd& information, const std::vector<named_feature>& features, double events) {
  usable_features found;
  found.note.resize(features.size());
  for (Index k = 0; k < information.rows(); ++k) {
    std::string& note = found.note[static_cast<std::size_t>(k)];
    if (!(information(k, k) > 1e-12 * events)) {
      note = "does not vary among accounts at risk together";
      continue;
    }
    if (!found.kept.empty()) {
      const VectorXd shared = information(found.kept, k);
      const VectorXd share = part(information, found.kept).ldlt().solve(shared);
      if (information(k, k) - shared.dot(share) <= 1e-11 * information(k, k)) {
        for (std::size_t j = 0; j < found.kept.size(); ++j) {
          if (std::abs(share[static_cast<Index>(j)]) > 1e-6)
            note += (note.empty() ? "repeats " : " and ") + features[static_cast<std::size_t>(found.kept[j])].name;
        }
        continue;
      }
    }
    found.kept.push_back(k);
  }
  return found;
}

namespace {

/// A search may come to rest far out on a likelihood that only flattens: where a direction has next to none of the
/// information that it had at the start, there is no maximum, and its coefficients are infinite.
void mark_exhausted(maximum& best, const MatrixXd& null_information) {
  const Eigen::SelfAdjointEigenSolver<MatrixXd> parts(best.at.information);
  for (Index i = 0; i < parts.eigenvalues().size(); ++i) {
    const VectorXd direction = parts.eigenvectors().col(i);
    if (parts.eigenvalues()[i] > 1e-8 * direction.dot(null_information * direction)) continue;
    best.status = regression_status::separated;
    for (Index k = 0; k < direction.size(); ++k) {
      const double coefficient = best.coefficients[k];
      if (std::abs(direction[k]) > 1e-4 && coefficient != 0)
        best.sign[static_cast<std::size_t>(k)] = coefficient > 0 ? 1 : -1;
    }
  }
}

}  // namespace

maximum maximise(const risk_sets& sets, const feature_matrix& features, const regression_data& data) {
  maximum best;
  best.coefficients = VectorXd::Zero(features.cols());
  best.sign.assign(static_cast<std::size_t>(features.cols()), 0.0);
  best.at = likelihood_at(sets, features, data, best.coefficients);
  best.null_value = best.at.value;
  const MatrixXd null_information = best.at.information;
  if (features.cols() == 0) {
    best.status = regression_status::converged;
    return best;
  }
  int stood_still = 0;
  for (int count = 0; count < most_steps; ++count) {
    VectorXd step = best.at.information.ldlt().solve(best.at.score);
    if (!step.allFinite()) return best;
    // A step that moves accounts further apart than this only overflows.
    if (const double apart = moves_apart(features, step); apart > 20) step *= 20 / apart;
    likelihood next = likelihood_at(sets, features, data, best.coefficients + step);
    for (int halving = 0; halving < 40 && !(next.value >= best.at.value - 1e-13 * std::abs(best.at.value)); ++halving) {
      step /= 2;
      next = likelihood_at(sets, features, data, best.coefficients + step);
    }
    const double gained = next.value - best.at.value;
    const double apart = moves_apart(features, step);
    best.coefficients += step;
    best.at = std::move(next);
    if (apart < 1e-9) {
      best.status = regression_status::converged;
      mark_exhausted(best, null_information);
      return best;
    }
    const bool still = gained < 1e-10 * (1 + std::abs(best.at.value)) && apart > 0.5;
    stood_still = still ? stood_still + 1 : 0;
    if (stood_still == 3) {
      best.status = regression_status::separated;
      const double largest = step.cwiseAbs().maxCoeff();
      for (Index k = 0; k < step.size(); ++k) {
        if (std::abs(step[k]) > 1e-4 * largest) best.sign[static_cast<std::size_t>(k)] = step[k] > 0 ? 1 : -1;
      }
      return best;
    }
  }
  return best;
}

namespace {

/// Covariance of the coefficients that are finite; NaN for the others. `residuals` is empty for the model's own variance.
MatrixXd covariance_of(const maximum& found, const feature_matrix& residuals, const regression_data& data) {
  const Index p = found.coefficients.size();
  MatrixXd whole = MatrixXd::Constant(p, p, nan);
  if (found.status == regression_status::not_converged) return whole;
  std::vector<Index> finite;
  for (Index k = 0; k < p; ++k) {
    if (found.sign[static_cast<std::size_t>(k)] == 0) finite.push_back(k);
  }
  if (finite.empty()) return whole;
  const auto size = static_cast<Index>(finite.size());
  const MatrixXd bread = part(found.at.information, finite).ldlt().solve(MatrixXd::Identity(size, size));
  MatrixXd covariance = bread;
  if (residuals.rows() > 0) {
    MatrixXd meat = MatrixXd::Zero(size, size);
    std::map<std::uint32_t, VectorXd> of_cluster;
    for (std::size_t row = 0; row < data.rows.size(); ++row) {
      const VectorXd one = residuals.row(static_cast<Index>(row))(finite).transpose();
      const auto times = static_cast<double>(data.rows[row].count);
      if (data.clustered) {
        const auto [sum, added] = of_cluster.try_emplace(data.rows[row].cluster, VectorXd::Zero(size));
        sum->second += times * one;
      } else {
        meat += times * one * one.transpose();
      }
    }
    for (const auto& [cluster, sum] : of_cluster) meat += sum * sum.transpose();
    covariance = bread * meat * bread;
    // Residuals that cancel (all in one cluster, or all left at one age) show no spread, which is no certainty.
    for (Index i = 0; i < size; ++i) {
      if (covariance(i, i) > 1e-12 * bread(i, i)) continue;
      covariance.row(i).setConstant(nan);
      covariance.col(i).setConstant(nan);
    }
  }
  for (Index i = 0; i < size; ++i) {
    for (Index j = 0; j < size; ++j)
      whole(finite[static_cast<std::size_t>(i)], finite[static_cast<std::size_t>(j)]) = covariance(i, j);
  }
  return whole;
}

/// The coefficients on the scale of the caller's features, with their tests.
std::vector<regression_coefficient> describe(const maximum& found, const MatrixXd& covariance, const usable_features& usable,
                                             const regression_data& data, const std::vector<named_feature>& features,
                                             confidence_level level) {
  std::vector<regression_coefficient> coefficients;
  for (std::size_t k = 0; k < features.size(); ++k) {
    coefficients.push_back({.name = features[k].name});
    coefficients.back().note = usable.note[k];
  }
  if (found.status == regression_status::not_converged) return coefficients;
  const double z = level.normal_quantile();
  for (std::size_t j = 0; j < usable.kept.size(); ++j) {
    regression_coefficient& one = coefficients[static_cast<std::size_t>(usable.kept[j])];
    if (found.sign[j] != 0) {
      one.coef = found.sign[j] * std::numeric_limits<double>::infinity();
      one.hazard_ratio = std::exp(one.coef);
      one.note = "separates those who leave from the others";
      continue;
    }
    const double scale = data.scale[usable.kept[j]];
    const auto at = static_cast<Index>(j);
    one.coef = found.coefficients[at] / scale;
    one.hazard_ratio = std::exp(one.coef);
    one.standard_error = std::sqrt(covariance(at, at)) / scale;
    if (std::isnan(one.standard_error))
      one.note =
          "the residuals of this feature cancel, so that they show no error: all in one cluster, or all left at one age";
    one.low = std::exp(one.coef - z * one.standard_error);
    one.high = std::exp(one.coef + z * one.standard_error);
    one.p_value = two_sided(one.coef / one.standard_error);
  }
  return coefficients;
}

/// The matrix of all features from that of the kept ones, on the scale of the caller's features, row by row.
std::vector<double> unscaled(const MatrixXd& covariance, const usable_features& usable, const regression_data& data) {
  const auto p = usable.note.size();
  std::vector<double> whole(p * p, nan);
  for (std::size_t i = 0; i < usable.kept.size(); ++i) {
    for (std::size_t j = 0; j < usable.kept.size(); ++j) {
      const Index row = usable.kept[i], at = usable.kept[j];
      whole[static_cast<std::size_t>(row) * p + static_cast<std::size_t>(at)] =
          covariance(static_cast<Index>(i), static_cast<Index>(j)) / (data.scale[row] * data.scale[at]);
    }
  }
  return whole;
}

}  // namespace

regression regress(const regression_data& data, const std::vector<named_feature>& features,
                   const likelihood_options& options, double events, bool robust, confidence_level level) {
  regression found;
  usable_features usable{.kept = {}, .note = std::vector<std::string>(features.size(), "no account left")};
  if (!(events > 0)) {
    found.status = regression_status::no_events;
    found.coefficients = describe({}, {}, usable, data, features, level);
    found.covariance = unscaled({}, usable, data);
    return found;
  }
  const risk_sets all(data, data.features, options);
  const auto start = likelihood_at(all, data.features, data, VectorXd::Zero(data.features.cols()));
  usable = find_usable(start.information, features, events);
  const feature_matrix kept = data.features(Eigen::all, usable.kept);
  const risk_sets sets(data, kept, options);
  const maximum best = maximise(sets, kept, data);
  const bool estimated = best.status != regression_status::not_converged;
  feature_matrix residuals;
  if (robust && estimated) residuals = score_residuals(sets, kept, data, best.coefficients, options.others);
  const MatrixXd covariance = covariance_of(best, residuals, data);
  found.coefficients = describe(best, covariance, usable, data, features, level);
  found.covariance = unscaled(covariance, usable, data);
  found.null_value = best.null_value;
  found.status = best.status;
  if (!estimated) return found;
  if (best.status == regression_status::converged && usable.kept.size() < features.size())
    found.status = regression_status::collinear;
  found.value = best.at.value;
  found.scaled = VectorXd::Zero(data.features.cols());
  for (std::size_t j = 0; j < usable.kept.size(); ++j)
    found.scaled[usable.kept[j]] = best.coefficients[static_cast<Index>(j)];
  return found;
}

void require_estimates(regression_status status, std::string_view what) {
  if (status == regression_status::converged || status == regression_status::collinear) return;
  throw schema_error(std::string(what) + ": the fit is \"" +
                     std::string(values_of(status)[static_cast<std::size_t>(status)]) + "\" and has no estimates to use");
}

void require_single_exits(const cox_fit& fit, std::string_view what) {
  if (fit.options.ties != cox_ties::exact) return;
  throw schema_error(std::string(what) + ": under exact ties accounts leave as sets, not one by one; fit with efron");
}

VectorXd coefficients_of(const cox_fit& fit, const regression_data& data, std::string_view what) {
  require_estimates(fit.status, what);
  if (fit.coefficients.size() != static_cast<std::size_t>(data.features.cols()))
    throw schema_error(std::string(what) + ": the fit has other features than these rows");
  VectorXd scaled = VectorXd::Zero(data.features.cols());
  for (Index k = 0; k < scaled.size(); ++k) {
    const double coef = fit.coefficients[static_cast<std::size_t>(k)].coef;
    if (!std::isnan(coef)) scaled[k] = coef * data.scale[k];
  }
  return scaled;
}

double log_hazard(const std::vector<regression_coefficient>& coefficients, const std::vector<double>& means,
                  std::span<const double> features, std::string_view what) {
  if (features.size() != coefficients.size()) {
    throw schema_error(std::string(what) + ": the fit has " + std::to_string(coefficients.size()) + " features, and " +
                       std::to_string(features.size()) + " were given");
  }
  double eta = 0;
  for (std::size_t k = 0; k < features.size(); ++k) {
    if (!std::isfinite(features[k]))
      throw schema_error(std::string(what) + ": " + coefficients[k].name + " is a finite number");
    if (!std::isnan(coefficients[k].coef)) eta += coefficients[k].coef * (features[k] - means[k]);
  }
  return eta;
}

}  // namespace sojourn::inline v0_1::detail
