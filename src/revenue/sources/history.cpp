#include "sojourn/revenue/sources/history.hpp"

#include <algorithm>
#include <numeric>

#include "revenue/ledger/account_steps.hpp"
#include "revenue/ledger/rows.hpp"

namespace sojourn::inline v0_1 {
namespace {

constexpr std::int32_t always = INT32_MIN;
constexpr std::int32_t never = INT32_MAX;

std::int32_t knowledge_day(const column<std::int32_t>& days, const char* name, std::size_t row, std::int32_t otherwise) {
  if (days.empty() || !days.present(row)) return otherwise;
  if (days[row] < earliest_day.since_epoch || days[row] > latest_day.since_epoch) {
    throw data_error({days.name_or(name), row, std::to_string(days[row]) + " days since 1970",
                      "a date lies in 1900-01-01 .. 2199-12-31", "check the unit of the column"});
  }
  return days[row];
}

bool holds(const mrr_rows& rows, std::size_t row) {
  return (rows.end_known[row / 8] >> (row % 8) & 1) != 0;
}

}  // namespace

ledger_history::ledger_history(const recorded_subscriptions& table, ledger_options options) {
  detail::require_table(table.rows);
  if (!table.known_from.empty()) require_same_length(table.rows.account, "account", table.known_from, "known_from");
  if (!table.known_until.empty()) require_same_length(table.rows.account, "account", table.known_until, "known_until");
  const std::size_t rows = table.rows.account.size();
  const std::size_t most_accounts = detail::universe(table.rows, options);
  const detail::row_facts facts = detail::facts_of(table.rows, 0, rows, most_accounts);
  detail::require_good(facts, table.rows, most_accounts);
  accounts_ = std::max(options.accounts, facts.accounts);
  as_of_ = options.as_of.value_or(day{facts.latest + 1});
  rows_ = copy_rows(table.rows, most_accounts);
  rows_.accounts = accounts_;

  for (std::size_t row = 0; row < rows; ++row) {
    const std::int32_t from = knowledge_day(table.known_from, "known_from", row, always);
    const std::int32_t until = knowledge_day(table.known_until, "known_until", row, never);
    if (until < from) {
      throw data_error({table.known_until.name_or("known_until"), row, to_string(day{until}),
                        "a row is not taken back before it is known",
                        "it was recorded on " + to_string(day{from}) + "; correct one of the two"});
    }
    from_.push_back(from);
    until_.push_back(until);
    if (from == until) continue;
    if (from != always) learned_.push_back(static_cast<std::uint32_t>(row));
    if (until != never) dropped_.push_back(static_cast<std::uint32_t>(row));
  }
  const auto by = [](const std::vector<std::int32_t>& days) {
    return [&days](std::uint32_t a, std::uint32_t b) { return days[a] != days[b] ? days[a] < days[b] : a < b; };
  };
  std::sort(learned_.begin(), learned_.end(), by(from_));
  std::sort(dropped_.begin(), dropped_.end(), by(until_));

  first_of_.assign(accounts_ + 1, 0);
  for (const std::uint32_t who : rows_.account) ++first_of_[who + 1];
  std::partial_sum(first_of_.begin(), first_of_.end(), first_of_.begin());
  by_account_.resize(rows);
  std::vector<std::size_t> next(first_of_.begin(), first_of_.end() - 1);
  for (std::size_t row = 0; row < rows; ++row) by_account_[next[rows_.account[row]]++] = static_cast<std::uint32_t>(row);
}

std::optional<day> ledger_history::first_change() const noexcept {
  std::optional<day> first;
  if (!learned_.empty()) first = day{from_[learned_.front()]};
  if (!dropped_.empty() && (!first || day{until_[dropped_.front()]} < *first)) first = day{until_[dropped_.front()]};
  return first;
}

std::optional<day> ledger_history::last_change() const noexcept {
  std::optional<day> last;
  if (!learned_.empty()) last = day{from_[learned_.back()]};
  if (!dropped_.empty() && (!last || *last < day{until_[dropped_.back()]})) last = day{until_[dropped_.back()]};
  return last;
}

knowledge ledger_history::known(day when) const {
  knowledge found;
  found.rows = static_cast<std::int64_t>(from_.size());
  for (std::size_t row = 0; row < from_.size(); ++row) {
    if (from_[row] == until_[row])
      ++found.never_known;
    else if (when.since_epoch < from_[row])
      ++found.not_yet_known;
    else if (when.since_epoch >= until_[row])
      ++found.taken_back;
    else
      ++found.known;
  }
  return found;
}

/// Rows known on `there` and not on the other day.
std::vector<std::uint32_t> ledger_history::only_on(day there, day not_there) const {
  // Forwards a row is learned in between, backwards it was dropped in between; either way it is found by that day.
  const bool forwards = not_there < there;
  const auto& order = forwards ? learned_ : dropped_;
  const auto& days = forwards ? from_ : until_;
  const day earlier = std::min(there, not_there);
  const day later = std::max(there, not_there);
  const auto after = [&](day bound) {
    return std::upper_bound(order.begin(), order.end(), bound.since_epoch,
                            [&](std::int32_t value, std::uint32_t row) { return value < days[row]; });
  };
  std::vector<std::uint32_t> found;
  std::copy_if(after(earlier), after(later), std::back_inserter(found),
               [&](std::uint32_t row) { return known_on(row, there); });
  return found;
}

mrr_rows ledger_history::some(std::span<const std::uint32_t> numbers) const {
  mrr_rows picked;
  picked.ticks_per_unit = rows_.ticks_per_unit;
  picked.accounts = accounts_;
  for (const std::uint32_t row : numbers) {
    picked.add(rows_.account[row], rows_.start[row], rows_.end[row], holds(rows_, row), rows_.amount[row], row);
  }
  return picked;
}

mrr_rows ledger_history::rows_known(day when) const {
  std::vector<std::uint32_t> numbers;
  for (std::size_t row = 0; row < from_.size(); ++row) {
    if (known_on(row, when)) numbers.push_back(static_cast<std::uint32_t>(row));
  }
  return some(numbers);
}

void ledger_history::move(known_ledger& close, day when) const {
  const mrr_rows gone = some(only_on(close.known_on, when));
  const mrr_rows come = some(only_on(when, close.known_on));
  // First out, then in: what is left of rows that were there is never below zero, and nothing passes its limit on the way.
  if (!gone.account.empty()) close.book.retract(gone.view());
  try {
    if (!come.account.empty()) close.book.apply(come.view(), accounts_);
  } catch (...) {
    if (!gone.account.empty()) close.book.apply(gone.view(), accounts_);
    throw;
  }
  close.known_on = when;
}

std::vector<account> ledger_history::accounts_changed(day a, day b) const {
  std::vector<account> found;
  for (const std::uint32_t row : only_on(a, b)) found.push_back({rows_.account[row]});
  for (const std::uint32_t row : only_on(b, a)) found.push_back({rows_.account[row]});
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

std::vector<std::uint32_t> ledger_history::rows_of(account who, day when) const {
  std::vector<std::uint32_t> found;
  if (who.index >= accounts_) return found;
  for (std::size_t i = first_of_[who.index]; i < first_of_[who.index + 1]; ++i) {
    if (known_on(by_account_[i], when)) found.push_back(by_account_[i]);
  }
  return found;
}

std::vector<mrr_step> ledger_history::steps(account who, day when) const {
  std::vector<mrr_step> changes;
  for (const std::uint32_t row : rows_of(who, when)) {
    const std::int32_t end = holds(rows_, row) ? rows_.end[row] : detail::runs_on;
    const auto part = detail::contribution_of(rows_.start[row], end, rows_.amount[row], as_of_.since_epoch);
    const std::int64_t ticks = rows_.amount[row] * rows_.ticks_per_unit;
    if (part.events >= 1) changes.push_back({day{rows_.start[row]}, mrr::from_ticks(ticks)});
    if (part.events == 2) changes.push_back({day{end}, mrr::from_ticks(-ticks)});
  }
  detail::sort_by_day(changes);
  detail::int128 lowest = 0;
  changes.resize(detail::accumulate(std::span<const mrr_step>(changes), who.index, changes.data(), lowest));
  return changes;
}

}  // namespace sojourn::inline v0_1
