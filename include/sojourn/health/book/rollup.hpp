// From product to account to parent: what a group of companies scores when each of its parts has a score.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "sojourn/detail/int128.hpp"
#include "sojourn/health/card/tiers.hpp"
#include "sojourn/input/column.hpp"

namespace sojourn::inline v0_1 {
namespace health SOJOURN_EXPORT {

inline constexpr std::int32_t no_parent = -1;

/// Which row each row belongs to, checked once: every parent exists and no row is its own ancestor.
class hierarchy {
 public:
  /// `parent[i]` is the row of i's parent, or `no_parent`. Throws `data_error` for a row that does not exist and for a
  /// cycle, which it prints (`2 -> 5 -> 2`). O(rows).
  explicit hierarchy(std::span<const std::int32_t> parent);

  [[nodiscard]] std::size_t size() const noexcept { return parent_.size(); }
  [[nodiscard]] std::int32_t parent(std::size_t row) const noexcept { return parent_[row]; }
  [[nodiscard]] std::int64_t children(std::size_t row) const noexcept { return children_[row]; }
  /// Every row after all of its children (Kahn's order).
  [[nodiscard]] std::span<const std::uint32_t> children_first() const noexcept { return order_; }

 private:
  std::vector<std::int32_t> parent_;
  std::vector<std::int64_t> children_;
  std::vector<std::uint32_t> order_;
};

enum class rollup_method : std::uint8_t {
  mean,      ///< every member counts once
  weighted,  ///< by the weight column, usually MRR
  minimum,   ///< as healthy as the worst member
  maximum,
  own,  ///< no roll-up: what the row was scored itself
};
constexpr std::array<std::string_view, 5> values_of(rollup_method) {
  return {"mean", "weighted", "min", "max", "own"};
}

/// Whether a parent's own score is one of the members. Vendors differ: Planhat says yes, ChurnZero says no.
enum class include_self : std::uint8_t { no, yes };

/// What `weighted` gives when all weights of the members are 0.
enum class zero_weights : std::uint8_t { unknown, plain_mean };
constexpr std::array<std::string_view, 2> values_of(zero_weights) {
  return {"unknown", "mean"};
}

/// Credit notes make weights negative, and a mean with negative weights can leave the scale.
enum class negative_weights : std::uint8_t { error, as_zero };
constexpr std::array<std::string_view, 2> values_of(negative_weights) {
  return {"error", "zero"};
}

struct rollup_options {
  rollup_method method = rollup_method::mean;
  include_self self = include_self::no;
  zero_weights zero = zero_weights::unknown;
  negative_weights negative = negative_weights::error;
};

/// One row per account or product. `coverage` and `weight` may be empty.
struct rollup_input {
  std::span<const double> score;       ///< NaN = no score of its own
  std::span<const double> coverage{};  ///< empty: 1 with a score, 0 without
  column<std::int64_t> weight{};       ///< missing: the sum of the children's weights, 0 for a row without children
};

struct rolled_up {
  std::vector<double> score;  ///< of a row without children: its own
  std::vector<double> coverage;
  std::vector<std::int64_t> weight;    ///< what each row weighs in its parent, after filling; empty without weights
  std::vector<std::int64_t> children;  ///< direct children
  std::vector<std::int64_t> missing;   ///< direct children without a score: in neither numerator nor denominator
};

/// Scores of parents from those of their direct children, level by level.
///
/// mean = sum s / n; weighted = sum w s / sum w over the members that have a score. Coverage uses the same weights over all
/// members, those without a score included, so that a gap below is seen above. A parent none of whose members has a score is
/// unknown (NaN). Sums run in row order, so the same rows give the same bits. Throws `schema_error` for lengths that differ
/// or a missing weight column, `data_error` for a negative weight. O(rows).
/// What it does not tell you: which child is in trouble; a mean hides one bad child among good ones, so look at `minimum`
/// too.
[[nodiscard]] rolled_up rollup(const hierarchy& tree, const rollup_input& rows, rollup_options options = {});

/// Which tiers count.
enum class tier_match : std::uint8_t { exactly, or_worse, or_better };
constexpr std::array<std::string_view, 3> values_of(tier_match) {
  return {"exactly", "or_worse", "or_better"};
}

/// How much of the tree below a row stands in a tier.
struct tier_share {
  std::int64_t count = 0;    ///< members in the tier
  std::int64_t known = 0;    ///< members with a tier
  std::int64_t unknown = 0;  ///< members without: in neither numerator nor denominator
  sojourn::detail::int128 weight_in_tier = 0;
  sojourn::detail::int128 weight_known = 0;

  /// count / known, NaN when nothing is known.
  [[nodiscard]] double share() const noexcept;
  /// weight_in_tier / weight_known, NaN when nothing of weight is known.
  [[nodiscard]] double weight_share() const noexcept;
};

/// Members of a tier below each row, at any depth, the row itself when `self` says so or when it has no children. Exact.
/// A threshold is the caller's comparison: `share() >= 0.5`. Missing and negative weights as in `rollup`.
[[nodiscard]] std::vector<tier_share> rollup_tiers(const hierarchy& tree, std::span<const tier_code> tier, tier_code wanted,
                                                   tier_match match = tier_match::exactly,
                                                   include_self self = include_self::no, column<std::int64_t> weight = {},
                                                   negative_weights negative = negative_weights::error);

}  // namespace health SOJOURN_EXPORT
}  // namespace sojourn::inline v0_1
