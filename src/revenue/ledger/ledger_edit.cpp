// Corrections: rows that come later or go again, and accounts that turn out to be one.
#include <algorithm>
#include <iterator>
#include <numeric>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "detail/unshared.hpp"
#include "revenue/ledger/account_steps.hpp"
#include "revenue/ledger/rows.hpp"

namespace sojourn::inline v0_1 {
namespace {

using detail::int128;

mrr_step change_on(day when, std::uint16_t lane, std::int64_t ticks) {
  return {when, account_presence::absent, change_cause::unknown, lane, mrr::from_ticks(ticks)};
}

/// The sum of one lane while changes are followed.
int128& sum_in(std::vector<std::pair<std::uint16_t, int128>>& sums, std::uint16_t lane) {
  const auto found = std::find_if(sums.begin(), sums.end(), [&](const auto& one) { return one.first == lane; });
  return found != sums.end() ? found->second : sums.emplace_back(lane, int128{0}).second;
}

[[noreturn]] void refuse_free_customers() {
  throw schema_error(
      "ledger: an account that is a customer without MRR cannot be corrected row by row; build the ledger again");
}

/// What the steps of an account change, lane by lane. A customer without MRR has no change that would say so.
std::vector<mrr_step> changes_of(std::span<const mrr_step> steps) {
  std::vector<mrr_step> changes;
  std::vector<std::pair<std::uint16_t, int128>> levels;
  for (const mrr_step& step : steps) {
    if (step.presence != account_presence::paying && step.present()) refuse_free_customers();
    int128& level = sum_in(levels, step.lane);
    changes.push_back(change_on(step.when, step.lane, static_cast<std::int64_t>(step.level.ticks() - level)));
    level = step.level.ticks();
  }
  return changes;
}

/// Returns the lowest level of a lane.
int128 to_steps(std::vector<mrr_step>& changes, std::size_t who) {
  std::sort(changes.begin(), changes.end(),
            [](const mrr_step& a, const mrr_step& b) { return std::tie(a.when, a.lane) < std::tie(b.when, b.lane); });
  std::vector<std::pair<std::uint16_t, int128>> levels;
  std::size_t kept = 0;
  int paying = 0;
  int128 lowest = 0;
  for (std::size_t i = 0; i < changes.size();) {
    const day when = changes[i].when;
    const std::size_t first = kept;
    while (i < changes.size() && changes[i].when == when) {
      const std::uint16_t lane = changes[i].lane;
      int128& level = sum_in(levels, lane);
      const int128 before = level;
      do level += changes[i++].level.ticks();
      while (i < changes.size() && changes[i].when == when && changes[i].lane == lane);
      if (level == before) continue;
      if (level > INT64_MAX) detail::throw_too_much(who, when);
      lowest = std::min(lowest, level);
      paying += (level > 0 ? 1 : 0) - (before > 0 ? 1 : 0);
      changes[kept++] = change_on(when, lane, static_cast<std::int64_t>(level));
    }
    const auto presence = paying > 0 ? account_presence::paying : account_presence::absent;
    for (std::size_t step = first; step < kept; ++step) changes[step].presence = presence;
  }
  changes.resize(kept);
  return lowest;
}

// What an account becomes. All are prepared before the first is written.
struct changed_account {
  account who;
  std::vector<mrr_step> steps;
  std::vector<std::uint32_t> rows;
};

account_data_error too_much_back(const subscriptions& table, std::size_t row) {
  return {account{table.account[row]},
          {table.account.name_or("account"), row, "{account}", "an account cannot give back more than it pays",
           "name rows that were in the ledger, as they were"}};
}

account_presence stronger(account_presence a, account_presence b) {
  for (const auto one : {account_presence::paying, account_presence::trial, account_presence::paused}) {
    if (a == one || b == one) return one;
  }
  return a == account_presence::absent ? b : a;
}

/// What an account has in each lane, and which kind of customer it is, while its steps are walked through.
struct walked_account {
  std::span<const mrr_step> steps;
  std::size_t next = 0;
  account_presence presence = account_presence::absent;
  std::vector<std::pair<std::uint16_t, int128>> levels{};

