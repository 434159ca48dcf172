// Rules and manual values on one account: from the raw score to the final one.
// Layer: 5. Needs: links sojourn.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>

#include "inputs.hpp"

namespace sojourn::health::detail {

/// What conditions may ask about one account besides its columns.
struct account_now {
  std::size_t row = 0;
  double raw = 0;
  std::function<double(std::size_t)> sub;   ///< score of a group, 0..100; NaN = missing
};

struct ruled {
  double score = 0;
  adjustment terms{};
  std::uint64_t fired = 0;
  std::int16_t binding = no_rule;
  std::uint16_t flags = 0;
  tier_code lowest_tier = 0;                ///< of `floor_tier`
  tier_code highest_tier = max_tiers;       ///< of `cap_tier`
};

[[nodiscard]] ruled apply_rules(const bound_inputs& inputs, const account_now& account);

/// A cap on a tier keeps the score this far below the next one, so that the printed score agrees with the tier.
inline constexpr double tier_epsilon = 0.01;

}  // namespace sojourn::health::detail
