#include "sojourn/health/score/cycle_table.hpp"

#include <algorithm>
#include <limits>

#include "sojourn/health/card/tier_names.hpp"
#include "sojourn/health/score/delta.hpp"

namespace sojourn::inline v0_1::health {
namespace {

std::uint16_t cycles(const column<std::int64_t>& values, std::size_t row) {
  constexpr std::int64_t most = std::numeric_limits<std::uint16_t>::max();
  if (!values.present(row)) return 0;
  return static_cast<std::uint16_t>(std::clamp<std::int64_t>(values[row], 0, most));
}

}  // namespace

std::vector<cycle_state> align_cycle(const scorecard& card, const cycle_table& before,
                                     std::span<const std::size_t> row_before) {
  if (card.spec().smoothing && before.memory == nullptr) {
    throw schema_error(
        "the card smooths scores, so `previous` must be a result or its cycle() table: account, score and tier are not "
        "enough");
  }
  const std::vector<std::string> names = tier_names(card);
  const std::vector<tier_code> tiers = codes_of_names(before.tier.labels, names, foreign_tier);
  std::vector<tier_code> candidates;
  if (before.memory != nullptr) candidates = codes_of_names(before.memory->candidate.labels, names, foreign_tier);
  std::vector<cycle_state> result(row_before.size());
  for (std::size_t i = 0; i < result.size(); ++i) {
    const std::size_t row = row_before[i];
    if (row == not_there) continue;
    cycle_state& state = result[i];
    if (before.score.present(row)) state.score = before.score[row];
    if (before.tier.codes.present(row)) state.tier = tiers[before.tier.codes[row]];
    if (before.memory == nullptr) continue;
    const cycle_memory& memory = *before.memory;
    if (memory.smoothed.present(row)) state.smoothed = memory.smoothed[row];
    if (memory.candidate.codes.present(row)) state.candidate = candidates[memory.candidate.codes[row]];
    state.held = cycles(memory.held, row);
    state.gap = cycles(memory.gap, row);
    if (memory.scored_on.present(row)) state.scored_on = day{memory.scored_on[row]};
    if (memory.as_of.present(row)) state.as_of = day{memory.as_of[row]};
  }
  return result;
}

}  // namespace sojourn::inline v0_1::health
