// Exchange rates as a table: from this day on one unit of a currency is worth so much.
// Layer: 2. Needs: std only.
#pragma once

#include "sojourn/export.hpp"

#include <cstdint>

#include "sojourn/input/column.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// One row per currency and day, or per currency and month (its first day). A rate is numerator / denominator, exact: units
/// of the reporting currency for one unit (a dollar, not a cent) of the other.
struct exchange_quotes {
  column<std::uint32_t> currency;  ///< dense code
  column<std::int32_t> since;      ///< the first day on which it holds
  column<std::int64_t> numerator;
  column<std::int64_t> denominator;
};

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
