// What moved between tiers in money, and how the book moves in the long run: shares by row and how long an account stays.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "sojourn/detail/int128.hpp"
#include "sojourn/health/book/transitions.hpp"
#include "sojourn/input/column.hpp"

namespace sojourn::inline v0_1 {
namespace health SOJOURN_EXPORT {

/// The sibling of `transition_state` that adds up a value (MRR) where that one counts accounts; same positions, same laws.
struct transition_value_state {
  static constexpr std::size_t positions = transition_state::positions;

  std::array<std::array<sojourn::detail::int128, positions>, positions> values{};
  std::int64_t missing = 0;  ///< accounts without a value; they count as 0

  static constexpr std::uint16_t bytes_kind = 104;
  template <class Archive, class Self>
  static void fields(Archive& archive, Self& self) {
    archive(self.values, self.missing);
  }

  transition_value_state& operator+=(const transition_value_state& other);
  transition_value_state& operator-=(const transition_value_state& other);
  friend bool operator==(const transition_value_state&, const transition_value_state&) = default;
};

/// Row for row as `tally_transitions`; `value` in whole units, such as MRR in minor units, of whichever cycle the caller
/// means. Throws `schema_error` when lengths differ and `data_error` for a code that is no tier.
[[nodiscard]] transition_value_state tally_transition_values(std::span<const tier_code> previous,
                                                             std::span<const tier_code> current, column<std::int64_t> value);

/// Value of the accounts with a tier in both cycles.
struct value_movement {
  sojourn::detail::int128 both = 0;
  sojourn::detail::int128 upgraded = 0;
  sojourn::detail::int128 downgraded = 0;
  double staying_share = 0;  ///< value that kept its tier / both; NaN when both is 0
};
[[nodiscard]] value_movement movements(const transition_value_state& state);

/// Where accounts of a tier went, as probabilities.
struct transition_rates {
  std::size_t positions = 0;        ///< tiers of the ladder, then unknown, then new (row) or lost (column)
  std::vector<double> probability;  ///< row-major; a row without accounts is NaN
  std::vector<double> dwell;        ///< mean cycles in a position once entered, 1 / (1 - p_aa); infinite when nobody left

  [[nodiscard]] double at(std::size_t from, std::size_t to) const noexcept { return probability[from * positions + to]; }
};

/// p_ab = (count_ab + prior) / (row total + prior x columns). `prior` > 0 is a Dirichlet prior, which gives small rows
/// probabilities off 0 and 1. `tiers` is the size of the ladder. The dwell of new accounts is NaN: no account stays new.
/// Dwell takes the next cycle to be like this one and accounts to have no memory.
[[nodiscard]] transition_rates rates(const transition_state& state, std::size_t tiers, double prior = 0);

}  // namespace health SOJOURN_EXPORT
}  // namespace sojourn::inline v0_1
