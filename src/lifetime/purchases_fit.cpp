#include <algorithm>
#include <cmath>

#include "lifetime/log_parameters.hpp"
#include "lifetime/purchase_models.hpp"
#include "sojourn/lifetime/purchases.hpp"

namespace sojourn::inline v0_1 {
namespace {

using detail::purchase_cell;
using detail::purchase_params;

/// A fit of this many cells starts from the fit of a sample of them, every 16th, which costs little.
constexpr std::size_t many_purchase_cells = 1 << 15;
constexpr std::size_t sampled_cell = 16;

purchase_params first_purchase_guess(purchase_model model, const detail::purchase_cells& data) {
  const double customers = static_cast<double>(data.customers), purchases = static_cast<double>(data.purchases);
  if (model == purchase_model::bgbb) {
    const double share = std::clamp(purchases / std::max(data.watched, 1.0), 0.01, 0.99);
    return {share / (1 - share), 1, 1, 2};
  }
  const double mean_time = data.watched > 0 ? data.watched / customers : 1;
  const double expected = std::max(purchases / customers, 1e-3);  // purchases a customer within the mean time
  const double shape = std::min(expected, 1.0);
  if (model == purchase_model::paretonbd) return {shape, shape * mean_time / expected, 1, mean_time};
  return {shape, shape * mean_time / expected, 1, 2};
}

/// The units in which the penalty measures the parameters.
purchase_params purchase_units(purchase_model model, const detail::purchase_cells& data) {
  const double mean_time = data.watched > 0 ? data.watched / static_cast<double>(data.customers) : 1;
  if (model == purchase_model::bgbb) return {1, 1, 1, 1};
  return {1, mean_time, 1, model == purchase_model::paretonbd ? mean_time : 1};
}

detail::parameter_function likelihood_over(purchase_model model, std::span<const purchase_cell> cells,
                                           const any_executor& host) {
  return [model, cells, &host](const Eigen::VectorXd& at) {
    const purchase_params params{at[0], at[1], at[2], at[3]};
    return detail::to_smooth(detail::likelihood_of_cells(detail::model_of(model, params), cells, host));
  };
}

}  // namespace

purchase_fit fit_purchases(const purchase_rows& rows, purchase_model model, const purchase_options& options,
                           const any_executor& host) {
  if (!(options.penalty >= 0 && std::isfinite(options.penalty)))
    throw schema_error("penalty is a number of 0 or more; 0 is maximum likelihood");
  const detail::purchase_cells data = detail::count_cells(rows, model == purchase_model::bgbb, false);
  purchase_fit fit;
  fit.parameters.model = model;
  fit.parameters.values.fill(purchase_fit::undefined);
  fit.covariance.fill(purchase_fit::undefined);
  fit.penalty = options.penalty;
  fit.customers = data.customers;
  fit.purchases = data.purchases;
  fit.distinct = static_cast<std::int64_t>(data.cells.size());
  fit.rows_missing = data.rows_missing;
  if (data.purchases == 0) {
    fit.status = purchase_status::no_repeat_purchases;
    fit.note = "nobody bought twice, so neither rates nor chances of leaving can be told";
    return fit;
  }
  const auto names = parameter_names(model);
  const purchase_params units = purchase_units(model, data);
  purchase_params start = first_purchase_guess(model, data);
  if (data.cells.size() >= many_purchase_cells) {
    std::vector<purchase_cell> sample;
    double customers = 0;
    for (std::size_t k = 0; k < data.cells.size(); k += sampled_cell) {
      sample.push_back(data.cells[k]);
      customers += static_cast<double>(data.cells[k].count);
    }
    const auto rough =
        detail::fit_positive(likelihood_over(model, sample, host), start, names, customers, options.penalty, units);
    if (rough.end == detail::fit_end::converged) std::copy(rough.parameters.begin(), rough.parameters.end(), start.begin());
  }
  const auto found = detail::fit_positive(likelihood_over(model, data.cells, host), start, names,
                                          static_cast<double>(data.customers), options.penalty, units);
  fit.status = detail::purchase_status_of(found.end);
  fit.note = found.note;
  fit.gradient_norm = found.gradient_norm;
  fit.condition_number = found.condition_number;
  fit.steps = found.steps;
  if (!fit.usable()) return fit;
  std::copy(found.parameters.begin(), found.parameters.end(), fit.parameters.values.begin());
  std::copy(found.covariance.begin(), found.covariance.end(), fit.covariance.begin());
  fit.log_likelihood = found.log_likelihood;
  return fit;
}

}  // namespace sojourn::inline v0_1
