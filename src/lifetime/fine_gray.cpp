#include "sojourn/lifetime/fine_gray.hpp"

#include <algorithm>
#include <cmath>

#include "lifetime/newton.hpp"

namespace sojourn::inline v0_1 {
namespace {

using detail::exit_age;
using detail::feature_sums;
using detail::regression_data;
using Eigen::Index;

/// G before the age of each row: the share not yet censored, those who leave at an age gone before it censors.
detail::lingering censoring_of(const regression_data& data) {
  const auto worth = [](const auto& row) { return row.weight * static_cast<double>(row.count); };
  const auto& rows = data.rows;
  std::vector<double> from_here(rows.size() + 1, 0.0);  // weight of a row and all after it
  for (std::size_t row = rows.size(); row > 0; --row) from_here[row - 1] = from_here[row] + worth(rows[row - 1]);
  detail::lingering others;
  others.censoring_before.resize(rows.size());
  double uncensored = 1;
  for (std::size_t first = 0; first < rows.size();) {
    std::size_t after = first, censored_from = rows.size();
    for (; after < rows.size() && rows[after].time == rows[first].time; ++after) {
      others.censoring_before[after] = uncensored;
      if (rows[after].cause == exits::still_there) censored_from = std::min(censored_from, after);
    }
    // Exits stand before censorings, so those still there to be censored begin at the first censoring.
    if (censored_from < after) uncensored *= from_here[after] / from_here[censored_from];
    first = after;
  }
  return others;
}

}  // namespace

fine_gray_fit fit_fine_gray(const regression_rows& rows, std::uint32_t cause, confidence_level level) {
  if (cause == exits::still_there) throw schema_error("fine_gray: 0 is no cause; causes are numbered from 1");
  if (!rows.strata.empty()) throw schema_error("fine_gray: strata are not offered; fit each stratum by itself");
  const regression_data data = detail::prepare(rows);
  if (data.late_entry) {
    throw schema_error(
        "fine_gray is not defined for late entry without further weights; fit_cox with the cause takes it, for the rate");
  }
  fine_gray_fit fit;
  fit.level = level;
  fit.accounts = data.accounts;
  fit.rows_missing = data.rows_missing;
  fit.means.assign(data.mean.begin(), data.mean.end());
  double weight = 0;
  for (const auto& row : data.rows) {
    fit.last_age = row.time;  // rows stand in the order of their ages
    if (row.cause != cause) continue;
    fit.events += row.count;
    weight += row.weight * static_cast<double>(row.count);
  }
  fit.competing_events = data.events - fit.events;
  const detail::lingering others = censoring_of(data);
  const detail::likelihood_options options{.ties = cox_ties::breslow, .cause = cause, .others = &others};
  detail::regression found = detail::regress(data, rows.features, options, weight, true, level);
  fit.status = found.status;
  fit.coefficients = std::move(found.coefficients);
  fit.covariance = std::move(found.covariance);
  fit.log_likelihood = found.value;
  fit.null_log_likelihood = found.null_value;
  if (found.scaled.size() == 0) return fit;
  const detail::risk_sets sets(data, data.features, options);
  sets.visit(found.scaled, [&](const exit_age& age, const feature_sums&, const feature_sums&) {
    fit.time.push_back(age.time);
    fit.cumulative_hazard.push_back(age.mean_weight * age.a0 * std::exp(-age.shift));
  });
  std::reverse(fit.time.begin(), fit.time.end());
  std::reverse(fit.cumulative_hazard.begin(), fit.cumulative_hazard.end());
  for (std::size_t i = 1; i < fit.cumulative_hazard.size(); ++i) fit.cumulative_hazard[i] += fit.cumulative_hazard[i - 1];
  return fit;
}

std::vector<double> incidence_of(const fine_gray_fit& fit, std::span<const double> features) {
  detail::require_estimates(fit.status, "incidence_of");
  const double eta = detail::log_hazard(fit.coefficients, fit.means, features, "incidence_of");
  std::vector<double> left;
  left.reserve(fit.cumulative_hazard.size());
  for (const double hazard : fit.cumulative_hazard) left.push_back(-std::expm1(-hazard * std::exp(eta)));
  return left;
}

}  // namespace sojourn::inline v0_1
