#include "sojourn/revenue/cause_churn.hpp"

#include <algorithm>
#include <string>

#include "revenue/cause_changes.hpp"
#include "sojourn/domain/words.hpp"
#include "sojourn/revenue/ledger/constant_rates.hpp"

namespace sojourn::inline v0_1 {
namespace {

using detail::account_history;
using detail::cause_part;
using detail::int128;

/// The part of one cause.
int128 part_size(std::span<const cause_part> parts, change_cause why) {
  const auto found = std::find_if(parts.begin(), parts.end(), [&](const auto& one) { return one.cause == why; });
  return found == parts.end() ? 0 : detail::size_of(*found);
}

/// Losses as sizes, so many ticks in all; the rest comes off the largest first.
void cap_losses(std::vector<cause_part>& losses, int128 most) {
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

class loss_tally {
 public:
  loss_tally(const detail::period_finder& finder, std::size_t spans, change_cause why, const revenue_policy& policy)
      : finder_(finder), why_(why), policy_(policy), losses_(spans) {}

  void add(std::span<const mrr_step> steps, std::span<const cause_share> shares) {
    shares_ = shares;
    const auto earlier = detail::steps_before(finder_, steps);
    account_history past = detail::history_of(earlier);
    detail::for_each_period(finder_, steps.subspan(earlier.size()), [&](std::size_t span, std::span<const mrr_step> its) {
      one_span(losses_[span], past, its);
      for (const mrr_step& step : its) past.follow(step);
    });
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
    detail::for_each_change(before, steps, shares_, net, parts_,
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
      for (const cause_part& one : parts) detail::add_part(lost_, one.cause, detail::size_of(one));
    }
    if (kind == movement_kind::contraction) sums.contraction += part_size(parts, why_);
    if (kind != movement_kind::churn) return;
    sums.churn += part_size(parts, why_);
    // A customer without MRR goes without a part of any amount.
    left = detail::largest_cause(parts, step.cause);
    sums.accounts_churned += left == why_ ? 1 : 0;
  }

  const detail::period_finder& finder_;
  change_cause why_;
  const revenue_policy& policy_;
  std::vector<cause_losses> losses_;
  std::span<const cause_share> shares_;
  std::vector<cause_part> parts_, lost_;  // scratch; of the falls of a span, as sizes
};

/// The period as if nothing else had been lost: its losses are those of one cause, its opening and closing its own.
revenue_period with_losses(revenue_period period, const cause_losses& losses) {
  period.accounts_reactivated += losses.accounts_churned - period.accounts_churned;
  period.accounts_churned = losses.accounts_churned;
  period.base.accounts_lost = losses.accounts_lost;
  period.new_lost = losses.new_lost;
  period.churn = losses.churn;
  period.contraction = losses.contraction;
  period.lost_in_events = losses.in_events;
  return period;
}

estimate churn_for_cause(const ledger& book, ledger_rate rate, change_cause why, day from, day to,
                         const rate_options& options, const any_executor& host) {
  const revenue_policy& policy = options.policy;
  const bool logos = rate == ledger_rate::logo_churn;
  if (not_reached(book.known_until(), to)) {
    return undefined_estimate(undefined_reason::no_observations, options.level)
        .as(logos ? logo_churn_label : gross_mrr_churn_label);
  }
  const day_window window = churn_window(policy, from, to);
  const bool days = logos ? detail::needs_days(policy.logo_denominator) : detail::mrr_needs_days(policy.logo_denominator);
  const auto cuts = detail::cuts_of(window, days);
  std::vector<revenue_period> periods = tally_spans(book, cuts, policy, host);
  const auto losses = tally_losses(book, cuts, why, policy);
  for (std::size_t i = 0; i < periods.size(); ++i) periods[i] = with_losses(periods[i], losses[i]);
  const estimate found = logos ? logo_churn(periods, options) : gross_mrr_churn(periods, options);
  return annual_rate(found, policy.annualise, windows_a_year(window));
}

}  // namespace

std::vector<cause_losses> tally_losses(const ledger& book, std::span<const day> cuts, change_cause why,
                                       const revenue_policy& policy) {
  if (cuts.size() < 2) throw schema_error("tally_losses: a span needs two days");
  detail::require_one_lane(book);
  const detail::period_finder finder(cuts);
  loss_tally tally(finder, cuts.size() - 1, why, policy);
  for (std::uint32_t who = 0; who < book.accounts(); ++who) tally.add(book.steps(account{who}), book.shares(account{who}));
  return std::move(tally).losses();
}

namespace detail {

estimate churn_of_cause(const keyed_ledger& book, ledger_rate rate, change_cause why, day from, day to,
                        const rate_options& options, const any_executor& host) {
  if (rate != ledger_rate::logo_churn && rate != ledger_rate::gross_mrr_churn) {
    throw schema_error(
        "cause: " + std::string(word_of(rate)) +
        " also counts what was gained, or who stayed, and no cause of leaving explains that; ask logo_churn or "
        "gross mrr_churn");
  }
  if (options.policy.logo_denominator == logo_denominator::available_to_renew) {
    throw schema_error(
        "cause: under logo_denominator available_to_renew churn is read from terms, which do not say why one was not "
        "renewed; name another logo_denominator");
  }
  const day_window window = churn_window(options.policy, from, to);
  return ask_window(book, window.from, window.to,
                    [&](const ledger& one) { return churn_for_cause(one, rate, why, from, to, options, host); });
}

}  // namespace detail
}  // namespace sojourn::inline v0_1
