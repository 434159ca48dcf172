// Short hands for health tests: columns from literals, one-row scores, whole cards of literals.
#pragma once

#include <cstring>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "sojourn/health.hpp"

namespace health_test {

namespace h = sojourn::health;
inline constexpr double missing = std::numeric_limits<double>::quiet_NaN();
inline constexpr double inf = std::numeric_limits<double>::infinity();

/// Columns of doubles with their memory.
struct table {
  std::vector<std::string> names;
  std::vector<std::vector<double>> values;

  [[nodiscard]] sojourn::signals view() const {
    sojourn::signals result;
    for (std::size_t k = 0; k < names.size(); ++k) result.push_back({names[k], sojourn::column<double>(values[k]), {}, {}});
    return result;
  }
};

inline h::signal_spec signal(std::string name, h::normaliser norm = h::identity{}, h::missing_policy policy = {}) {
  h::signal_spec s;
  s.name = std::move(name);
  s.norm = std::move(norm);
  s.missing = policy;
  return s;
}

inline h::branch leaf(double weight, std::string name) {
  return {weight, std::move(name)};
}
inline h::branch sub(double weight, std::string id, std::vector<h::branch> members, double min_coverage = 0) {
  return {weight, h::group{std::move(id), std::move(members), min_coverage}};
}

inline h::scorecard_spec card(std::vector<h::signal_spec> signals, std::vector<h::branch> members, double min_coverage = 0) {
  h::scorecard_spec spec;
  spec.min_coverage = min_coverage;
  spec.signals = std::move(signals);
  spec.tree.mean = std::move(members);
  return spec;
}

/// A card of one signal: the normaliser alone, seen through the score.
inline h::scorecard_spec only(h::normaliser norm) {
  return card({signal("x", std::move(norm))}, {leaf(1, "x")});
}

/// 100 s of each x.
inline std::vector<double> normalised(const h::normaliser& norm, std::vector<double> x) {
  const table t{{"x"}, {std::move(x)}};
  return h::score(h::compile(only(norm)), t.view()).score;
}

/// Score of one account; the values in the order of the card's signals.
inline double one(const h::scorecard_spec& spec, const std::vector<double>& x) {
  table t;
  for (std::size_t k = 0; k < x.size(); ++k) {
    t.names.push_back(spec.signals[k].name);
    t.values.push_back({x[k]});
  }
  return h::score(h::compile(spec), t.view()).score[0];
}

inline bool same_bits(const std::vector<double>& a, const std::vector<double>& b) {
  return a.size() == b.size() && (a.empty() || std::memcmp(a.data(), b.data(), a.size() * sizeof(double)) == 0);
}

}  // namespace health_test
