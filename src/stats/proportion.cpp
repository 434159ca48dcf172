#include "sojourn/stats/proportion.hpp"

#include <algorithm>
#include <boost/math/distributions/beta.hpp>
#include <cmath>
#include <string>

#include "sojourn/detail/body.hpp"

namespace sojourn::inline v0_1 {
namespace {

struct proportion_limits {
  double low;
  double high;
};

double beta_quantile(double a, double b, double p) {
  return boost::math::quantile(boost::math::beta_distribution<>(a, b), p);
}

proportion_limits wilson(double x, double n, double z) {
  const double p = x / n;
  const double centre = (p + z * z / (2 * n)) / (1 + z * z / n);
  const double half = z / (1 + z * z / n) * std::sqrt(p * (1 - p) / n + z * z / (4 * n * n));
  // At the ends the algebra gives exactly 0 and 1; rounding must not show a stray 1e-17.
  return {x == 0 ? 0.0 : std::max(0.0, centre - half), x == n ? 1.0 : std::min(1.0, centre + half)};
}

proportion_limits clopper_pearson(double x, double n, double tail) {
  return {x == 0 ? 0.0 : beta_quantile(x, n - x + 1, tail), x == n ? 1.0 : beta_quantile(x + 1, n - x, 1 - tail)};
}

proportion_limits jeffreys(double x, double n, double tail) {
  return {beta_quantile(x + 0.5, n - x + 0.5, tail), beta_quantile(x + 0.5, n - x + 0.5, 1 - tail)};
}

proportion_limits wald_limits(double x, double n, double z) {
  const double p = x / n;
  const double half = z * std::sqrt(p * (1 - p) / n);
  return {p - half, p + half};
}

interval_method name_of(proportion_interval kind) {
  switch (kind) {
    case proportion_interval::wilson:
      return interval_method::wilson;
    case proportion_interval::clopper_pearson:
      return interval_method::clopper_pearson;
    case proportion_interval::jeffreys:
      return interval_method::jeffreys;
    case proportion_interval::wald:
      return interval_method::wald;
  }
  return interval_method::none;
}

constexpr metric_label share_label{"proportion", "share"};

estimate interval_of(double x, double total, std::int64_t n, proportion_options options) {
  const double tail = (1 - options.level.value()) / 2;
  proportion_limits found{};
  switch (options.interval) {
    case proportion_interval::wilson:
      found = wilson(x, total, options.level.normal_quantile());
      break;
    case proportion_interval::clopper_pearson:
      found = clopper_pearson(x, total, tail);
      break;
    case proportion_interval::jeffreys:
      found = jeffreys(x, total, tail);
      break;
    case proportion_interval::wald:
      found = wald_limits(x, total, options.level.normal_quantile());
      break;
  }
  estimate share;
  share.value = x / total;
  share.low = found.low;
  share.high = found.high;
  share.level = options.level.value();
  share.n = n;
  share.method = name_of(options.interval);
  return share.as(share_label);
}

}  // namespace

SOJOURN_BODY estimate proportion(std::int64_t successes, std::int64_t n, proportion_options options) {
  if (successes < 0 || n < successes) {
    throw schema_error("proportion: " + std::to_string(successes) + " of " + std::to_string(n) +
                       " is not a share; 0 <= successes <= n is needed");
  }
  if (n == 0) return undefined_estimate(undefined_reason::no_observations, options.level).as(share_label);
  return interval_of(static_cast<double>(successes), static_cast<double>(n), n, options);
}

SOJOURN_BODY estimate weighted_proportion(double share, double effective_n, std::int64_t n, proportion_options options) {
  if (!(share >= 0 && share <= 1 && effective_n >= 0))
    throw schema_error("weighted_proportion: a share in [0, 1] of n >= 0 is needed");
  if (effective_n == 0) return undefined_estimate(undefined_reason::no_observations, options.level, n).as(share_label);
  return interval_of(share == 1 ? effective_n : share * effective_n, effective_n, n, options);
}

SOJOURN_BODY estimate compare_proportions(std::int64_t successes1, std::int64_t n1, std::int64_t successes2, std::int64_t n2,
                                          confidence_level level) {
  const estimate a = proportion(successes1, n1, {level, proportion_interval::wilson});
  const estimate b = proportion(successes2, n2, {level, proportion_interval::wilson});
  return compare_proportions(a, b);
}

SOJOURN_BODY estimate compare_proportions(const estimate& a, const estimate& b) {
  if (!a.defined() || !b.defined())
    return undefined_estimate(undefined_reason::no_observations, confidence_level(a.level), a.n + b.n)
        .as({"rate_difference", a.unit});
  estimate difference;
  difference.value = a.value - b.value;
  difference.low = difference.value - std::hypot(a.value - a.low, b.high - b.value);
  difference.high = difference.value + std::hypot(a.high - a.value, b.value - b.low);
  difference.level = a.level;
  difference.n = a.n + b.n;
  difference.method = interval_method::score;
  return difference.as({"rate_difference", a.unit});
}

}  // namespace sojourn::inline v0_1
