// Compiled with -O3, like the kernels.
#include "health/score/aggregate.hpp"

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <functional>

#include "detail/each_cpu.hpp"
#include "detail/nan.hpp"

namespace sojourn::inline v0_1::health::detail {
namespace {

using sojourn::detail::nan;

constexpr double infinity = std::numeric_limits<double>::infinity();

double factor_at(const member& m, std::size_t i) {
  return m.factor == nullptr ? 1.0 : m.factor[i];
}

/// total += w f t where s is present.
SOJOURN_EACH_CPU void add_weighted(const double* __restrict s, const double* __restrict t, const double* __restrict factor,
                                   double weight, std::size_t n, double* __restrict total) {
  if (factor == nullptr) {
    for (std::size_t i = 0; i < n; ++i) total[i] += s[i] == s[i] ? weight * t[i] : 0.0;
    return;
  }
  for (std::size_t i = 0; i < n; ++i) total[i] += s[i] == s[i] ? weight * factor[i] * t[i] : 0.0;
}

/// low = min(low, s), high = max(high, s), where the member takes part; s raised to the floor first.
SOJOURN_EACH_CPU void widen_range(const double* __restrict s, const double* __restrict factor, double floor, std::size_t n,
                                  double* __restrict low, double* __restrict high) {
  if (factor == nullptr) {
    for (std::size_t i = 0; i < n; ++i) {
      const double value = floor > s[i] ? floor : s[i];  // a NaN stays one, and is neither less nor greater
      low[i] = value < low[i] ? value : low[i];
      high[i] = value > high[i] ? value : high[i];
    }
    return;
  }
  for (std::size_t i = 0; i < n; ++i) {
    const double value = floor > s[i] ? floor : s[i];
    low[i] = factor[i] > 0 && value < low[i] ? value : low[i];
    high[i] = factor[i] > 0 && value > high[i] ? value : high[i];
  }
}

/// In place or not.
SOJOURN_EACH_CPU void divide(const double* sum, const double* present, std::size_t n, double* value) {
  for (std::size_t i = 0; i < n; ++i) value[i] = sum[i] / present[i];
}
/// Rounding must not carry a mean past its members.
SOJOURN_EACH_CPU void keep_inside(const double* __restrict low, const double* __restrict high, std::size_t n,
                                  double* __restrict value) {
  for (std::size_t i = 0; i < n; ++i) {
    const double above = value[i] < low[i] ? low[i] : value[i];
    value[i] = above > high[i] ? high[i] : above;
  }
}
SOJOURN_EACH_CPU void blank_absent(const double* __restrict present, std::size_t n, double* __restrict value) {
  for (std::size_t i = 0; i < n; ++i) value[i] = present[i] > 0 ? value[i] : nan;
}

/// The greater of both stays in `best`, the lesser goes on.
SOJOURN_EACH_CPU void sink(double* __restrict s, std::size_t n, double* __restrict best) {
  for (std::size_t i = 0; i < n; ++i) {
    const double above = best[i] > s[i] ? best[i] : s[i];
    s[i] = best[i] > s[i] ? s[i] : best[i];
    best[i] = above;
  }
}
SOJOURN_EACH_CPU void add_found(const double* __restrict s, std::size_t n, double* __restrict sum,
                                double* __restrict count) {
  for (std::size_t i = 0; i < n; ++i) {
    sum[i] += s[i] >= 0 ? s[i] : 0.0;
    count[i] += s[i] >= 0 ? 1.0 : 0.0;
  }
}

/// Whole vectors whatever n is: a row must not get other bits at the end of a tile than in its middle.
std::size_t padded(std::size_t n) {
  return (n + 15) / 16 * 16;
}
using packets = Eigen::Map<Eigen::Array<double, Eigen::Dynamic, 1>, Eigen::Aligned64>;

void logarithms(double* x, std::size_t n) {
  std::fill(x + n, x + padded(n), 1.0);
  packets all(x, static_cast<Eigen::Index>(padded(n)));
  all = all.log();
}
void exponentials(double* x, std::size_t n) {
  std::fill(x + n, x + padded(n), 0.0);
  packets all(x, static_cast<Eigen::Index>(padded(n)));
  all = all.exp();
}

}  // namespace

struct combiner::visitor {
  combiner& self;
  std::span<const member> members;
  std::size_t n;
  const double* present;
  double* value;

