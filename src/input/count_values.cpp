// Compiled with -O3: the loop over the counters must be unrolled, so that each of them stays in a register.
#include "input/count_values.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include "detail/each_cpu.hpp"

namespace sojourn::inline v0_1::detail {
namespace {

using byte_lanes = std::uint8_t __attribute__((vector_size(32)));
constexpr std::size_t counted_together = 12;  // counters, which with the values read fill the sixteen registers of AVX2
constexpr std::size_t cache_line = 64;
constexpr std::size_t most_rounds = 255;  // then a lane may be full
constexpr std::size_t lane_rows = sizeof(byte_lanes);

/// The sum of the 32 lanes.
std::uint64_t sum_of(const byte_lanes& lanes) noexcept {
  std::array<std::uint64_t, lane_rows / sizeof(std::uint64_t)> words{};
  std::memcpy(words.data(), &lanes, sizeof lanes);
  constexpr std::uint64_t every_other = 0x00ff00ff00ff00ffU, to_the_top = 0x0001000100010001U;
  std::uint64_t sum = 0;
  for (const std::uint64_t word : words) sum += (((word & every_other) + ((word >> 8) & every_other)) * to_the_top) >> 48;
  return sum;
}

/// Counts twelve values from `first` on in at most 255 rounds of 32 rows.
SOJOURN_EACH_CPU
void count_rounds(const std::uint8_t* bytes, std::size_t rounds, std::uint8_t first, std::uint64_t* counts) noexcept {
  byte_lanes found[counted_together] = {}, wanted[counted_together];
  for (std::size_t k = 0; k < counted_together; ++k) wanted[k] = byte_lanes{} + static_cast<std::uint8_t>(first + k);
  for (std::size_t round = 0; round < rounds; ++round) {
    byte_lanes here;
    std::memcpy(&here, bytes + round * lane_rows, sizeof here);
#pragma GCC unroll 12
    for (std::size_t k = 0; k < counted_together; ++k) found[k] -= static_cast<byte_lanes>(here == wanted[k]);
  }
  for (std::size_t k = 0; k < counted_together; ++k) counts[k] += sum_of(found[k]);
}

}  // namespace

void count_values_plainly(std::span<const std::uint8_t> bytes, std::uint8_t first,
                          std::span<std::uint64_t> counts) noexcept {
  for (const std::uint8_t byte : bytes) {
    const auto place = static_cast<std::uint8_t>(byte - first);
    if (place < counts.size()) ++counts[place];
  }
}

std::uint64_t count_values(std::span<const std::uint8_t> bytes, std::uint8_t first,
                           std::span<std::uint64_t> counts) noexcept {
  const std::size_t values = counts.size();
  std::array<std::uint64_t, 256 + counted_together> found{};
  const std::size_t past_a_line = reinterpret_cast<std::uintptr_t>(bytes.data()) % cache_line;
  const std::size_t head = std::min(bytes.size(), past_a_line == 0 ? 0 : cache_line - past_a_line);
  count_values_plainly(bytes.first(head), first, std::span(found).first(values));
  const std::size_t end = head + (bytes.size() - head) / lane_rows * lane_rows;
  for (std::size_t row = head; row < end; row += most_rounds * lane_rows) {
    const std::size_t rounds = std::min(most_rounds, (end - row) / lane_rows);
    for (std::size_t k = 0; k < values; k += counted_together)
      count_rounds(bytes.data() + row, rounds, static_cast<std::uint8_t>(first + k), found.data() + k);
  }
  count_values_plainly(bytes.subspan(end), first, std::span(found).first(values));
  std::uint64_t counted = 0;
  for (std::size_t k = 0; k < values; ++k) counts[k] += found[k], counted += found[k];
  return counted;
}

}  // namespace sojourn::inline v0_1::detail
