// Rows that come in order of account and month: checked, found and counted in one pass. Compiled with -O3.
#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "input/id_range.hpp"
#include "revenue/snapshot_tally/find_changes.hpp"
#include "revenue/snapshot_tally/shuffled.hpp"
#include "sojourn/input/account_numbers.hpp"

namespace sojourn::inline v0_1::detail {

namespace {

template <class Id>
void require_table(const column<Id>& who, const snapshots& table, const period_grid& grid) {
  require_same_length(who, "account", table.month, "month");
  require_same_length(who, "account", table.amount, "mrr");
  if (table.ticks_per_unit <= 0) throw schema_error("snapshots: ticks_per_unit must be positive");
  if (grid.count <= 0 || grid.months_each <= 0) throw schema_error("tally_snapshots: a grid needs at least one period");
}

template <class T>
bool any_missing(const column<T>& values) {
  if (!values.may_have_missing()) return false;
  std::size_t row = 0;
  while (row < values.size() && values.present(row)) ++row;
  return row < values.size();
}

/// Rows that may come in order of account and month, in pieces that hold whole accounts if they do.
template <class Id>
struct pieces {
  snapshot_span<Id> all;
  account_cells<Id> who;
  std::vector<std::size_t> cuts;  ///< no result depends on them
  bool falls = false;             ///< from a piece to the next

  pieces(const snapshots& table, const account_cells<Id>& accounts, std::size_t concurrency)
      : all{accounts.ids, table.month.values().data(), table.amount.values().data()}, who(accounts) {
    constexpr std::size_t worth_a_thread = 131'072;
    const std::size_t rows = table.month.size();
    const std::size_t fewest = (rows + month_sums::most_rows - 1) / month_sums::most_rows;
    const std::size_t count = std::max({std::min(rows / worth_a_thread, 8 * concurrency), fewest, std::size_t{1}});
    cuts.push_back(0);
    for (std::size_t c = 1; c < count; ++c) cuts.push_back(account_border(rows, std::max(rows * c / count, cuts.back())));
    cuts.push_back(rows);
    for (std::size_t c = 1; c < count; ++c) {
      const std::size_t at = cuts[c];
      falls |= at > 0 && at < rows && all.who[at] <= all.who[at - 1];
    }
  }
  [[nodiscard]] std::size_t count() const noexcept { return cuts.size() - 1; }

