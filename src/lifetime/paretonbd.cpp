#include "lifetime/paretonbd.hpp"

#include <boost/math/quadrature/gauss_kronrod.hpp>
#include <cmath>
#include <limits>

#include "lifetime/log_rising.hpp"
#include "lifetime/mixing_integrals.hpp"
#include "stats/special_functions.hpp"

namespace sojourn::inline v0_1::detail {
namespace {

/// What the likelihood holds of x alone: log G(r+x)/G(r) + r log alpha + s log beta.
purchase_jet paretonbd_term_of_x(const purchase_params& params, std::int64_t x) {
  const auto [r, alpha, s, beta] = params;
  const rising rate = log_rising(r, x);
  constexpr auto pair = &purchase_jet::pair;
  purchase_jet term(rate.value + r * std::log(alpha) + s * std::log(beta));
  term.slope = {rate.first + std::log(alpha), r / alpha, std::log(beta), s / beta};
  term.curve[pair(0, 0)] = rate.second;
  term.curve[pair(1, 0)] = 1 / alpha;
  term.curve[pair(1, 1)] = -r / (alpha * alpha);
  term.curve[pair(3, 2)] = 1 / beta;
  term.curve[pair(3, 3)] = -s / (beta * beta);
  return term;
}

/// -(r+x) log(alpha+T) - s log(beta+T): no purchase after t_x, and still there at T.
purchase_jet alive_term(const purchase_params& params, const purchase_cell& cell) {
  const auto [r, alpha, s, beta] = params;
  const double shape = r + static_cast<double>(cell.x);
  const double log_alpha = std::log(alpha + cell.T), by_alpha = 1 / (alpha + cell.T);
  const double log_beta = std::log(beta + cell.T), by_beta = 1 / (beta + cell.T);
  constexpr auto pair = &purchase_jet::pair;
  purchase_jet term(-shape * log_alpha - s * log_beta);
  term.slope = {-log_alpha, -shape * by_alpha, -log_beta, -s * by_beta};
  term.curve[pair(1, 0)] = -by_alpha;
  term.curve[pair(1, 1)] = shape * by_alpha * by_alpha;
  term.curve[pair(3, 2)] = -by_beta;
  term.curve[pair(3, 3)] = s * by_beta * by_beta;
  return term;
}

/// log s + the logarithm of the integral over the time at which the customer left.
purchase_jet gone_term(const purchase_params& params, const purchase_cell& cell) {
  const auto [r, alpha, s, beta] = params;
  purchase_jet term = log_gone_integral(r + static_cast<double>(cell.x), alpha, s, beta, cell.t_x, cell.T);
  term.value += std::log(s);
  term.slope[2] += 1 / s;
  term.curve[purchase_jet::pair(2, 2)] -= 1 / (s * s);
  return term;
}

/// Mean purchases in t of customers who buy at a mean rate r/alpha and leave at rates Gamma(s, beta).
double purchases_before_leaving(double r, double alpha, double s, double beta, double t) {
  const double later = std::log1p(t / beta), left = (s - 1) * later;
  return r / alpha * beta * (left == 0 ? later : later * (-std::expm1(-left) / left));
}

}  // namespace

purchase_jet paretonbd::log_likelihood(std::span<const purchase_cell> cells) const {
  purchase_jet sum;
  for (std::size_t from = 0, to = 0; from < cells.size(); from = to) {
    std::int64_t customers = 0;
    for (; to < cells.size() && cells[to].x == cells[from].x; ++to) {
      const auto times = static_cast<double>(cells[to].count);
      const purchase_jet alive = alive_term(params, cells[to]);
      sum.add(times, alive);
      if (cells[to].T > cells[to].t_x) sum.add(times, log1p_exp(gone_term(params, cells[to]) - alive));
      customers += cells[to].count;
    }
    sum.add(static_cast<double>(customers), paretonbd_term_of_x(params, cells[from].x));
  }
  return sum;
}

double paretonbd::log_odds_gone(const purchase_cell& cell) const {
  return gone_term(params, cell).value - alive_term(params, cell).value;
}

double paretonbd::expected(double t) const {
  const auto [r, alpha, s, beta] = params;
  return purchases_before_leaving(r, alpha, s, beta, t);
}

double paretonbd::expected_if_alive(const purchase_cell& cell, double t) const {
  const auto [r, alpha, s, beta] = params;
  return purchases_before_leaving(r + static_cast<double>(cell.x), alpha + cell.T, s, beta + cell.T, t);
}

double paretonbd::discounted_if_alive(const purchase_cell& cell, double rate) const {
  const auto [r, alpha, s, beta] = params;
  const double scale = beta + cell.T;
  return (r + static_cast<double>(cell.x)) / (alpha + cell.T) * scale * scaled_exponential_integral(s, rate * scale);
}

double paretonbd::probability(std::int64_t n, double t) const {
  if (t == 0) return n == 0 ? 1 : 0;
  const auto [r, alpha, s, beta] = params;
  const double count = static_cast<double>(n), least = std::min(alpha, beta);
  const double counted = log_rising(r, n).value - log_rising(1, n).value;
  const auto log_count_by = [&](double u) {
    return counted + (n == 0 ? 0 : count * std::log(u / (alpha + u))) - r * std::log1p(u / alpha);
  };
  // Gone at u, in y = log(1 + u/min(alpha, beta)), where every factor is smooth at its own scale.
  const auto gone = [&](double y) {
    const double u = least * std::expm1(y);
    if (u <= 0) return n == 0 ? s / beta * least : 0.0;
    return std::exp(log_count_by(u) + std::log(s / beta) - (s + 1) * std::log1p(u / beta) + std::log(least) + y);
  };
  const double left = boost::math::quadrature::gauss_kronrod<double, 31, numbers_only>::integrate(
      gone, 0.0, std::log1p(t / least), 15, 1e-12);
  return left + std::exp(log_count_by(t) - s * std::log1p(t / beta));
}

}  // namespace sojourn::inline v0_1::detail
