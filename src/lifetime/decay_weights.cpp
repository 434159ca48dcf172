#include "lifetime/decay_weights.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <variant>

#include "lifetime/decay_curve_fit.hpp"

namespace sojourn::inline v0_1 {
namespace detail {

decay_state state_of(std::span<const decay_cell> cells, std::span<const std::int64_t> accounts,
                     std::span<const std::int64_t> units) {
  std::int32_t last = 0;
  for (const decay_cell& cell : cells) last = std::max(last, cell.t);
  decay_state state;
  state.periods.resize(static_cast<std::size_t>(last));
  // Changes of the number at risk, summed up in the end; a renewal is not faced by those who enter after it.
  std::vector<std::int64_t> change(static_cast<std::size_t>(last) + 1);
  for (std::size_t i = 0; i < cells.size(); ++i) {
    std::int64_t worth = 0;
    if (__builtin_mul_overflow(accounts[i], units[i], &worth)) throw overflow_error("decay: a count leaves 64 bits");
    if (worth == 0 || cells[i].t == 0) continue;
    change[static_cast<std::size_t>(cells[i].entry)] += worth;
    change[static_cast<std::size_t>(cells[i].t)] -= worth;
    if (cells[i].left) state.periods[static_cast<std::size_t>(cells[i].t) - 1].lost += worth;
  }
  std::int64_t at_risk = 0;
  for (std::size_t k = 0; k < state.periods.size(); ++k) {
    at_risk += change[k];
    state.periods[k].renewed = at_risk - state.periods[k].lost;
  }
  while (!state.periods.empty() && state.periods.back() == decay_period{}) state.periods.pop_back();
  return state;
}

std::vector<std::int64_t> weight_units(const decay_sample& sample) {
  std::vector<std::int64_t> units(sample.cells.size(), 1);
  if (!sample.weighted) return units;
  double largest = 0;
  std::uint32_t cohorts = 0;  // a draw may be of the largest cohort each time
  for (const decay_cell& cell : sample.cells) {
    largest = std::max(largest, cell.weight);
    cohorts = std::max(cohorts, cell.cohort);
  }
  const auto accounts = static_cast<std::uint64_t>(std::max<std::int64_t>(sample.accounts(), 1));
  const int bits = std::clamp(58 - static_cast<int>(std::bit_width(accounts) + std::bit_width(cohorts)), 1, 40);
  for (std::size_t i = 0; i < units.size(); ++i) units[i] = std::llround(std::ldexp(sample.cells[i].weight / largest, bits));
  return units;
}

namespace {

/// The slope of the log-likelihood of one account by the coordinates.
class account_slopes {
 public:
  account_slopes(const decay_curve& model, std::size_t renewals) {
    const decay_coordinates at = coordinates_of(model);
    std::array<curve_jet, 3> x{};
    const std::size_t count = parameters_of(model.family).names.size();
    for (std::size_t i = 0; i < 3; ++i) x[i] = i < count ? curve_jet::variable(at[i], i) : curve_jet(at[i]);
    log_survival_.reserve(renewals + 1);
    log_survival_.emplace_back(0.0);
    for (std::size_t t = 1; t <= renewals; ++t)
      log_survival_.push_back(log_survival_at<curve_jet>(model.family, x, static_cast<double>(t)));
  }
  [[nodiscard]] std::array<double, 3> of(const decay_cell& cell) const {
    const auto t = static_cast<std::size_t>(cell.t);
    curve_jet found = log_survival_[t] - log_survival_[static_cast<std::size_t>(cell.entry)];
    if (cell.left) {
      const curve_jet before = log_survival_[t - 1];
      found = before - log_survival_[static_cast<std::size_t>(cell.entry)] + log_one_minus_exp(log_survival_[t] - before);
    }
    return found.slope;
  }

 private:
  std::vector<curve_jet> log_survival_;
};

}  // namespace

std::vector<double> robust_covariance(const decay_sample& sample, std::span<const std::int64_t> units,
                                      const decay_fit& fit) {
  const decay_curve model = curve_of(fit);
  const std::vector<double>& bread = fit.covariance;
  const family_parameters shape = parameters_of(model.family);
  const std::size_t n = shape.names.size();
  std::size_t last = 0;
  for (const decay_cell& cell : sample.cells) last = std::max(last, static_cast<std::size_t>(cell.t));
  const account_slopes slopes(model, last);
  std::vector<double> meat(n * n);
  for (std::size_t k = 0; k < sample.cells.size(); ++k) {
    const decay_cell& cell = sample.cells[k];
    if (cell.t == 0) continue;
    std::array<double, 3> slope = slopes.of(cell);
    for (std::size_t i = 0; i < n; ++i) slope[i] /= stretch(shape.ranges[i], model.parameters[i]);
    const double unit = static_cast<double>(units[k]), square = unit * unit * static_cast<double>(cell.accounts);
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t j = 0; j < n; ++j) meat[i * n + j] += square * slope[i] * slope[j];
    }
  }
  const auto product = [n](const std::vector<double>& a, const std::vector<double>& b) {
    std::vector<double> c(n * n);
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t j = 0; j < n; ++j) {
        for (std::size_t k = 0; k < n; ++k) c[i * n + j] += a[i * n + k] * b[k * n + j];
      }
    }
    return c;
  };
  return product(product(bread, meat), bread);
}

}  // namespace detail

}  // namespace sojourn::inline v0_1
