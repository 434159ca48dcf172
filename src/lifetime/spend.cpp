#include "sojourn/lifetime/spend.hpp"

#include <algorithm>
#include <cmath>
#include <tuple>

#include "detail/nan.hpp"
#include "detail/number_text.hpp"
#include "lifetime/log_parameters.hpp"
#include "lifetime/purchase_models.hpp"
#include "stats/special_functions.hpp"

namespace sojourn::inline v0_1 {
namespace {

using spend_jet = detail::jet<3>;

struct spend_cell {
  std::int64_t x = 0;
  double mean = 0;
  std::int64_t count = 1;

  [[nodiscard]] auto key() const { return std::tie(x, mean); }
};

struct spend_cells {
  std::vector<spend_cell> cells;
  spend_fit counts;
};

/// log Gamma with two derivatives.
struct log_gamma {
  explicit log_gamma(double at) : value(detail::log_gamma(at)), first(detail::digamma(at)), second(detail::trigamma(at)) {}
  double value, first, second;
};

/// log Gamma(px+q)/(Gamma(px) Gamma(q)): what the density holds of x alone.
spend_jet spend_term_of_x(const std::array<double, 3>& params, double x) {
  const auto [p, q, v] = params;
  const log_gamma all(p * x + q), own(p * x), among(q);
  constexpr auto pair = &spend_jet::pair;
  spend_jet term(all.value - own.value - among.value);
  term.slope = {x * (all.first - own.first), all.first - among.first, 0};
  term.curve[pair(0, 0)] = x * x * (all.second - own.second);
  term.curve[pair(1, 0)] = x * all.second;
  term.curve[pair(1, 1)] = all.second - among.second;
  return term;
}

/// px log(mx/(v+mx)) + q log(v/(v+mx)) - log m.
spend_jet spend_term_of_mean(const std::array<double, 3>& params, const spend_cell& cell) {
  const auto [p, q, v] = params;
  const double x = static_cast<double>(cell.x), total = cell.mean * x, all = v + total, shape = p * x + q;
  const double of_own = -std::log1p(v / total), of_all = -std::log1p(total / v);
  constexpr auto pair = &spend_jet::pair;
  spend_jet term(p * x * of_own + q * of_all - std::log(cell.mean));
  term.slope = {x * of_own, of_all, q / v - shape / all};
  term.curve[pair(2, 0)] = -x / all;
  term.curve[pair(2, 1)] = total / (v * all);
  term.curve[pair(2, 2)] = -q / (v * v) + shape / (all * all);
  return term;
}

spend_jet spend_likelihood(const std::array<double, 3>& params, std::span<const spend_cell> cells,
                           const any_executor& host) {
  std::vector<spend_jet> parts((cells.size() + detail::cells_per_chunk - 1) / detail::cells_per_chunk);
  detail::for_each_chunk(cells.size(), host, [&](std::size_t chunk, std::size_t first, std::size_t last) {
    for (std::size_t from = first, to = first; from < last; from = to) {
      double customers = 0;
      for (; to < last && cells[to].x == cells[from].x; ++to) {
        parts[chunk].add(static_cast<double>(cells[to].count), spend_term_of_mean(params, cells[to]));
        customers += static_cast<double>(cells[to].count);
      }
      parts[chunk].add(customers, spend_term_of_x(params, static_cast<double>(cells[from].x)));
    }
  });
  spend_jet sum;
  for (const spend_jet& part : parts) sum += part;
  return sum;
}

spend_cells count_spend(const spend_rows& rows) {
  if (const auto broken = validate(rows, 1); !broken.empty()) throw data_error(broken.front());
  spend_cells found;
  for (std::size_t row = 0; row < rows.x.size(); ++row) {
    const bool no_mean = !rows.mean.present(row) || std::isnan(rows.mean[row]);
    const bool counted = rows.count.empty() || rows.count.present(row);
    if (!rows.x.present(row) || !counted || (no_mean && rows.x[row] > 0)) {
      ++found.counts.rows_missing;
      continue;
    }
    const std::int64_t count = rows.count.empty() ? 1 : rows.count[row];
    if (rows.x[row] == 0) {
      found.counts.without_purchases += count;
    } else if (rows.mean[row] == 0) {
      found.counts.without_amount += count;
    } else if (count > 0) {
      found.cells.push_back({rows.x[row], rows.mean[row], count});
      found.counts.customers += count;
    }
  }
  std::sort(found.cells.begin(), found.cells.end(),
            [](const spend_cell& a, const spend_cell& b) { return a.key() < b.key(); });
  std::size_t kept = 0;
  for (const spend_cell& cell : found.cells) {
    if (kept > 0 && found.cells[kept - 1].key() == cell.key())
      found.cells[kept - 1].count += cell.count;
    else
      found.cells[kept++] = cell;
  }
  found.cells.resize(kept);
  return found;
}

/// Pearson's, of x and the mean.
double correlation_of(std::span<const spend_cell> cells) {
  double n = 0, mean_x = 0, mean_m = 0, xx = 0, xm = 0, mm = 0;
  for (const spend_cell& cell : cells) {
    const double count = static_cast<double>(cell.count), x = static_cast<double>(cell.x);
    n += count;
    const double from_x = x - mean_x, from_m = cell.mean - mean_m;
    mean_x += from_x * count / n;
    mean_m += from_m * count / n;
    xx += count * from_x * (x - mean_x);
    xm += count * from_x * (cell.mean - mean_m);
    mm += count * from_m * (cell.mean - mean_m);
  }
  return xx > 0 && mm > 0 ? xm / std::sqrt(xx * mm) : detail::nan;
}

void require_spend(const spend_parameters& of) {
  for (std::size_t k = 0; k < of.values.size(); ++k) {
    if (of.values[k] >= 1e-100 && of.values[k] <= 1e100) continue;
    throw schema_error("spend: the parameter " + std::string(spend_parameters::names[k]) + " is " +
                       detail::number_text(of.values[k]) + "; it lies between 1e-100 and 1e100");
  }
}

void require_finite_mean(const spend_parameters& of) {
  require_spend(of);
  if (of.values[1] > 1) return;
  throw schema_error("spend: q is " + detail::number_text(of.values[1]) +
                     ", and the mean amount is infinite unless q > 1: amounts differ too much among customers to average");
}

}  // namespace

spend_fit fit_spend(const spend_rows& rows, const any_executor& host) {
  const spend_cells data = count_spend(rows);
  spend_fit fit = data.counts;
  fit.parameters.values.fill(spend_fit::undefined);
  fit.covariance.fill(spend_fit::undefined);
  fit.correlation = correlation_of(data.cells);
  if (data.cells.empty()) {
    fit.status = purchase_status::no_repeat_purchases;
    fit.note = "no customer has a repeat purchase with an amount";
    return fit;
  }
  double total = 0;
  for (const spend_cell& cell : data.cells) total += static_cast<double>(cell.count) * cell.mean;
  const double customers = static_cast<double>(fit.customers), mean = total / customers;
  const std::array<double, 3> start{2, 3, mean}, units{1, 1, mean};
  const auto likelihood = [&](const Eigen::VectorXd& at) {
    return detail::to_smooth(spend_likelihood({at[0], at[1], at[2]}, data.cells, host));
  };
  const auto found = detail::fit_positive(likelihood, start, spend_parameters::names, customers, 0, units);
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

double population_mean(const spend_parameters& of) {
  require_finite_mean(of);
  return of.values[0] * of.values[2] / (of.values[1] - 1);
}

std::vector<double> conditional_mean(const spend_parameters& of, const spend_rows& rows) {
  require_finite_mean(of);
  if (const auto broken = validate(rows, 1); !broken.empty()) throw data_error(broken.front());
  const auto [p, q, v] = of.values;
  std::vector<double> found(rows.x.size(), detail::nan);
  for (std::size_t row = 0; row < found.size(); ++row) {
    if (!rows.x.present(row)) continue;
    const double x = static_cast<double>(rows.x[row]);
    if (x > 0 && !rows.mean.present(row)) continue;
    found[row] = p * (v + (x > 0 ? x * rows.mean[row] : 0)) / (p * x + q - 1);
  }
  return found;
}

double log_likelihood(const spend_parameters& of, const spend_rows& rows, const any_executor& host) {
  require_spend(of);
  return spend_likelihood(of.values, count_spend(rows).cells, host).value;
}

}  // namespace sojourn::inline v0_1
