// What one cause took, account by account.
// Layer: 5. Needs: links sojourn.
#pragma once

#include <algorithm>
#include <span>
#include <utility>
#include <vector>

#include "revenue/cause_changes.hpp"
#include "sojourn/revenue/cause_churn.hpp"
#include "sojourn/revenue/rates.hpp"

namespace sojourn::inline v0_1::detail {

/// The part of one cause.
inline int128 part_size(std::span<const cause_part> parts, change_cause why) {
  const auto found = std::find_if(parts.begin(), parts.end(), [&](const auto& one) { return one.cause == why; });
  return found == parts.end() ? 0 : size_of(*found);
}

/// Losses as sizes, so many ticks in all; the rest comes off the largest first.
inline void cap_losses(std::vector<cause_part>& losses, int128 most) {
  int128 sum = 0;
  for (const cause_part& one : losses) sum += one.ticks;
  std::sort(losses.begin(), losses.end(),
            [](const auto& a, const auto& b) { return a.ticks != b.ticks ? a.ticks > b.ticks : a.cause < b.cause; });
  for (cause_part& one : losses) {
    const int128 taken = std::clamp<int128>(sum - most, 0, one.ticks);
    one.ticks -= taken;
    sum -= taken;
  }
}

/// The losses of one cause, account after account.
class loss_tally {
 public:
  loss_tally(const period_finder& finder, std::size_t spans, change_cause why, const revenue_policy& policy)
      : finder_(finder), why_(why), policy_(policy), losses_(spans) {}

  void add(std::span<const mrr_step> steps, std::span<const cause_share> shares) {
    shares_ = shares;
    const auto earlier = steps_before(finder_, steps);
    account_history past = history_of(earlier);
    for_each_period(finder_, steps.subspan(earlier.size()), [&](std::size_t span, std::span<const mrr_step> its) {
      one_span(losses_[span], past, its);
      for (const mrr_step& step : its) past.follow(step);
    });
  }

  /// Those of one account alone, in the first span.
  [[nodiscard]] cause_losses alone(std::span<const mrr_step> steps, std::span<const cause_share> shares) {
    std::fill(losses_.begin(), losses_.end(), cause_losses{});
    add(steps, shares);
    return losses_.front();
  }

  [[nodiscard]] std::vector<cause_losses> losses() && { return std::move(losses_); }

 private:
  void one_span(cause_losses& sums, const account_history& before, std::span<const mrr_step> steps) {
    account_history after = before;
    for (const mrr_step& step : steps) after.follow(step);
    const bool several = steps.size() > 1;
    const bool net = several && policy_.movements == movement_mode::net_endpoints;
    const bool passes =
        several && !before.present && !after.present && before.is_new(steps.front().when, policy_.reactivation_max_gap);
    if (passes && policy_.new_and_churned == same_period_new_churn::drop) return;
    lost_.clear();
    change_cause left = change_cause::unknown;
    for_each_change(before, steps, shares_, net, parts_,
                    [&](const account_history& from, const mrr_step& step, std::span<const cause_part> parts) {
                      move(sums, from, step, parts, left);
                    });
    if (before.present && !after.present && left == why_) ++sums.accounts_lost;
    if (passes && !net && left == why_) ++sums.new_lost;
    if (!before.present) return;
    cap_losses(lost_, before.level);
    sums.in_events.add(before.level, static_cast<std::int64_t>(part_size(lost_, why_)));
  }

  void move(cause_losses& sums, const account_history& from, const mrr_step& step, std::span<const cause_part> parts,
            change_cause& left) {
    const movement_kind kind = from.name_of(step, policy_.reactivation_max_gap);
    if (step.level.ticks() < from.level) {
      for (const cause_part& one : parts) add_part(lost_, one.cause, size_of(one));
    }
    if (kind == movement_kind::contraction) sums.contraction += part_size(parts, why_);
    if (kind != movement_kind::churn) return;
    sums.churn += part_size(parts, why_);
    // A customer without MRR goes without a part of any amount.
    left = largest_cause(parts, step.cause);
    sums.accounts_churned += left == why_ ? 1 : 0;
  }

  const period_finder& finder_;
  change_cause why_;
  const revenue_policy& policy_;
  std::vector<cause_losses> losses_;
  std::span<const cause_share> shares_;
  std::vector<cause_part> parts_, lost_;  // scratch; of the falls of a span, as sizes
};

/// The period as if nothing else had been lost: its losses are those of one cause, its opening and closing its own.
inline revenue_period with_losses(revenue_period period, const cause_losses& losses) {
  period.accounts_reactivated += losses.accounts_churned - period.accounts_churned;
  period.accounts_churned = losses.accounts_churned;
  period.base.accounts_lost = losses.accounts_lost;
  period.new_lost = losses.new_lost;
  period.churn = losses.churn;
  period.contraction = losses.contraction;
  period.lost_in_events = losses.in_events;
  return period;
}

}  // namespace sojourn::inline v0_1::detail
