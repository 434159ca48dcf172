#include "sojourn/health/book/transition_values.hpp"

#include <cmath>
#include <string>

#include "detail/nan.hpp"
#include "sojourn/stats/checked.hpp"

namespace sojourn::inline v0_1::health {
namespace {

using sojourn::detail::checked_add;
using sojourn::detail::checked_subtract;
using sojourn::detail::nan;
using sojourn::detail::to_double;

std::size_t value_position(tier_code code, std::size_t row) {
  if (code < max_tiers) return code;
  if (code == unknown_tier) return transition_state::unknown_at;
  if (code == no_tier) return transition_state::outside_at;
  throw data_error({"tier", row, std::to_string(code), "is neither a tier, nor unknown, nor none", ""});
}

}  // namespace

transition_value_state& transition_value_state::operator+=(const transition_value_state& other) {
  for (std::size_t a = 0; a < positions; ++a) {
    for (std::size_t b = 0; b < positions; ++b) checked_add(values[a][b], other.values[a][b], "transitions");
  }
  checked_add(missing, other.missing, "transitions");
  return *this;
}

transition_value_state& transition_value_state::operator-=(const transition_value_state& other) {
  for (std::size_t a = 0; a < positions; ++a) {
    for (std::size_t b = 0; b < positions; ++b) checked_subtract(values[a][b], other.values[a][b], "transitions");
  }
  checked_subtract(missing, other.missing, "transitions");
  return *this;
}

transition_value_state tally_transition_values(std::span<const tier_code> previous, std::span<const tier_code> current,
                                               column<std::int64_t> value) {
  if (previous.size() != current.size() || value.size() != current.size()) {
    throw schema_error("previous tiers, current tiers and values differ in length: " + std::to_string(previous.size()) +
                       ", " + std::to_string(current.size()) + " and " + std::to_string(value.size()));
  }
  transition_value_state state;
  for (std::size_t row = 0; row < current.size(); ++row) {
    const std::size_t from = value_position(previous[row], row), to = value_position(current[row], row);
    if (value.present(row))
      state.values[from][to] += value[row];
    else
      ++state.missing;
  }
  return state;
}

value_movement movements(const transition_value_state& state) {
  value_movement result;
  sojourn::detail::int128 stayed = 0;
  for (std::size_t a = 0; a < max_tiers; ++a) {
    for (std::size_t b = 0; b < max_tiers; ++b) {
      const auto value = state.values[a][b];
      checked_add(result.both, value, "transitions");
      checked_add(a == b ? stayed : b > a ? result.upgraded : result.downgraded, value, "transitions");
    }
  }
  result.staying_share = result.both == 0 ? nan : to_double(stayed) / to_double(result.both);
  return result;
}

transition_rates rates(const transition_state& state, std::size_t tiers, double prior) {
  if (tiers > max_tiers) throw schema_error("a ladder has at most " + std::to_string(max_tiers) + " tiers");
  if (!(prior >= 0) || std::isinf(prior)) throw schema_error("the prior must be finite and not negative");
  transition_rates result;
  result.positions = tiers + 2;
  const auto at = [&](std::size_t i) { return i < tiers ? i : transition_state::unknown_at + (i - tiers); };
  for (std::size_t a = 0; a < result.positions; ++a) {
    std::int64_t total = 0;
    for (std::size_t b = 0; b < result.positions; ++b) total += state.counts[at(a)][at(b)];
    const double denominator = static_cast<double>(total) + prior * static_cast<double>(result.positions);
    for (std::size_t b = 0; b < result.positions; ++b) {
      const double count = static_cast<double>(state.counts[at(a)][at(b)]) + prior;
      result.probability.push_back(denominator > 0 ? count / denominator : nan);
    }
    // New and lost share the last position, but no account stays in it.
    const bool stays = a + 1 < result.positions;
    result.dwell.push_back(stays ? 1 / (1 - result.at(a, a)) : nan);
  }
  return result;
}

}  // namespace sojourn::inline v0_1::health
