#include <algorithm>
#include <cmath>
#include <utility>

#include "detail/draw_stream.hpp"
#include "lifetime/odp_steps.hpp"
#include "sojourn/domain/error.hpp"
#include "sojourn/lifetime/odp.hpp"

namespace sojourn::inline v0_1 {
namespace {

/// Residuals with a variance of phi, those that are 0 by construction left out, around a mean of 0.
std::vector<double> residual_pool(const odp_fit& fit) {
  constexpr double by_construction = 1 - 1e-9;
  std::vector<double> pool;
  double sum = 0;
  for (std::size_t i = 0; i < fit.residuals.size(); ++i) {
    for (std::size_t k = 0; k < fit.residuals[i].size(); ++k) {
      if (!(fit.fitted[i][k] > 0) || fit.leverage[i][k] >= by_construction) continue;
      pool.push_back(fit.residuals[i][k] / std::sqrt(1 - fit.leverage[i][k]));
      sum += pool.back();
    }
  }
  for (double& residual : pool) residual -= sum / static_cast<double>(pool.size());
  return pool;
}

/// One replicate: what each cohort adds, or nothing where a factor cannot be taken.
std::vector<double> replicate_of(const odp_fit& fit, const std::vector<double>& pool, detail::draw_stream draw,
                                 std::optional<std::size_t> periods) {
  const std::size_t cohorts = fit.fitted.size();
  std::vector<std::vector<double>> rows(cohorts);
  for (std::size_t i = 0; i < cohorts; ++i) {
    double value = 0;
    for (const double m : fit.fitted[i]) {
      if (m > 0) value += m + std::sqrt(m) * pool[draw.below(pool.size())];
      rows[i].push_back(value);
    }
  }
  const auto factors =
      detail::odp_factors(cohorts, fit.triangle.ages(), [&](std::size_t i) { return std::span<const double>(rows[i]); });
  std::vector<double> added(cohorts);
  for (std::size_t i = 0; i < cohorts; ++i) {
    double value = rows[i].back();
    const std::size_t from = rows[i].size() - 1;
    const std::size_t until = detail::last_step(from, factors.size(), periods);
    for (std::size_t k = from; k < until; ++k) {
      const double m = value * (factors[k] - 1);
      if (std::isnan(m)) return {};
      value += m;
      added[i] += std::copysign(draw.gamma(std::abs(m), fit.phi * std::abs(m)), m);
    }
  }
  return added;
}

}  // namespace

odp_draws bootstrap_odp(const odp_fit& fit, const bootstrap_plan& plan, std::optional<std::size_t> periods,
                        const bulk_draws& bulk) {
  if (plan.replicates < 0) throw schema_error("the number of replicates cannot be negative");
  if (std::isnan(fit.phi))
    throw schema_error("chain_ladder: as many parameters as cells leave no spread to draw from; give more ages or cohorts");
  const std::vector<double> pool = residual_pool(fit);
  std::vector<std::vector<double>> replicates(static_cast<std::size_t>(plan.replicates));
  bulk(replicates.size(), [&](std::size_t replicate) {
    replicates[replicate] = replicate_of(fit, pool, detail::draw_stream(plan.seed, replicate), periods);
  });
  odp_draws draws;
  draws.cohorts.resize(fit.fitted.size());
  for (const std::vector<double>& added : replicates) {
    if (added.empty()) {
      ++draws.refused;
      continue;
    }
    double total = 0;
    for (std::size_t i = 0; i < added.size(); ++i) {
      draws.cohorts[i].push_back(added[i]);
      total += added[i];
    }
    draws.total.push_back(total);
  }
  return draws;
}

}  // namespace sojourn::inline v0_1
