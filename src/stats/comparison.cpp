#include "sojourn/stats/comparison.hpp"

#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <cmath>
#include <string>
#include <vector>

#include "detail/nan.hpp"
#include "stats/special_functions.hpp"

namespace sojourn::inline v0_1 {
namespace {

using detail::nan;

constexpr std::int64_t most_accounts_for_barnard = 100'000;

double two_sided(double z) {
  return std::erfc(std::abs(z) / std::sqrt(2.0));
}
double normal_quantile(double p) {
  return boost::math::quantile(boost::math::normal{}, p);
}

struct table {
  std::int64_t x1, n1, x2, n2;
};

/// Difference over its deviation under a common share; 0 when nobody, or everybody, is in both groups.
double pooled_z(double x1, double n1, double x2, double n2) {
  const double common = (x1 + x2) / (n1 + n2);
  const double variance = common * (1 - common) * (1 / n1 + 1 / n2);
  return variance > 0 ? (x1 / n1 - x2 / n2) / std::sqrt(variance) : 0.0;
}
double pooled_z(const table& t) {
  return pooled_z(static_cast<double>(t.x1), static_cast<double>(t.n1), static_cast<double>(t.x2),
                  static_cast<double>(t.n2));
}

/// Tables as likely as this one count as extreme; rounding must not decide.
constexpr double tie = 1 + 1e-7;

double log_choose(std::int64_t n, std::int64_t k) {
  const auto log_factorial = [](std::int64_t i) { return detail::log_gamma(static_cast<double>(i) + 1); };
  return log_factorial(n) - log_factorial(k) - log_factorial(n - k);
}

double fisher(const table& t) {
  const std::int64_t marked = t.x1 + t.x2;
  const double all = log_choose(t.n1 + t.n2, marked);
  const auto chance = [&](std::int64_t x) { return std::exp(log_choose(t.n1, x) + log_choose(t.n2, marked - x) - all); };
  const double here = chance(t.x1);
  double sum = 0;
  for (std::int64_t x = std::max<std::int64_t>(0, marked - t.n2); x <= std::min(t.n1, marked); ++x) {
    if (const double one = chance(x); one <= here * tie) sum += one;
  }
  return std::min(1.0, sum);
}

/// Probabilities of 0 .. n successes, and what they add up to from the left.
struct binomial {
  std::vector<double> chance, below;  // below[k]: of fewer than k

