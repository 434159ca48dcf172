// Doubles as integers of the same order, and the number line cut into slots where the values are.
// Layer: 5. Needs: std only.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace sojourn::inline v0_1::health::detail {

/// Increasing with the number, for all but NaN. -0.0 has the key of 0.0.
[[nodiscard]] inline std::uint64_t key_of(double x) noexcept {
  const auto bits = std::bit_cast<std::uint64_t>(x + 0.0);
  return bits ^ (static_cast<std::uint64_t>(static_cast<std::int64_t>(bits) >> 63) | 0x8000'0000'0000'0000u);
}

/// Cells of equal width in the key, between the keys of two values.
struct key_cells {
  std::uint64_t low;
  std::uint64_t high;
  unsigned shift;

  key_cells(double lowest, double highest, unsigned log2_cells) : low(key_of(lowest)), high(key_of(highest)) {
    const auto width = static_cast<unsigned>(std::bit_width(high - low));
    shift = width > log2_cells ? width - log2_cells : 0;
  }
  [[nodiscard]] std::uint64_t operator()(double x) const noexcept { return (key_of(x) - low) >> shift; }
};

/// Cells of equal width, each cut into as many slots as a sample has values there: dense stretches get narrow slots. Slots
/// are ordered like the values; what lies beyond the sample belongs to the outermost.
class value_slots {
 public:
  /// `sample` is sorted and not empty; about `per_value` slots for each of its values.
  value_slots(std::span<const double> sample, std::size_t per_value)
      : cells_(sample.front(), sample.back(), log2_cells), cuts_(cell_count) {
    std::vector<std::size_t> counts(cell_count);
    for (const double x : sample) ++counts[cells_(x)];
    for (std::size_t c = 0; c < cell_count; ++c) {
      const auto bits = std::min(cells_.shift, static_cast<unsigned>(std::bit_width(counts[c] * per_value)));
      cuts_[c] = {static_cast<std::uint32_t>(size_), cells_.shift - bits};
      size_ += std::size_t{1} << bits;
    }
  }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] std::size_t operator()(double x) const noexcept {
    const std::uint64_t offset = std::clamp(key_of(x), cells_.low, cells_.high) - cells_.low;
    const cut here = cuts_[offset >> cells_.shift];
    return here.first + ((offset & ((std::uint64_t{1} << cells_.shift) - 1)) >> here.shift);
  }

 private:
  static constexpr unsigned log2_cells = 12;
  static constexpr std::size_t cell_count = std::size_t{1} << log2_cells;
  struct cut {
    std::uint32_t first;
    std::uint32_t shift;
  };
  key_cells cells_;
  std::vector<cut> cuts_;
  std::size_t size_ = 0;
};

}  // namespace sojourn::inline v0_1::health::detail
