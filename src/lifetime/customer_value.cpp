#include "sojourn/lifetime/customer_value.hpp"

#include <cmath>

#include "lifetime/purchase_models.hpp"

namespace sojourn::inline v0_1 {
namespace {

using detail::any_purchase_model;
using detail::purchase_cell;

constexpr double longest_horizon = 10'000;

void require_value_options(const customer_value_options& options, purchase_model model) {
  if (!(options.horizon > 0 && options.horizon <= longest_horizon))
    throw schema_error("customer_value: horizon is above 0 and at most 10,000 units of time");
  if (model == purchase_model::bgbb && std::floor(options.horizon) != options.horizon)
    throw schema_error("customer_value: horizon is a whole number of opportunities for bgbb");
  if (!(options.rate >= 0 && std::isfinite(options.rate)))
    throw schema_error("customer_value: rate is the discount rate per unit of time, 0 or more, for example 0.0019 a week");
  if (!(options.margin >= 0 && options.margin <= 1))
    throw schema_error("customer_value: margin is a share between 0 and 1: revenue is not value");
}

/// What the value is made of, for one history.
struct purchases_ahead {
  double p_alive = 0, purchases = 0, discounted = 0;
};

purchases_ahead look_ahead(const any_purchase_model& model, const purchase_cell& cell,
                           const customer_value_options& options) {
  return std::visit(
      [&](const auto& one) {
        purchases_ahead found{detail::logistic(-one.log_odds_gone(cell))};
        double before = 0, discounted = 0;
        for (double unit = 1; before < options.horizon; ++unit) {
          const double end = std::min(unit, options.horizon);
          const double so_far = one.expected_if_alive(cell, end);
          discounted += (so_far - found.purchases) * std::pow(1 + options.rate, -end);
          found.purchases = so_far;
          before = end;
        }
        found.purchases *= found.p_alive;
        found.discounted = discounted * found.p_alive;
        return found;
      },
      model);
}

/// Variance of the logarithm of the discounted purchases, by differences in the log-parameters.
double log_variance(const customer_models& models, const purchase_cell& cell, const customer_value_options& options) {
  constexpr double step = 1e-4;
  std::array<double, 4> slope{};
  for (std::size_t k = 0; k < slope.size(); ++k) {
    const auto moved = [&](double by) {
      purchase_parameters near = models.purchases;
      near.values[k] *= std::exp(by);
      return std::log(look_ahead(detail::model_of(near.model, near.values), cell, options).discounted);
    };
    slope[k] = (moved(step) - moved(-step)) / (2 * step) / models.purchases.values[k];
  }
  double variance = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    for (std::size_t j = 0; j < 4; ++j) variance += slope[i] * slope[j] * models.purchases_covariance[4 * i + j];
  }
  return variance;
}

/// The same of the expected amount p (v + x m)/(p x + q - 1).
double log_variance(const customer_models& models, double x, double mean) {
  const auto [p, q, v] = models.spend.values;
  const double all = p * x + q - 1;
  const std::array<double, 3> slope{1 / p - x / all, -1 / all, 1 / (v + (x > 0 ? x * mean : 0))};
  double variance = 0;
  for (std::size_t i = 0; i < 3; ++i) {
    for (std::size_t j = 0; j < 3; ++j) variance += slope[i] * slope[j] * models.spend_covariance[3 * i + j];
  }
  return variance;
}

}  // namespace

std::vector<customer_worth> customer_value(const customer_models& models, const purchase_rows& rows,
                                           const column<double>& mean, const customer_value_options& options,
                                           const any_executor& host) {
  require_value_options(options, models.purchases.model);
  purchase_rows each = rows;
  each.count = {};
  require_same_length(rows.x, "x", mean, "mean");
  const std::vector<double> amounts = conditional_mean(models.spend, {mean, rows.x});
  (void)p_alive(models.purchases, {});  // refuses parameters out of range
  const auto cells = detail::count_cells(each, models.purchases.model == purchase_model::bgbb, true);
  const any_purchase_model model = detail::model_of(models.purchases.model, models.purchases.values);
  std::vector<purchases_ahead> ahead(cells.cells.size());
  std::vector<double> variance(cells.cells.size());
  detail::for_each_chunk(ahead.size(), host, [&](std::size_t, std::size_t first, std::size_t last) {
    for (std::size_t k = first; k < last; ++k) {
      ahead[k] = look_ahead(model, cells.cells[k], options);
      variance[k] = log_variance(models, cells.cells[k], options);
    }
  });
  const double z = options.level.normal_quantile();
  std::vector<customer_worth> found(rows.x.size());
  for (std::size_t row = 0; row < found.size(); ++row) {
    const std::uint32_t cell = cells.of_row[row];
    if (cell == purchase_cell::none) continue;
    customer_worth& one = found[row];
    one.p_alive = ahead[cell].p_alive;
    one.purchases = ahead[cell].purchases;
    one.mean_amount = amounts[row];
    one.value = options.margin * one.mean_amount * ahead[cell].discounted;
    const double x = static_cast<double>(rows.x[row]);
    const double factor = std::exp(z * std::sqrt(variance[cell] + log_variance(models, x, mean[row])));
    one.low = one.value / factor;
    one.high = one.value * factor;
  }
  return found;
}

}  // namespace sojourn::inline v0_1
