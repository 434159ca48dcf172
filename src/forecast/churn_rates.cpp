#include "forecast/churn_rates.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace sojourn::inline v0_1::detail {
namespace {

constexpr double most = 0.999, least = 1e-9;
/// Accounts that the rate of one age is drawn towards the sbg curve by: with as many at risk each counts half.
constexpr double prior_accounts = 50;

struct sums {
  double at_risk = 0, left = 0;
  /// Half a departure in one account more, so that a rate is never 0 or 1.
  [[nodiscard]] double rate() const { return (left + 0.5) / (at_risk + 1); }
};

sums over(const exposure& seen) {
  return {std::accumulate(seen.at_risk.begin(), seen.at_risk.end(), 0.0),
          std::accumulate(seen.left.begin(), seen.left.end(), 0.0)};
}

std::vector<double> one_rate(const exposure& seen, std::size_t ages) {
  return std::vector<double>(ages, std::min(most, over(seen).rate()));
}

/// The best mean rate of the first month for a given spread s: of age t the rate is mean x s / (s + t).
double best_mean(const exposure& seen, double s) {
  double low = least, high = most;
  for (int step = 0; step < 50; ++step) {
    const double mean = std::sqrt(low * high);
    double slope = 0;
    for (std::size_t age = 0; age < seen.at_risk.size(); ++age) {
      const double c = s / (s + static_cast<double>(age));
      slope += seen.left[age] / mean - (seen.at_risk[age] - seen.left[age]) * c / (1 - mean * c);
    }
    (slope > 0 ? low : high) = mean;
  }
  return std::sqrt(low * high);
}

std::vector<double> sbg_rates(double mean, double s, std::size_t ages) {
  std::vector<double> rates(ages);
  for (std::size_t age = 0; age < ages; ++age)
    rates[age] = std::clamp(mean * s / (s + static_cast<double>(age)), least, most);
  return rates;
}

/// With fewer than three departures ages cannot be told apart.
std::vector<double> fitted_sbg(const exposure& seen, std::size_t ages) {
  if (over(seen).left < 3) return one_rate(seen, ages);
  const auto value = [&](double log_s) {
    const double s = std::exp(log_s);
    return log_probability(seen, sbg_rates(best_mean(seen, s), s, seen.at_risk.size()));
  };
  constexpr double golden = 0.6180339887498949;
  double low = std::log(0.2), high = std::log(1e4);
  double left = high - golden * (high - low), right = low + golden * (high - low);
  double at_left = value(left), at_right = value(right);
  for (int step = 0; step < 24; ++step) {
    if (at_left > at_right) {
      high = right, right = left, at_right = at_left;
      left = high - golden * (high - low), at_left = value(left);
    } else {
      low = left, left = right, at_left = at_right;
      right = low + golden * (high - low), at_right = value(right);
    }
  }
  const double s = std::exp((low + high) / 2);
  return sbg_rates(best_mean(seen, s), s, ages);
}

std::vector<double> rates_by_age(const exposure& seen, std::size_t ages) {
  std::vector<double> rates = fitted_sbg(seen, ages);
  for (std::size_t age = 0; age < std::min(ages, seen.at_risk.size()); ++age)
    rates[age] = (seen.left[age] + prior_accounts * rates[age]) / (seen.at_risk[age] + prior_accounts);
  return rates;
}

}  // namespace

exposure& exposure::operator+=(const exposure& other) {
  for (std::size_t age = 0; age < at_risk.size(); ++age) at_risk[age] += other.at_risk[age], left[age] += other.left[age];
  return *this;
}

std::vector<double> churn_rates(churn_family family, const exposure& seen, std::size_t ages) {
  if (family == churn_family::geometric) return one_rate(seen, ages);
  return family == churn_family::sbg ? fitted_sbg(seen, ages) : rates_by_age(seen, ages);
}

double log_probability(const exposure& seen, const std::vector<double>& rates) {
  double sum = 0;
  for (std::size_t age = 0; age < std::min(seen.at_risk.size(), rates.size()); ++age) {
    if (seen.left[age] > 0) sum += seen.left[age] * std::log(rates[age]);
    if (seen.at_risk[age] > seen.left[age]) sum += (seen.at_risk[age] - seen.left[age]) * std::log1p(-rates[age]);
  }
  return sum;
}

}  // namespace sojourn::inline v0_1::detail
