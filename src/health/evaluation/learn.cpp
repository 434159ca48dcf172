#include "sojourn/health/evaluation/learn.hpp"

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <utility>

#include "detail/number_text.hpp"
#include "sojourn/domain/words.hpp"
#include "stats/logistic_newton.hpp"

namespace sojourn::inline v0_1::health {
namespace {

using sojourn::detail::bulk_ref;
using sojourn::detail::coefficient_signs;
using sojourn::detail::logistic_data;
using sojourn::detail::logistic_optimum;
using sojourn::detail::logistic_problem;
using vector = Eigen::VectorXd;

/// Signals enter with a minus: a healthier one may only take risk away.
logistic_data data_of(std::span<const double> signals, std::size_t rows, std::span<const std::uint8_t> left,
                      std::span<const double> weight, std::vector<double> fill) {
  const std::size_t count = fill.size();
  return {signals, rows, left, weight, std::move(fill), std::vector<double>(count, 0.0), std::vector<double>(count, -1.0)};
}

/// The maximum with no coefficient below 0, pulled by `ridge` towards `target`, some terms fixed at their start.
logistic_optimum fit_weights(const logistic_data& data, double ridge, vector target, std::vector<bool> fixed, double scale,
                             vector start, int max_steps, bulk_ref bulk) {
  const vector ridges = vector::Constant(start.size(), ridge);
  const logistic_problem problem{
      data, {ridges, std::move(target)}, std::move(fixed), coefficient_signs::not_negative, scale, max_steps};
  return logistic_minimum(problem, std::move(start), bulk);
}

void require_sense(signal_matrix s, std::size_t rows, std::span<const double> case_weight, const learn_options& options) {
  if (s.values.size() != s.rows * s.signals) throw schema_error("the signal matrix does not hold rows x signals values");
  if (s.rows != rows)
    throw schema_error("there are " + std::to_string(s.rows) + " rows of signals and " + std::to_string(rows) + " outcomes");
  if (!case_weight.empty() && case_weight.size() != rows) throw schema_error("case weights and outcomes differ in length");
  if (!(options.ridge >= 0) || std::isinf(options.ridge)) throw schema_error("the ridge must be 0 or a positive number");
  if (!options.expert.empty() && options.expert.size() != s.signals) throw schema_error("give one expert weight per signal");
  for (const double w : options.expert) {
    if (!(w >= 0) || std::isinf(w)) throw schema_error("expert weights are 0 or positive");
  }
  if (options.expert_slope && !(*options.expert_slope >= 0)) throw schema_error("the expert slope is 0 or positive");
  if (options.max_steps < 1) throw schema_error("at least one step is needed");
  for (std::size_t i = 0; i < s.values.size(); ++i) {
    if (s.values[i] < 0 || s.values[i] > 1) {
      throw data_error({"signal " + std::to_string(i / s.rows), i % s.rows, sojourn::detail::number_text(s.values[i]),
                        "a normalised signal lies in [0, 1]", "normalise it by a scorecard"});
    }
  }
}

/// Which rows are used, with what weight, and what is known of each signal among them.
struct prepared {
  std::vector<double> weight;
  std::vector<std::uint8_t> left;
  std::vector<double> fill;
  std::vector<bool> constant;  ///< intercept first
  double scale = 0;
};

bool complete(signal_matrix s, std::size_t row) {
  for (std::size_t k = 0; k < s.signals; ++k) {
    if (std::isnan(s.values[k * s.rows + row])) return false;
  }
  return true;
}

void choose_rows(prepared& p, signal_matrix s, const column<std::uint8_t>& left, std::span<const double> case_weight,
                 missing_signal missing, learned_weights& result) {
  p.weight.assign(s.rows, 0.0);
  p.left.assign(s.rows, 0);
  for (std::size_t row = 0; row < s.rows; ++row) {
    if (!left.present(row)) {
      ++result.unlabelled;
      continue;
    }
    if (left[row] > 1)
      throw data_error({left.name_or("left"), row, std::to_string(left[row]), "an outcome is 0 (stayed) or 1 (left)", ""});
    if (missing == missing_signal::leave_out_account && !complete(s, row)) {
      ++result.incomplete;
      continue;
    }
    const double weight = case_weight.empty() ? 1.0 : case_weight[row];
    if (!(weight >= 0) || std::isinf(weight))
      throw data_error({"case_weight", row, sojourn::detail::number_text(weight), "a weight is 0 or a positive number", ""});
    p.weight[row] = weight;
    p.left[row] = left[row];
    p.scale += weight;
    if (weight > 0) ++result.rows;
    if (weight > 0) result.events += left[row];
  }
}

/// Below this many rows nothing is forked.
constexpr std::size_t rows_worth_a_fork = 1u << 16;

/// Task 0 .. n - 1, by as many threads as there are where there are rows for them.
template <class Task>
void run_tasks(std::size_t rows, std::size_t n, bulk_ref bulk, const Task& task) {
  if (rows >= rows_worth_a_fork) return bulk(n, task);
  for (std::size_t i = 0; i < n; ++i) task(i);
}

struct signal_range {
  double sum = 0, weight = 0, low = 2, high = -1;
  std::int64_t missing = 0;
};

signal_range range_of_signal(const prepared& p, signal_matrix s, std::size_t k) {
  signal_range found;
  for (std::size_t row = 0; row < s.rows; ++row) {
    const double value = s.values[k * s.rows + row];
    if (p.weight[row] == 0) continue;
    if (std::isnan(value)) {
      ++found.missing;
      continue;
    }
    found.sum += p.weight[row] * value;
    found.weight += p.weight[row];
    found.low = std::min(found.low, value);
    found.high = std::max(found.high, value);
  }
  return found;
}

void describe_signals(prepared& p, signal_matrix s, learned_weights& result, bulk_ref bulk) {
  std::vector<signal_range> found(s.signals);
  run_tasks(s.rows, s.signals, bulk, [&](std::size_t k) { found[k] = range_of_signal(p, s, k); });
  p.constant.assign(s.signals + 1, false);
  for (std::size_t k = 0; k < s.signals; ++k) {
    result.signals[k].missing = found[k].missing;
    p.fill.push_back(found[k].weight > 0 ? found[k].sum / found[k].weight : 0.5);
    p.constant[k + 1] = !(found[k].low < found[k].high);
    if (p.constant[k + 1]) result.signals[k].role = signal_role::constant;
  }
}

vector start_at(const prepared& p, std::size_t terms, const learned_weights& counted) {
  vector start = vector::Zero(static_cast<Eigen::Index>(terms));
  double left = 0;
  for (std::size_t row = 0; row < p.weight.size(); ++row) left += p.weight[row] * p.left[row];
  if (counted.events > 0 && left > 0 && left < p.scale) start[0] = std::log(left / (p.scale - left));
  return start;
}

/// The coefficients the experts would have: their weights, as steep as their own score turns out to be.
vector expert_target(const prepared& p, signal_matrix s, const learn_options& options, const learned_weights& counted,
                     bulk_ref bulk) {
  vector target = vector::Zero(static_cast<Eigen::Index>(s.signals) + 1);
  double sum = 0;
  for (const double w : options.expert) sum += w;
  if (sum == 0 || options.ridge == 0) return target;
  double slope = options.expert_slope.value_or(0);
  if (!options.expert_slope) {
    std::vector<double> score(s.rows, 0.0);
    const std::size_t blocks = (s.rows + rows_worth_a_fork - 1) / rows_worth_a_fork;
    run_tasks(s.rows, blocks, bulk, [&](std::size_t block) {
      const std::size_t end = std::min(s.rows, (block + 1) * rows_worth_a_fork);
      for (std::size_t k = 0; k < s.signals; ++k) {
        for (std::size_t row = block * rows_worth_a_fork; row < end; ++row) {
          const double value = s.values[k * s.rows + row];
          score[row] += options.expert[k] / sum * (std::isnan(value) ? p.fill[k] : value);
        }
      }
    });
    const logistic_data one = data_of(score, s.rows, p.left, p.weight, {0.5});
    const logistic_optimum found =
        fit_weights(one, 0, vector::Zero(2), {false, false}, p.scale, start_at(p, 2, counted), options.max_steps, bulk);
    if (found.identified && found.residual < logistic_optimum::required) slope = found.theta[1];
  }
  for (std::size_t k = 0; k < s.signals; ++k) target[static_cast<Eigen::Index>(k) + 1] = slope * options.expert[k] / sum;
  return target;
}

void keep_expert_weights(learned_weights& result, const std::vector<double>& expert) {
  double sum = 0;
  for (const double w : expert) sum += w;
  for (std::size_t k = 0; k < result.signals.size(); ++k) {
    result.signals[k].coefficient = 0;
    result.signals[k].weight = sum > 0 ? expert[k] / sum : 1 / static_cast<double>(result.signals.size());
  }
}

learn_status refusal(const learned_weights& counted, const learn_options& options) {
  const std::int64_t fewer = std::min(counted.events, counted.rows - counted.events);
  if (fewer == 0) return learn_status::one_outcome_only;
  if (fewer < options.min_events && options.events == few_events::refuse) return learn_status::too_few_events;
  return learn_status::learned;
}

void write_fit(learned_weights& result, const logistic_optimum& found) {
  result.intercept = found.theta[0];
  result.log_likelihood = -found.at.loss;
  result.residual = found.residual;
  result.steps = found.steps;
  double sum = 0;
  int used = 0;
  for (std::size_t k = 0; k < result.signals.size(); ++k) {
    learned_signal& one = result.signals[k];
    one.coefficient = found.theta[static_cast<Eigen::Index>(k) + 1];
    sum += one.coefficient;
    used += one.coefficient > 0;
    if (one.coefficient == 0 && one.role != signal_role::constant) one.role = signal_role::held_at_zero;
  }
  const auto fewer = static_cast<double>(std::min(result.events, result.rows - result.events));
  result.events_per_weight = used > 0 ? fewer / used : fewer;
  for (learned_signal& one : result.signals) one.weight = sum > 0 ? one.coefficient / sum : 0;
  if (!found.identified)
    result.status = learn_status::not_identified;
  else if (!(found.residual < logistic_optimum::required))
    result.status = learn_status::not_converged;
  else if (sum == 0)
    result.status = learn_status::no_predictive_signal;
}

}  // namespace

std::string_view to_string(learn_status status) noexcept {
  return word_of(status);
}

double learned_weights::slope() const noexcept {
  double sum = 0;
  for (const learned_signal& one : signals) sum += one.coefficient;
  return sum;
}

learned_weights detail::learn(signal_matrix signals, const column<std::uint8_t>& left, std::span<const double> case_weight,
                              const learn_options& options, bulk_ref bulk) {
  require_sense(signals, left.size(), case_weight, options);
  learned_weights result;
  result.signals.resize(signals.signals);
  prepared p;
  choose_rows(p, signals, left, case_weight, options.missing, result);
  describe_signals(p, signals, result, bulk);
  result.status = refusal(result, options);
  if (result.status == learn_status::learned) {
    const logistic_data data = data_of(signals.values, signals.rows, p.left, p.weight, p.fill);
    write_fit(result, fit_weights(data, options.ridge, expert_target(p, signals, options, result, bulk), p.constant, p.scale,
                                  start_at(p, signals.signals + 1, result), options.max_steps, bulk));
  }
  if (result.status != learn_status::learned) keep_expert_weights(result, options.expert);
  return result;
}

}  // namespace sojourn::inline v0_1::health
