#include <algorithm>
#include <boost/math/quadrature/gauss.hpp>
#include <cmath>
#include <limits>

#include "lifetime/paretonbd.hpp"

namespace sojourn::inline v0_1::detail {
namespace {

/// The integrand in y = log(c + u), c = min(alpha, beta), where its logarithm is concave. A cut this far below the peak
/// leaves out less than rounding.
constexpr double cut = 45;

struct gone_integrand {
  double shape, alpha, s, beta, c;

  /// The logarithm, with du = e^y dy.
  [[nodiscard]] double log_at(double y) const {
    const double e = std::exp(y);
    return y - shape * std::log(e + (alpha - c)) - (s + 1) * std::log(e + (beta - c));
  }
  [[nodiscard]] double slope_at(double y) const {
    const double e = std::exp(y);
    return 1 - shape * (e / (e + (alpha - c))) - (s + 1) * (e / (e + (beta - c)));
  }
  /// Where it peaks; only a shape below 1 and alpha below beta have a peak that is not at the left end.
  [[nodiscard]] double peak() const {
    if (shape >= 1 || beta <= alpha) return -std::numeric_limits<double>::infinity();
    return std::log((1 - shape) * (beta - alpha) / (shape + s));
  }
  /// The end nearest to `from` on the way to `to` beyond which nothing counts: Newton's method, which on a concave function
  /// approaches it from beyond.
  [[nodiscard]] double last_that_counts(double from, double to) const {
    const double least = log_at(from) - cut;
    double y = to;
    for (int step = 0; step < 50; ++step) {
      const double above = log_at(y) - least;
      if (above >= -1) break;
      y -= above / slope_at(y);
    }
    return y;
  }
};

/// Sums over nodes of weights, and of weights times log(alpha+u), 1/(alpha+u), log(beta+u), 1/(beta+u), and their products.
struct node_sums {
  double whole = 0;
  std::array<double, 4> first{};
  std::array<double, purchase_jet::pairs> second{};
};

template <unsigned nodes>
void add_panel(const gone_integrand& g, double from, double to, double peak_value, node_sums& sums) {
  using rule = boost::math::quadrature::gauss<double, nodes>;
  const double half = 0.5 * (to - from), middle = 0.5 * (to + from);
  const auto add = [&](double y, double weight) {
    const double e = std::exp(y), with_alpha = e + (g.alpha - g.c), with_beta = e + (g.beta - g.c);
    const std::array<double, 4> at{std::log(with_alpha), 1 / with_alpha, std::log(with_beta), 1 / with_beta};
    const double w = weight * half * std::exp(y - g.shape * at[0] - (g.s + 1) * at[2] - peak_value);
    sums.whole += w;
    for (std::size_t i = 0; i < 4; ++i) {
      sums.first[i] += w * at[i];
      for (std::size_t j = 0; j <= i; ++j) sums.second[purchase_jet::pair(i, j)] += w * at[i] * at[j];
    }
  };
  const auto& places = rule::abscissa();
  const auto& weights = rule::weights();
  static_assert(nodes % 2 == 0);
  for (std::size_t k = 0; k < places.size(); ++k) {
    add(middle - half * places[k], weights[k]);
    add(middle + half * places[k], weights[k]);
  }
}

/// As many nodes as the fall of the integrand over the panel needs for the last digit.
void add_monotone(const gone_integrand& g, double from, double to, double peak_value, node_sums& sums) {
  if (!(to > from)) return;
  const double fall = std::abs(g.log_at(to) - g.log_at(from)), width = to - from;
  if (fall < 2 && width < 2) return add_panel<10>(g, from, to, peak_value, sums);
  if (fall < 10 && width < 5) return add_panel<20>(g, from, to, peak_value, sums);
  const double middle = 0.5 * (from + to);
  add_panel<30>(g, from, middle, peak_value, sums);
  add_panel<30>(g, middle, to, peak_value, sums);
}

}  // namespace

purchase_jet log_gone_integral(double shape, double alpha, double s, double beta, double t_x, double T) {
  const gone_integrand g{shape, alpha, s, beta, std::min(alpha, beta)};
  const double from = std::log(g.c + t_x), to = from + std::log1p((T - t_x) / (g.c + t_x));
  if (!(to > from)) return {-std::numeric_limits<double>::infinity()};
  const double top = std::clamp(g.peak(), from, to), peak_value = g.log_at(top);
  node_sums sums;
  add_monotone(g, g.last_that_counts(top, from), top, peak_value, sums);
  add_monotone(g, top, g.last_that_counts(top, to), peak_value, sums);

  // log f = -shape log(alpha+u) - (s+1) log(beta+u); the mean of its derivatives and of their products under the weights
  // gives those of the logarithm of the integral.
  std::array<double, 4> mean = sums.first;
  std::array<double, purchase_jet::pairs> product = sums.second;
  for (double& one : mean) one /= sums.whole;
  for (double& one : product) one /= sums.whole;
  const std::array<double, 4> by{-1, -shape, -1, -(s + 1)};
  purchase_jet found(peak_value + std::log(sums.whole));
  for (std::size_t i = 0; i < 4; ++i) {
    found.slope[i] = by[i] * mean[i];
    for (std::size_t j = 0; j <= i; ++j) {
      const std::size_t at = purchase_jet::pair(i, j);
      found.curve[at] = by[i] * by[j] * (product[at] - mean[i] * mean[j]);
    }
  }
  constexpr auto pair = &purchase_jet::pair;
  found.curve[pair(1, 0)] -= mean[1];
  found.curve[pair(3, 2)] -= mean[3];
  found.curve[pair(1, 1)] += shape * product[pair(1, 1)];
  found.curve[pair(3, 3)] += (s + 1) * product[pair(3, 3)];
  return found;
}

}  // namespace sojourn::inline v0_1::detail
