#include "sojourn/health/score/portfolio.hpp"

#include <algorithm>
#include <cmath>

#include "sojourn/stats/checked.hpp"
#include "sojourn/stats/proportion.hpp"

namespace sojourn::inline v0_1::health {
namespace {

using sojourn::detail::checked_add;
using sojourn::detail::checked_subtract;
using sojourn::detail::int128;
using sojourn::detail::to_double;

constexpr double nano = 1e9;

void add_row(health_state& state, const scores& scored, std::size_t row, std::int64_t value) {
  // A tier held over a gap stands for no score today: nothing of it can be averaged.
  const tier_code tier = std::isnan(scored.score[row]) ? unknown_tier : scored.tier[row];
  tier_totals& totals = tier < max_tiers ? state.tiers[tier] : state.unknown;
  ++totals.accounts;
  totals.value += value;
  if (tier < max_tiers) {
    const std::int64_t points = std::llround(scored.score[row] * nano);
    totals.score_nano += points;
    totals.score_nano_squared += static_cast<int128>(points) * points;
  }
  const auto bucket = static_cast<std::size_t>(scored.coverage[row] * 10);
  ++state.coverage[std::min(bucket, coverage_buckets - 1)];
}

std::int64_t value_at(const column<std::int64_t>& value, std::size_t row) {
  return value.empty() || !value.present(row) ? 0 : value[row];
}

void check_length(std::size_t rows, std::size_t scored, const char* what) {
  if (rows != scored) {
    throw schema_error(std::string(what) + " has " + std::to_string(rows) + " rows and the scores have " +
                       std::to_string(scored));
  }
}

/// Mean of n scores with its normal interval, from exact sums.
estimate mean_of(std::int64_t n, int128 sum, int128 squares, confidence_level level) {
  if (n == 0) return undefined_estimate(undefined_reason::no_observations, level).as(mean_score_label);
  estimate result = estimate{}.as(mean_score_label);
  result.level = level.value();
  result.n = n;
  result.value = to_double(sum) / static_cast<double>(n) / nano;
  if (n == 1) return result;
  // n * squares - sum^2 stays inside 128 bits up to 1.3e8 accounts; beyond that doubles are exact enough by far.
  const double count = static_cast<double>(n);
  constexpr std::int64_t exact_accounts = 100'000'000;
  const double spread = n <= exact_accounts ? to_double(squares * n - sum * sum) / count
                                            : to_double(squares) - to_double(sum) * to_double(sum) / count;
  const double deviation = std::sqrt(std::max(0.0, spread) / (count - 1)) / nano;
  const double half = level.normal_quantile() * deviation / std::sqrt(count);
  result.low = result.value - half;
  result.high = result.value + half;
  result.method = interval_method::wald;
  return result;
}

tier_line line_of(tier_code tier, const tier_totals& totals, std::int64_t all, confidence_level level) {
  tier_line line;
  line.tier = tier;
  line.accounts = totals.accounts;
  line.share = proportion(totals.accounts, all, {level}).as({"tier_shares", "share"});
  line.mean_score = tier == unknown_tier ? undefined_estimate(undefined_reason::no_observations, level).as(mean_score_label)
                                         : mean_of(totals.accounts, totals.score_nano, totals.score_nano_squared, level);
  line.value = totals.value;
  return line;
}

void require_same_card(const card_health& a, const card_health& b) {
  if (a.card == b.card) return;
  throw state_error("health states of two different cards cannot be combined: their tiers mean different things");
}

}  // namespace

tier_totals& tier_totals::operator+=(const tier_totals& other) {
  checked_add(accounts, other.accounts, "health");
  checked_add(score_nano, other.score_nano, "health");
  checked_add(score_nano_squared, other.score_nano_squared, "health");
  checked_add(value, other.value, "health");
  return *this;
}

tier_totals& tier_totals::operator-=(const tier_totals& other) {
  checked_subtract(accounts, other.accounts, "health");
  checked_subtract(score_nano, other.score_nano, "health");
  checked_subtract(score_nano_squared, other.score_nano_squared, "health");
  checked_subtract(value, other.value, "health");
  return *this;
}

health_state& health_state::operator+=(const health_state& other) {
  for (std::size_t t = 0; t < max_tiers; ++t) tiers[t] += other.tiers[t];
  unknown += other.unknown;
  for (std::size_t b = 0; b < coverage_buckets; ++b) checked_add(coverage[b], other.coverage[b], "health");
  return *this;
}

health_state& health_state::operator-=(const health_state& other) {
  for (std::size_t t = 0; t < max_tiers; ++t) tiers[t] -= other.tiers[t];
  unknown -= other.unknown;
  for (std::size_t b = 0; b < coverage_buckets; ++b) checked_subtract(coverage[b], other.coverage[b], "health");
  return *this;
}

card_health& card_health::operator+=(const card_health& other) {
  require_same_card(*this, other);
  state += other.state;
  return *this;
}

card_health& card_health::operator-=(const card_health& other) {
  require_same_card(*this, other);
  state -= other.state;
  return *this;
}

void require_card(const card_health& state, const scorecard& card) {
  if (state.card != card.hash()) throw state_error("the state was counted under another card");
}

std::int64_t health_state::accounts() const noexcept {
  std::int64_t total = unknown.accounts;
  for (const tier_totals& t : tiers) total += t.accounts;
  return total;
}

health_state tally_health(const scores& scored, column<std::int64_t> value) {
  if (!value.empty()) check_length(value.size(), scored.size(), "the value column");
  health_state state;
  for (std::size_t row = 0; row < scored.size(); ++row) add_row(state, scored, row, value_at(value, row));
  return state;
}

std::vector<health_state> tally_health_by(const scores& scored, column<std::uint32_t> segment, std::size_t segments,
                                          column<std::int64_t> value) {
  if (!value.empty()) check_length(value.size(), scored.size(), "the value column");
  check_length(segment.size(), scored.size(), "the segment column");
  std::vector<health_state> states(segments + 1);
  for (std::size_t row = 0; row < scored.size(); ++row) {
    const std::size_t code = segment.present(row) ? segment[row] : segments;
    if (code > segments)
      throw data_error({segment.name_or("segment"), row, std::to_string(code), "is not below the number of segments",
                        "state as many segments as there are codes"});
    add_row(states[code], scored, row, value_at(value, row));
  }
  return states;
}

std::vector<tier_line> distribution(const health_state& state, const tier_ladder& ladder, health_options options) {
  const std::int64_t all = state.accounts();
  std::vector<tier_line> lines;
  lines.reserve(ladder.size() + 1);
  for (std::size_t t = 0; t < ladder.size(); ++t)
    lines.push_back(line_of(static_cast<tier_code>(t), state.tiers[t], all, options.level));
  lines.push_back(line_of(unknown_tier, state.unknown, all, options.level));
  return lines;
}

estimate mean_score(const health_state& state, health_options options) {
  tier_totals known;
  for (const tier_totals& t : state.tiers) known += t;
  return mean_of(known.accounts, known.score_nano, known.score_nano_squared, options.level);
}

}  // namespace sojourn::inline v0_1::health
