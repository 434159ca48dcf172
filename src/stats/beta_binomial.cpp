#include "sojourn/stats/beta_binomial.hpp"

#include <algorithm>
#include <cmath>

#include "sojourn/domain/error.hpp"

namespace sojourn::inline v0_1 {
namespace {

/// From the logarithms of ratios of neighbours to probabilities that add up to 1, without underflow at the largest.
std::vector<double> normalised(std::vector<double> logs) {
  const double top = *std::max_element(logs.begin(), logs.end());
  double sum = 0;
  for (double& one : logs) sum += one = std::exp(one - top);
  for (double& one : logs) one /= sum;
  return logs;
}

void require_accounts(std::int64_t n) {
  if (n < 0) throw schema_error("a count of accounts is 0 or more");
}

}  // namespace

std::vector<double> beta_binomial(std::int64_t n, double a, double b) {
  require_accounts(n);
  if (!(a > 0 && b > 0) || std::isinf(a) || std::isinf(b)) throw schema_error("beta_binomial: a and b are numbers above 0");
  std::vector<double> logs(static_cast<std::size_t>(n) + 1);
  for (std::int64_t k = 0; k < n; ++k) {
    const auto at = static_cast<std::size_t>(k);
    const auto have = static_cast<double>(k), left = static_cast<double>(n - k);
    logs[at + 1] = logs[at] + std::log(left / (have + 1) * ((have + a) / (left - 1 + b)));
  }
  return normalised(std::move(logs));
}

std::vector<double> binomial(std::int64_t n, double p) {
  require_accounts(n);
  if (!(p >= 0 && p <= 1)) throw schema_error("binomial: a probability lies between 0 and 1");
  std::vector<double> probabilities(static_cast<std::size_t>(n) + 1);
  if (p == 0 || p == 1) {
    (p == 0 ? probabilities.front() : probabilities.back()) = 1;
    return probabilities;
  }
  for (std::int64_t k = 0; k < n; ++k) {
    const auto at = static_cast<std::size_t>(k);
    probabilities[at + 1] =
        probabilities[at] + std::log(static_cast<double>(n - k) / static_cast<double>(k + 1) * (p / (1 - p)));
  }
  return normalised(std::move(probabilities));
}

std::pair<std::int64_t, std::int64_t> count_limits(const std::vector<double>& probabilities, confidence_level level) {
  const auto at = [&](double share) {
    double sum = 0;
    for (std::size_t k = 0; k < probabilities.size(); ++k) {
      sum += probabilities[k];
      if (sum >= share * (1 - 1e-12)) return static_cast<std::int64_t>(k);
    }
    return static_cast<std::int64_t>(probabilities.size()) - 1;
  };
  return {at((1 - level.value()) / 2), at((1 + level.value()) / 2)};
}

}  // namespace sojourn::inline v0_1
