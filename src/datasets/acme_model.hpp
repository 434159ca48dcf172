// The truth of the account set: how the state of an account sets its hazard. Numbers in 1/65,536 octaves or percent.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>

#include "datasets/acme_random.hpp"
#include "sojourn/datasets/acme.hpp"

namespace sojourn::inline v0_1::datasets::detail {

/// A probability in 1/2^32.
using chance = std::uint64_t;
inline constexpr chance certain = chance{1} << 32;
constexpr chance share(double value) {
  // NOLINTNEXTLINE(bugprone-incorrect-roundings): never negative, and constexpr
  return static_cast<chance>(value * 4294967296.0 + 0.5);
}
constexpr chance both(chance a, chance b) noexcept {
  return static_cast<chance>((uint128{a} * b) >> 32);
}

inline constexpr std::array<std::uint32_t, 3> base_hazard = {static_cast<std::uint32_t>(share(0.017)),
                                                             static_cast<std::uint32_t>(share(0.0085)),
                                                             static_cast<std::uint32_t>(share(0.0034))};
inline constexpr chance highest_hazard = share(0.6);

enum term : std::uint8_t {
  usage_level,
  usage_collapse,
  usage_trend,
  satisfaction,
  sponsor_lost,
  tickets_none,
  tickets_few,
  tickets_some,
  tickets_many,
  tenure_new,
  tenure_first_year,
  tenure_second_year,
  tenure_long,
  billed_annually,
  terms
};

constexpr acme_coefficient coefficient(std::string_view name, std::string_view amount, double log2_ratio) {
  return {name, amount, static_cast<std::int32_t>(to_q16(log2_ratio))};
}
inline constexpr std::array<acme_coefficient, terms> coefficients = {
    coefficient("usage_level", "usage_level", -0.55),
    coefficient("usage_collapse", "octaves by which usage_level is below -1", 0.5),
    coefficient("usage_trend", "usage_trend", -0.5),
    coefficient("satisfaction", "satisfaction", -0.45),
    coefficient("sponsor_lost", "1 if sponsor_left", 1.25),
    coefficient("tickets_none", "1 if tickets_90d = 0", 0.25),
    coefficient("tickets_few", "1 if tickets_90d is 1 .. 3", -0.2),
    coefficient("tickets_some", "1 if tickets_90d is 4 .. 7", 0.15),
    coefficient("tickets_many", "1 if tickets_90d >= 8", 0.8),
    coefficient("tenure_new", "1 if tenure_months < 3", 0.45),
    coefficient("tenure_first_year", "1 if tenure_months is 3 .. 11", 0.15),
    coefficient("tenure_second_year", "1 if tenure_months is 12 .. 23", -0.1),
    coefficient("tenure_long", "1 if tenure_months >= 24", -0.35),
    coefficient("billed_annually", "1 if billing is annual", -0.4),
};

/// What the hazard of a quarter depends on: the state as it stands on the quarter's first day.
struct health {
  q16 level = 0;              ///< usage in octaves; 0 = what the plan expects
  q16 trend = 0;              ///< change against the quarter before
  q16 mood = 0;               ///< satisfaction in deviations
  std::int32_t tickets = 2;   ///< of the last quarter; a new account counts as having asked a little
  bool sponsor_left = false;  ///< in the last two quarters
};

constexpr term ticket_term(std::int32_t tickets) noexcept {
  return tickets == 0 ? tickets_none : tickets <= 3 ? tickets_few : tickets <= 7 ? tickets_some : tickets_many;
}
constexpr term tenure_term(std::int32_t months) noexcept {
  return months < 3 ? tenure_new : months < 12 ? tenure_first_year : months < 24 ? tenure_second_year : tenure_long;
}

/// Monthly hazard in 1/2^32.
constexpr chance monthly_hazard(std::uint8_t segment, bool annual, std::int32_t tenure_months, const health& h) noexcept {
  const auto times = [](term t, q16 amount) { return (coefficients[t].log2_ratio_q16 * amount) / one_q16; };
  const auto flag = [](term t) -> q16 { return coefficients[t].log2_ratio_q16; };
  q16 log2_ratio = times(usage_level, h.level) + times(usage_collapse, std::max<q16>(0, -one_q16 - h.level)) +
                   times(usage_trend, h.trend) + times(satisfaction, h.mood) + flag(ticket_term(h.tickets)) +
                   flag(tenure_term(tenure_months));
  if (h.sponsor_left) log2_ratio += flag(sponsor_lost);
  if (annual) log2_ratio += flag(billed_annually);
  return std::min(highest_hazard, scale(base_hazard[segment], log2_ratio));
}

/// A yearly contract faces its twelve monthly hazards at once, when its term ends.
constexpr chance leaves_within(chance hazard, int months) noexcept {
  chance stays = certain;
  for (int i = 0; i < months; ++i) stays = both(stays, certain - hazard);
  return certain - stays;
}

// Latent classes, in the order of acme_health_classes.
inline constexpr std::array<std::uint32_t, 4> class_shares = {25, 45, 18, 12};
inline constexpr std::array<q16, 4> level_start = {to_q16(0.5), to_q16(0.1), to_q16(0.1), to_q16(-0.6)};
inline constexpr std::array<q16, 4> level_target = {to_q16(0.7), to_q16(0.0), to_q16(-2.6), to_q16(-1.2)};
inline constexpr std::array<q16, 4> mood_target = {to_q16(0.8), to_q16(0.1), to_q16(-0.6), to_q16(-0.2)};

}  // namespace sojourn::inline v0_1::datasets::detail