  void operator()(const weighted_mean&) const {
    sum_up([](const member& m) { return m.s; });
    divide(value, present, n, value);
  }
  void operator()(const lowest&) const {
    find_range(-infinity);
    std::copy_n(self.low_, n, value);
  }
  void operator()(const worst_of&) const { (*this)(lowest{}); }
  void operator()(const highest&) const {
    find_range(-infinity);
    std::copy_n(self.high_, n, value);
  }
  void operator()(const mean_and_min& m) const {
    (*this)(weighted_mean{});
    find_range(-infinity);
    for (std::size_t i = 0; i < n; ++i) value[i] = (1 - m.a) * value[i] + m.a * self.low_[i];
    keep_inside(self.low_, self.high_, n, value);
  }
  void operator()(const harmonic_mean& m) const {
    find_range(m.floor);
    sum_up([&](const member& one) {
      for (std::size_t i = 0; i < n; ++i) self.a_[i] = 1 / (m.floor > one.s[i] ? m.floor : one.s[i]);
      return self.a_;
    });
    divide(present, value, n, value);
    keep_inside(self.low_, self.high_, n, value);
  }
  void operator()(const geometric_mean& m) const {
    find_range(m.floor);
    sum_up([&](const member& one) {
      for (std::size_t i = 0; i < n; ++i) self.a_[i] = m.floor > one.s[i] ? m.floor : one.s[i];
      logarithms(self.a_, n);
      return self.a_;
    });
    divide(value, present, n, self.a_);
    exponentials(self.a_, n);
    std::copy_n(self.a_, n, value);
    keep_inside(self.low_, self.high_, n, value);
  }
  void operator()(const power_mean& m) const {
    if (m.p == 0) return (*this)(geometric_mean{m.floor});
    if (m.p == 1) return (*this)(weighted_mean{});
    // Relative to the member that decides, so that no power overflows or vanishes: (s / top)^p <= 1.
    const double floor = m.p > 0 ? 0.0 : m.floor;
    find_range(floor);
    const double* top = m.p > 0 ? self.high_ : self.low_;
    sum_up([&](const member& one) {
      for (std::size_t i = 0; i < n; ++i) {
        const double ratio = (floor > one.s[i] ? floor : one.s[i]) / top[i];
        self.a_[i] = top[i] > 0 ? ratio : 1.0;
      }
      raise(m.p);
      return self.a_;
    });
    divide(value, present, n, self.a_);
    raise(1 / m.p);
    for (std::size_t i = 0; i < n; ++i) value[i] = top[i] * self.a_[i];
    keep_inside(self.low_, self.high_, n, value);
  }
  void operator()(const point_sum& m) const {
    std::fill_n(value, n, m.base);
    for (const member& one : members) {
      if (!(one.weight > 0)) continue;
      for (std::size_t i = 0; i < n; ++i) {
        const double points = (one.at_worst + one.weight * one.s[i]) * factor_at(one, i);
        value[i] += one.s[i] == one.s[i] ? points : 0.0;
      }
    }
    for (std::size_t i = 0; i < n; ++i) value[i] = (std::clamp(value[i], m.low, m.high) - m.low) / (m.high - m.low);
  }
  /// The best so far in descending order, a column each; every member sinks through them to its place.
  void operator()(const best_of& m) const {
    const std::size_t kept = std::min(members.size(), static_cast<std::size_t>(m.n));
    self.best_.assign(kept * n, -infinity);
    for (const member& one : members) {
      if (!(one.weight > 0)) continue;
      for (std::size_t i = 0; i < n; ++i) self.a_[i] = one.s[i] == one.s[i] && factor_at(one, i) > 0 ? one.s[i] : -infinity;
      for (std::size_t j = 0; j < kept; ++j) sink(self.a_, n, self.best_.data() + j * n);
    }
    std::fill_n(value, n, 0.0);
    std::fill_n(self.a_, n, 0.0);
    for (std::size_t j = 0; j < kept; ++j) add_found(self.best_.data() + j * n, n, value, self.a_);
    divide(value, self.a_, n, value);
  }

