#include "sojourn/lifetime/chain_ladder.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "detail/nan.hpp"
#include "sojourn/domain/error.hpp"
#include "sojourn/stats/total_variance.hpp"

namespace sojourn::inline v0_1 {
namespace {

double squared(double x) {
  return x * x;
}

development_step estimated_step(const age_triangle& triangle, std::size_t age) {
  development_step step;
  double before = 0, after = 0;
  for (std::size_t i = 0; i < triangle.cohorts(); ++i) {
    const auto row = triangle.row(i);
    if (row.size() <= age + 1) continue;
    if (row[age] == 0) {
      ++step.zero_starts;
      continue;
    }
    ++step.ratios;
    before += row[age];
    after += row[age + 1];
  }
  if (step.ratios == 0) return step;
  step.factor = after / before;
  if (step.ratios < 2) return step;
  double spread = 0;
  for (std::size_t i = 0; i < triangle.cohorts(); ++i) {
    const auto row = triangle.row(i);
    if (row.size() > age + 1 && row[age] > 0) spread += row[age] * squared(row[age + 1] / row[age] - step.factor);
  }
  step.sigma = std::sqrt(spread / static_cast<double>(step.ratios - 1));
  step.standard_error = step.sigma / std::sqrt(before);
  step.source = sigma_source::estimated;
  return step;
}

/// Money at the start of the cohorts in the factor: what its standard error divides by.
double volume(const age_triangle& triangle, std::size_t age) {
  double sum = 0;
  for (std::size_t i = 0; i < triangle.cohorts(); ++i) {
    const auto row = triangle.row(i);
    if (row.size() > age + 1) sum += row[age];
  }
  return sum;
}

/// Mack's rule needs the two sigmas before; they may come from the rule themselves.
double mack_sigma(const std::vector<development_step>& steps, std::size_t age) {
  if (age < 2) return detail::nan;
  const double before = squared(steps[age - 1].sigma), earlier = squared(steps[age - 2].sigma);
  if (std::isnan(before) || std::isnan(earlier)) return detail::nan;
  if (earlier == 0) return 0;
  return std::sqrt(std::min({squared(before) / earlier, earlier, before}));
}

/// The line through log sigma of the steps that have one above 0.
double loglinear_sigma(const std::vector<development_step>& steps, std::size_t age) {
  double n = 0, x = 0, y = 0, xx = 0, xy = 0;
  for (std::size_t k = 0; k < steps.size(); ++k) {
    if (steps[k].source != sigma_source::estimated || !(steps[k].sigma > 0)) continue;
    const auto at = static_cast<double>(k);
    n += 1, x += at, y += std::log(steps[k].sigma), xx += at * at, xy += at * std::log(steps[k].sigma);
  }
  if (n < 2) return detail::nan;
  const double slope = (n * xy - x * y) / (n * xx - x * x);
  return std::exp((y - slope * x) / n + slope * static_cast<double>(age));
}

void extrapolate_sigmas(chain_ladder_fit& fit) {
  std::vector<development_step>& steps = fit.steps;
  const bool mack = fit.options.sigma == last_sigma_rule::mack;
  for (std::size_t age = 0; age < steps.size(); ++age) {
    development_step& step = steps[age];
    if (step.ratios != 1) continue;
    step.sigma = mack ? mack_sigma(steps, age) : loglinear_sigma(steps, age);
    if (std::isnan(step.sigma)) continue;
    step.standard_error = step.sigma / std::sqrt(volume(fit.triangle, age));
    step.source = mack ? sigma_source::mack : sigma_source::loglinear;
  }
}

development_step tail_step(const tail_factor& tail) {
  const auto valid = [](double x) { return x >= 0 && std::isfinite(x); };
  if (!valid(tail.factor)) throw schema_error("chain_ladder: the tail's factor is a number of 0 or more");
  if (tail.sigma.has_value() != tail.standard_error.has_value())
    throw schema_error("chain_ladder: a tail has a sigma and a standard error (se), or neither and is taken as known");
  if (tail.sigma && !(valid(*tail.sigma) && valid(*tail.standard_error)))
    throw schema_error("chain_ladder: the tail's sigma and standard error (se) are numbers of 0 or more");
  return {.factor = tail.factor,
          .sigma = tail.sigma.value_or(0),
          .standard_error = tail.standard_error.value_or(0),
          .source = tail.sigma ? sigma_source::given : sigma_source::taken_as_known};
}

/// Walks one cohort through the steps, and leaves its loading on each shared factor.
projected_value walk(const std::vector<development_step>& steps, double latest, std::size_t from, std::size_t until,
                     std::vector<double>& loadings) {
  projected_value moved{.latest = latest};
  double value = latest, process = 0;
  std::fill(loadings.begin(), loadings.end(), 0.0);
  for (std::size_t k = from; k < until; ++k) {
    const development_step& step = steps[k];
    if (std::isnan(step.factor)) moved.gap = projection_gap::no_factor;
    if (std::isnan(step.sigma) && moved.gap == projection_gap::none) moved.gap = projection_gap::no_sigma;
    process = value * squared(step.sigma) + process * squared(step.factor);
    for (std::size_t earlier = from; earlier < k; ++earlier) loadings[earlier] *= step.factor;
    loadings[k] = value * step.standard_error;
    value *= step.factor;
  }
  double parameter = 0;
  for (std::size_t k = from; k < until; ++k) parameter += squared(loadings[k]);
  moved.value = value;
  moved.process_se = std::sqrt(process);
  moved.parameter_se = std::sqrt(parameter);
  moved.standard_error = std::sqrt(process + parameter);
  return moved;
}

}  // namespace

chain_ladder_fit fit_chain_ladder(age_triangle triangle, const chain_ladder_options& options) {
  if (triangle.cohorts() == 0) throw schema_error("chain_ladder: the triangle has no cohorts");
  chain_ladder_fit fit{.triangle = std::move(triangle), .options = options};
  for (std::size_t age = 0; age + 1 < fit.triangle.ages(); ++age) fit.steps.push_back(estimated_step(fit.triangle, age));
  extrapolate_sigmas(fit);
  if (options.tail) fit.steps.push_back(tail_step(*options.tail));
  return fit;
}

triangle_projection project(const chain_ladder_fit& fit, std::optional<std::size_t> periods) {
  triangle_projection found;
  std::vector<uncertain_part> parts;
  parts.reserve(fit.triangle.cohorts());
  for (std::size_t i = 0; i < fit.triangle.cohorts(); ++i) {
    const std::size_t from = fit.triangle.row(i).size() - 1;
    const std::size_t until =
        periods ? std::min(fit.steps.size(), from + std::min(*periods, fit.steps.size())) : fit.steps.size();
    uncertain_part& part = parts.emplace_back(uncertain_part{.loadings = std::vector<double>(fit.steps.size())});
    const projected_value one = walk(fit.steps, fit.triangle.latest(i), from, until, part.loadings);
    part.mean = one.value;
    part.process_variance = squared(one.process_se);
    found.total.latest += one.latest;
    if (found.total.gap != projection_gap::no_factor && one.gap != projection_gap::none) found.total.gap = one.gap;
    found.cohorts.push_back(one);
  }
  const total_variance total = sum_of_parts(parts);
  found.total.value = total.mean;
  found.total.process_se = std::sqrt(total.process_variance);
  found.total.parameter_se = std::sqrt(total.parameter_variance);
  found.total.standard_error = std::sqrt(total.variance());
  return found;
}

}  // namespace sojourn::inline v0_1
