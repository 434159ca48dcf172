// Changes of MRR as an event log keeps them: on this day this account (or subscription) pays so much, or so much more.
// Layer: 2. Needs: std only.
#pragma once

#include "sojourn/export.hpp"

#include <cstdint>

#include "sojourn/domain/mrr.hpp"
#include "sojourn/input/column.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// One row a change. What an account pays holds until its next change.
struct mrr_changes {
  column<std::uint32_t> account;                       ///< dense account index (see `account_index`)
  column<std::int32_t> when;                           ///< the first day on which it holds
  column<std::int64_t> amount;                         ///< in the caller's unit: MRR from then on, or by how much it changes
  column<std::uint32_t> subscription{};                ///< dense index; empty: an account has one
  column<std::int64_t> nanosecond{};                   ///< of the day, 0 .. 86,399,999,999,999; empty: not known
  std::int64_t ticks_per_unit = mrr::ticks_per_minor;  ///< the caller's unit in ticks: minor units by default
};

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
