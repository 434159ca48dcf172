// Rows that come in order of account and month: checked, found and counted in one pass. Compiled with -O3.
#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "domain/id_range.hpp"
#include "revenue/snapshot_tally/find_changes.hpp"
#include "revenue/snapshot_tally/snapshot_rows.hpp"
#include "sojourn/input/account_numbers.hpp"

namespace sojourn::detail {

snapshot_state snapshot_question::empty_state(month known_until) const {
  return {{grid, known_until.first_day(), policy, std::vector<revenue_period>(static_cast<std::size_t>(grid.count))},
          empty_cohorts(grid, known_until.first_day())};
}

std::string snapshot_question::name_of(std::uint32_t account_number) const {
  if (keys != nullptr) return keys->key(account{account_number});
  return id.empty() ? std::to_string(account_number) : std::to_string(static_cast<std::int64_t>(lowest_id + account_number));
}

std::optional<problem> row_problem(const snapshot_question& asked, std::size_t row) {
  const snapshots& table = asked.table;
  const auto broken = [&](const auto& where, const char* name, const std::string& value, const std::string& rule,
                          const char* advice) { return problem{where.name_or(name), row, value, rule, advice}; };
  constexpr const char* owned = "every row belongs to an account";
  constexpr const char* name_it = "name the account, or leave the row out";
  constexpr const char* check_unit = "check the unit of the column";
  if (!asked.id.empty() && !asked.id.present(row)) return broken(asked.id, "account", "missing", owned, name_it);
  if (asked.id.empty() && !table.account.present(row)) return broken(table.account, "account", "missing", owned, name_it);
  if (asked.id.empty() && table.account[row] >= asked.accounts) {
    return broken(table.account, "account", std::to_string(table.account[row]),
                  "an account index lies below " + std::to_string(asked.accounts),
                  "state snapshot_options::accounts, or take snapshots_by_id");
  }
  if (!table.month.present(row))
    return broken(table.month, "month", "missing", "every row has a month", "give it, or leave the row out");
  if (table.month[row] < first_month || table.month[row] > last_month) {
    return broken(table.month, "month", std::to_string(table.month[row]) + " months since 1970",
                  "a month lies in 1900-01 .. 2199-12", check_unit);
  }
  if (!table.amount.present(row))
    return broken(table.amount, "mrr", "missing", "every row has an MRR", "write 0 for a month without");
  const std::string amount = std::to_string(table.amount[row]);
  if (table.amount[row] < 0) {
    return broken(table.amount, "mrr", amount, "MRR is never negative",
                  "leave credits and refunds out: MRR is a rate, not cash");
  }
  if (table.amount[row] <= INT64_MAX / table.ticks_per_unit) return std::nullopt;
  return broken(table.amount, "mrr", amount, "MRR of one row stays below 5.5e13 minor units a month", check_unit);
}

void require_good_rows(const snapshot_question& asked) {
  for (std::size_t row = 0; row < asked.rows(); ++row) {
    if (auto found = row_problem(asked, row)) throw data_error(*found);
  }
}

void throw_twice(const snapshot_question& asked, std::uint32_t who, std::int32_t when) {
  throw data_error({"month", problem::no_row, to_string(month{when}), "one row an account and month",
                    "account " + asked.name_of(who) + " has two: add them up, or leave one out"});
}

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

}  // namespace sojourn::detail
