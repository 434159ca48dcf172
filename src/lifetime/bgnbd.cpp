#include "lifetime/bgnbd.hpp"

#include <cmath>

#include "lifetime/log_rising.hpp"
#include "lifetime/mixing_integrals.hpp"
#include "stats/special_functions.hpp"

namespace sojourn::inline v0_1::detail {
namespace {

/// What the likelihood holds of x alone: log G(r+x)/G(r) + r log alpha + log B(a, b+x+m)/B(a, b).
purchase_jet bgnbd_term_of_x(const purchase_params& params, std::int64_t x, std::int64_t more) {
  const auto [r, alpha, a, b] = params;
  const rising rate = log_rising(r, x), stays = log_rising(b, x + more), all = log_rising(a + b, x + more);
  constexpr auto pair = &purchase_jet::pair;
  purchase_jet term(rate.value + r * std::log(alpha) + stays.value - all.value);
  term.slope = {rate.first + std::log(alpha), r / alpha, -all.first, stays.first - all.first};
  term.curve[pair(0, 0)] = rate.second;
  term.curve[pair(1, 0)] = 1 / alpha;
  term.curve[pair(1, 1)] = -r / (alpha * alpha);
  term.curve[pair(2, 2)] = term.curve[pair(3, 2)] = -all.second;
  term.curve[pair(3, 3)] = stays.second - all.second;
  return term;
}

/// -(r+x) log(alpha+T) + log(1 + odds of being gone), with odds = a/(b+x-1+m) ((alpha+T)/(alpha+t_x))^(r+x).
purchase_jet bgnbd_term_of_times(const purchase_params& params, const purchase_cell& cell, std::int64_t more) {
  const auto [r, alpha, a, b] = params;
  constexpr auto pair = &purchase_jet::pair;
  const double shape = r + static_cast<double>(cell.x);
  const double end = alpha + cell.T, log_end = std::log(end), by_end = 1 / end;
  purchase_jet term(-shape * log_end);
  term.slope = {-log_end, -shape * by_end, 0, 0};
  term.curve[pair(1, 0)] = -by_end;
  term.curve[pair(1, 1)] = shape * by_end * by_end;
  const double kept = b + static_cast<double>(cell.x + more - 1);
  if (cell.x + more == 0) return term;
  const double last = alpha + cell.t_x, by_last = 1 / last;
  const double later = std::log1p((cell.T - cell.t_x) * by_last);
  const double log_odds = std::log(a / kept) + shape * later;
  const double p = logistic(log_odds), q = p * (1 - p);
  term.value += log1p_exp(log_odds);
  const std::array<double, 4> slope{later, shape * (by_end - by_last), 1 / a, -1 / kept};
  for (std::size_t i = 0; i < 4; ++i) {
    term.slope[i] += p * slope[i];
    for (std::size_t j = 0; j <= i; ++j) term.curve[pair(i, j)] += q * slope[i] * slope[j];
  }
  term.curve[pair(1, 0)] += p * (by_end - by_last);
  term.curve[pair(1, 1)] -= p * shape * (by_end * by_end - by_last * by_last);
  term.curve[pair(2, 2)] -= p / (a * a);
  term.curve[pair(3, 3)] += p / (kept * kept);
  return term;
}

/// 1 - (1-z)^(a-1) 2F1(a+b-1-r, a-1; a+b-1; z), over a - 1: Euler's form of the expectation, whose parameters stay small.
double euler_series(double r, double a, double b, double z) {
  const double first = a + b - 1 - r, second = a - 1, third = a + b - 1;
  double term = 1, rest = 0;
  for (int k = 0; k < 2000; ++k) {
    term *= (first + k) * (second + k) / ((third + k) * (1 + k)) * z;
    rest += term;
    if (std::abs(term) <= 1e-17 * std::abs(rest)) break;
  }
  const double left = second * std::log1p(-z);
  return (-std::expm1(left) - std::exp(left) * rest) / second;
}

/// Where the series neither cancels nor converges slowly.
bool series_is_good(double r, double a, double b, double z) {
  const double third = a + b - 1;
  return z < 0.9 && std::abs(a - 1) > 1e-3 && a < 11 && std::abs(third - r) < 10 && third > 0.1 && third < 1e3 * r;
}

}  // namespace

double beta_geometric_purchases(double r, double alpha, double a, double b, double t) {
  if (t == 0) return 0;
  const double z = t / (alpha + t);
  if (series_is_good(r, a, b, z)) return (a + b - 1) * euler_series(r, a, b, z);
  const double times = t / alpha;
  return beta_mean(a, b, r * times, [&](double p) { return -std::expm1(-r * std::log1p(p * times)) / p; });
}

purchase_jet bgnbd::log_likelihood(std::span<const purchase_cell> cells) const {
  const auto more = static_cast<std::int64_t>(start);
  purchase_jet sum;
  for (std::size_t from = 0, to = 0; from < cells.size(); from = to) {
    std::int64_t customers = 0;
    for (; to < cells.size() && cells[to].x == cells[from].x; ++to) {
      sum.add(static_cast<double>(cells[to].count), bgnbd_term_of_times(params, cells[to], more));
      customers += cells[to].count;
    }
    sum.add(static_cast<double>(customers), bgnbd_term_of_x(params, cells[from].x, more));
  }
  return sum;
}

double bgnbd::log_odds_gone(const purchase_cell& cell) const {
  const auto [r, alpha, a, b] = params;
  const std::int64_t chances = cell.x + static_cast<std::int64_t>(start);
  if (chances == 0) return -std::numeric_limits<double>::infinity();
  const double kept = b + static_cast<double>(chances - 1);
  return std::log(a / kept) + (r + static_cast<double>(cell.x)) * std::log1p((cell.T - cell.t_x) / (alpha + cell.t_x));
}

double bgnbd::expected(double t) const {
  const auto [r, alpha, a, b] = params;
  if (start == leaves_at_start::never) return beta_geometric_purchases(r, alpha, a, b, t);
  return b / (a + b) * beta_geometric_purchases(r, alpha, a, b + 1, t);
}

double bgnbd::expected_if_alive(const purchase_cell& cell, double t) const {
  const auto [r, alpha, a, b] = params;
  const double stayed = b + static_cast<double>(cell.x + static_cast<std::int64_t>(start));
  return beta_geometric_purchases(r + static_cast<double>(cell.x), alpha + cell.T, a, stayed, t);
}

double bgnbd::discounted_if_alive(const purchase_cell& cell, double rate) const {
  const auto [r, alpha, a, b] = params;
  const double shape = r + static_cast<double>(cell.x), scale = alpha + cell.T;
  const double stayed = b + static_cast<double>(cell.x + static_cast<std::int64_t>(start));
  return beta_mean(a, stayed, shape / (rate * scale),
                   [&](double p) { return shape / p * scaled_exponential_integral(shape + 1, rate * scale / p); });
}

double bgnbd::probability(std::int64_t n, double t) const {
  const auto [r, alpha, a, b] = params;
  const std::int64_t chances = n + static_cast<std::int64_t>(start);
  const double count = static_cast<double>(n), log_all = log_rising(a + b, chances).value;
  const double share = t / (alpha + t);
  double found = 0;
  if (n == 0 || t > 0) {
    const double taken = n == 0 ? 0 : count * std::log(share);
    found = std::exp(log_rising(b, chances).value - log_all + log_rising(r, n).value - log_rising(1, n).value -
                     r * std::log1p(t / alpha) + taken);
  }
  if (chances > 0) {
    const double reaches = n == 0 ? 1 : beta_below(count, r, share);
    found += std::exp(std::log(a) + log_rising(b, chances - 1).value - log_all) * reaches;
  }
  return found;
}

}  // namespace sojourn::inline v0_1::detail
