// Checks of scores against literals, and cards of plain weighted signals.
#pragma once

#include <doctest/doctest.h>

#include <cmath>
#include <string>
#include <vector>

#include "health_fixtures.hpp"

namespace health_test {

inline void check_values(const std::vector<double>& actual, const std::vector<double>& expected, double tolerance = 1e-12) {
  REQUIRE(actual.size() == expected.size());
  for (std::size_t i = 0; i < actual.size(); ++i) {
    CAPTURE(i);
    if (std::isnan(expected[i]))
      CHECK(std::isnan(actual[i]));
    else
      CHECK(actual[i] == doctest::Approx(expected[i]).epsilon(tolerance));
  }
}

/// Signals s0, s1, ... as they come, with these weights under the root.
inline h::scorecard_spec weighted(const std::vector<double>& weights) {
  h::scorecard_spec spec = card({}, {});
  for (std::size_t k = 0; k < weights.size(); ++k) {
    spec.signals.push_back(signal("s" + std::to_string(k)));
    spec.tree.mean.push_back(leaf(weights[k], "s" + std::to_string(k)));
  }
  return spec;
}

}  // namespace health_test