  /// Takes the steps of a day and appends their lanes, with a cause for each.
  void take(day when, std::vector<mrr_step>& today) {
    for (; next < steps.size() && steps[next].when == when; ++next) {
      presence = steps[next].presence;
      sum_in(levels, steps[next].lane) = steps[next].level.ticks();
      const auto same = [&](const mrr_step& one) { return one.lane == steps[next].lane; };
      if (std::none_of(today.begin(), today.end(), same)) today.push_back(steps[next]);
    }
  }
};

/// Two accounts as one.
std::vector<mrr_step> together(std::span<const mrr_step> some, std::span<const mrr_step> others, std::size_t who) {
  walked_account a{some}, b{others};
  std::vector<std::pair<std::uint16_t, int128>> shown;
  account_presence before = account_presence::absent;
  std::vector<mrr_step> both, today;
  while (a.next < some.size() || b.next < others.size()) {
    const bool from_b = a.next == some.size() || (b.next < others.size() && others[b.next].when < some[a.next].when);
    const day when = from_b ? others[b.next].when : some[a.next].when;
    today.clear();
    a.take(when, today), b.take(when, today);
    const account_presence now = stronger(a.presence, b.presence);
    std::sort(today.begin(), today.end(), [](const mrr_step& x, const mrr_step& y) { return x.lane < y.lane; });
    const std::size_t first = both.size();
    for (mrr_step& step : today) {
      const int128 level = sum_in(a.levels, step.lane) + sum_in(b.levels, step.lane);
      if (level > INT64_MAX) detail::throw_too_much(who, when);
      step.level = mrr::from_ticks(static_cast<std::int64_t>(level)), step.presence = now;
      int128& level_shown = sum_in(shown, step.lane);
      if (level != level_shown) both.push_back(step);
      level_shown = level;
    }
    if (both.size() == first && now != before) both.push_back(today.front());
    before = now;
  }
  return both;
}

/// What an account has on a day, as steps of that day.
std::vector<mrr_step> standing_from(std::span<const mrr_step> steps, day since) {
  walked_account past{steps};
  std::vector<mrr_step> lanes;
  while (past.next < steps.size()) past.take(steps[past.next].when, lanes);
  if (past.presence == account_presence::absent) return {};
  std::sort(lanes.begin(), lanes.end(), [](const mrr_step& x, const mrr_step& y) { return x.lane < y.lane; });
  for (mrr_step& step : lanes) {
    step.when = since, step.presence = past.presence;
    step.level = mrr::from_ticks(static_cast<std::int64_t>(sum_in(past.levels, step.lane)));
  }
  if (past.presence == account_presence::paying)
    std::erase_if(lanes, [](const mrr_step& step) { return step.level == mrr{}; });
  return lanes;
}

std::vector<std::size_t> order_by_account(const subscriptions& table) {
  std::vector<std::size_t> order(table.account.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return table.account[a] != table.account[b] ? table.account[a] < table.account[b] : a < b;
  });
  return order;
}

}  // namespace

