// The changes of one account in one period, each with its parts by cause.
// Layer: 5. Needs: links sojourn.
#pragma once

#include <span>
#include <vector>

#include "revenue/ledger/cause_netting.hpp"
#include "revenue/steps_by_period.hpp"

namespace sojourn::inline v0_1::detail {

/// Calls visit(from, step, parts) for every step that changes something, or once for all of them where `as_one`. The parts
/// are netted; `shares` are those of the account, `parts` is scratch.
template <class Visit>
void for_each_change(const account_history& before, std::span<const mrr_step> steps, std::span<const cause_share> shares,
                     bool as_one, std::vector<cause_part>& parts, const Visit& visit) {
  const auto change = [&](const account_history& from, const mrr_step& step) {
    if (from.same_as(step)) return;
    net_causes(parts);
    visit(from, step, std::span<const cause_part>(parts));
  };
  parts.clear();
  account_history at = before;
  for (const mrr_step& step : steps) {
    add_step_parts(parts, step, step.level.ticks() - at.level, shares);
    if (!as_one) {
      change(at, step);
      parts.clear();
    }
    at.follow(step);
  }
  if (as_one) change(before, as_one_step(steps));
}

}  // namespace sojourn::inline v0_1::detail
