// Where something changes in month snapshots: most rows repeat the one before with a month more, and are passed over at the
// speed of memory. Layer: 5. Needs: links sojourn.
#pragma once

#include <cstddef>
#include <cstdint>

namespace sojourn::inline v0_1::detail {

/// Rows of three columns, from one of them on. Accounts are numbers (uint32) or ids (int64).
template <class Id>
struct snapshot_span {
  const Id* who;
  const std::int32_t* when;
  const std::int64_t* amount;
  [[nodiscard]] snapshot_span from(std::size_t row) const noexcept { return {who + row, when + row, amount + row}; }
};

/// Finders write whole vectors, so a list of places needs so much room behind its last one.
inline constexpr std::size_t spare_places = 16;

/// The first `count` rows that are not the row before them with the next month, ascending, to `places`; how many. There must
/// be a row before the first.
[[nodiscard]] std::size_t find_changes(const snapshot_span<std::uint32_t>& rows, std::size_t count, std::uint32_t* places);
[[nodiscard]] std::size_t find_changes(const snapshot_span<std::int64_t>& rows, std::size_t count, std::uint32_t* places);

/// The first `count` cells that differ from the cell before them, of which there must be one.
[[nodiscard]] std::size_t find_changes(const std::uint32_t* cells, std::size_t count, std::uint32_t* places);

}  // namespace sojourn::inline v0_1::detail
