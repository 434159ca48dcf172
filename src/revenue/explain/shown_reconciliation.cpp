#include "sojourn/revenue/explain/shown_reconciliation.hpp"

#include <utility>

#include "sojourn/revenue/explain/shown_contribution.hpp"
#include "sojourn/revenue/shown_as.hpp"

namespace sojourn::inline v0_1 {
namespace {

using detail::int128;

/// A bucket in ticks, and where the waterfall shows it.
struct bucket {
  int128 period_movements::* ticks;
  std::int64_t movement_row::* minor;
};

constexpr bucket buckets[] = {{&period_movements::opening, &movement_row::opening},
                              {&period_movements::new_business, &movement_row::new_business},
                              {&period_movements::reactivation, &movement_row::reactivation},
                              {&period_movements::expansion, &movement_row::expansion},
                              {&period_movements::contraction, &movement_row::contraction},
                              {&period_movements::churn, &movement_row::churn},
                              {&period_movements::fx, &movement_row::fx},
                              {&period_movements::closing, &movement_row::closing}};

std::vector<movement_row> shown_accounts(const reconciliation_step& step, const movement_row& before,
                                         const movement_row& after) {
  std::vector<movement_row> rows;
  rows.reserve(step.accounts.size());
  for (const reconciled_account& one : step.accounts) rows.push_back(rounded(one.change));
  for (const auto& [ticks, minor] : buckets) {
    std::vector<int128> exact;
    exact.reserve(rows.size());
    for (const reconciled_account& one : step.accounts) exact.push_back(one.change.*ticks);
    const auto parts = shown_as(exact, after.*minor - before.*minor);
    for (std::size_t i = 0; i < rows.size(); ++i) rows[i].*minor = parts[i];
  }
  return rows;
}

}  // namespace

shown_reconciliation shown(const reconciliation& found) {
  shown_reconciliation all{detail::row_of(found.under_a, found.fx_a), detail::row_of(found.under_b, found.fx_b), {}};
  movement_row before = all.under_a;
  for (const reconciliation_step& step : found.steps) {
    const movement_row after = detail::row_of(step.after, step.fx);
    shown_step one{step.option, step.from, step.to, after, {}, shown_accounts(step, before, after)};
    one.who.reserve(step.accounts.size());
    for (const reconciled_account& each : step.accounts) one.who.push_back(each.who);
    all.steps.push_back(std::move(one));
    before = after;
  }
  return all;
}

std::vector<shown_rate_part> shown(const rate_step& step, revenue_cell rate) {
  std::vector<shown_rate_part> parts;
  parts.reserve(step.accounts.size());
  for (const reconciled_part& one : step.accounts) {
    parts.push_back({one.who, shown_amount(one.amount_before, rate), shown_amount(one.amount_after, rate),
                     shown_base(one.base_before, rate), shown_base(one.base_after, rate)});
  }
  return parts;
}

}  // namespace sojourn::inline v0_1
