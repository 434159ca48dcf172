// Between which ids a column lies, and whether it rises. Layer: 5. Needs: links sojourn.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "sojourn/exec/any_executor.hpp"

namespace sojourn::inline v0_1::detail {

struct id_range {
  std::int64_t lowest = INT64_MAX;
  std::int64_t highest = INT64_MIN;
  bool rises = true;  ///< no id is below the one before

  /// Whether the ids, less the lowest, are dense enough for a table of this many rows.
  [[nodiscard]] bool narrow(std::size_t rows) const noexcept {
    const std::uint64_t width = static_cast<std::uint64_t>(highest) - static_cast<std::uint64_t>(lowest);
    return rows == 0 || (width < 2 * std::uint64_t{rows} && width < UINT32_MAX);
  }
};

[[nodiscard]] id_range range_of(std::span<const std::int64_t> ids, const any_executor& host);

}  // namespace sojourn::inline v0_1::detail
