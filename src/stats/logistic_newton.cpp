#include "stats/logistic_newton.hpp"

#include <Eigen/Cholesky>
#include <algorithm>
#include <cmath>
#include <functional>
#include <span>
#include <utility>

namespace sojourn::inline v0_1::detail {
namespace {

using vector = Eigen::VectorXd;
using matrix = Eigen::MatrixXd;

/// Below this many rows nothing is forked: a join would cost more.
constexpr std::size_t rows_worth_forking = 1u << 16;

logistic_sums total(const logistic_data& data, std::span<const double> theta, bulk_ref bulk) {
  const std::size_t rows = data.rows, blocks = (rows + rows_per_block - 1) / rows_per_block;
  std::vector<logistic_sums> parts(blocks);
  const std::function<void(std::size_t)> work = [&](std::size_t b) {
    const std::size_t first = b * rows_per_block;
    parts[b] = block_sums(data, theta, first, std::min(rows, first + rows_per_block));
  };
  if (rows < rows_worth_forking) {
    for (std::size_t b = 0; b < blocks; ++b) work(b);
  } else {
    bulk(blocks, work);
  }
  logistic_sums all(theta.size());
  for (const logistic_sums& part : parts) {
    for (std::size_t i = 0; i < all.values.size(); ++i) all.values[i] += part.values[i];
  }
  return all;
}

bool bounded(const logistic_problem& problem, Eigen::Index term) {
  return term > 0 && problem.signs == coefficient_signs::not_negative;
}

/// A free term has no slope, one at its bound does not want to come back.
double residual_of(const logistic_problem& problem, const logistic_objective& at, const vector& theta) {
  double worst = 0;
  for (Eigen::Index k = 0; k < theta.size(); ++k) {
    if (problem.fixed[static_cast<std::size_t>(k)]) continue;
    const bool bound = bounded(problem, k) && theta[k] == 0;
    worst = std::max(worst, bound ? -at.gradient[k] : std::abs(at.gradient[k]));
  }
  return worst;
}

std::vector<Eigen::Index> free_terms(const logistic_problem& problem, const logistic_optimum& now) {
  std::vector<Eigen::Index> terms;
  for (Eigen::Index k = 0; k < now.theta.size(); ++k) {
    const bool held = bounded(problem, k) && now.theta[k] <= 0 && now.at.gradient[k] > 0;
    if (!problem.fixed[static_cast<std::size_t>(k)] && !held) terms.push_back(k);
  }
  return terms;
}

/// The Newton step of the free terms; the others stay.
vector newton_step(logistic_optimum& now, const std::vector<Eigen::Index>& free) {
  const auto n = static_cast<Eigen::Index>(free.size());
  matrix h(n, n);
  vector g(n);
  for (Eigen::Index a = 0; a < n; ++a) {
    g[a] = now.at.gradient[free[static_cast<std::size_t>(a)]];
    for (Eigen::Index b = 0; b < n; ++b)
      h(a, b) = now.at.curvature(free[static_cast<std::size_t>(a)], free[static_cast<std::size_t>(b)]);
  }
  const Eigen::LDLT<matrix> solver(h);
  now.identified = solver.vectorD().size() == 0 || solver.vectorD().minCoeff() > 1e-10;
  if (!now.identified) h.diagonal().array() += 1e-10;
  const vector part = now.identified ? vector(solver.solve(g)) : vector(Eigen::LDLT<matrix>(h).solve(g));
  vector step = vector::Zero(now.theta.size());
  for (Eigen::Index a = 0; a < n; ++a) step[free[static_cast<std::size_t>(a)]] = part[a];
  return step;
}

vector projected(const logistic_problem& problem, const vector& theta, const vector& step, double share) {
  vector next = theta - share * step;
  for (Eigen::Index k = 1; k < next.size(); ++k) {
    if (bounded(problem, k)) next[k] = std::max(0.0, next[k]);
  }
  return next;
}

}  // namespace

logistic_objective logistic_at(const logistic_problem& problem, const vector& theta, bulk_ref bulk) {
  const auto terms = theta.size();
  const logistic_sums sums = total(problem.data, {theta.data(), static_cast<std::size_t>(terms)}, bulk);
  logistic_objective at{0, sums.loss(), vector(terms), matrix(terms, terms)};
  const double* h = sums.curvature(static_cast<std::size_t>(terms));
  for (Eigen::Index a = 0; a < terms; ++a) {
    at.gradient[a] = sums.gradient()[a];
    for (Eigen::Index b = 0; b <= a; ++b) at.curvature(a, b) = at.curvature(b, a) = *h++;
  }
  double pulled = 0;
  for (Eigen::Index k = 1; k < terms; ++k) {
    const double off = theta[k] - problem.pull.target[k];
    pulled += problem.pull.ridge[k] / 2 * off * off;
    at.gradient[k] += problem.pull.ridge[k] * off;
    at.curvature(k, k) += problem.pull.ridge[k];
  }
  at.value = (at.loss + pulled) / problem.scale;
  at.gradient /= problem.scale;
  at.curvature /= problem.scale;
  return at;
}

logistic_optimum logistic_minimum(const logistic_problem& problem, vector start, bulk_ref bulk) {
  constexpr double enough = 1e-15;
  logistic_optimum now;
  now.theta = std::move(start);
  now.at = logistic_at(problem, now.theta, bulk);
  now.last_step = vector::Zero(now.theta.size());
  now.residual = residual_of(problem, now.at, now.theta);
  while (now.steps < problem.max_steps && now.residual > enough) {
    const vector step = newton_step(now, free_terms(problem, now));
    double share = 1;
    vector next = projected(problem, now.theta, step, share);
    logistic_objective there = logistic_at(problem, next, bulk);
    // Near the optimum the value is flat to the last bit, so there the residual decides.
    const auto better = [&] {
      return there.value < now.at.value ||
             (now.residual < logistic_optimum::required && residual_of(problem, there, next) < now.residual);
    };
    for (int halvings = 0; !better() && now.residual >= logistic_optimum::required && halvings < 50; ++halvings) {
      share /= 2;
      next = projected(problem, now.theta, step, share);
      there = logistic_at(problem, next, bulk);
    }
    const double before = now.residual;
    if (!better()) break;
    now.last_step = next - now.theta;
    now.theta = std::move(next);
    now.at = std::move(there);
    now.residual = residual_of(problem, now.at, now.theta);
    ++now.steps;
    if (before < logistic_optimum::required && now.residual > before / 2) break;
  }
  return now;
}

}  // namespace sojourn::inline v0_1::detail
