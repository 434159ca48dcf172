// What sources of MRR check and read of a row under a policy.
// Layer: 5. Needs: links sojourn.
#pragma once

#include <cstddef>
#include <cstdint>

#include "revenue/ledger/cell_checks.hpp"
#include "sojourn/domain/calendar.hpp"
#include "sojourn/revenue/ledger/step.hpp"
#include "sojourn/revenue/policy.hpp"

namespace sojourn::inline v0_1::detail {

/// As a day: after all others.
inline constexpr std::int64_t never = INT64_MAX;

/// The column by which the policy tells customers apart is there.
inline void require_customers(const column<std::uint32_t>& account, const column<std::uint32_t>& subscription,
                              const revenue_policy& policy) {
  if (policy.unit != customer_unit::subscription || !subscription.empty() || account.empty()) return;
  throw schema_error("unit \"subscription\" needs the column that says which subscription a row belongs to");
}

/// Half-open days.
struct days {
  std::int64_t from;
  std::int64_t to;
  [[nodiscard]] bool hold(std::int64_t when) const { return from <= when && when < to; }
};

/// The days on which MRR stops because of non-payment.
inline days unpaid_days(const column<std::int32_t>& unpaid_since, const column<std::int32_t>& paid_again_on, std::size_t row,
                        const revenue_policy& policy) {
  const std::int32_t grace = policy.unpaid_grace();
  if (grace == revenue_policy::unlimited || !holds(unpaid_since, row)) return {never, never};
  const days unpaid{std::int64_t{unpaid_since[row]} + grace, day_or(paid_again_on, row, never)};
  return unpaid.from < unpaid.to ? unpaid : days{never, never};
}

/// The first day without MRR where service ends on this one.
inline std::int64_t first_day_after(std::int64_t end, const revenue_policy& policy) {
  const bool counts = policy.end_day == end_day_rule::closed && end < latest_day.since_epoch;
  return counts ? end + 1 : end;
}

/// What a customer at price 0 is, or one whose MRR is taken off entirely.
inline account_presence presence_at_zero(const revenue_policy& policy) {
  return policy.free_is == free_is::active ? account_presence::free : account_presence::absent;
}

}  // namespace sojourn::inline v0_1::detail
