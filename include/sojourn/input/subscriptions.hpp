// Subscription periods as the caller holds them: several per account, in any order.
// Layer: 2. Needs: std only.
#pragma once

#include "sojourn/export.hpp"

#include <cstdint>

#include "sojourn/domain/mrr.hpp"
#include "sojourn/input/column.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// Half-open periods [start, end) in which an account pays `amount` a month.
struct subscriptions {
  column<std::uint32_t> account;                       ///< dense account index (see `account_index`)
  column<std::int32_t> start;                          ///< day of the first paid day
  column<std::int32_t> end;                            ///< day after the last paid day; missing = still running
  column<std::int64_t> amount;                         ///< MRR in the caller's unit
  std::int64_t ticks_per_unit = mrr::ticks_per_minor;  ///< the caller's unit in ticks: minor units by default
};

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