  void at(double p, const std::vector<double>& log_choose) {
    const std::size_t n = log_choose.size() - 1;
    chance.resize(n + 1);
    below.assign(n + 2, 0.0);
    const double yes = std::log(p), no = std::log1p(-p);
    for (std::size_t k = 0; k <= n; ++k) {
      chance[k] = std::exp(log_choose[k] + static_cast<double>(k) * yes + static_cast<double>(n - k) * no);
      below[k + 1] = below[k] + chance[k];
    }
  }
};

std::vector<double> log_choose(std::int64_t n) {
  std::vector<double> all;
  for (std::int64_t k = 0; k <= n; ++k) all.push_back(log_choose(n, k));
  return all;
}

/// For each x1 the tables at least as extreme are x2 <= low or x2 >= high: the statistic falls as x2 grows.
struct extreme_rows {
  std::vector<std::int64_t> low, high;
};

extreme_rows extreme_tables(const table& t, double limit) {
  extreme_rows rows;
  const auto z = [&](std::int64_t x1, std::int64_t x2) { return pooled_z({x1, t.n1, x2, t.n2}); };
  for (std::int64_t x1 = 0; x1 <= t.n1; ++x1) {
    std::int64_t from = -1, to = t.n2;  // largest x2 with z >= limit; by halves
    while (from < to) {
      const std::int64_t middle = from + (to - from + 1) / 2;
      if (z(x1, middle) >= limit)
        from = middle;
      else
        to = middle - 1;
    }
    rows.low.push_back(from);
    from = 0, to = t.n2 + 1;  // smallest x2 with z <= -limit
    while (from < to) {
      const std::int64_t middle = from + (to - from) / 2;
      if (z(x1, middle) <= -limit)
        to = middle;
      else
        from = middle + 1;
    }
    rows.high.push_back(from);
  }
  return rows;
}

/// The largest probability of a table at least as extreme, over the unknown common share: a grid, then golden section at its
/// best.
double barnard(const table& t) {
  if (t.n1 + t.n2 > most_accounts_for_barnard) {
    throw schema_error("Barnard's test takes at most " + std::to_string(most_accounts_for_barnard) +
                       " accounts; the score test agrees with it there");
  }
  const double limit = std::abs(pooled_z(t));
  if (limit == 0) return 1;
  const extreme_rows rows = extreme_tables(t, limit / tie);
  const std::vector<double> choose1 = log_choose(t.n1), choose2 = log_choose(t.n2);
  binomial one, two;
  const auto chance = [&](double p) {
    one.at(p, choose1), two.at(p, choose2);
    double sum = 0;
    for (std::size_t x1 = 0; x1 < rows.low.size(); ++x1) {
      const auto low = static_cast<std::size_t>(rows.low[x1] + 1), high = static_cast<std::size_t>(rows.high[x1]);
      sum += one.chance[x1] * (two.below[low] + (two.below.back() - two.below[high]));
    }
    return sum;
  };
  constexpr int grid = 400;
  int best = 1;
  double highest = 0;
  for (int i = 1; i < grid; ++i) {
    if (const double here = chance(static_cast<double>(i) / grid); here > highest) highest = here, best = i;
  }
  double low = std::max(1e-12, static_cast<double>(best - 1) / grid),
         high = std::min(1 - 1e-12, static_cast<double>(best + 1) / grid);
  for (int step = 0; step < 40; ++step) {
    const double a = high - 0.6180339887498949 * (high - low), b = low + 0.6180339887498949 * (high - low);
    const double at_a = chance(a), at_b = chance(b);
    highest = std::max({highest, at_a, at_b});
    (at_a > at_b ? high : low) = at_a > at_b ? b : a;
  }
  return std::min(1.0, highest);
}

double p_value(const table& t, share_test test) {
  switch (test) {
    case share_test::score:
      return two_sided(pooled_z(t));
    case share_test::fisher:
      return fisher(t);
    case share_test::barnard:
      return barnard(t);
  }
  return nan;
}

bool has_interval(const estimate& e) {
  return e.method != interval_method::none && !std::isnan(e.low) && !std::isnan(e.high);
}

double difference_half_width(double a, double b, double correlation) {
  return std::sqrt(std::max(0.0, a * a + b * b - 2 * correlation * a * b));
}

estimate difference_of(const estimate& a, const estimate& b, double correlation, confidence_level level) {
  for (const estimate* part : {&a, &b}) {
    if (!part->defined()) return undefined_estimate(part->reason, level, a.n + b.n).as({"rate_difference", a.unit});
  }
  estimate difference = estimate{}.as({"rate_difference", a.unit});
  difference.value = a.value - b.value;
  difference.level = level.value();
  difference.n = a.n + b.n;
  if (!has_interval(a) || !has_interval(b)) return difference;
  difference.low = difference.value - difference_half_width(a.value - a.low, b.high - b.value, correlation);
  difference.high = difference.value + difference_half_width(a.high - a.value, b.value - b.low, correlation);
  difference.method = a.method == b.method && a.method == interval_method::linearised ? a.method : interval_method::score;
  return difference;
}

void require_detection(const detection& options) {
  if (!(options.power > 0 && options.power < 1)) throw schema_error("power must lie between 0 and 1, for example 0.8");
  (void)confidence_level(options.level);
}

/// Power of the score test when the second share is p2, less the power asked for. Rises with the distance.
double surplus(double p1, double n1, double p2, double n2, double z_level, double z_power) {
  const double common = (n1 * p1 + n2 * p2) / (n1 + n2);
  const double under_equality = std::sqrt(common * (1 - common) * (1 / n1 + 1 / n2));
  const double as_is = std::sqrt(p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2);
  return std::abs(p2 - p1) - z_level * under_equality - z_power * as_is;
}

}  // namespace

comparison compare_shares(std::int64_t successes1, std::int64_t n1, std::int64_t successes2, std::int64_t n2,
                          const share_comparison_options& options) {
  comparison found;
  found.first = proportion(successes1, n1, {options.level, proportion_interval::wilson});
  found.second = proportion(successes2, n2, {options.level, proportion_interval::wilson});
  found.difference = compare_proportions(found.first, found.second);
  found.p_value = found.difference.defined() ? p_value({successes1, n1, successes2, n2}, options.test) : nan;
  return found;
}

comparison compare_rates(const rate_at& first, const rate_at& second, double correlation, confidence_level level) {
  if (!(correlation >= -1 && correlation <= 1)) throw schema_error("a correlation lies between -1 and 1");
  comparison found;
  found.first = first(level);
  found.second = second(level);
  found.correlation = correlation;
  found.difference = difference_of(found.first, found.second, correlation, level);
  found.p_value = nan;
  if (!has_interval(found.difference)) return found;
  const auto holds_zero = [&](confidence_level wider) {
    const estimate d = difference_of(first(wider), second(wider), correlation, wider);
    return d.low <= 0 && d.high >= 0;
  };
  // By halves in the logarithm of p, so that a small p has as many digits as a large one.
  double sure = std::log(1e-15), open = 0;
  if (found.difference.value == 0) sure = open;
  while (open - sure > 1e-9) {
    const double middle = (sure + open) / 2;
    (holds_zero(confidence_level(-std::expm1(middle))) ? sure : open) = middle;
  }
  found.p_value = std::exp(open);
  return found;
}

double paired_correlation(std::span<const ratio_part> first, std::span<const ratio_part> second) {
  if (first.size() != second.size()) throw schema_error("paired rates need the same accounts in both periods");
  const auto ratio_of = [](std::span<const ratio_part> parts) {
    ratio_part sum;
    for (const ratio_part& one : parts) sum.numerator += one.numerator, sum.denominator += one.denominator;
    return sum.denominator == 0 ? 0.0 : sum.numerator / sum.denominator;
  };
  const double r1 = ratio_of(first), r2 = ratio_of(second);
  double products = 0, squares1 = 0, squares2 = 0;
  for (std::size_t i = 0; i < first.size(); ++i) {
    const double e1 = first[i].numerator - r1 * first[i].denominator, e2 = second[i].numerator - r2 * second[i].denominator;
    products += e1 * e2;
    squares1 += e1 * e1;
    squares2 += e2 * e2;
  }
  return squares1 > 0 && squares2 > 0 ? std::clamp(products / std::sqrt(squares1 * squares2), -1.0, 1.0) : 0.0;
}

detectable_change detectable_share(double baseline, std::int64_t n1, std::int64_t n2, const detection& options) {
  require_detection(options);
  if (!(baseline >= 0 && baseline <= 1)) throw schema_error("a baseline is a share between 0 and 1");
  if (n1 < 1 || n2 < 1) throw schema_error("both groups need an account");
  const double z_level = confidence_level(options.level).normal_quantile(), z_power = normal_quantile(options.power);
  const auto smallest = [&](double end) {
    const auto above = [&](double p2) {
      return surplus(baseline, static_cast<double>(n1), p2, static_cast<double>(n2), z_level, z_power) >= 0;
    };
    if (end == baseline || !above(end)) return nan;
    double near = baseline, far = end;
    for (int step = 0; step < 100; ++step) (above((near + far) / 2) ? far : near) = (near + far) / 2;
    return std::abs(far - baseline);
  };
  return {smallest(1), smallest(0)};
}

double detectable_difference(double variance1, double variance2, double covariance, const detection& options) {
  require_detection(options);
  const double variance = variance1 + variance2 - 2 * covariance;
  if (variance1 < 0 || variance2 < 0) throw schema_error("a variance is never negative");
  return (confidence_level(options.level).normal_quantile() + normal_quantile(options.power)) *
         std::sqrt(std::max(0.0, variance));
}

}  // namespace sojourn::inline v0_1
