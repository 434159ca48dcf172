// What is read from an exit table: survival states, curves by cause, tests of groups, and the table itself.
#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "lifetime/aalen_johansen.hpp"
#include "sojourn/lifetime/exit_table.hpp"

namespace sojourn::inline v0_1 {
namespace {

using detail::exit_row;
using detail::to_double;

double entry_of(const exit_cell& cell) {
  return cell.entry == exit_cell::from_start ? exit_row::from_start : cell.entry;
}

std::span<const exit_cell> cells_of(const exit_table& table, std::uint32_t group) {
  const auto first = std::partition_point(table.cells.begin(), table.cells.end(),
                                          [group](const exit_cell& cell) { return cell.group < group; });
  const auto after =
      std::partition_point(first, table.cells.end(), [group](const exit_cell& cell) { return cell.group == group; });
  return {first, after};
}

survival_state survival_of(std::span<const exit_cell> cells) {
  survival_state state;
  for (const exit_cell& cell : cells) {
    if (state.cells.empty() || state.cells.back().entry != cell.entry || state.cells.back().time != cell.time)
      state.cells.push_back({.entry = cell.entry, .time = cell.time});
    survival_cell& sum = state.cells.back();
    const bool left = cell.cause != exits::still_there;
    (left ? sum.events : sum.censored) += cell.accounts;
    (left ? sum.event_weight : sum.censored_weight) += cell.weight;
    (left ? sum.event_weight_squares : sum.censored_weight_squares) += cell.weight_squares;
  }
  std::erase_if(state.cells,
                [](const survival_cell& cell) { return cell == survival_cell{.entry = cell.entry, .time = cell.time}; });
  return state;
}

incidence_curves incidence_of_cells(std::span<const exit_cell> cells, std::size_t causes, const incidence_options& options,
                                    survival_measure measure) {
  std::vector<detail::incidence_row> rows;
  double first_exit = std::numeric_limits<double>::infinity();
  for (const exit_cell& cell : cells) {
    if (options.given_age && cell.time <= *options.given_age) continue;
    const bool accounts = measure == survival_measure::accounts;
    rows.push_back({static_cast<double>(cell.time), entry_of(cell), cell.cause, cell.accounts,
                    accounts ? static_cast<double>(cell.accounts) : to_double(cell.weight),
                    accounts ? static_cast<double>(cell.accounts) : to_double(cell.weight_squares)});
    first_exit = std::min(first_exit, rows.back().time);
  }
  bool late = false;
  for (auto& row : rows) {
    if (row.entry < first_exit) row.entry = exit_row::from_start;
    late = late || row.entry != exit_row::from_start;
  }
  std::sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) {
    return std::tie(a.time, a.cause, a.entry, a.count, a.worth) < std::tie(b.time, b.cause, b.entry, b.count, b.worth);
  });
  return detail::aalen_johansen(rows, causes, options, late);
}

/// The cells of accounts with a group, as rows.
struct rows_of_groups {
  std::vector<double> time, entry;
  std::vector<std::uint32_t> cause, group;
  std::vector<std::int64_t> count;
  std::int64_t missing = 0;

  /// `only`: another cause counts as still there; 0: each stays.
  rows_of_groups(const exit_table& table, std::uint32_t only) : missing(table.rows_missing) {
    for (const exit_cell& cell : table.cells) {
      if (cell.group == exit_cell::no_group) {
        missing += cell.accounts;
        continue;
      }
      const bool from_start = cell.entry == exit_cell::from_start;
      time.push_back(cell.time);
      entry.push_back(from_start ? std::numeric_limits<double>::quiet_NaN() : cell.entry);
      cause.push_back(only == 0 ? cell.cause : cell.cause == only ? 1 : exits::still_there);
      group.push_back(cell.group);
      count.push_back(cell.accounts);
    }
  }
  [[nodiscard]] exits rows() const { return {.time = time, .cause = cause, .entry = entry, .count = count}; }
};

void require_cause(std::uint32_t cause) {
  if (cause == exits::still_there) throw schema_error("0 is no cause; causes are numbered from 1");
}

}  // namespace

survival_by_segment lifetimes_of(const exit_table& table) {
  survival_by_segment found;
  for (std::uint32_t g = 0; g < table.groups.size(); ++g) found.segments.push_back(survival_of(cells_of(table, g)));
  found.without_segment = survival_of(cells_of(table, exit_cell::no_group));
  found.without_segment.rows_missing = table.rows_missing;
  return found;
}

incidence_by_group cumulative_incidence(const exit_table& table, const incidence_options& options,
                                        survival_measure measure) {
  if (options.given_age && !(*options.given_age >= 0))
    throw schema_error("cumulative_incidence: given_age is an age of 0 or more");
  const auto curves_of = [&](std::uint32_t group) {
    return incidence_of_cells(cells_of(table, group), table.causes.size(), options, measure);
  };
  incidence_by_group found;
  for (std::uint32_t g = 0; g < table.groups.size(); ++g) found.groups.push_back(curves_of(g));
  found.without_group = curves_of(exit_cell::no_group);
  found.without_group.rows_missing = table.rows_missing;
  return found;
}

std::vector<exit_table_row> exit_table_rows(const exit_table& table) {
  std::map<std::pair<std::uint32_t, std::int32_t>, exit_table_row> rows;
  std::map<std::uint32_t, std::int64_t> present;
  const auto row_at = [&](std::uint32_t group, std::int32_t age) -> exit_table_row& {
    exit_table_row& row = rows[{group, age}];
    row.group = group;
    row.time = age;
    row.events.resize(table.causes.size());
    return row;
  };
  for (const exit_cell& cell : table.cells) {
    exit_table_row& left = row_at(cell.group, cell.time);
    (cell.cause == exits::still_there ? left.censored : left.events[cell.cause - 1]) += cell.accounts;
    if (cell.entry == exit_cell::from_start)
      present[cell.group] += cell.accounts;
    else
      row_at(cell.group, cell.entry).entries += cell.accounts;
  }
  std::vector<exit_table_row> found;
  for (auto& [key, row] : rows) {
    std::int64_t& there = present[row.group];
    row.at_risk = there;
    there += row.entries - row.censored;
    for (const std::int64_t events : row.events) there -= events;
    found.push_back(std::move(row));
  }
  return found;
}

logrank_test gray_test(const exit_table& table, std::uint32_t cause, const logrank_options& options) {
  require_cause(cause);
  const rows_of_groups all(table, 0);
  logrank_test test = gray_test(all.rows(), cause, all.group, table.groups.size(), {}, options);
  test.rows_missing = all.missing;
  return test;
}

logrank_test cause_logrank(const exit_table& table, std::uint32_t cause, const logrank_options& options) {
  require_cause(cause);
  const rows_of_groups all(table, cause);
  logrank_test test = logrank(all.rows(), all.group, table.groups.size(), {}, options);
  test.rows_missing = all.missing;
  return test;
}

}  // namespace sojourn::inline v0_1
