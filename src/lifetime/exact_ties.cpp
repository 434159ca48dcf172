#include "lifetime/exact_ties.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "detail/number_text.hpp"
#include "stats/jet.hpp"

namespace sojourn::inline v0_1::detail {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr double most_set_steps = 5e9;  // about a quarter of a minute for one value of the likelihood

struct row_at_risk {
  Index row;
  std::int64_t count;
};

/// The shift at which coins of probability 1 / (1 + e^-(eta + shift)) show `events` heads on average. Sets of that size are
/// then the likeliest, so that no probability below leaves the range of doubles.
double balancing_shift(const std::vector<row_at_risk>& rows, const VectorXd& eta, double accounts, double events) {
  double low = 0, high = 0;
  for (const auto& [row, count] : rows) {
    low = std::min(low, -eta[row]);
    high = std::max(high, -eta[row]);
  }
  low -= std::log(accounts) + 1;
  high += std::log(accounts) + 1;
  double middle = (low + high) / 2;
  for (int halving = 0; halving < 80; ++halving) {
    middle = (low + high) / 2;
    double heads = 0;
    for (const auto& [row, count] : rows) heads += static_cast<double>(count) * logistic(eta[row] + middle);
    if (std::abs(heads - events) < 0.01) break;
    (heads < events ? low : high) = middle;
  }
  return middle;
}

}  // namespace

set_sum sum_over_sets(const regression_data& data, const feature_matrix& features, const VectorXd& eta,
                      const exit_age& age) {
  const Index p = features.cols();
  std::vector<row_at_risk> rows;
  rows.reserve(age.stratum_end - age.first);
  std::int64_t accounts = 0;
  for (std::size_t row = age.first; row < age.stratum_end; ++row) {
    if (!(data.rows[row].entry < age.time)) continue;
    rows.push_back({static_cast<Index>(row), data.rows[row].count});
    accounts += data.rows[row].count;
  }
  set_sum found{0, VectorXd::Zero(p), MatrixXd::Zero(p, p)};
  if (accounts == age.events) {  // there is one set only
    for (const auto& [row, count] : rows) {
      found.log_value += static_cast<double>(count) * eta[row];
      found.mean += static_cast<double>(count) * features.row(row).transpose();
    }
    return found;
  }
  const auto events = static_cast<double>(age.events);
  if (static_cast<double>(accounts) * events * static_cast<double>((p + 1) * (p + 1)) > most_set_steps)
    throw schema_error("cox: exact ties of " + std::to_string(age.events) + " exits among " + std::to_string(accounts) +
                       " at risk at age " + number_text(age.time) +
                       " take too many steps; give ages in a finer unit, or take efron");
  const double shift = balancing_shift(rows, eta, static_cast<double>(accounts), events);
  // Features are taken from their mean over sets, or squares of large sums would cancel.
  VectorXd center = VectorXd::Zero(p);
  for (const auto& [row, count] : rows) {
    const double at = eta[row] + shift;
    center += static_cast<double>(count) * logistic(at) / events * features.row(row).transpose();
    found.log_value += static_cast<double>(count) * log1p_exp(at);
  }
  // by_size[k]: probability that k of the accounts so far show heads, times the sum of their features and its square.
  std::vector<feature_sums> by_size(static_cast<std::size_t>(age.events) + 1, feature_sums(p));
  by_size[0].zero = 1;
  std::int64_t seen = 0;
  for (const auto& [row, count] : rows) {
    const double heads = logistic(eta[row] + shift), tails = logistic(-eta[row] - shift);
    const VectorXd x = features.row(row).transpose() - center;
    const MatrixXd square = x * x.transpose();
    for (std::int64_t repeat = 0; repeat < count; ++repeat, ++seen) {
      // Only sizes from which the rest can still reach `events`.
      const std::int64_t least = std::max<std::int64_t>(0, age.events - (accounts - 1 - seen));
      for (std::int64_t k = std::min(age.events, seen + 1); k >= least; --k) {
        feature_sums& here = by_size[static_cast<std::size_t>(k)];
        here.zero *= tails, here.one *= tails, here.two *= tails;
        if (k == 0) continue;
        const feature_sums& fewer = by_size[static_cast<std::size_t>(k) - 1];
        const MatrixXd crossed = x * fewer.one.transpose();
        here.zero += heads * fewer.zero;
        here.one += heads * (fewer.one + fewer.zero * x);
        here.two += heads * (fewer.two + crossed + crossed.transpose() + fewer.zero * square);
      }
    }
  }
  const feature_sums& sets = by_size.back();
  const VectorXd apart = sets.one / sets.zero;
  found.log_value += std::log(sets.zero) - events * shift;
  found.mean = apart + events * center;
  found.covariance = sets.two / sets.zero - apart * apart.transpose();
  return found;
}

}  // namespace sojourn::inline v0_1::detail
