// Which interval a share of revenue carries.
// Layer: 1. Needs: std only.
#pragma once

#include "sojourn/export.hpp"

#include <array>
#include <cstdint>
#include <string_view>

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// How the interval of MRR churn, NRR and GRR is found. Values do not depend on it.
enum class ratio_interval : std::uint8_t {
  score,       ///< `loss_share` and `kept_share` (stats/loss_interval.hpp): close to its level from 20 accounts on
  linearised,  ///< r +- z se, see `ratio` (stats/ratio.hpp): for comparison with other tools; too short in small or
               ///< heavy-tailed sets
};
constexpr std::array<std::string_view, 2> values_of(ratio_interval) {
  return {"score", "linearised"};
}

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
