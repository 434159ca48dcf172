#include "sojourn/health/book/remedy_tasks.hpp"

#include <algorithm>
#include <limits>
#include <optional>
#include <string>
#include <utility>

#include "sojourn/domain/error.hpp"
#include "sojourn/stats/proportion.hpp"

namespace sojourn::inline v0_1::health {
namespace {

void check_tasks(const task_rows& rows) {
  const auto check = [&rows](std::size_t length, const char* what) {
    if (length == 0 || length == rows.assigned_on.size()) return;
    throw schema_error(std::string(what) + " has " + std::to_string(length) + " rows and assigned_on has " +
                       std::to_string(rows.assigned_on.size()));
  };
  check(rows.due.size(), "due");
  check(rows.answered_on.size(), "answered_on");
  check(rows.accepted_on.size(), "accepted_on");
  check(rows.done_on.size(), "done_on");
  check(rows.owner.size(), "owner");
}

/// The day in a cell, where there is one that has come by `last`. One before the assignment is an error.
std::optional<std::int32_t> day_in(const column<std::int32_t>& days, std::size_t row, std::int32_t assigned,
                                   std::int32_t last, const char* what) {
  if (days.empty() || !days.present(row)) return {};
  if (days[row] < assigned)
    throw data_error({what, row, to_string(day{days[row]}), "is before assigned_on", "a task cannot end before it begins"});
  return days[row] > last ? std::nullopt : std::optional(days[row]);
}

double median_days(std::vector<std::int32_t>& days) {
  if (days.empty()) return std::numeric_limits<double>::quiet_NaN();
  std::sort(days.begin(), days.end());
  const std::size_t half = days.size() / 2;
  return days.size() % 2 == 1 ? days[half] : (static_cast<double>(days[half - 1]) + days[half]) / 2;
}

/// One owner's tasks while they are counted.
struct task_count {
  task_line line;
  std::int64_t accepted = 0;
  std::vector<std::int32_t> response, resolution;

  task_line finished(confidence_level level) {
    line.acceptance = proportion(accepted, line.assigned, {level}).as({"acceptance", "share"});
    line.resolution = proportion(line.done + line.done_late, line.assigned, {level}).as({"resolution", "share"});
    line.answered = static_cast<std::int64_t>(response.size());
    line.response_days = median_days(response);
    line.resolution_days = median_days(resolution);
    return line;
  }
};

}  // namespace

task_table remedy_tasks(const task_rows& rows, day as_of, confidence_level level) {
  check_tasks(rows);
  const std::int32_t last = as_of.since_epoch;
  task_table table;
  table.status.reserve(rows.assigned_on.size());
  std::vector<task_count> by_owner(rows.owners + 1);
  task_count all;
  for (std::size_t row = 0; row < rows.assigned_on.size(); ++row) {
    if (!rows.assigned_on.present(row)) throw data_error({"assigned_on", row, "", "is missing", "a task needs a first day"});
    const std::int32_t assigned = rows.assigned_on[row];
    if (assigned > last)
      throw data_error(
          {"assigned_on", row, to_string(day{assigned}), "is after as_of", "a task of the future has no status"});
    const bool owned = !rows.owner.empty() && rows.owner.present(row);
    const std::size_t owner = owned ? rows.owner[row] : rows.owners;
    if (owned && owner >= rows.owners)
      throw data_error({"owner", row, std::to_string(owner), "is not below the number of owners", ""});
    const auto due = day_in(rows.due, row, assigned, std::numeric_limits<std::int32_t>::max(), "due");
    const auto answered = day_in(rows.answered_on, row, assigned, last, "answered_on");
    const auto accepted = day_in(rows.accepted_on, row, assigned, last, "accepted_on");
    const auto done = day_in(rows.done_on, row, assigned, last, "done_on");
    const task_status status = done ? (due && *done > *due ? task_status::done_late : task_status::done)
                                    : (due && last > *due ? task_status::late : task_status::open);
    table.status.push_back(status);
    for (task_count* const count : {&by_owner[owner], &all}) {
      ++count->line.assigned;
      count->line.open += status == task_status::open ? 1 : 0;
      count->line.late += status == task_status::late ? 1 : 0;
      count->line.done += status == task_status::done ? 1 : 0;
      count->line.done_late += status == task_status::done_late ? 1 : 0;
      count->accepted += accepted || done ? 1 : 0;
      if (answered) count->response.push_back(*answered - assigned);
      if (done) count->resolution.push_back(*done - assigned);
    }
  }
  table.owners.reserve(by_owner.size());
  for (task_count& count : by_owner) table.owners.push_back(count.finished(level));
  table.all = all.finished(level);
  return table;
}

}  // namespace sojourn::inline v0_1::health
