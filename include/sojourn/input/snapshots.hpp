// Month snapshots as a warehouse keeps them: what each account paid in each month.
// Layer: 2. Needs: std only.
#pragma once

#include "sojourn/export.hpp"

#include <cstdint>

#include "sojourn/domain/mrr.hpp"
#include "sojourn/input/column.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// One row per account and month. A month without a row is a month without MRR, as one with amount 0 is.
struct snapshots {
  column<std::uint32_t> account;                       ///< dense account index (see `account_index`)
  column<std::int32_t> month;                          ///< months since 1970-01
  column<std::int64_t> amount;                         ///< MRR in the caller's unit
  std::int64_t ticks_per_unit = mrr::ticks_per_minor;  ///< the caller's unit in ticks: minor units by default
};

/// The same with accounts by their own 64-bit ids, any values: they need not be numbered first.
struct snapshots_by_id {
  column<std::int64_t> id;
  column<std::int32_t> month;                          ///< months since 1970-01
  column<std::int64_t> amount;                         ///< MRR in the caller's unit
  std::int64_t ticks_per_unit = mrr::ticks_per_minor;  ///< as above
};

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
