#include "sojourn/lifetime/survivors_ahead.hpp"

#include <algorithm>
#include <cmath>
#include <tuple>
#include <utility>

#include "lifetime/decay_families.hpp"
#include "sojourn/domain/error.hpp"
#include "sojourn/stats/beta_binomial.hpp"

namespace sojourn::inline v0_1 {
namespace {

/// The probability of staying from renewal `after` on for `ahead` more, and the variance of its estimate.
struct staying {
  double p = 1;
  double variance = 0;
};

double share_left(const decay_fit& fit, std::int64_t after, std::int64_t ahead) {
  const double now = survival(fit, after);
  return now > 0 ? survival(fit, after + ahead) / now : 0;
}

/// A millionth of the parameter, or less where its range ends.
double slope_step(decay_family family, const std::vector<double>& at, std::size_t which) {
  const double value = at[which];
  double step = 1e-6 * std::max(std::abs(value), 1e-3);
  const detail::parameter_range range = detail::parameters_of(family).ranges[which];
  if (range != detail::parameter_range::any) step = std::min(step, value / 2);
  if (range == detail::parameter_range::share) step = std::min(step, (1 - value) / 2);
  if (family == decay_family::two_segment && which > 0) step = std::min(step, (at[2] - at[1]) / 2);
  return step;
}

/// The delta method, with slopes from small steps of each parameter.
staying stays(const decay_fit& fit, std::int64_t after, std::int64_t ahead) {
  staying found{.p = share_left(fit, after, ahead)};
  std::vector<double> at;
  for (const decay_parameter& one : parameters(fit)) at.push_back(one.value);
  if (fit.covariance.size() != at.size() * at.size()) return found;  // stated parameters have no uncertainty
  std::vector<double> slope;
  for (std::size_t k = 0; k < at.size(); ++k) {
    const double value = at[k], step = slope_step(family_of(fit), at, k);
    if (!(step > 0)) {  // at the end of its range it has no variance
      slope.push_back(0);
      continue;
    }
    at[k] = value + step;
    const double above = share_left(decay_of(family_of(fit), at), after, ahead);
    at[k] = value - step;
    const double below = share_left(decay_of(family_of(fit), at), after, ahead);
    at[k] = value;
    slope.push_back((above - below) / (2 * step));
  }
  for (std::size_t i = 0; i < slope.size(); ++i) {
    for (std::size_t j = 0; j < slope.size(); ++j)
      found.variance += slope[i] * slope[j] * fit.covariance[i * slope.size() + j];
  }
  found.variance = std::max(0.0, found.variance);
  return found;
}

std::pair<std::int64_t, std::int64_t> limits_of(std::int64_t n, double p, double variance, confidence_level level) {
  const double chance = p * (1 - p);
  const double shared = n > 1 && chance > 0 ? static_cast<double>(n) * variance / (chance * static_cast<double>(n - 1)) : 0;
  if (!(shared > 0)) return count_limits(binomial(n, p), level);
  const double sum = 1 / std::min(shared, 0.999) - 1;
  return count_limits(beta_binomial(n, p * sum, (1 - p) * sum), level);
}

}  // namespace

std::vector<expected_survivors> survivors_ahead(const decay_fit& fit, std::int64_t accounts, std::int64_t after,
                                                std::int64_t periods, confidence_level level) {
  if (accounts < 0 || after < 0 || periods < 0)
    throw schema_error("survivors_ahead: accounts, renewals so far and renewals ahead are 0 or more");
  std::vector<expected_survivors> found;
  for (std::int64_t ahead = 1; ahead <= periods; ++ahead) {
    expected_survivors row{.ahead = ahead, .high = accounts};
    if (fit.usable()) {
      const staying one = stays(fit, after, ahead);
      const auto n = static_cast<double>(accounts);
      row.mean = n * one.p;
      row.process_sd = std::sqrt(n * one.p * (1 - one.p));
      row.parameter_sd = n * std::sqrt(one.variance);
      std::tie(row.low, row.high) = limits_of(accounts, one.p, one.variance, level);
    }
    found.push_back(row);
  }
  return found;
}

}  // namespace sojourn::inline v0_1