 private:
  /// value = sum of w f t(s) over the members that take part.
  template <class Transform>
  void sum_up(Transform transform) const {
    std::fill_n(value, n, 0.0);
    for (const member& one : members) {
      if (one.weight > 0) add_weighted(one.s, transform(one), one.factor, one.weight, n, value);
    }
  }
  void find_range(double floor) const {
    std::fill_n(self.low_, n, infinity);
    std::fill_n(self.high_, n, -infinity);
    for (const member& one : members) {
      if (one.weight > 0) widen_range(one.s, one.factor, floor, n, self.low_, self.high_);
    }
  }
  /// a = a^p.
  void raise(double p) const {
    if (p == 2 || p == 0.5) {
      for (std::size_t i = 0; i < n; ++i) self.a_[i] = p == 2 ? self.a_[i] * self.a_[i] : std::sqrt(self.a_[i]);
      return;
    }
    logarithms(self.a_, n);
    for (std::size_t i = 0; i < n; ++i) self.a_[i] *= p;
    exponentials(self.a_, n);
  }
};

void combiner::run(const aggregator& how, std::span<const member> members, std::size_t n, const double* present,
                   double* value) {
  std::visit(visitor{*this, members, n, present, value}, how);
  blank_absent(present, n, value);
}

namespace {

/// The members that take part, and their weights; every formula straight from its definition.
struct one_account {
  std::span<const weighed> members;
  double present;

  double operator()(const weighted_mean&) const {
    return sum([](double s) { return s; }) / present;
  }
  double operator()(const lowest&) const { return range(-infinity).first; }
  double operator()(const worst_of&) const { return range(-infinity).first; }
  double operator()(const highest&) const { return range(-infinity).second; }
  double operator()(const mean_and_min& m) const {
    return inside(range(-infinity), (1 - m.a) * (*this)(weighted_mean{}) + m.a * range(-infinity).first);
  }
  double operator()(const harmonic_mean& m) const {
    return inside(range(m.floor), present / sum([&](double s) { return 1 / std::max(s, m.floor); }));
  }
  double operator()(const geometric_mean& m) const {
    return inside(range(m.floor), std::exp(sum([&](double s) { return std::log(std::max(s, m.floor)); }) / present));
  }
  double operator()(const power_mean& m) const {
    if (m.p == 0) return (*this)(geometric_mean{m.floor});
    const double floor = m.p > 0 ? 0.0 : m.floor;
    const auto ends = range(floor);
    const double top = m.p > 0 ? ends.second : ends.first;
    if (!(top > 0)) return 0;
    return inside(ends,
                  top * std::pow(sum([&](double s) { return std::pow(std::max(s, floor) / top, m.p); }) / present, 1 / m.p));
  }
  double operator()(const point_sum& m) const {
    double points = m.base;
    for (const weighed& one : members) points += one.counts() ? one.at_worst + one.weight * one.s : 0.0;
    return (std::clamp(points, m.low, m.high) - m.low) / (m.high - m.low);
  }
  double operator()(const best_of& m) const {
    std::vector<double> best;
    for (const weighed& one : members)
      if (one.counts()) best.push_back(one.s);
    std::sort(best.begin(), best.end(), std::greater<>());
    best.resize(std::min(best.size(), static_cast<std::size_t>(m.n)));
    double total = 0;
    for (const double s : best) total += s;
    return total / static_cast<double>(best.size());
  }

 private:
  template <class F>
  [[nodiscard]] double sum(F transform) const {
    double total = 0;
    for (const weighed& one : members) total += one.counts() ? one.weight * transform(one.s) : 0.0;
    return total;
  }
  [[nodiscard]] std::pair<double, double> range(double floor) const {
    std::pair<double, double> ends{infinity, -infinity};
    for (const weighed& one : members) {
      if (!one.counts()) continue;
      ends.first = std::min(ends.first, std::max(one.s, floor));
      ends.second = std::max(ends.second, std::max(one.s, floor));
    }
    return ends;
  }
  static double inside(std::pair<double, double> ends, double value) { return std::clamp(value, ends.first, ends.second); }
};

}  // namespace

double combine(const aggregator& how, std::span<const weighed> members) {
  double present = 0;
  for (const weighed& one : members) present += one.counts() ? one.weight : 0.0;
  return present > 0 ? std::visit(one_account{members, present}, how) : nan;
}

double floor_of(const aggregator& how) noexcept {
  if (const auto* g = std::get_if<geometric_mean>(&how)) return g->floor;
  if (const auto* h = std::get_if<harmonic_mean>(&how)) return h->floor;
  const auto* p = std::get_if<power_mean>(&how);
  return p != nullptr && p->p <= 0 ? p->floor : 0;
}

}  // namespace sojourn::inline v0_1::health::detail
