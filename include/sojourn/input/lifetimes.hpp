// How long accounts stayed, as the caller holds it: one row per account (or per spell of it).
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

/// Ages are whole periods (days or months, the caller's choice) since the account began. A row is observed on the
/// half-open span (entry, time]: an account that enters exactly when another one churns was not yet at risk of it.
///
/// `time` is the age at exit, not the length of the observed span: an account first seen at age 10 and lost at age 12 has
/// entry 10 and time 12. A missing time, event, weight or count leaves the row out, and the state counts it.
struct lifetimes {
  column<std::int32_t> time;      ///< age at churn or at the last look, >= 0
  column<std::uint8_t> event;     ///< 1 = churned at `time`, 0 = still a customer then (censored)
  column<std::int32_t> entry{};   ///< age when observation began (late entry); missing = from the start
  column<std::int64_t> weight{};  ///< what one account is worth, >= 0 (MRR in minor units); absent = 1 each
  column<std::int64_t> count{};   ///< accounts that the row stands for, >= 0: aggregated tables; absent = 1 each
};

/// Every broken rule, at most `limit` of them, in row order. Lengths that differ throw `schema_error`. O(rows).
[[nodiscard]] std::vector<problem> validate(const lifetimes& rows,
                                            std::size_t limit = std::numeric_limits<std::size_t>::max());

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
