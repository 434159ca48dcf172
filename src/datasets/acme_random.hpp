// Counter-based random numbers in integers: number k for a purpose is a hash, so it needs no history and no order.
// Nothing of libm is used: its last bit differs from one platform to the next.
#pragma once

#include <array>
#include <cstdint>

#include "sojourn/detail/int128.hpp"

namespace sojourn::inline v0_1::datasets::detail {

using sojourn::detail::uint128;

/// Real numbers as multiples of 1/65,536.
using q16 = std::int64_t;
inline constexpr q16 one_q16 = 1 << 16;
constexpr q16 to_q16(double value) {
  return static_cast<q16>(value * 65536.0 + (value >= 0 ? 0.5 : -0.5));
}

/// Finaliser of SplitMix64 (Steele, Lea, Flood 2014): a bijection in which every input bit reaches every output bit.
constexpr std::uint64_t mix(std::uint64_t z) noexcept {
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
  return z ^ (z >> 31);
}

/// What a number is drawn for. New purposes go to the end: an account must not change because the model grew.
enum class purpose : std::uint8_t {
  signup_month,
  signup_day,
  segment,
  plan,
  billing,
  region,
  owner,
  seats,
  seats_tail,
  discount,
  acquisition,
  health,
  first_level,
  first_mood,
  level,
  mood,
  churn,
  comeback,
  comeback_gap,
  change,
  change_size,
  add_on,
  add_on_price,
  add_on_end,
  logins,
  features,
  uploads,
  uploads_scale,
  week_gaps,
  trouble,
  tickets,
  ticket_day,
  sponsor,
  sponsor_day,
  csat_day,
  csat_answer,
  csat_score,
  nps_day,
  nps_answer,
  nps_score
};

/// The numbers of one account.
class draws {
 public:
  constexpr draws(std::uint64_t seed, std::int64_t account) noexcept
      : key_(mix(mix(seed + weyl) ^ (static_cast<std::uint64_t>(account) * weyl))) {}

  [[nodiscard]] constexpr std::uint64_t bits(purpose why, std::uint32_t index = 0) const noexcept {
    return mix(key_ + ((std::uint64_t{static_cast<std::uint8_t>(why)} << 32 | index) + 1) * weyl);
  }
  /// Uniform on [0, 2^32).
  [[nodiscard]] constexpr std::uint32_t uniform(purpose why, std::uint32_t index = 0) const noexcept {
    return static_cast<std::uint32_t>(bits(why, index) >> 32);
  }
  /// Uniform on 0 .. n-1.
  [[nodiscard]] constexpr std::uint32_t below(std::uint32_t n, purpose why, std::uint32_t index = 0) const noexcept {
    return static_cast<std::uint32_t>((std::uint64_t{uniform(why, index)} * n) >> 32);
  }
  [[nodiscard]] constexpr bool percent(std::uint32_t share, purpose why, std::uint32_t index = 0) const noexcept {
    return below(100, why, index) < share;
  }
  /// Nearly normal, mean 0, deviation 1: the sum of four uniforms, hence never beyond 3.5 deviations.
  [[nodiscard]] constexpr q16 bell(purpose why, std::uint32_t index = 0) const noexcept {
    const std::uint64_t b = bits(why, index);
    const auto sum = static_cast<q16>((b & 0xFFFF) + (b >> 16 & 0xFFFF) + (b >> 32 & 0xFFFF) + (b >> 48));
    constexpr q16 root_of_three = 113512;  // four uniforms on [0, 1) have the variance 1/3
    return ((sum - q16{2} * 65535) * root_of_three) / one_q16;
  }

 private:
  static constexpr std::uint64_t weyl = 0x9E3779B97F4A7C15u;
  std::uint64_t key_;
};

/// Which of the shares (percent, summing to 100) a uniform number of 0 .. 99 falls into.
template <std::size_t N>
constexpr std::uint8_t pick(const std::array<std::uint32_t, N>& shares, std::uint32_t number) noexcept {
  std::uint8_t which = 0;
  for (std::uint32_t upto = shares[0]; which + 1u < N && number >= upto; upto += shares[which]) ++which;
  return which;
}

/// Largest integer whose square is at most x.
constexpr std::uint64_t square_root(uint128 x) noexcept {
  std::uint64_t root = 0;
  for (int bit = 63; bit >= 0; --bit) {
    const std::uint64_t next = root | std::uint64_t{1} << bit;
    if (uint128{next} * next <= x) root = next;
  }
  return root;
}

/// 2^(i / 2^(8 x step)) for i = 0 .. 255, step 1 or 2, as multiples of 2^-32: products of repeated square roots of two.
constexpr std::array<std::uint64_t, 256> powers_of_two(int step) noexcept {
  std::array<std::uint64_t, 16> roots{};
  std::uint64_t root = std::uint64_t{2} << 60;
  for (auto& r : roots) r = root = square_root(uint128{root} << 60);
  std::array<std::uint64_t, 256> powers{};
  for (unsigned i = 0; i < 256; ++i) {
    uint128 product = uint128{1} << 60;
    for (unsigned bit = 0; bit < 8; ++bit) {
      if ((i >> (7 - bit) & 1u) != 0) product = product * roots[bit + 8 * (static_cast<unsigned>(step) - 1)] >> 60;
    }
    powers[i] = static_cast<std::uint64_t>(product >> 28);
  }
  return powers;
}
inline constexpr auto coarse_powers = powers_of_two(1);
inline constexpr auto fine_powers = powers_of_two(2);

/// value x 2^exponent for exponents of -31 .. 15, rounded down; exact to nine digits. The result must fit.
constexpr std::uint64_t scale(std::uint64_t value, q16 exponent) noexcept {
  const auto whole = exponent >> 16;
  const auto fraction = static_cast<std::uint32_t>(exponent & 0xFFFF);
  const uint128 power = uint128{coarse_powers[fraction >> 8]} * fine_powers[fraction & 255] >> 32;
  const uint128 product = value * power;
  return static_cast<std::uint64_t>(product >> (32 - whole));
}

/// Poisson count for a mean of at most 16, by walking its distribution function.
constexpr std::int32_t poisson(q16 mean, std::uint32_t uniform) noexcept {
  constexpr q16 log2_e = 94548;
  std::uint64_t mass = scale(std::uint64_t{1} << 60, -((mean * log2_e) >> 16));
  std::uint64_t upto = mass;
  const std::uint64_t target = std::uint64_t{uniform} << 28;
  std::int32_t count = 0;
  while (upto <= target && count < 100) {
    ++count;
    mass = static_cast<std::uint64_t>((uint128{mass} * static_cast<std::uint64_t>(mean)) >> 16) /
           static_cast<std::uint64_t>(count);
    upto += mass;
  }
  return count;
}

}  // namespace sojourn::inline v0_1::datasets::detail