std::vector<account> accounts_of(const subscriptions& table) {
  std::vector<account> found;
  for (std::size_t row = 0; row < table.account.size(); ++row) {
    if (!table.account.present(row)) detail::throw_row_problem(table, row, SIZE_MAX);
    found.push_back({table.account[row]});
  }
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

void ledger::grow(std::size_t accounts) {
  if (accounts <= accounts_) return;
  const std::size_t blocks = (accounts + detail::accounts_per_block - 1) / detail::accounts_per_block;
  blocks_.reserve(blocks);
  for (std::size_t b = accounts_ / detail::accounts_per_block; b < blocks; ++b) {
    const std::size_t size = std::min(detail::accounts_per_block, accounts - b * detail::accounts_per_block);
    if (b == blocks_.size()) blocks_.push_back(std::make_shared<detail::ledger_block>());
    detail::ledger_block& block = detail::unshared(blocks_[b]);
    block.rows.resize(size);
    if (block.shares.size() != 0) block.shares.resize(size);
    block.steps.resize(size);
  }
  accounts_ = accounts;
}

void ledger::require_rows_with_mrr() const {
  if (free_customers_) refuse_free_customers();
}

void ledger::require_lanes(const subscriptions& table, std::span<const std::uint16_t> lanes) const {
  if (lanes.empty() && lanes_ == 1) return;
  if (lanes.size() != table.account.size()) throw schema_error("ledger: one lane per row");
  for (std::size_t row = 0; row < lanes.size(); ++row) {
    if (lanes[row] < lanes_) continue;
    throw data_error({"lane", row, std::to_string(lanes[row]), "a lane lies below " + std::to_string(lanes_), ""});
  }
}

void ledger::change(const subscriptions& table, int sign, std::size_t universe, std::span<const std::uint16_t> lanes) {
  require_rows_with_mrr();
  detail::require_table(table);
  require_lanes(table, lanes);
  const std::size_t rows = table.account.size();
  if (rows > UINT32_MAX - rows_seen_) throw overflow_error("ledger: more than 4,294,967,295 rows");
  const detail::row_facts facts = detail::facts_of(table, 0, rows, universe);
  detail::require_good(facts, table, universe);
  std::vector<changed_account> changed;
  ledger_counts counted;
  counted.rows = static_cast<std::int64_t>(rows);
  const auto order = order_by_account(table);
  for (std::size_t i = 0; i < rows;) {
    const account who{table.account[order[i]]};
    const std::size_t some_row = order[i];
    const auto old_rows = rows_of(who);
    changed_account next{who, changes_of(steps(who)), {old_rows.begin(), old_rows.end()}};
    for (; i < rows && table.account[order[i]] == who.index; ++i) {
      const std::size_t row = order[i];
      const std::int32_t start = table.start[row];
      const std::int32_t end = detail::end_of(table, row);
      const auto part = detail::events_of_row(start, end, table.amount[row], known_until_.since_epoch);
      if (part.reason != nullptr) ++(counted.*part.reason);
      const std::int64_t ticks = sign * table.amount[row] * table.ticks_per_unit;
      const std::uint16_t lane = lanes.empty() ? std::uint16_t{0} : lanes[row];
      if (part.events >= 1) next.steps.push_back(change_on(day{start}, lane, ticks));
      if (part.events == 2) next.steps.push_back(change_on(day{end}, lane, -ticks));
      next.rows.push_back(static_cast<std::uint32_t>(rows_seen_ + row));
    }
    if (to_steps(next.steps, who.index) < 0) {
      throw too_much_back(table, some_row);
    }
    changed.push_back(std::move(next));
  }

  if (sign > 0) grow(facts.accounts);
  for (const changed_account& next : changed) replace(next.who, next.steps, next.rows);
  if (sign > 0)
    counts_ += counted;
  else
    counts_ -= counted;
  rows_seen_ += rows;
}

void ledger::apply(const subscriptions& rows, std::size_t universe, std::span<const std::uint16_t> lanes) {
  change(rows, 1, universe != 0 ? universe : accounts_ + rows.account.size(), lanes);
}

void ledger::retract(const subscriptions& rows, std::span<const std::uint16_t> lanes) {
  change(rows, -1, accounts_, lanes);
}

void ledger::replace(account who, std::span<const mrr_step> new_steps, std::span<const std::uint32_t> new_rows) {
  const std::size_t place = who.index % detail::accounts_per_block;
  block_of(who).steps.make_room(new_steps.size());
  block_of(who).rows.make_room(new_rows.size());
  block_of(who).steps.replace(place, new_steps);
  block_of(who).rows.replace(place, new_rows);
  if (block_of(who).shares.size() != 0) block_of(who).shares.clear(place);
}

void ledger::merge(account from, account into, day since) {
  for (const account who : {from, into}) {
    if (who.index < accounts_) continue;
    throw account_data_error(who, {"account", problem::no_row, "{account}", "not an account of this ledger", ""});
  }
  if (from == into) {
    throw account_data_error(from, {"account", problem::no_row, "{account}", "an account is not merged with itself", ""});
  }
  if (since >= known_until_ && since > earliest_day) return;
  const auto all = steps(from);
  const auto before = std::partition_point(all.begin(), all.end(), [&](const mrr_step& step) { return step.when < since; });
  std::vector<mrr_step> kept(all.begin(), before);
  // What it was by then moves on that day.
  std::vector<mrr_step> moved = standing_from(kept, since);
  for (const mrr_step& step : moved) kept.push_back(change_on(since, step.lane, 0));
  moved.insert(moved.end(), before, all.end());
  const std::vector<mrr_step> both = together(steps(into), moved, into.index);
  std::vector<std::uint32_t> rows;
  std::ranges::set_union(rows_of(into), rows_of(from), std::back_inserter(rows));
  const std::vector<std::uint32_t> left(rows_of(from).begin(), rows_of(from).end());
  replace(into, both, rows);
  replace(from, kept, kept.empty() ? std::span<const std::uint32_t>{} : std::span(left));
}

void ledger::split(const subscriptions& table, account into, day since, std::size_t universe,
                   std::span<const std::uint16_t> lanes) {
  require_rows_with_mrr();
  detail::require_table(table);
  require_lanes(table, lanes);
  const std::size_t rows = table.account.size();
  if (into.index >= std::max(universe, accounts_ + 1)) {
    throw account_data_error(
        into, {"account", problem::no_row, "{account}", "neither an account of this ledger nor its next one", ""});
  }
  if (rows > UINT32_MAX - rows_seen_) throw overflow_error("ledger: more than 4,294,967,295 rows");
  const detail::row_facts facts = detail::facts_of(table, 0, rows, accounts_);
  detail::require_good(facts, table, accounts_);
  std::vector<changed_account> changed;
  changed_account gains{into, changes_of(steps(into)), {rows_of(into).begin(), rows_of(into).end()}};
  const auto order = order_by_account(table);
  for (std::size_t i = 0; i < rows;) {
    const account who{table.account[order[i]]};
    const std::size_t some_row = order[i];
    if (who == into) {
      throw account_data_error(
          who, {table.account.name_or("account"), some_row, "{account}", "rows move to another account", ""});
    }
    changed_account loses{who, changes_of(steps(who)), {rows_of(who).begin(), rows_of(who).end()}};
    for (; i < rows && table.account[order[i]] == who.index; ++i) {
      const std::size_t row = order[i];
      const std::int32_t end = detail::end_of(table, row);
      const std::int32_t start = std::min(std::max(table.start[row], since.since_epoch), end);
      const auto part = detail::events_of_row(start, end, table.amount[row], known_until_.since_epoch);
      const std::int64_t ticks = table.amount[row] * table.ticks_per_unit;
      const std::uint16_t lane = lanes.empty() ? std::uint16_t{0} : lanes[row];
      for (const auto& [to, sign] : {std::pair{&loses, -1}, std::pair{&gains, 1}}) {
        if (part.events >= 1) to->steps.push_back(change_on(day{start}, lane, sign * ticks));
        if (part.events == 2) to->steps.push_back(change_on(day{end}, lane, -sign * ticks));
        to->rows.push_back(static_cast<std::uint32_t>(rows_seen_ + row));
      }
    }
    if (to_steps(loses.steps, who.index) < 0) throw too_much_back(table, some_row);
    changed.push_back(std::move(loses));
  }
  if (rows == 0) return;
  (void)to_steps(gains.steps, into.index);
  std::ranges::sort(gains.rows);

  grow(std::size_t{into.index} + 1);
  for (const changed_account& next : changed) replace(next.who, next.steps, next.rows);
  replace(into, gains.steps, gains.rows);
  rows_seen_ += rows;
}

}  // namespace sojourn::inline v0_1
