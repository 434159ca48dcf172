// Leavers and stayers of one risk at a time, from the lowest risk up.
#pragma once

#include <cstdint>
#include <vector>

#include "sojourn/health/evaluation/validation.hpp"

namespace sojourn::inline v0_1::health::detail {

struct risk_step {
  std::int64_t risk = 0;
  std::int64_t left = 0;
  std::int64_t stayed = 0;
};

struct risk_walk {
  std::vector<risk_step> steps;
  std::int64_t left = 0;
  std::int64_t stayed = 0;
};

/// Refuses negative counts with `state_error`, as all read-outs do.
[[nodiscard]] inline risk_walk walk(const outcome_scores& state) {
  risk_walk found{{}, count(state.left), count(state.stayed)};
  const auto &a = state.left.counts, &b = state.stayed.counts;
  for (std::size_t i = 0, j = 0; i < a.size() || j < b.size();) {
    const bool take_left = j == b.size() || (i < a.size() && a[i].value <= b[j].value);
    risk_step step{take_left ? a[i].value : b[j].value, 0, 0};
    if (i < a.size() && a[i].value == step.risk) step.left = a[i++].count;
    if (j < b.size() && b[j].value == step.risk) step.stayed = b[j++].count;
    found.steps.push_back(step);
  }
  return found;
}

}  // namespace sojourn::inline v0_1::health::detail
