// The book of accounts as one exact, mergeable state: how many in which tier, with what score, revenue and coverage.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "sojourn/detail/int128.hpp"
#include "sojourn/health/score/score.hpp"
#include "sojourn/input/column.hpp"
#include "sojourn/stats/estimate.hpp"
#include "sojourn/stats/mergeable.hpp"

namespace sojourn::inline v0_1 {
namespace health SOJOURN_EXPORT {

/// Accounts of one tier. Scores are kept as whole nano-points (1e-9 of a point), so that sums do not depend on order; the
/// rounding of one score is at most half a nano-point.
struct tier_totals {
  std::int64_t accounts = 0;
  sojourn::detail::int128 score_nano = 0;  ///< sum of scores in 1e-9 points
  sojourn::detail::int128 score_nano_squared = 0;
  sojourn::detail::int128 value = 0;  ///< sum of the value column (MRR), in the caller's integer unit

  tier_totals& operator+=(const tier_totals& other);
  tier_totals& operator-=(const tier_totals& other);
  friend bool operator==(const tier_totals&, const tier_totals&) = default;

  template <class Archive, class Self>
  static void fields(Archive& archive, Self& self) {
    archive(self.accounts, self.score_nano, self.score_nano_squared, self.value);
  }
};

/// 10 equal steps of coverage, [0, 0.1) .. [0.9, 1), and full coverage on its own.
inline constexpr std::size_t coverage_buckets = 11;

/// A fixed-size state of integers: merges and retracts exactly, and throws `overflow_error` before it would wrap. Holds the
/// tiers of one card; states of different cards must not be added (their tiers mean different things), which the card's
/// hash, the fingerprint of its bytes, can tell.
struct health_state {
  std::array<tier_totals, max_tiers> tiers{};
  tier_totals unknown{};  ///< accounts without a score; its score sums stay 0
  std::array<std::int64_t, coverage_buckets> coverage{};

  static constexpr std::uint16_t bytes_kind = 96;
  template <class Archive, class Self>
  static void fields(Archive& archive, Self& self) {
    archive(self.tiers, self.unknown, self.coverage);
  }

  health_state& operator+=(const health_state& other);
  health_state& operator-=(const health_state& other);
  friend bool operator==(const health_state&, const health_state&) = default;

  [[nodiscard]] std::int64_t accounts() const noexcept;
};

/// A state and the card it was counted under. Tiers of different cards mean different things, so that adding or taking away
/// the state of another card is a `state_error`.
struct card_health {
  health_state state{};
  std::uint64_t card = 0;  ///< `scorecard::hash`

  card_health& operator+=(const card_health& other);
  card_health& operator-=(const card_health& other);
  friend bool operator==(const card_health&, const card_health&) = default;
};

/// Throws a `state_error` when the state was counted under another card.
void require_card(const card_health& state, const scorecard& card);

/// Counts scored accounts. `value` (for example MRR in minor units) is empty or as long as the scores; a missing value
/// counts as 0. Throws `schema_error` when the lengths differ. O(rows).
[[nodiscard]] health_state tally_health(const scores& scored, column<std::int64_t> value = {});

/// One state per segment or owner; `segment` holds codes below `segments`. A row without a segment goes to the extra, last
/// state.
[[nodiscard]] std::vector<health_state> tally_health_by(const scores& scored, column<std::uint32_t> segment,
                                                        std::size_t segments, column<std::int64_t> value = {});

/// One line of a distribution: a tier, worst first, then `unknown_tier`.
struct tier_line {
  tier_code tier = 0;
  std::int64_t accounts = 0;
  estimate share;       ///< of all accounts, unknown ones included; Wilson interval
  estimate mean_score;  ///< of the accounts in this tier; undefined for unknown
  sojourn::detail::int128 value = 0;
};

struct health_options {
  confidence_level level{};
};

/// The tiers of the card's ladder and unknown, each with its share of the book. Shares are over all accounts, so they add to
/// one; an empty book has undefined shares. What it does not tell you: whether green accounts stay.
[[nodiscard]] std::vector<tier_line> distribution(const health_state& state, const tier_ladder& ladder,
                                                  health_options options = {});

inline constexpr metric_label mean_score_label{"mean_score", "points"};

/// Mean score of the accounts that have one, with the normal interval of a mean (`wald`); n = accounts with a score.
/// One account has a value and no interval. Unknown accounts are left out; their count is `state.unknown.accounts`.
[[nodiscard]] estimate mean_score(const health_state& state, health_options options = {});

}  // namespace health SOJOURN_EXPORT
}  // namespace sojourn::inline v0_1
