#include "sojourn/lifetime/cox.hpp"

#include <algorithm>
#include <cmath>
#include <tuple>

#include "lifetime/concordance.hpp"
#include "lifetime/newton.hpp"

namespace sojourn::inline v0_1 {
namespace {

using detail::exit_age;
using detail::feature_matrix;
using detail::feature_sums;
using detail::regression_data;
using detail::require_estimates;
using Eigen::Index;
using Eigen::VectorXd;

void add_baseline(cox_fit& fit, const regression_data& data, const VectorXd& coefficients) {
  const detail::risk_sets sets(data, data.features, {.ties = fit.options.ties});
  sets.visit(coefficients, [&](const exit_age& age, const feature_sums& risk, const feature_sums& leaving) {
    const double unshifted = std::exp(-age.shift);
    const VectorXd moved = (age.mean_weight * unshifted * age.mean_over_d(risk, leaving)).cwiseProduct(data.scale);
    fit.baseline.push_back({.stratum = data.rows[age.first].stratum,
                            .time = age.time,
                            .events = age.events,
                            .cumulative_hazard = age.mean_weight * age.a0 * unshifted,
                            .variance = age.mean_weight * age.b0 * unshifted * unshifted,
                            .weighted_means = {moved.begin(), moved.end()}});
  });
  std::sort(fit.baseline.begin(), fit.baseline.end(), [](const baseline_step& a, const baseline_step& b) {
    return a.stratum != b.stratum ? a.stratum < b.stratum : a.time < b.time;
  });
  for (std::size_t i = 1; i < fit.baseline.size(); ++i) {
    baseline_step& step = fit.baseline[i];
    const baseline_step& before = fit.baseline[i - 1];
    if (before.stratum != step.stratum) continue;
    step.cumulative_hazard += before.cumulative_hazard;
    step.variance += before.variance;
    for (std::size_t k = 0; k < step.weighted_means.size(); ++k) step.weighted_means[k] += before.weighted_means[k];
  }
}

}  // namespace

cox_fit fit_cox(const regression_rows& rows, const cox_options& options) {
  if (options.ties == cox_ties::exact && (!rows.rows.weight.empty() || !rows.cluster.empty()))
    throw schema_error(
        "cox: exact ties compare whole sets of accounts, so they take no weights and no cluster; take efron or breslow");
  const regression_data data = detail::prepare(rows);
  cox_fit fit;
  fit.options = options;
  fit.accounts = data.accounts;
  fit.events = data.events;
  fit.rows_missing = data.rows_missing;
  fit.robust = data.weighted || data.clustered;
  fit.means.assign(data.mean.begin(), data.mean.end());
  double weight = 0;
  for (const auto& row : data.rows) {
    fit.last_age.resize(std::max<std::size_t>(fit.last_age.size(), row.stratum + std::size_t{1}),
                        regression_coefficient::undefined);
    fit.last_age[row.stratum] = row.time;  // rows stand in the order of their ages
    if (row.cause != exits::still_there) weight += row.weight * static_cast<double>(row.count);
  }
  detail::regression found = detail::regress(data, rows.features, {.ties = options.ties}, weight, fit.robust, options.level);
  fit.status = found.status;
  fit.coefficients = std::move(found.coefficients);
  fit.covariance = std::move(found.covariance);
  fit.log_likelihood = found.value;
  fit.null_log_likelihood = found.null_value;
  if (found.scaled.size() == 0) return fit;
  fit.concordance = detail::concordance(data, data.features * found.scaled);
  // Where a coefficient runs away there is no account at the means to speak of.
  if (fit.status != regression_status::separated) add_baseline(fit, data, found.scaled);
  return fit;
}

predicted_survival survival_of(const cox_fit& fit, std::span<const double> features, std::uint32_t stratum) {
  require_estimates(fit.status, "survival_of");
  const double eta = detail::log_hazard(fit.coefficients, fit.means, features, "survival_of");
  const std::size_t p = features.size();
  std::vector<double> apart(p);
  for (std::size_t k = 0; k < p; ++k) apart[k] = features[k] - fit.means[k];
  const double relative = std::exp(eta), z = fit.options.level.normal_quantile();
  predicted_survival found;
  for (const baseline_step& step : fit.baseline) {
    if (step.stratum != stratum) continue;
    const double hazard = relative * step.cumulative_hazard;
    double spread = step.variance;
    for (std::size_t i = 0; i < p; ++i) {
      for (std::size_t j = 0; j < p; ++j) {
        const double covariance = fit.covariance[i * p + j];
        if (std::isnan(covariance)) continue;
        spread += (step.weighted_means[i] - step.cumulative_hazard * apart[i]) * covariance *
                  (step.weighted_means[j] - step.cumulative_hazard * apart[j]);
      }
    }
    const double error = fit.robust ? regression_coefficient::undefined : relative * std::sqrt(spread);
    const double survival = std::exp(-hazard);
    const double stretch = std::exp(z * error / hazard);
    found.time.push_back(step.time);
    found.survival.push_back(survival);
    found.standard_error.push_back(survival * error);
    found.low.push_back(std::exp(-hazard * stretch));
    found.high.push_back(std::exp(-hazard / stretch));
  }
  if (found.time.empty())
    throw schema_error("survival_of: no account left in stratum " + std::to_string(stratum) + ", so it has no baseline");
  found.last_age = fit.last_age[stratum];
  return found;
}

schoenfeld_residuals schoenfeld(const regression_rows& rows, const cox_fit& fit) {
  const regression_data data = detail::prepare(rows);
  const VectorXd coefficients = detail::coefficients_of(fit, data, "schoenfeld");
  detail::require_single_exits(fit, "schoenfeld");
  const detail::risk_sets sets(data, data.features, {.ties = fit.options.ties});
  struct residual_row {
    std::uint32_t stratum;
    double time;
    std::size_t source;
    VectorXd residual;
  };
  std::vector<residual_row> found;
  sets.visit(coefficients, [&](const exit_age& age, const feature_sums& risk, const feature_sums& leaving) {
    const VectorXd mean = age.mean(risk, leaving) / static_cast<double>(age.events);
    for (std::size_t row = age.first; row < age.after; ++row) {
      if (!sets.leaves(data.rows[row])) continue;
      const VectorXd apart = data.features.row(static_cast<Index>(row)).transpose() - mean;
      found.push_back({data.rows[row].stratum, age.time, data.rows[row].source, apart.cwiseProduct(data.scale)});
    }
  });
  std::sort(found.begin(), found.end(), [](const residual_row& a, const residual_row& b) {
    return std::tie(a.stratum, a.time, a.source) < std::tie(b.stratum, b.time, b.source);
  });
  schoenfeld_residuals residuals;
  residuals.residual.resize(rows.features.size());
  for (const residual_row& one : found) {
    residuals.row.push_back(one.source);
    residuals.time.push_back(one.time);
    for (std::size_t k = 0; k < residuals.residual.size(); ++k)
      residuals.residual[k].push_back(one.residual[static_cast<Index>(k)]);
  }
  return residuals;
}

}  // namespace sojourn::inline v0_1
