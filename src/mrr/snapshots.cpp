// Rows that come in order of account and month: checked, found and counted in one pass. Compiled with -O3.
#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "changes.hpp"
#include "snapshot_rows.hpp"

namespace sojourn::detail {

snapshot_state snapshot_question::empty_state(month known_until) const {
  return {{grid, known_until.first_day(), policy, std::vector<revenue_period>(static_cast<std::size_t>(grid.count))},
          empty_cohorts(grid, known_until.first_day())};
}

std::optional<problem> row_problem(const snapshots& table, std::size_t row, std::size_t accounts) {
  const auto broken = [&](const auto& where, const char* name, const std::string& value, const std::string& rule) {
    return problem{where.name_or(name), row, value, rule, ""};
  };
  if (!table.account.present(row)) return broken(table.account, "account", "missing", "every row belongs to an account");
  if (table.account[row] >= accounts) {
    return broken(table.account, "account", std::to_string(table.account[row]),
                  "an account index lies below " + std::to_string(accounts));
  }
  if (!table.month.present(row)) return broken(table.month, "month", "missing", "every row has a month");
  if (table.month[row] < first_month || table.month[row] > last_month) {
    return broken(table.month, "month", std::to_string(table.month[row]) + " months since 1970",
                  "a month lies in 1900-01 .. 2199-12");
  }
  if (!table.amount.present(row)) return broken(table.amount, "mrr", "missing", "every row has an MRR");
  if (table.amount[row] < 0) return broken(table.amount, "mrr", std::to_string(table.amount[row]), "MRR is never negative");
  if (table.amount[row] <= INT64_MAX / table.ticks_per_unit) return std::nullopt;
  return broken(table.amount, "mrr", std::to_string(table.amount[row]),
                "MRR of one row stays below 5.5e13 minor units a month");
}

void require_good_rows(const snapshot_question& asked) {
  for (std::size_t row = 0; row < asked.table.account.size(); ++row) {
    if (auto found = row_problem(asked.table, row, asked.accounts)) throw data_error(*found);
  }
}

void throw_twice(std::uint32_t who, std::int32_t when) {
  throw data_error({"month", problem::no_row, to_string(month{when}), "one row an account and month",
                    "account " + std::to_string(who) + " has two"});
}

namespace {

void require_table(const snapshots& table, const period_grid& grid) {
  require_same_length(table.account, "account", table.month, "month");
  require_same_length(table.account, "account", table.amount, "mrr");
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

/// Rows of a table in pieces that hold whole accounts.
struct pieces {
  std::vector<std::size_t> cuts;            ///< no result depends on them

  pieces(const snapshots& table, std::size_t concurrency) {
    constexpr std::size_t worth_a_thread = 131'072;
    const std::size_t rows = table.account.size();
    const std::size_t fewest = (rows + month_sums::most_rows - 1) / month_sums::most_rows;
    const std::size_t count = std::max({std::min(rows / worth_a_thread, 8 * concurrency), fewest, std::size_t{1}});
    cuts.push_back(0);
    for (std::size_t c = 1; c < count; ++c) cuts.push_back(account_border(table, std::max(rows * c / count, cuts.back())));
    cuts.push_back(rows);
  }
  [[nodiscard]] std::size_t count() const noexcept { return cuts.size() - 1; }

  /// Moves on to the row that begins an account. An account has at most so many rows as there are months, or the table is not
  /// in order and it does not matter where it is cut.
  static std::size_t account_border(const snapshots& table, std::size_t row) {
    const std::size_t end = std::min(row + month_places, table.account.size());
    while (row > 0 && row < end && table.account[row] == table.account[row - 1]) ++row;
    return row;
  }
};

template <class Sink>
row_findings count_piece(const snapshots& table, std::size_t first, std::size_t last, std::int64_t as_of, Sink& sink) {
  if (first == last) return {};
  const snapshot_span all{table.account.values().data(), table.month.values().data(), table.amount.values().data()};
  const auto row = [&](std::size_t i) { return snapshot_row{all.who[i], all.when[i], all.amount[i]}; };
  row_changes<Sink, decltype(row)> changes(sink, row, first, as_of);
  constexpr std::size_t run = 2048;         // stays in the first-level cache from finding to counting
  std::array<std::uint32_t, run + spare_places> places;
  constexpr std::uint32_t itself = 0;
  changes.take(first, &itself, 1);
  for (std::size_t from = first + 1; from < last && !changes.found().falls; from += run) {
    const snapshot_span here{all.who + from, all.when + from, all.amount + from};
    changes.take(from, places.data(), find_changes(here, std::min(run, last - from), places.data()));
  }
  return changes.found().falls ? changes.found() : changes.close(last);
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
template <class Sink, class... Arguments>
row_findings count_all(const snapshot_question& asked, const pieces& cut, std::int64_t as_of, const any_executor& host,
                       std::vector<std::unique_ptr<Sink>>& sinks, const Arguments&... arguments) {
  std::vector<row_findings> found(cut.count());
  sinks.resize(cut.count());
  host.bulk(cut.count(), [&](std::size_t c) {
    auto own = std::make_unique<Sink>(arguments...);   // on the heap: their counters must not share cache lines
    found[c] = count_piece(asked.table, cut.cuts[c], cut.cuts[c + 1], as_of, *own);
    sinks[c] = std::move(own);
  });
  row_findings all;
  for (const row_findings& one : found) all.add(one);
  if (all.outside() || all.highest >= asked.accounts || all.largest > asked.largest_amount()) require_good_rows(asked);
  return all;
}

snapshot_state with_counts(snapshot_state state, const row_findings& found) {
  state.rows = found.rows, state.free_rows = found.free_rows, state.future_rows = found.future_rows;
  return state;
}

snapshot_state tally_steps(const snapshot_question& asked, const pieces& cut, month as_of, const any_executor& host) {
  const period_finder finder(asked.grid);
  const snapshot_state empty = asked.empty_state(as_of);
  std::vector<std::unique_ptr<step_sums>> sinks;
  const row_findings found =
      count_all(asked, cut, as_of.since_epoch, host, sinks, finder, empty, as_of.since_epoch, asked.table.ticks_per_unit);
  snapshot_state total = empty;
  for (const auto& sink : sinks) total += sink->finish();
  return with_counts(std::move(total), found);
}

}  // namespace

snapshot_state tally_snapshots(const snapshots& table, const period_grid& grid, const snapshot_options& options,
                               const revenue_policy& policy, const any_executor& host) {
  require_table(table, grid);
  const std::size_t rows = table.account.size();
  const snapshot_question asked{table, grid, policy, options.as_of, options.accounts != 0 ? options.accounts : rows};
  if (any_missing(table.account) || any_missing(table.month) || any_missing(table.amount)) require_good_rows(asked);
  const pieces cut(table, host.concurrency());

  std::int64_t as_of = options.as_of ? options.as_of->since_epoch : no_month;
  std::vector<std::unique_ptr<month_sums>> sums;
  std::vector<std::unique_ptr<no_sums>> nothing;
  row_findings found = asked.monthly() ? count_all(asked, cut, as_of, host, sums, grid, as_of, policy)
                                       : count_all(asked, cut, as_of, host, nothing);
  if (found.falls) return tally_shuffled(asked, host);
  const month known_until = options.as_of.value_or(month{static_cast<std::int32_t>(found.latest) + 1});
  if (!asked.monthly() || found.largest >= month_sums::amounts_below) return tally_steps(asked, cut, known_until, host);
  if (!options.as_of && known_until < grid.first) {
    // What ended with the latest month was taken for churn before the grid.
    as_of = known_until.since_epoch;
    found = count_all(asked, cut, as_of, host, sums, grid, as_of, policy);
  }
  snapshot_totals totals;
  for (const auto& one : sums) one->add_to(totals);
  snapshot_state state = asked.empty_state(known_until);
  totals.write(state, grid, known_until, table.ticks_per_unit);
  return with_counts(std::move(state), found);
}

}  // namespace sojourn::detail
