// Random cards of every aggregator and policy, with accounts to score.
#pragma once

#include <random>
#include <string>
#include <vector>

#include "health_fixtures.hpp"

namespace health_test {

inline constexpr int random_day = 20'000;

class tree_maker {
 public:
  explicit tree_maker(unsigned seed) : random_(seed) {}

  h::scorecard_spec make() {
    h::scorecard_spec spec;
    const std::size_t count = 1 + below(12);
    for (std::size_t k = 0; k < count; ++k) {
      h::signal_spec s = signal("s" + std::to_string(k),
                                chance(2) ? h::normaliser{h::identity{}} : h::normaliser{h::ramp{80, 10}}, policy());
      if (chance(4)) {
        s.observed_at = "seen" + std::to_string(k);
        s.stale.emplace();
        if (chance(2)) s.stale->validity = 100;
        if (!s.stale->validity || chance(2)) s.stale->decay_weight = h::weight_decay{uniform(5, 60), 3};
      }
      spec.signals.push_back(std::move(s));
    }
    spec.min_coverage = chance(2) ? 0.3711 : 0;
    std::size_t next = 0;
    fill(spec.tree, count, next, 0);
    return spec;
  }

  table accounts(const h::scorecard_spec& spec, std::size_t rows) {
    table t;
    for (const auto& s : spec.signals) {
      t.names.push_back(s.name);
      auto& x = t.values.emplace_back(rows);
      for (double& value : x)
        value = chance(6) ? missing : chance(4) ? 50.0 * static_cast<double>(below(3)) : uniform(0, 100);
    }
    for (const auto& s : spec.signals) {
      if (s.observed_at.empty()) continue;
      t.names.push_back(s.observed_at);
      auto& seen = t.values.emplace_back(rows);
      for (double& day : seen) day = chance(10) ? missing : random_day - static_cast<double>(below(200));
    }
    return t;
  }

  h::aggregator how() {
    switch (below(12)) {
      case 0:
        return h::power_mean{chance(2) ? 3.0 : uniform(-4, 4), 0.02};
      case 1:
        return h::geometric_mean{};
      case 2:
        return h::harmonic_mean{0.05};
      case 3:
        return h::lowest{};
      case 4:
        return h::highest{};
      case 5:
        return h::mean_and_min{uniform(0, 1)};
      case 6:
        return h::point_sum{uniform(-5, 20), chance(2) ? 0.0 : -10.0, uniform(20, 100)};
      case 7:
        return h::worst_of{};
      case 8:
        return h::best_of{static_cast<int>(1 + below(4))};
      default:
        return h::weighted_mean{};
    }
  }

  double uniform(double low, double high) { return std::uniform_real_distribution<double>(low, high)(random_); }
  std::size_t below(std::size_t n) { return static_cast<std::size_t>(random_() % n); }
  bool chance(std::size_t one_in) { return below(one_in) == 0; }
  std::mt19937& engine() { return random_; }

 private:
  h::missing_policy policy() {
    if (chance(2)) return {};
    constexpr h::missing_kind kinds[] = {h::missing_kind::neutral, h::missing_kind::worst, h::missing_kind::best,
                                         h::missing_kind::not_applicable, h::missing_kind::fail};
    return {kinds[below(chance(4) ? 5 : 4)], uniform(0, 1)};
  }
  void fill(h::group& g, std::size_t count, std::size_t& next, std::size_t depth) {
    const std::size_t until = next + count;
    g.how = how();
    const bool points = std::holds_alternative<h::point_sum>(g.how);
    const auto weigh = [&](h::branch b) {
      if (points && chance(3)) b.at_worst = -uniform(0, 20);
      g.mean.push_back(std::move(b));
    };
    weigh(leaf(uniform(0.1, 50), "s" + std::to_string(next++)));
    while (next < until) {
      const double weight = chance(6) ? 0 : uniform(0.1, 50);
      if (depth < 4 && until - next > 1 && chance(3)) {
        h::group inner;
        if (chance(3)) inner.min_coverage = uniform(0, 1);
        if (chance(4)) inner.own_weight = h::group_weight::by_coverage;
        fill(inner, 1 + below(until - next), next, depth + 1);
        weigh({weight, std::move(inner)});
      } else {
        weigh(leaf(weight, "s" + std::to_string(next++)));
      }
    }
  }
  std::mt19937 random_;
};

}  // namespace health_test
