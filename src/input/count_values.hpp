// How often each of a few neighbouring values occurs among bytes, in one pass over them.
// Layer: 2. Needs: links sojourn.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace sojourn::inline v0_1::detail {

/// Adds to counts[i] how many bytes equal first + i, which must stay below 256. Returns how many bytes were counted at all.
/// Every twelve values take a pass of their own over bytes that are in the first-level cache by then.
std::uint64_t count_values(std::span<const std::uint8_t> bytes, std::uint8_t first,
                           std::span<std::uint64_t> counts) noexcept;

/// The same byte by byte: for rows before the first cache line and behind the last whole round.
void count_values_plainly(std::span<const std::uint8_t> bytes, std::uint8_t first, std::span<std::uint64_t> counts) noexcept;

}  // namespace sojourn::inline v0_1::detail
