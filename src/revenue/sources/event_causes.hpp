// Why the MRR of one row changes, where its own dates say it.
// Layer: 5. Needs: std only.
#pragma once

#include <cstddef>
#include <cstdint>

#include "revenue/sources/row_checks.hpp"
#include "sojourn/revenue/ledger/step.hpp"

namespace sojourn::inline v0_1::detail {

/// The days on which something happens to a row while it runs.
struct dated_changes {
  days unpaid{never, never};
  days pause{never, never};
  std::int64_t discount_until = never;

  /// Of several on one day the first of this list.
  [[nodiscard]] change_cause cause_on(std::int64_t when) const {
    if (when == unpaid.from) return change_cause::payment_failed;
    if (when == unpaid.to) return change_cause::recovered;
    if (when == pause.from) return change_cause::paused;
    if (when == pause.to) return change_cause::unpaused;
    return when == discount_until ? change_cause::discount_end : change_cause::unknown;
  }
};

/// Why a row ends. Without a cancellation it expired, where cancellations are recorded at all.
template <class Table>
change_cause cause_of_end(const Table& t, std::size_t row) {
  if (holds(t.cancelled_on, row)) return change_cause::voluntary;
  if (holds(t.unpaid_since, row) && !holds(t.paid_again_on, row)) return change_cause::payment_failed;
  if constexpr (requires { t.discount_until; }) {
    if (holds(t.discount_until, row) && holds(t.end, row) && t.discount_until[row] == t.end[row]) {
      return change_cause::discount_end;
    }
  }
  return t.cancelled_on.empty() ? change_cause::unknown : change_cause::expired;
}

}  // namespace sojourn::inline v0_1::detail
