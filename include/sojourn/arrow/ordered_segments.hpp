// Columns of groups and of causes whose codes are in the order of their labels, whatever the order of the rows.
// Layer: 4. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <optional>
#include <string>
#include <vector>

#include "sojourn/arrow/any_column.hpp"

namespace sojourn::inline v0_1 {
namespace arrow SOJOURN_EXPORT {

/// As `as_segments`, with labels in order: whole numbers by value, all others as text. Floats must be whole numbers.
[[nodiscard]] segment_codes as_ordered_segments(const any_column& source, std::string name);

/// Why accounts left: code 0 is still there, code k the k-th label. Nothing is missing.
struct cause_codes {
  held_column<std::uint32_t> codes;
  std::vector<std::string> labels;
  bool numbered = false;  ///< the caller's causes are numbers (or truth values: then the only cause is 1)
};
/// 0, false, an empty text and a missing cell are accounts still there; anything else is a cause. With `named` those are the
/// causes, in that order and also where they never happen; another one is a `data_error`.
[[nodiscard]] cause_codes as_causes(const any_column& source, const std::string& name,
                                    const std::optional<std::vector<std::string>>& named = std::nullopt);

}  // namespace arrow SOJOURN_EXPORT
}  // namespace sojourn::inline v0_1
