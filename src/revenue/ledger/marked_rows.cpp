#include "revenue/ledger/marked_rows.hpp"

#include <algorithm>
#include <numeric>
#include <tuple>

#include "revenue/ledger/account_steps.hpp"
#include "revenue/ledger/cell_checks.hpp"
#include "revenue/ledger/ledger_maker.hpp"
#include "revenue/ledger/rows.hpp"

namespace sojourn::inline v0_1::detail {

void step_maker::add(const mrr_rows& rows, std::size_t row, ledger_counts& counts) {
  const row_marks marks = rows.marks_of(row);
  const std::int32_t start = rows.start[row], end = has_end(rows, row) ? rows.end[row] : runs_on;
  const std::int64_t ticks = rows.amount[row] * rows.ticks_per_unit;
  const bool kept = ticks == 0 && marks.kept != account_presence::absent;
  const bool within_day = start == end && ticks > 0 && marks.began_at < marks.ended_at && start < known_until_.since_epoch;
  const auto part =
      within_day ? row_events{2, nullptr} : events_of_row(start, end, kept ? 1 : ticks, known_until_.since_epoch);
  if (part.reason != nullptr) ++(counts.*part.reason);
  const account_presence customer = kept ? marks.kept : account_presence::absent;
  if (part.events >= 1) {
    std::int64_t rest = ticks;
    for (const begin_share& share : rows.shares_of(row)) {
      changes_.push_back({day{start}, marks.lane, share.cause, account_presence::absent, 1, share.ticks, marks.began_at});
      rest -= share.ticks;
    }
    changes_.push_back({day{start}, marks.lane, marks.began, customer, 1, rest, marks.began_at});
  }
  if (part.events == 2) changes_.push_back({day{end}, marks.lane, marks.ended, customer, -1, -ticks, marks.ended_at});
}

int128& step_maker::level_of(std::uint16_t lane) {
  const auto found = std::find_if(levels_.begin(), levels_.end(), [&](const auto& one) { return one.first == lane; });
  if (found != levels_.end()) return found->second;
  return levels_.emplace_back(lane, int128{0}).second;
}

account_presence step_maker::presence() const noexcept {
  if (paying_lanes_ > 0) return account_presence::paying;
  for (const auto one : {account_presence::trial, account_presence::paused, account_presence::free}) {
    if (kept_[static_cast<std::size_t>(one)] > 0) return one;
  }
  return account_presence::absent;
}

change_cause step_maker::share_out(std::span<const change> lane, std::vector<cause_share>& shares) {
  parts_.clear();
  for (const change& one : lane) add_part(parts_, one.cause, one.ticks);
  const auto recorded = [&](const cause_share& one) {
    return one.when == lane.front().when && one.lane == lane.front().lane;
  };
  if (parts_.size() > 1 && std::any_of(shares.begin() + static_cast<std::ptrdiff_t>(first_share_), shares.end(), recorded)) {
    // Parts are kept by day and lane: of a second moment with several causes the largest one stands for all.
    net_causes(parts_);
    return largest_cause(parts_, change_cause::unknown);
  }
  return record_parts(parts_, lane.front().when, lane.front().lane, shares);
}

void step_maker::write_lane(std::span<const change> lane, std::vector<mrr_step>& steps, std::vector<cause_share>& shares) {
  int128& level = level_of(lane.front().lane);
  const int128 before = level;
  bool customers_changed = false;
  for (const change& one : lane) {
    level += one.ticks;
    if (one.kept == account_presence::absent) continue;
    kept_[static_cast<std::size_t>(one.kept)] += one.sign;
    customers_changed = true;
  }
  if (level > INT64_MAX) throw_too_much(who_.index, lane.front().when);
  paying_lanes_ += (level > 0 ? 1u : 0u);
  paying_lanes_ -= (before > 0 ? 1u : 0u);
  if (level == before && !customers_changed) return;
  const change_cause why = level != before || lane.size() == 1 ? share_out(lane, shares) : lane.back().cause;
  steps.push_back({lane.front().when, account_presence::absent, why, lane.front().lane,
                   mrr::from_ticks(static_cast<std::int64_t>(level))});
}

void step_maker::write_day(std::size_t first, std::size_t last, std::vector<mrr_step>& steps,
                           std::vector<cause_share>& shares) {
  const std::size_t first_step = steps.size();
  for (std::size_t i = first; i < last;) {
    const std::size_t lane = i;
    while (i < last && changes_[i].lane == changes_[lane].lane) ++i;
    write_lane(std::span(changes_).subspan(lane, i - lane), steps, shares);
  }
  const account_presence now = presence();
  for (std::size_t s = first_step; s < steps.size(); ++s) steps[s].presence = now;
  // Customers without MRR may come and go on one day without any effect.
  if (now == before_) {
    const auto unchanged = [&](const mrr_step& step) {
      for (std::size_t s = first_step; s-- > first_step_;) {
        if (steps[s].lane == step.lane) return steps[s].level == step.level;
      }
      return step.level == mrr{};
    };
    const auto written = steps.begin() + static_cast<std::ptrdiff_t>(first_step);
    steps.erase(std::remove_if(written, steps.end(), unchanged), steps.end());
  }
  before_ = now;
}

// Each moment names every lane of the day, also one that it does not change, so that readers see where the next begins.
void step_maker::write_moments(std::span<const change> day, std::vector<mrr_step>& steps, std::vector<cause_share>& shares) {
  std::vector<std::uint16_t> lanes;
  for (const change& one : day) lanes.push_back(one.lane);
  std::sort(lanes.begin(), lanes.end());
  lanes.erase(std::unique(lanes.begin(), lanes.end()), lanes.end());
  for (std::size_t i = 0; i < day.size();) {
    const std::size_t first_step = steps.size();
    const std::int64_t at = day[i].at;
    bool changed = false;
    for (const std::uint16_t lane : lanes) {
      const std::size_t first = i, written = steps.size();
      while (i < day.size() && day[i].at == at && day[i].lane == lane) ++i;
      if (i > first) write_lane(day.subspan(first, i - first), steps, shares);
      changed = changed || steps.size() > written;
      if (steps.size() > written) continue;
      steps.push_back({day.front().when, account_presence::absent, change_cause::unknown, lane,
                       mrr::from_ticks(static_cast<std::int64_t>(level_of(lane)))});
    }
    const account_presence now = presence();
    if (!changed) steps.resize(first_step);
    for (std::size_t s = first_step; s < steps.size(); ++s) steps[s].presence = now;
    before_ = now;
  }
}

void step_maker::finish(std::vector<mrr_step>& steps, std::vector<cause_share>& shares) {
  // Of one moment and lane in an order that no order of rows can change.
  std::sort(changes_.begin(), changes_.end(), [](const change& a, const change& b) {
    return std::tie(a.when, a.at, a.lane, a.cause, a.kept, a.sign, a.ticks) <
           std::tie(b.when, b.at, b.lane, b.cause, b.kept, b.sign, b.ticks);
  });
  levels_.clear();
  paying_lanes_ = 0;
  std::fill(std::begin(kept_), std::end(kept_), 0);
  before_ = account_presence::absent;
  first_step_ = steps.size(), first_share_ = shares.size();
  for (std::size_t i = 0; i < changes_.size();) {
    const std::size_t first = i;
    while (i < changes_.size() && changes_[i].when == changes_[first].when) ++i;
    if (changes_[first].at == changes_[i - 1].at)
      write_day(first, i, steps, shares);
    else
      write_moments(std::span(changes_).subspan(first, i - first), steps, shares);
  }
}

ledger ledger_of_marked(const mrr_rows& rows, const as_of_day& as_of) {
  const subscriptions table = rows.view();
  require_table(table);
  const std::size_t accounts = rows.accounts;
  const row_facts facts = facts_of(table, 0, table.account.size(), accounts);
  require_good(facts, table, accounts);
  const day known_until = first_unknown_day(as_of, table, facts.latest);

  std::vector<std::uint32_t> first(accounts + 1, 0), order(table.account.size());
  for (const std::uint32_t who : rows.account) ++first[who + 1];
  std::partial_sum(first.begin(), first.end(), first.begin());
  std::vector<std::uint32_t> next(first.begin(), first.end() - 1);
  for (std::uint32_t row = 0; row < order.size(); ++row) order[next[rows.account[row]]++] = row;

  const bool free_customers = std::any_of(rows.marks.begin(), rows.marks.end(),
                                          [](const row_marks& one) { return one.kept != account_presence::absent; });
  ledger_counts counts;
  counts.rows = static_cast<std::int64_t>(order.size());
  step_maker maker(known_until);
  ledger made =
      ledger_maker::make_with_shares(accounts, known_until, [&](account who, auto& steps, auto& numbers, auto& shares) {
        maker.start(who);
        for (std::size_t i = first[who.index]; i < first[who.index + 1]; ++i) {
          const std::uint32_t row = order[i];
          maker.add(rows, row, counts);
          numbers.push_back(row);
        }
        maker.finish(steps, shares);
      });
  ledger_maker::describe(made, counts, rows.lanes, order.size(), free_customers);
  return made;
}

}  // namespace sojourn::inline v0_1::detail
