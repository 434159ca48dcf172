// Who could grow: healthy accounts that use nearly all they bought.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "sojourn/health/card/tiers.hpp"
#include "sojourn/input/column.hpp"

namespace sojourn::inline v0_1 {
namespace health SOJOURN_EXPORT {

/// One row per account.
struct expansion_input {
  std::span<const tier_code> tier;
  std::span<const double> used;    ///< seats, volume or whatever is sold by amount; NaN: unknown
  std::span<const double> bought;  ///< in the same unit; NaN: unknown
  column<std::int64_t> value{};    ///< MRR: who comes first; missing counts as 0
};

struct expansion_options {
  tier_code tier = 2;  ///< this tier or better
  double share = 0.9;  ///< of what was bought
};

struct expansion_candidate {
  std::size_t row = 0;
  double use = 0;  ///< used / bought; above 1 = more than was bought
};

struct expansion_list {
  std::vector<expansion_candidate> candidates;  ///< by value, then use, then row
  std::int64_t unknown = 0;                     ///< healthy accounts whose use is not known
};

/// Throws `schema_error` for lengths that differ and a share that is not above 0, `data_error` for a negative or infinite
/// amount. Nothing bought (0) is unknown. O(rows log rows). What it does not tell you: whether they want more.
[[nodiscard]] expansion_list ready_to_expand(const expansion_input& rows, const expansion_options& options = {});

}  // namespace health SOJOURN_EXPORT
}  // namespace sojourn::inline v0_1
