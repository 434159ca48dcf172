// What is known of when accounts left: an age, an interval of ages, or that they are still there.
// Layer: 2. Needs: links sojourn for `validate`.
#pragma once

#include "sojourn/export.hpp"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "sojourn/input/column.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// Without `upper` an account left at `time` (event 1) or was still there (event 0). With it an account left within (time,
/// upper]: upper = time is an exit at exactly that age, a missing or infinite upper an account still there (unless its event
/// is 1: an exit at `time`), and `event` may be absent. NaN counts as missing. A missing time, event, weight or count leaves
/// the row out, and results count it; a weight or count of 0 leaves it out uncounted.
struct lifetime_spans {
  column<double> time;           ///< age at exit or when last seen, or the lower end of the interval; >= 0
  column<std::uint8_t> event{};  ///< 1 = left, 0 = still there
  column<double> upper{};        ///< upper end of the interval
  column<double> entry{};        ///< age when observation began (late entry); missing = from the start
  column<double> weight{};       ///< what one account is worth, >= 0; absent = 1 each
  column<std::int64_t> count{};  ///< accounts that the row stands for, >= 0; absent = 1 each
};

/// Every broken rule, at most `limit` of them, in row order. Lengths that differ, or neither event nor upper, throw
/// `schema_error`. O(rows).
[[nodiscard]] std::vector<problem> validate(const lifetime_spans& rows,
                                            std::size_t limit = std::numeric_limits<std::size_t>::max());

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
