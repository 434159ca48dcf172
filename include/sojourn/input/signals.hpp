// Health signals: K columns of N accounts, whatever width they have.
// Layer: 2. Needs: std only.
#pragma once

#include "sojourn/export.hpp"

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "sojourn/input/column.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// One signal of every account. NaN and a cleared validity bit both mean missing. `codes` index `labels` (dictionary
/// column).
struct signal_column {
  std::string name;
  std::variant<column<double>, column<float>, column<std::int64_t>, column<std::int32_t>, column<std::uint8_t>> values;
  std::vector<std::string> labels{};   ///< non-empty for text: `values` are then int32 codes into it
  column<std::int32_t> observed_at{};  ///< day each value was observed; empty = unknown
};

using signals = std::vector<signal_column>;

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
