#include "health/score/cycle_step.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace sojourn::inline v0_1::health::detail {
namespace {

/// Whether time passed between two cycles. Without days every call is a cycle of its own.
bool is_later(day now, day before) noexcept {
  return now == day{} || before == day{} || now > before;
}

std::uint16_t one_more(std::uint16_t count) noexcept {
  return count == std::numeric_limits<std::uint16_t>::max() ? count : static_cast<std::uint16_t>(count + 1);
}

/// How much of the way to the new score the smoothed one goes.
double step_of(const smoothing_spec& spec, day now, const cycle_state& before) noexcept {
  if (!is_later(now, before.as_of)) return 0;
  if (spec.half_life_days == 0) return spec.lambda;
  const double days = now.since_epoch - before.scored_on.since_epoch;
  return 1 - std::exp2(-std::max(0.0, days) / spec.half_life_days);
}

}  // namespace

cycle_state state_before(const bound_inputs& inputs, std::size_t row) noexcept {
  if (!inputs.options.previous.empty()) return inputs.options.previous[row];
  cycle_state before;
  if (!inputs.options.previous_score.empty()) before.score = inputs.options.previous_score[row];
  if (!inputs.options.previous_tier.empty()) before.tier = inputs.options.previous_tier[row];
  return before;
}

void smooth_tile(const bound_inputs& inputs, std::size_t first, std::size_t n, double* score, scores& result,
                 contributions* parts) {
  const auto& spec = inputs.card.spec().smoothing;
  const day today = inputs.options.as_of;
  for (std::size_t i = 0; i < n; ++i) {
    const cycle_state before = state_before(inputs, first + i);
    cycle_state& now = result.cycle[first + i];
    now = {};
    now.as_of = today;
    const double raw = score[i];
    if (std::isnan(raw)) {
      if (spec && !inputs.plan().moves_groups) result.raw[first + i] = raw;
      now.gap = is_later(today, before.as_of) || before.gap == 0 ? one_more(before.gap) : before.gap;
      now.scored_on = before.scored_on;
      if (spec && now.gap <= spec->max_gap) now.smoothed = before.smoothed;
      continue;
    }
    now.scored_on = is_later(today, before.as_of) ? today : before.scored_on;
    if (!spec) continue;
    if (std::isnan(before.smoothed)) now.scored_on = today;
    now.smoothed =
        std::isnan(before.smoothed) ? raw : before.smoothed + step_of(*spec, today, before) * (raw - before.smoothed);
    if (!inputs.plan().moves_groups) result.raw[first + i] = raw;  // else the rules on groups came first, and kept it
    score[i] = now.smoothed;
    if (parts != nullptr) parts->adjustments[first + i].smoothing = now.smoothed - raw;
  }
}

namespace {

tier_code dwell(const bound_inputs& inputs, const cycle_state& before, tier_code pointed, cycle_state& now) {
  const auto tiers = inputs.plan().ladder.size();
  const int needed = inputs.card.spec().tiers.dwell;
  if (needed <= 1 || before.tier >= tiers || pointed == before.tier) return pointed;
  // A run goes one way; of the tiers it pointed to, the least change is what all of its cycles agree on.
  const bool goes_on = before.candidate < tiers && (before.candidate > before.tier) == (pointed > before.tier);
  const tier_code nearest = !goes_on                ? pointed
                            : pointed > before.tier ? std::min(pointed, before.candidate)
                                                    : std::max(pointed, before.candidate);
  now.held = !goes_on                                       ? std::uint16_t{1}
             : is_later(inputs.options.as_of, before.as_of) ? one_more(before.held)
                                                            : before.held;
  if (now.held < needed) {
    now.candidate = nearest;
    return before.tier;
  }
  now.candidate = pointed == nearest ? no_tier : pointed;
  now.held = pointed == nearest ? std::uint16_t{0} : std::uint16_t{1};
  return nearest;
}

tier_code tier_in_gap(const bound_inputs& inputs, const cycle_state& before, const cycle_state& now) noexcept {
  const bool holds = now.gap <= inputs.card.spec().tiers.hold_unknown && before.tier < inputs.plan().ladder.size();
  return holds ? before.tier : unknown_tier;
}

}  // namespace

tier_code next_tier(const bound_inputs& inputs, std::size_t row, tier_code pointed, scores& result) {
  const cycle_state before = state_before(inputs, row);
  if (pointed != unknown_tier) return dwell(inputs, before, pointed, result.cycle[row]);
  // Only what is not known may be held: who was taken out by a rule is out.
  return (result.flags[row] & flag::excluded) != 0 ? unknown_tier : tier_in_gap(inputs, before, result.cycle[row]);
}

void remember_tile(std::size_t first, std::size_t n, scores& result) {
  for (std::size_t row = first; row < first + n; ++row) {
    result.cycle[row].score = result.score[row];
    result.cycle[row].tier = result.tier[row];
  }
}

}  // namespace sojourn::inline v0_1::health::detail
