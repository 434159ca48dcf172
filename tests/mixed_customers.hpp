// Models of purchases from their definition: one customer's likelihood, averaged over rates and chances on a fine grid.
#pragma once

#include <cmath>
#include <functional>
#include <vector>

#include "sojourn/lifetime/purchases.hpp"

namespace sojourn::test {

/// Of one customer with known rates: likelihood of its purchases together with still being there, and with being gone;
/// purchases ahead if it is there.
struct one_customer {
  double there = 0, gone = 0, ahead = 0;
};

struct mixed_customer {
  double likelihood = 0, p_alive = 0, ahead = 0;
};

/// Means over u and v, each Gamma(shape, rate) or Beta(a, b), by the trapezoidal rule on the whole line: of y = log u, or
/// of y = log u/(1-u).
struct mixing_grid {
  mixing_grid(bool beta, double first, double second) {
    double sum = 0;
    for (double y = -90; y < 90; y += 0.1875) {
      const double value = beta ? 1 / (1 + std::exp(-y)) : std::exp(y) / second;
      const double log_weight =
          beta ? -first * std::log1p(std::exp(-y)) - second * (y + std::log1p(std::exp(-y))) : first * y - std::exp(y);
      const double weight = std::exp(log_weight);
      if (!(weight > 0) || !(value > 0)) continue;
      nodes.push_back({value, weight});
      sum += weight;
    }
    std::erase_if(nodes, [sum](const node& one) { return one.weight < 1e-18 * sum; });
    for (node& one : nodes) one.weight /= sum;
  }
  struct node {
    double value, weight;
  };
  std::vector<node> nodes;
};

inline mixed_customer mix(const purchase_parameters& of, const std::function<one_customer(double, double)>& customer) {
  const bool chances = of.model == purchase_model::bgbb, leaves_by_chance = of.model != purchase_model::paretonbd;
  const mixing_grid rates(chances, of.values[0], of.values[1]), leaving(leaves_by_chance, of.values[2], of.values[3]);
  double there = 0, gone = 0, ahead = 0;
  for (const auto& rate : rates.nodes) {
    for (const auto& leave : leaving.nodes) {
      const one_customer one = customer(rate.value, leave.value);
      const double weight = rate.weight * leave.weight;
      there += weight * one.there;
      gone += weight * one.gone;
      ahead += weight * one.there * one.ahead;
    }
  }
  return {there + gone, there / (there + gone), ahead / (there + gone)};
}

/// Purchases ahead within `horizon`; with rate > 0 discounted over all time instead.
inline one_customer definition(purchase_model model, double x, double t_x, double T, double horizon, double rate,
                               double buys, double leaves) {
  if (model == purchase_model::bgbb) {
    one_customer one;
    const auto takes = [&](double n) { return std::pow(buys, x) * std::pow(1 - buys, n - x) * std::pow(1 - leaves, n); };
    one.there = takes(T) * (1 - leaves);
    for (double n = t_x; n <= T; ++n) one.gone += takes(n) * leaves;
    if (rate > 0) {
      one.ahead = buys / (rate + leaves);
    } else {
      for (double n = 0; n < horizon; ++n) one.ahead += buys * std::pow(1 - leaves, n);
    }
    return one;
  }
  const double bought = std::pow(buys, x);
  if (model == purchase_model::paretonbd) {
    const double both = buys + leaves;
    const double ahead =
        rate > 0 ? buys / (leaves + rate)
                 : buys * horizon * (leaves * horizon < 1e-8 ? 1 : -std::expm1(-leaves * horizon) / (leaves * horizon));
    return {bought * std::exp(-both * T), bought * leaves / both * std::exp(-both * t_x) * -std::expm1(-both * (T - t_x)),
            ahead};
  }
  const double times = x + (model == purchase_model::mbgnbd ? 1 : 0);
  one_customer one;
  one.there = std::pow(1 - leaves, times) * bought * std::exp(-buys * T);
  if (times > 0) one.gone = leaves * std::pow(1 - leaves, times - 1) * bought * std::exp(-buys * t_x);
  one.ahead = rate > 0 ? buys / (buys * leaves + rate) : -std::expm1(-buys * leaves * horizon) / leaves;
  return one;
}

}  // namespace sojourn::test
