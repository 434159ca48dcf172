// Random numbers without history: each is a hash of (seed, stream, position), so threads and order change nothing.
// Layer: 5. Needs: std only.
#pragma once

#include <cstdint>

#include "sojourn/detail/int128.hpp"

namespace sojourn::inline v0_1::detail {

/// One stream of draws, for example one replicate of a bootstrap.
class counter_random {
 public:
  constexpr counter_random(std::uint64_t seed, std::uint64_t stream) noexcept
      : key_(mix(mix(seed + weyl) ^ ((stream + 1) * weyl))) {}

  [[nodiscard]] constexpr std::uint64_t bits(std::uint64_t position) const noexcept {
    return mix(key_ + (position + 1) * weyl);
  }
  /// 0 .. n - 1, all alike up to n / 2^64.
  [[nodiscard]] constexpr std::uint64_t below(std::uint64_t position, std::uint64_t n) const noexcept {
    return static_cast<std::uint64_t>((static_cast<uint128>(bits(position)) * n) >> 64);
  }
  /// In (0, 1), never an end.
  [[nodiscard]] constexpr double unit(std::uint64_t position) const noexcept {
    return (static_cast<double>(bits(position) >> 12) + 0.5) * 0x1p-52;
  }

 private:
  static constexpr std::uint64_t weyl = 0x9E3779B97F4A7C15u;
  /// SplitMix64's finaliser.
  static constexpr std::uint64_t mix(std::uint64_t z) noexcept {
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
  }
  std::uint64_t key_;
};

}  // namespace sojourn::inline v0_1::detail
