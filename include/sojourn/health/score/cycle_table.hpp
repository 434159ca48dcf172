// The cycle before as a table that was kept somewhere, brought into the order and the tiers of this one.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "sojourn/health/card/scorecard.hpp"
#include "sojourn/health/score/cycle.hpp"
#include "sojourn/input/column.hpp"

namespace sojourn::inline v0_1 {
namespace health SOJOURN_EXPORT {

/// A column of tier names, as codes into `labels`.
struct named_tiers {
  column<std::uint32_t> codes;
  std::span<const std::string> labels{};
};

/// What smoothing, dwell and held tiers go on from.
struct cycle_memory {
  column<double> smoothed;
  named_tiers candidate;
  column<std::int64_t> held, gap;
  column<std::int32_t> scored_on, as_of;
};

/// Scores and tiers of the cycle before, and its memory where the table has one.
struct cycle_table {
  column<double> score;
  named_tiers tier;
  const cycle_memory* memory = nullptr;
};

/// The state of every account of now: `row_before` has its row in the table, or `not_there`. A tier that this card does not
/// have becomes `foreign_tier`, which scoring forgets and flags. Counts of cycles outside 0 .. 65535 are cut to that range.
/// Throws a `schema_error` when the card smooths scores and the table has no memory. O(rows).
[[nodiscard]] std::vector<cycle_state> align_cycle(const scorecard& card, const cycle_table& before,
                                                   std::span<const std::size_t> row_before);

}  // namespace health SOJOURN_EXPORT
}  // namespace sojourn::inline v0_1
