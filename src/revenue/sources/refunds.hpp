// Refunds as less MRR of their customers.
// Layer: 5. Needs: links sojourn.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "sojourn/revenue/ledger/mrr_rows.hpp"

namespace sojourn::inline v0_1::detail {

struct refund {
  std::uint32_t who;
  std::int32_t from;
  std::int32_t to;
  std::int64_t ticks;
  std::uint32_t row;
  bool proration = false;                   ///< it leaves no customer without MRR behind
  std::optional<std::uint32_t> credited{};  ///< the line that it is taken off first
  bool ends_it = false;                     ///< that line is over, whatever cents are left of it
};

/// Takes each refund off the rows of its customer while both are in force, in the order of rows; no row falls below 0,
/// and one that falls to 0 keeps its customer as `at_zero`, unless a proration ended it. A refund stays as a row without
/// MRR, so that its customer's rows can be named; one that finds too little is `clamped`. With `mark_causes` a row that is
/// cut by refunds alone, and not by a change of plan, says so.
void take_refunds(mrr_rows& rows, const std::vector<refund>& refunds, account_presence at_zero, bool mark_causes);

}  // namespace sojourn::inline v0_1::detail
