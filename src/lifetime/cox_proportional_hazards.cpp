// The test of proportional hazards: does a coefficient change with age?
#include <algorithm>
#include <cmath>
#include <vector>

#include "lifetime/newton.hpp"
#include "lifetime/score_test.hpp"
#include "sojourn/lifetime/cox.hpp"
#include "sojourn/stats/chi_square.hpp"

namespace sojourn::inline v0_1 {
namespace {

using detail::exit_age;
using detail::feature_sums;
using detail::regression_data;
using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

/// One minus the survival of all accounts just before each age at which one left: ages in order, and the values.
struct left_before {
  std::vector<double> age, share;

  explicit left_before(const regression_data& data) {
    struct change {
      double age;
      std::int64_t at_risk, events;
    };
    std::vector<change> changes;
    for (const auto& row : data.rows) {
      changes.push_back({row.entry, row.count, 0});
      changes.push_back({row.time, -row.count, row.cause != exits::still_there ? row.count : 0});
    }
    std::sort(changes.begin(), changes.end(), [](const change& a, const change& b) { return a.age < b.age; });
    double survival = 1;
    std::int64_t at_risk = 0;
    for (std::size_t first = 0; first < changes.size();) {
      std::int64_t events = 0, moved = 0;
      const double now = changes[first].age;
      std::int64_t entered = 0;
      for (; first < changes.size() && changes[first].age == now; ++first) {
        events += changes[first].events;
        moved += changes[first].at_risk;
      }
      entered = moved;
      if (events > 0) {
        age.push_back(now);
        share.push_back(1 - survival);
        survival *= 1 - static_cast<double>(events) / static_cast<double>(at_risk);
      }
      at_risk += entered;
    }
  }
  [[nodiscard]] double at(double time) const {
    return share[static_cast<std::size_t>(std::lower_bound(age.begin(), age.end(), time) - age.begin())];
  }
};

double transformed(age_transform transform, double age, const left_before& left) {
  switch (transform) {
    case age_transform::km:
      return left.at(age);
    case age_transform::identity:
      return age;
    case age_transform::log:
      break;
  }
  if (!(age > 0)) throw schema_error("proportional_hazards: an account left at age 0, which has no logarithm; take km");
  return std::log(age);
}

}  // namespace

std::vector<proportionality> proportional_hazards(const regression_rows& rows, const cox_fit& fit, age_transform transform) {
  const regression_data data = detail::prepare(rows);
  const VectorXd all = detail::coefficients_of(fit, data, "proportional_hazards");
  detail::require_single_exits(fit, "proportional_hazards");
  std::vector<Index> kept;
  for (Index k = 0; k < all.size(); ++k) {
    if (!std::isnan(fit.coefficients[static_cast<std::size_t>(k)].coef)) kept.push_back(k);
  }
  const detail::feature_matrix features = data.features(Eigen::all, kept);
  const VectorXd coefficients = all(kept);
  const detail::risk_sets sets(data, features, {.ties = fit.options.ties});
  const left_before left(data);
  double sum = 0, squares = 0, events = 0;
  sets.visit(coefficients, [&](const exit_age& age, const feature_sums&, const feature_sums&) {
    const double g = transformed(transform, age.time, left), n = static_cast<double>(age.events);
    sum += n * g;
    squares += n * g * g;
    events += n;
  });
  const double mean = sum / events, spread = std::sqrt(std::max(0.0, squares / events - mean * mean));
  const auto p = static_cast<Index>(kept.size());
  VectorXd score = VectorXd::Zero(p);
  MatrixXd constant = MatrixXd::Zero(p, p), crossed = constant, changing = constant;
  sets.visit(coefficients, [&](const exit_age& age, const feature_sums& risk, const feature_sums& leaving) {
    const double g = spread > 0 ? (transformed(transform, age.time, left) - mean) / spread : 0;
    VectorXd apart = -age.mean_weight * age.mean(risk, leaving);
    for (std::size_t row = age.first; row < age.after; ++row) {
      if (sets.leaves(data.rows[row])) {
        apart += data.rows[row].weight * static_cast<double>(data.rows[row].count) *
                 features.row(static_cast<Index>(row)).transpose();
      }
    }
    const MatrixXd covariance = age.mean_weight * age.covariance(risk, leaving);
    score += g * apart;
    constant += covariance;
    crossed += g * covariance;
    changing += g * g * covariance;
  });
  const MatrixXd variance = changing - crossed * constant.ldlt().solve(crossed);
  std::vector<proportionality> tests;
  tests.reserve(fit.coefficients.size());
  for (const auto& one : fit.coefficients) tests.push_back({.name = one.name});
  for (std::size_t j = 0; j < kept.size(); ++j) {
    const auto at = static_cast<Index>(j);
    proportionality& test = tests[static_cast<std::size_t>(kept[j])];
    if (!(variance(at, at) > 1e-12 * changing(at, at))) continue;
    test.statistic = score[at] * score[at] / variance(at, at);
    test.dof = 1;
    test.p_value = chi_square_p_value(test.statistic, 1);
  }
  const auto whole = detail::quadratic_form(score, variance);
  proportionality global{.name = "GLOBAL"};
  if (whole.rank > 0) {
    global.statistic = whole.statistic;
    global.dof = whole.rank;
    global.p_value = chi_square_p_value(whole.statistic, whole.rank);
  }
  tests.push_back(global);
  return tests;
}

}  // namespace sojourn::inline v0_1
