// From which tier to which tier: the movement of the book between two cycles.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "sojourn/health/card/tiers.hpp"
#include "sojourn/stats/estimate.hpp"
#include "sojourn/stats/mergeable.hpp"

namespace sojourn::inline v0_1 {
namespace health SOJOURN_EXPORT {

/// Counts of (previous, current). Positions 0..15 are tiers, then `unknown_at`, then `outside_at`: as a row it is "new" (not
/// scored before), as a column "lost" (gone now). Row sums are the previous counts, column sums the current ones.
struct transition_state {
  static constexpr std::size_t unknown_at = max_tiers;
  static constexpr std::size_t outside_at = max_tiers + 1;
  static constexpr std::size_t positions = max_tiers + 2;

  std::array<std::array<std::int64_t, positions>, positions> counts{};

  static constexpr std::uint16_t bytes_kind = 97;
  template <class Archive, class Self>
  static void fields(Archive& archive, Self& self) {
    archive(self.counts);
  }

  transition_state& operator+=(const transition_state& other);
  transition_state& operator-=(const transition_state& other);
  friend bool operator==(const transition_state&, const transition_state&) = default;
};

/// Where line i of a matrix of `tiers` tiers, unknown, and new or lost stands in a state.
[[nodiscard]] constexpr std::size_t position_in_state(std::size_t line, std::size_t tiers) noexcept {
  return line < tiers ? line : transition_state::unknown_at + (line - tiers);
}

/// Row for row; `no_tier` in `previous` is a new account, in `current` a lost one. Throws `schema_error` when lengths differ
/// and `data_error` for a code that is neither a tier, unknown nor none.
[[nodiscard]] transition_state tally_transitions(std::span<const tier_code> previous, std::span<const tier_code> current);

/// Read-outs over accounts with a tier in both cycles.
struct movement {
  std::int64_t both = 0;
  std::int64_t upgrades = 0;
  std::int64_t downgrades = 0;
  estimate staying;  ///< share that kept its tier, Wilson interval
};
[[nodiscard]] movement movements(const transition_state& state, confidence_level level = {});

}  // namespace health SOJOURN_EXPORT
}  // namespace sojourn::inline v0_1
