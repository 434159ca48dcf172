#include "lifetime/partial_likelihood.hpp"

#include <algorithm>
#include <cmath>

#include "lifetime/exact_ties.hpp"

namespace sojourn::inline v0_1::detail {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

void exit_age::sum_exits(cox_ties ties, double risk, double leaving) {
  const auto add = [this](double d, double f, double times) {
    a0 += times / d;
    a1 += times * f / d;
    b0 += times / (d * d);
    b1 += times * f / (d * d);
    b2 += times * f * f / (d * d);
    log_terms += times * (std::log(d) + shift);
  };
  if (ties != cox_ties::efron || events == 1) {
    add(risk, 0, static_cast<double>(events));
    return;
  }
  for (std::int64_t j = 0; j < events; ++j) {
    const double f = static_cast<double>(j) / static_cast<double>(events);
    add(risk - f * leaving, f, 1);
  }
}

risk_sets::risk_sets(const regression_data& data, const feature_matrix& features, const likelihood_options& options)
    : data_(data), features_(features), options_(options) {
  for (std::size_t row = 0; row < data.rows.size(); ++row) {
    if (data.rows[row].entry != exit_row::from_start) by_entry_.push_back(row);
  }
  std::sort(by_entry_.begin(), by_entry_.end(), [&](std::size_t a, std::size_t b) {
    const regression_row &left = data.rows[a], &right = data.rows[b];
    if (left.stratum != right.stratum) return left.stratum < right.stratum;
    return left.entry != right.entry ? left.entry > right.entry : a < b;
  });
}

likelihood likelihood_at(const risk_sets& sets, const feature_matrix& features, const regression_data& data,
                         const VectorXd& coefficients) {
  const Index p = features.cols();
  likelihood found{0, VectorXd::Zero(p), MatrixXd::Zero(p, p)};
  const bool exact = sets.ties() == cox_ties::exact;
  const VectorXd eta = exact ? VectorXd(features * coefficients) : VectorXd();
  sets.visit(coefficients, [&](const exit_age& age, const feature_sums& risk, const feature_sums& leaving) {
    for (std::size_t row = age.first; row < age.after; ++row) {
      if (!sets.leaves(data.rows[row])) continue;
      const double worth = data.rows[row].weight * static_cast<double>(data.rows[row].count);
      const auto x = features.row(static_cast<Index>(row));
      found.value += worth * x.dot(coefficients);
      found.score += worth * x.transpose();
    }
    if (exact && age.events > 1) {
      const set_sum all = sum_over_sets(data, features, eta, age);
      found.value -= all.log_value;
      found.score -= all.mean;
      found.information += all.covariance;
      return;
    }
    found.value -= age.mean_weight * age.log_terms;
    found.score -= age.mean_weight * age.mean(risk, leaving);
    found.information += age.mean_weight * age.covariance(risk, leaving);
  });
  return found;
}

namespace {

/// Hazards summed from the oldest age down to each, so that a row reads what it met between two ages.
struct met_hazards {
  std::vector<double> time;
  std::vector<double> hazard;            ///< sum of hazards at this age and all older ones
  std::vector<VectorXd> mean_x_hazard;   ///< the same, times the mean features of the risk set
  std::vector<double> lingering_hazard;  ///< times G(t-)
  std::vector<VectorXd> lingering_mean;

  /// Index of the first age, from the oldest, that is not after `age`: sums before it are of ages after `age`.
  [[nodiscard]] std::size_t older_than(double age) const {
    return static_cast<std::size_t>(std::partition_point(time.begin(), time.end(), [age](double t) { return t > age; }) -
                                    time.begin());
  }
};

}  // namespace

feature_matrix score_residuals(const risk_sets& sets, const feature_matrix& features, const regression_data& data,
                               const VectorXd& coefficients, const lingering* others) {
  const Index p = features.cols();
  const VectorXd eta = features * coefficients;
  feature_matrix residuals = feature_matrix::Zero(features.rows(), p);
  const auto x = [&](std::size_t row) { return features.row(static_cast<Index>(row)); };
  const auto strata = data.strata();
  std::vector<met_hazards> by_stratum(strata.size());
  std::size_t current = 0;
  sets.visit(coefficients, [&](const exit_age& age, const feature_sums& risk, const feature_sums& leaving) {
    while (!(age.first >= strata[current].first && age.first < strata[current].second)) ++current;
    met_hazards& hazards = by_stratum[current];
    const double unshifted = std::exp(-age.shift);
    const double hazard = age.mean_weight * age.a0 * unshifted;
    const VectorXd mean = age.mean_weight * age.mean_over_d(risk, leaving) * unshifted;
    const bool none = hazards.time.empty();
    hazards.time.push_back(age.time);
    hazards.hazard.push_back((none ? 0 : hazards.hazard.back()) + hazard);
    hazards.mean_x_hazard.push_back(none ? mean : VectorXd(hazards.mean_x_hazard.back() + mean));
    if (others != nullptr) {
      const double there = others->censoring_before[age.first];
      hazards.lingering_hazard.push_back((none ? 0 : hazards.lingering_hazard.back()) + there * hazard);
      hazards.lingering_mean.push_back(none ? VectorXd(there * mean)
                                            : VectorXd(hazards.lingering_mean.back() + there * mean));
    }
    // Those who leave: their own exit, and the part of the risk set that Efron's correction takes from them.
    const VectorXd own_mean = age.mean(risk, leaving) / static_cast<double>(age.events);
    const VectorXd spared_mean = age.mean_weight * (risk.one * age.b1 - leaving.one * age.b2) * unshifted;
    const double spared = age.mean_weight * age.a1 * unshifted;
    for (std::size_t row = age.first; row < age.after; ++row) {
      if (!sets.leaves(data.rows[row])) continue;
      const double relative = std::exp(eta[static_cast<Index>(row)]);
      residuals.row(static_cast<Index>(row)) +=
          x(row) - own_mean.transpose() + relative * (spared * x(row) - spared_mean.transpose());
    }
  });
  for (std::size_t s = 0; s < strata.size(); ++s) {
    const met_hazards& hazards = by_stratum[s];
    const auto until = [&](const std::vector<double>& sums, std::size_t end) { return end == 0 ? 0.0 : sums[end - 1]; };
    const auto mean_until = [&](const std::vector<VectorXd>& sums, std::size_t end) {
      return end == 0 ? VectorXd(VectorXd::Zero(p)) : sums[end - 1];
    };
    for (std::size_t row = strata[s].first; row < strata[s].second; ++row) {
      const regression_row& one = data.rows[row];
      const double relative = std::exp(eta[static_cast<Index>(row)]);
      // Ages at risk are those after entry and not after exit.
      const std::size_t begin = hazards.older_than(one.time), end = hazards.older_than(one.entry);
      const double hazard = until(hazards.hazard, end) - until(hazards.hazard, begin);
      const VectorXd mean = mean_until(hazards.mean_x_hazard, end) - mean_until(hazards.mean_x_hazard, begin);
      auto residual = residuals.row(static_cast<Index>(row));
      residual -= relative * (hazard * x(row) - mean.transpose());
      if (others != nullptr && sets.lingers(one)) {
        const double began = relative / others->censoring_before[row];
        residual -= began * (until(hazards.lingering_hazard, begin) * x(row) -
                             mean_until(hazards.lingering_mean, begin).transpose());
      }
      residual *= one.weight;
    }
  }
  return residuals;
}

}  // namespace sojourn::inline v0_1::detail
