#include "sojourn/lifetime/purchases.hpp"

#include <cmath>
#include <string>

#include "detail/nan.hpp"
#include "detail/number_text.hpp"
#include "lifetime/purchase_models.hpp"
#include "sojourn/domain/words.hpp"

namespace sojourn::inline v0_1 {
namespace {

using detail::any_purchase_model;
using detail::purchase_cell;
using detail::purchase_cells;

any_purchase_model checked_purchase_model(const purchase_parameters& of) {
  for (std::size_t k = 0; k < of.values.size(); ++k) {
    const double value = of.values[k];
    if (value >= 1e-100 && value <= 1e100) continue;
    throw schema_error(std::string(word_of(of.model)) + ": the parameter " + std::string(parameter_names(of.model)[k]) +
                       " is " + detail::number_text(value) + "; it lies between 1e-100 and 1e100");
  }
  return detail::model_of(of.model, of.values);
}

bool counts_opportunities(purchase_model model) {
  return model == purchase_model::bgbb;
}

/// `value(model, cell)` for the cell of each row; NaN where a value is missing.
template <class Value>
std::vector<double> by_purchase_row(const purchase_parameters& of, const purchase_rows& rows, const any_executor& host,
                                    const Value& value) {
  const any_purchase_model model = checked_purchase_model(of);
  purchase_rows each = rows;
  each.count = {};
  const purchase_cells cells = detail::count_cells(each, counts_opportunities(of.model), true);
  std::vector<double> of_cell(cells.cells.size());
  detail::for_each_chunk(of_cell.size(), host, [&](std::size_t, std::size_t first, std::size_t last) {
    std::visit(
        [&](const auto& one) {
          for (std::size_t k = first; k < last; ++k) of_cell[k] = value(one, cells.cells[k]);
        },
        model);
  });
  std::vector<double> found(cells.of_row.size(), detail::nan);
  for (std::size_t row = 0; row < found.size(); ++row) {
    if (cells.of_row[row] != purchase_cell::none) found[row] = of_cell[cells.of_row[row]];
  }
  return found;
}

void require_purchase_time(double t, std::string_view name, purchase_model model) {
  if (!(t >= 0 && std::isfinite(t)))
    throw schema_error(std::string(name) + " is a time of 0 or more, in the unit of the data");
  if (counts_opportunities(model) && (std::floor(t) != t || t > 1e6))
    throw schema_error(std::string(name) + " is a whole number of opportunities for bgbb, at most a million");
}

}  // namespace

std::array<std::string_view, 4> parameter_names(purchase_model model) noexcept {
  if (model == purchase_model::paretonbd) return {"r", "alpha", "s", "beta"};
  if (model == purchase_model::bgbb) return {"alpha", "beta", "gamma", "delta"};
  return {"r", "alpha", "a", "b"};
}

double log_likelihood(const purchase_parameters& of, const purchase_rows& rows, const any_executor& host) {
  const any_purchase_model model = checked_purchase_model(of);
  return detail::likelihood_of_cells(model, detail::count_cells(rows, counts_opportunities(of.model), false).cells, host)
      .value;
}

std::vector<double> log_likelihoods(const purchase_parameters& of, const purchase_rows& rows, const any_executor& host) {
  return by_purchase_row(of, rows, host, [](const auto& model, purchase_cell cell) {
    cell.count = 1;
    return model.log_likelihood({&cell, 1}).value;
  });
}

std::vector<double> p_alive(const purchase_parameters& of, const purchase_rows& rows, const any_executor& host) {
  return by_purchase_row(of, rows, host, [](const auto& model, const purchase_cell& cell) {
    return detail::logistic(-model.log_odds_gone(cell));
  });
}

std::vector<double> log_p_alive(const purchase_parameters& of, const purchase_rows& rows, const any_executor& host) {
  return by_purchase_row(of, rows, host, [](const auto& model, const purchase_cell& cell) {
    return -detail::log1p_exp(model.log_odds_gone(cell));
  });
}

double expected_purchases(const purchase_parameters& of, double t) {
  require_purchase_time(t, "t", of.model);
  return std::visit([t](const auto& model) { return model.expected(t); }, checked_purchase_model(of));
}

std::vector<double> conditional_expected_purchases(const purchase_parameters& of, double horizon, const purchase_rows& rows,
                                                   const any_executor& host) {
  require_purchase_time(horizon, "horizon", of.model);
  return by_purchase_row(of, rows, host, [horizon](const auto& model, const purchase_cell& cell) {
    return detail::logistic(-model.log_odds_gone(cell)) * model.expected_if_alive(cell, horizon);
  });
}

double purchase_probability(const purchase_parameters& of, std::int64_t n, double t) {
  require_purchase_time(t, "t", of.model);
  if (n < 0 || n > 10'000'000) throw schema_error("n is a number of purchases, 0 to 10,000,000");
  return std::visit([n, t](const auto& model) { return model.probability(n, t); }, checked_purchase_model(of));
}

std::vector<double> discounted_residual(const purchase_parameters& of, const purchase_rows& rows, double rate,
                                        const any_executor& host) {
  if (!(rate >= 1e-6 && std::isfinite(rate)))
    throw schema_error("rate is at least 1e-6 per unit of time: without discounting the sum may be infinite");
  return by_purchase_row(of, rows, host, [rate](const auto& model, const purchase_cell& cell) {
    return detail::logistic(-model.log_odds_gone(cell)) * model.discounted_if_alive(cell, rate);
  });
}

}  // namespace sojourn::inline v0_1