 private:
  /// Moves on to the row that begins an account. An account has at most so many rows as there are months, or the table is
  /// not in order.
  [[nodiscard]] std::size_t account_border(std::size_t rows, std::size_t row) const {
    const std::size_t end = std::min(row + month_places, rows);
    while (row > 0 && row < end && all.who[row] == all.who[row - 1]) ++row;
    return row;
  }
};

template <class Id, class Sink>
row_findings count_piece(const pieces<Id>& cut, std::size_t first, std::size_t last, std::int64_t as_of, Sink& sink) {
  if (first == last) return {};
  std::uint64_t high_bits = 0;  // of ids that are no small numbers
  const auto row = [&cut, &high_bits](std::size_t i) {
    const std::uint64_t who = cut.who.wide(i);
    high_bits |= who >> 32;
    return snapshot_row{static_cast<std::uint32_t>(who), cut.all.when[i], cut.all.amount[i]};
  };
  row_changes<Sink, decltype(row)> changes(sink, row, first, as_of);
  constexpr std::size_t run = 2048;  // stays in the first-level cache from finding to counting
  std::array<std::uint32_t, run + spare_places> places;
  constexpr std::uint32_t itself = 0;
  changes.take(first, &itself, 1);
  for (std::size_t from = first + 1; from < last && !changes.found().falls; from += run) {
    changes.take(from, places.data(), find_changes(cut.all.from(from), std::min(run, last - from), places.data()));
  }
  row_findings found = changes.found().falls ? changes.found() : changes.close(last);
  found.falls |= high_bits != 0;
  return found;
}

/// Only finds.
struct no_sums {
  struct account_at {};
  static account_at start() noexcept { return {}; }
  static void stop(const account_at&) noexcept {}
  static void next(account_at&, bool) noexcept {}
  static void leave(account_at&, std::int64_t, std::uint64_t) noexcept {}
  static void change(account_at&, std::int64_t, std::uint64_t, std::uint64_t) noexcept {}
};

/// Every piece into a sink of its own. Throws what is wrong with a row.
template <class Sink, class Id, class... Arguments>
row_findings count_all(const snapshot_question& asked, const pieces<Id>& cut, std::int64_t as_of, const any_executor& host,
                       std::vector<std::unique_ptr<Sink>>& sinks, const Arguments&... arguments) {
  std::vector<row_findings> found(cut.count());
  sinks.resize(cut.count());
  host.bulk(cut.count(), [&](std::size_t c) {
    auto own = std::make_unique<Sink>(arguments...);  // on the heap: their counters must not share cache lines
    found[c] = count_piece(cut, cut.cuts[c], cut.cuts[c + 1], as_of, *own);
    sinks[c] = std::move(own);
  });
  row_findings all;
  for (const row_findings& one : found) all.add(one);
  if (all.falls) return all;
  if (all.outside() || all.highest >= asked.accounts || all.largest > asked.largest_amount()) require_good_rows(asked);
  return all;
}

snapshot_state with_counts(snapshot_state state, const row_findings& found) {
  state.rows = found.rows, state.free_rows = found.free_rows, state.future_rows = found.future_rows;
  return state;
}

template <class Id>
snapshot_state tally_steps(const snapshot_question& asked, const pieces<Id>& cut, month as_of, const any_executor& host) {
  const period_finder finder(asked.grid);
  const snapshot_state empty = asked.empty_state(as_of);
  std::vector<std::unique_ptr<step_sums>> sinks;
  const row_findings found =
      count_all(asked, cut, as_of.since_epoch, host, sinks, finder, empty, as_of.since_epoch, asked.table.ticks_per_unit);
  snapshot_state total = empty;
  for (const auto& sink : sinks) total += sink->finish();
  return with_counts(std::move(total), found);
}

/// Nothing where rows are not in order of account and month, or ids are no small numbers.
template <class Id>
std::optional<snapshot_state> tally_in_order(const snapshot_question& asked, const account_cells<Id>& who,
                                             const any_executor& host) {
  const pieces<Id> cut(asked.table, who, host.concurrency());
  if (cut.falls) return std::nullopt;
  std::int64_t as_of = asked.as_of ? asked.as_of->since_epoch : no_month;
  std::vector<std::unique_ptr<month_sums>> sums;
  std::vector<std::unique_ptr<no_sums>> nothing;
  row_findings found = asked.monthly() ? count_all(asked, cut, as_of, host, sums, asked.grid, as_of, asked.policy)
                                       : count_all(asked, cut, as_of, host, nothing);
  if (found.falls) return std::nullopt;
  const month known_until = asked.as_of.value_or(month{static_cast<std::int32_t>(found.latest) + 1});
  if (!asked.monthly() || found.largest >= month_sums::amounts_below) return tally_steps(asked, cut, known_until, host);
  if (!asked.as_of && known_until < asked.grid.first) {
    // What ended with the latest month was taken for churn before the grid.
    as_of = known_until.since_epoch;
    found = count_all(asked, cut, as_of, host, sums, asked.grid, as_of, asked.policy);
  }
  snapshot_totals totals;
  for (const auto& one : sums) one->add_to(totals);
  snapshot_state state = asked.empty_state(known_until);
  totals.write(state, asked.grid, known_until, asked.table.ticks_per_unit);
  return with_counts(std::move(state), found);
}

}  // namespace

snapshot_state tally_snapshots(const snapshots& table, const period_grid& grid, const snapshot_options& options,
                               const revenue_policy& policy, const any_executor& host) {
  require_table(table.account, table, grid);
  const std::size_t rows = table.account.size();
  const snapshot_question asked{table, {}, grid, policy, options.as_of, options.accounts != 0 ? options.accounts : rows};
  if (any_missing(table.account) || any_missing(table.month) || any_missing(table.amount)) require_good_rows(asked);
  const account_cells<std::uint32_t> who{table.account.values().data()};
  if (auto found = tally_in_order(asked, who, host)) return *std::move(found);
  return tally_shuffled(asked, who, host);
}

snapshot_state tally_snapshots(const snapshots_by_id& table, const period_grid& grid, std::optional<month> as_of,
                               const revenue_policy& policy, const any_executor& host) {
  snapshot_question asked{{{}, table.month, table.amount, table.ticks_per_unit}, table.id, grid, policy, as_of, SIZE_MAX};
  require_table(table.id, asked.table, grid);
  if (any_missing(table.id) || any_missing(table.month) || any_missing(table.amount)) require_good_rows(asked);
  const std::span<const std::int64_t> ids = table.id.values();
  account_cells<std::int64_t> who{ids.data()};
  if (!ids.empty()) who.lowest = asked.lowest_id = static_cast<std::uint64_t>(ids.front());
  if (auto found = tally_in_order(asked, who, host)) return *std::move(found);

  const id_range range = range_of(ids, host);
  if (range.narrow(ids.size())) {
    who.lowest = asked.lowest_id = static_cast<std::uint64_t>(range.lowest);
    return tally_shuffled(asked, who, host);
  }
  std::vector<std::uint32_t> numbers(ids.size());
  account_index keys;
  number_accounts(keys, ids, numbers, host);
  asked.keys = &keys;
  const account_cells<std::uint32_t> numbered{numbers.data()};
  if (range.rises) {
    if (auto found = tally_in_order(asked, numbered, host)) return *std::move(found);
  }
  return tally_shuffled(asked, numbered, host);
}

}  // namespace sojourn::inline v0_1::detail
