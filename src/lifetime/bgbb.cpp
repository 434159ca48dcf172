#include "lifetime/bgbb.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "lifetime/log_rising.hpp"

namespace sojourn::inline v0_1::detail {
namespace {

/// log of a (a+1) ... (a+k-1) for k = 0 .. `most`, as jets.
std::vector<purchase_jet> rising_table(const purchase_jet& a, std::int64_t most) {
  std::vector<purchase_jet> table(static_cast<std::size_t>(most) + 1);
  purchase_jet factor = a;
  for (std::size_t k = 1; k < table.size(); ++k) {
    table[k] = table[k - 1] + log(factor);
    factor.value += 1;
  }
  return table;
}

/// The logarithms of the products of which every probability of the model is made, up to `most` opportunities.
struct product_tables {
  product_tables(const purchase_params& params, std::int64_t most)
      : product_tables(purchase_jet::variable(params[0], 0), purchase_jet::variable(params[1], 1),
                       purchase_jet::variable(params[2], 2), purchase_jet::variable(params[3], 3), most) {}

  /// Takes at x of k opportunities in a stated order.
  [[nodiscard]] purchase_jet takes(std::int64_t x, std::int64_t k) const {
    return at(buys, x) + at(declines, k - x) - at(decides, k);
  }
  /// Is there for k opportunities.
  [[nodiscard]] purchase_jet stays(std::int64_t k) const { return at(stay, k) - at(both, k); }
  /// Leaves right after k opportunities.
  [[nodiscard]] purchase_jet leaves(std::int64_t k) const { return log_gamma + at(stay, k) - at(both, k + 1); }

 private:
  product_tables(const purchase_jet& alpha, const purchase_jet& beta, const purchase_jet& gamma, const purchase_jet& delta,
                 std::int64_t most)
      : buys(rising_table(alpha, most)),
        declines(rising_table(beta, most)),
        decides(rising_table(alpha + beta, most)),
        stay(rising_table(delta, most + 1)),
        both(rising_table(gamma + delta, most + 1)),
        log_gamma(log(gamma)) {}
  static const purchase_jet& at(const std::vector<purchase_jet>& table, std::int64_t k) {
    return table[static_cast<std::size_t>(k)];
  }
  std::vector<purchase_jet> buys, declines, decides, stay, both;
  purchase_jet log_gamma;
};

/// The logarithm of a sum of terms given by their logarithms.
class log_sum {
 public:
  void add(const purchase_jet& term) {
    if (term.value > largest_) {
      sum_ = purchase_jet().add(std::exp(largest_ - term.value), sum_);
      largest_ = term.value;
    }
    sum_ += exp(term - purchase_jet(largest_));
  }
  [[nodiscard]] purchase_jet value() const { return log(sum_) + purchase_jet(largest_); }

 private:
  double largest_ = -std::numeric_limits<double>::infinity();
  purchase_jet sum_;
};

purchase_jet log_likelihood_of(const product_tables& tables, const purchase_cell& cell) {
  const auto all = static_cast<std::int64_t>(cell.T), last = static_cast<std::int64_t>(cell.t_x);
  log_sum sum;
  sum.add(tables.takes(cell.x, all) + tables.stays(all));
  for (std::int64_t seen = last; seen < all; ++seen) sum.add(tables.takes(cell.x, seen) + tables.leaves(seen));
  return sum.value();
}

std::int64_t most_opportunities(std::span<const purchase_cell> cells) {
  double most = 0;
  for (const purchase_cell& cell : cells) most = std::max(most, cell.T);
  return static_cast<std::int64_t>(most);
}

/// Sum over the next opportunities of the chance to be still there, given that the customer is there at the first of them.
double times_there(double gamma, double delta, double opportunities) {
  double there = 1, sum = 0;
  for (double k = 0; k < opportunities && there > 0; ++k) {
    sum += there;
    there *= (delta + k + 1) / (gamma + delta + k + 1);
  }
  return sum;
}

}  // namespace

purchase_jet bgbb::log_likelihood(std::span<const purchase_cell> cells) const {
  const product_tables tables(params, most_opportunities(cells));
  purchase_jet sum;
  for (const purchase_cell& cell : cells) sum.add(static_cast<double>(cell.count), log_likelihood_of(tables, cell));
  return sum;
}

double bgbb::log_odds_gone(const purchase_cell& cell) const {
  const auto all = static_cast<std::int64_t>(cell.T), last = static_cast<std::int64_t>(cell.t_x);
  const product_tables tables(params, all);
  const double there = (tables.takes(cell.x, all) + tables.stays(all + 1)).value;
  log_sum gone;
  for (std::int64_t seen = last; seen <= all; ++seen) gone.add(tables.takes(cell.x, seen) + tables.leaves(seen));
  return gone.value().value - there;
}

double bgbb::expected(double opportunities) const {
  const auto [alpha, beta, gamma, delta] = params;
  return alpha / (alpha + beta) * (delta / (gamma + delta)) * times_there(gamma, delta, opportunities);
}

double bgbb::expected_if_alive(const purchase_cell& cell, double opportunities) const {
  const auto [alpha, beta, gamma, delta] = params;
  const double buys = (alpha + static_cast<double>(cell.x)) / (alpha + beta + cell.T);
  return buys * times_there(gamma, delta + cell.T, opportunities);
}

double bgbb::discounted_if_alive(const purchase_cell& cell, double rate) const {
  const auto [alpha, beta, gamma, delta] = params;
  double term = 1 / (1 + rate), sum = 0;
  // What is left out is below term (1 + rate)/rate, as the chance to stay never exceeds 1.
  for (double k = delta + cell.T + 1; term * (1 + rate) > sum * rate * 1e-16; ++k) {
    sum += term;
    term *= k / (gamma + k) / (1 + rate);
  }
  return (alpha + static_cast<double>(cell.x)) / (alpha + beta + cell.T) * sum;
}

double bgbb::probability(std::int64_t n, double opportunities) const {
  const auto all = static_cast<std::int64_t>(opportunities);
  if (n > all) return 0;
  const product_tables tables(params, all);
  const auto ways = [n](std::int64_t k) {
    return log_rising(static_cast<double>(k - n + 1), n).value - log_rising(1, n).value;
  };
  double found = std::exp(ways(all) + (tables.takes(n, all) + tables.stays(all)).value);
  for (std::int64_t k = n; k < all; ++k) found += std::exp(ways(k) + (tables.takes(n, k) + tables.leaves(k)).value);
  return found;
}

}  // namespace sojourn::inline v0_1::detail
