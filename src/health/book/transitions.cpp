#include "sojourn/health/book/transitions.hpp"

#include <string>

#include "sojourn/stats/checked.hpp"
#include "sojourn/stats/proportion.hpp"

namespace sojourn::inline v0_1::health {
namespace {

using sojourn::detail::checked_add;
using sojourn::detail::checked_subtract;

std::size_t position(tier_code code, std::size_t row) {
  if (code < max_tiers) return code;
  if (code == unknown_tier) return transition_state::unknown_at;
  if (code == no_tier) return transition_state::outside_at;
  throw data_error(
      {"tier", row, std::to_string(code), "is neither a tier, nor unknown, nor none", "pass codes that this card gave out"});
}

}  // namespace

transition_state& transition_state::operator+=(const transition_state& other) {
  for (std::size_t a = 0; a < positions; ++a) {
    for (std::size_t b = 0; b < positions; ++b) checked_add(counts[a][b], other.counts[a][b], "transitions");
  }
  return *this;
}

transition_state& transition_state::operator-=(const transition_state& other) {
  for (std::size_t a = 0; a < positions; ++a) {
    for (std::size_t b = 0; b < positions; ++b) checked_subtract(counts[a][b], other.counts[a][b], "transitions");
  }
  return *this;
}

transition_state tally_transitions(std::span<const tier_code> previous, std::span<const tier_code> current) {
  if (previous.size() != current.size()) {
    throw schema_error("previous and current tiers differ in length: " + std::to_string(previous.size()) + " and " +
                       std::to_string(current.size()));
  }
  transition_state state;
  for (std::size_t row = 0; row < previous.size(); ++row)
    ++state.counts[position(previous[row], row)][position(current[row], row)];
  return state;
}

movement movements(const transition_state& state, confidence_level level) {
  movement result;
  std::int64_t stayed = 0;
  for (std::size_t a = 0; a < max_tiers; ++a) {
    for (std::size_t b = 0; b < max_tiers; ++b) {
      const std::int64_t count = state.counts[a][b];
      result.both += count;
      if (a == b)
        stayed += count;
      else if (b > a)
        result.upgrades += count;
      else
        result.downgrades += count;
    }
  }
  result.staying = proportion(stayed, result.both, {level}).as({"staying", "share"});
  return result;
}

}  // namespace sojourn::inline v0_1::health
