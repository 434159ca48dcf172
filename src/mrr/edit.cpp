// Corrections: rows that come later or go again, and accounts that turn out to be one.
#include <algorithm>
#include <numeric>
#include <vector>

#include "account_steps.hpp"
#include "rows.hpp"

namespace sojourn {
namespace {

using detail::int128;

std::vector<mrr_step> changes_of(std::span<const mrr_step> steps) {
  std::vector<mrr_step> changes;
  std::int64_t before = 0;
  for (const mrr_step& step : steps) {
    changes.push_back({step.when, mrr::from_ticks(step.level.ticks() - before)});
    before = step.level.ticks();
  }
  return changes;
}

/// Returns the lowest level.
int128 to_steps(std::vector<mrr_step>& changes, std::size_t who) {
  std::sort(changes.begin(), changes.end(), [](const mrr_step& a, const mrr_step& b) { return a.when < b.when; });
  int128 lowest = 0;
  changes.resize(detail::accumulate(std::span<const mrr_step>(changes), who, changes.data(), lowest));
  return lowest;
}

// What an account becomes. All are prepared before the first is written.
struct changed_account {
  account who;
  std::vector<mrr_step> steps;
  std::vector<std::uint32_t> rows;
};

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
    if (!table.account.present(row)) throw data_error(*detail::row_problem(table, row, SIZE_MAX));
    found.push_back({table.account[row]});
  }
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

void ledger::grow(std::size_t accounts) {
  if (accounts <= accounts_) return;
  blocks_.resize((accounts + detail::accounts_per_block - 1) / detail::accounts_per_block);
  for (std::size_t b = accounts_ / detail::accounts_per_block; b < blocks_.size(); ++b) {
    const std::size_t size = std::min(detail::accounts_per_block, accounts - b * detail::accounts_per_block);
    blocks_[b].steps.resize(size);
    blocks_[b].rows.resize(size);
  }
  accounts_ = accounts;
}

void ledger::change(const subscriptions& table, int sign, std::size_t universe) {
  detail::require_table(table);
  const std::size_t rows = table.account.size();
  if (rows > UINT32_MAX - rows_seen_) throw overflow_error("ledger: more than 4,294,967,295 rows");
  const detail::row_facts facts = detail::facts_of(table, 0, rows, universe);
  if (facts.bad_row != SIZE_MAX) throw data_error(*detail::row_problem(table, facts.bad_row, universe));
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
      const auto part = detail::contribution_of(start, end, table.amount[row], known_until_.since_epoch);
      if (part.reason != nullptr) ++(counted.*part.reason);
      const std::int64_t ticks = sign * table.amount[row] * table.ticks_per_unit;
      if (part.events >= 1) next.steps.push_back({day{start}, mrr::from_ticks(ticks)});
      if (part.events == 2) next.steps.push_back({day{end}, mrr::from_ticks(-ticks)});
      next.rows.push_back(static_cast<std::uint32_t>(rows_seen_ + row));
    }
    if (to_steps(next.steps, who.index) < 0) {
      throw data_error({table.account.name_or("account"), some_row, std::to_string(who.index),
                        "an account cannot give back more than it pays", "retract rows that were in the ledger, as they were"});
    }
    changed.push_back(std::move(next));
  }

  if (sign > 0) grow(facts.accounts);
  for (const changed_account& next : changed) {
    const std::size_t place = next.who.index % detail::accounts_per_block;
    block_of(next.who).steps.replace(place, next.steps);
    block_of(next.who).rows.replace(place, next.rows);
  }
  if (sign > 0) counts_ += counted;
  else counts_ -= counted;
  rows_seen_ += rows;
}

void ledger::apply(const subscriptions& rows, std::size_t universe) {
  change(rows, 1, universe != 0 ? universe : accounts_ + rows.account.size());
}

void ledger::retract(const subscriptions& rows) { change(rows, -1, accounts_); }

void ledger::merge(account from, account into) {
  for (const account who : {from, into}) {
    if (who.index < accounts_) continue;
    throw data_error({"account", problem::no_row, std::to_string(who.index), "not an account of this ledger", ""});
  }
  if (from == into) {
    throw data_error({"account", problem::no_row, std::to_string(from.index), "an account is not merged with itself", ""});
  }
  std::vector<mrr_step> both = changes_of(steps(into));
  const auto more = changes_of(steps(from));
  both.insert(both.end(), more.begin(), more.end());
  (void)to_steps(both, into.index);
  std::vector<std::uint32_t> rows(rows_of(into).size() + rows_of(from).size());
  std::merge(rows_of(into).begin(), rows_of(into).end(), rows_of(from).begin(), rows_of(from).end(), rows.begin());
  block_of(into).steps.replace(into.index % detail::accounts_per_block, both);
  block_of(into).rows.replace(into.index % detail::accounts_per_block, rows);
  block_of(from).steps.replace(from.index % detail::accounts_per_block, {});
  block_of(from).rows.replace(from.index % detail::accounts_per_block, {});
}

}  // namespace sojourn
