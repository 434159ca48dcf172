#include "sojourn/lifetime/odp.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "detail/nan.hpp"
#include "lifetime/odp_steps.hpp"
#include "sojourn/domain/error.hpp"

namespace sojourn::inline v0_1 {
namespace {

using Eigen::Index;

double increment(std::span<const double> row, std::size_t age) {
  return age == 0 ? row[0] : row[age] - row[age - 1];
}

void require_growth(const age_triangle& triangle) {
  for (std::size_t age = 0; age < triangle.ages(); ++age) {
    double sum = 0;
    bool moved = false;
    for (std::size_t i = 0; i < triangle.cohorts(); ++i) {
      const auto row = triangle.row(i);
      if (row.size() <= age) continue;
      sum += increment(row, age);
      moved = moved || increment(row, age) != 0;
    }
    if (sum < 0 || (sum == 0 && moved))
      throw schema_error(
          "chain_ladder: at age " + std::to_string(triangle.first_age() + static_cast<std::int64_t>(age)) +
          " the cohorts together went down or only up and down, and the over-dispersed Poisson model (odp) "
          "is of amounts that grow; give what was lost so far (opening less closing), or take method=\"mack\"");
  }
  for (std::size_t i = 0; i < triangle.cohorts(); ++i) {
    const auto row = triangle.row(i);
    if (row.back() == 0 && std::any_of(row.begin(), row.end(), [](double x) { return x != 0; }))
      throw data_error({"triangle", i, "0",
                        "the over-dispersed Poisson model (odp) is of amounts that grow, and this cohort "
                        "ends at 0",
                        "give what was lost so far (opening less closing), or take method=\"mack\""});
  }
}

void fit_cells(odp_fit& fit) {
  for (std::size_t i = 0; i < fit.triangle.cohorts(); ++i) {
    const auto row = fit.triangle.row(i);
    fit.fitted.push_back(detail::fitted_increments(row.back(), row.size(), fit.factors));
    std::vector<double> residuals(row.size());
    for (std::size_t k = 0; k < row.size(); ++k) {
      const double m = fit.fitted[i][k];
      residuals[k] = m > 0 ? (increment(row, k) - m) / std::sqrt(m) : 0;
    }
    fit.residuals.push_back(std::move(residuals));
  }
}

/// Parameters: one per cohort and age with anything fitted; the first such age is the base of the others.
void place_parameters(odp_fit& fit) {
  constexpr auto none = static_cast<std::size_t>(-1);
  std::vector<bool> cohort_used(fit.triangle.cohorts()), age_used(fit.triangle.ages());
  for (std::size_t i = 0; i < fit.fitted.size(); ++i) {
    for (std::size_t k = 0; k < fit.fitted[i].size(); ++k) {
      if (!(fit.fitted[i][k] > 0)) continue;
      cohort_used[i] = age_used[k] = true;
    }
  }
  const auto place = [&](bool used) { return used ? fit.parameters++ : none; };
  for (const bool used : cohort_used) fit.cohort_place.push_back(place(used));
  bool base = true;
  for (const bool used : age_used) {
    fit.age_place.push_back(place(used && !base));
    if (used) base = false;
  }
  for (std::size_t& at : fit.cohort_place) at = std::min(at, fit.parameters);
  for (std::size_t& at : fit.age_place) at = std::min(at, fit.parameters);
}

void find_spread(odp_fit& fit) {
  const auto p = static_cast<Index>(fit.parameters);
  Eigen::MatrixXd information = Eigen::MatrixXd::Zero(p, p);
  double chi_square = 0;
  std::int64_t cells = 0;
  for (std::size_t i = 0; i < fit.fitted.size(); ++i) {
    for (std::size_t k = 0; k < fit.fitted[i].size(); ++k) {
      const double m = fit.fitted[i][k];
      if (!(m > 0)) continue;
      ++cells;
      chi_square += fit.residuals[i][k] * fit.residuals[i][k];
      const auto a = static_cast<Index>(fit.cohort_place[i]), b = static_cast<Index>(fit.age_place[k]);
      information(a, a) += m;
      if (b == p) continue;
      information(b, b) += m;
      information(a, b) += m;
      information(b, a) += m;
    }
  }
  fit.dof = cells - static_cast<std::int64_t>(fit.parameters);
  if (fit.dof > 0) fit.phi = chi_square / static_cast<double>(fit.dof);
  const Eigen::VectorXd scale = information.diagonal().cwiseSqrt().cwiseInverse();
  const Eigen::MatrixXd scaled = scale.asDiagonal() * information * scale.asDiagonal();
  const Eigen::MatrixXd inverse = scaled.ldlt().solve(Eigen::MatrixXd::Identity(p, p));
  const Eigen::MatrixXd covariance = scale.asDiagonal() * inverse * scale.asDiagonal();
  fit.covariance.assign(covariance.data(), covariance.data() + covariance.size());
  for (std::size_t i = 0; i < fit.fitted.size(); ++i) {
    std::vector<double> leverage(fit.fitted[i].size(), 1.0);
    for (std::size_t k = 0; k < leverage.size(); ++k) {
      const auto a = static_cast<Index>(fit.cohort_place[i]), b = static_cast<Index>(fit.age_place[k]);
      if (!(fit.fitted[i][k] > 0)) continue;
      const double spread = b == p ? covariance(a, a) : covariance(a, a) + covariance(b, b) + 2 * covariance(a, b);
      leverage[k] = std::min(1.0, fit.fitted[i][k] * spread);
    }
    fit.leverage.push_back(std::move(leverage));
  }
}

}  // namespace

odp_fit fit_odp(age_triangle triangle) {
  if (triangle.cohorts() == 0) throw schema_error("chain_ladder: the triangle has no cohorts");
  require_growth(triangle);
  odp_fit fit{.triangle = std::move(triangle)};
  fit.factors =
      detail::odp_factors(fit.triangle.cohorts(), fit.triangle.ages(), [&](std::size_t i) { return fit.triangle.row(i); });
  fit_cells(fit);
  place_parameters(fit);
  find_spread(fit);
  return fit;
}

triangle_projection project(const odp_fit& fit, std::optional<std::size_t> periods) {
  const auto p = static_cast<Index>(fit.parameters);
  const Eigen::Map<const Eigen::MatrixXd> covariance(fit.covariance.data(), p, p);
  Eigen::VectorXd shared = Eigen::VectorXd::Zero(p), own(p);
  triangle_projection found;
  found.total.value = 0;
  double expected = 0;
  const auto errors = [&](projected_value& one, double increments, const Eigen::VectorXd& loading) {
    if (increments == 0 && one.gap != projection_gap::no_factor) {
      one.process_se = one.parameter_se = one.standard_error = one.gap == projection_gap::none ? 0 : detail::nan;
      return;
    }
    one.process_se = std::sqrt(fit.phi * increments);
    one.parameter_se = std::sqrt(fit.phi * std::max(0.0, loading.dot(covariance * loading)));
    one.standard_error = std::hypot(one.process_se, one.parameter_se);
    if (std::isnan(one.standard_error) && one.gap == projection_gap::none) one.gap = projection_gap::no_sigma;
  };
  for (std::size_t i = 0; i < fit.triangle.cohorts(); ++i) {
    projected_value one{.latest = fit.triangle.latest(i)};
    own.setZero();
    double value = one.latest;
    const std::size_t from = fit.triangle.row(i).size() - 1;
    const std::size_t until = detail::last_step(from, fit.factors.size(), periods);
    for (std::size_t k = from; k < until; ++k) {
      const double m = value * (fit.factors[k] - 1);
      value += m;
      if (std::isnan(m)) one.gap = projection_gap::no_factor;
      if (!(m > 0)) continue;
      if (fit.cohort_place[i] < fit.parameters) own[static_cast<Index>(fit.cohort_place[i])] += m;
      if (fit.age_place[k + 1] < fit.parameters) own[static_cast<Index>(fit.age_place[k + 1])] += m;
    }
    one.value = value;
    if (until > from && one.latest == 0 && one.gap == projection_gap::none) one.gap = projection_gap::nothing_yet;
    errors(one, value - one.latest, own);
    expected += value - one.latest;
    shared += own;
    found.total.latest += one.latest;
    found.total.value += value;
    if (found.total.gap != projection_gap::no_factor && one.gap != projection_gap::none) found.total.gap = one.gap;
    found.cohorts.push_back(one);
  }
  errors(found.total, expected, shared);
  return found;
}

}  // namespace sojourn::inline v0_1
