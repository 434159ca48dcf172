// What became of the tasks that remedies gave out: by owner, how many are open, late and done, how soon and how often.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "sojourn/domain/calendar.hpp"
#include "sojourn/input/column.hpp"
#include "sojourn/stats/estimate.hpp"

namespace sojourn::inline v0_1 {
namespace health SOJOURN_EXPORT {

/// One row per task. Days are days since 1970; a missing one has not come. Tasks that were held out are no tasks: leave them
/// out.
struct task_rows {
  column<std::int32_t> assigned_on;
  column<std::int32_t> due{};
  column<std::int32_t> answered_on{};  ///< first response
  column<std::int32_t> accepted_on{};
  column<std::int32_t> done_on{};
  column<std::uint32_t> owner{};  ///< below `owners`; a row without an owner joins the extra, last one
  std::size_t owners = 0;
};

/// Where one task stands on a day.
enum class task_status : std::uint8_t { open, late, done, done_late };
constexpr std::array<std::string_view, 4> values_of(task_status) {
  return {"open", "late", "done", "done_late"};
}

struct task_line {
  std::int64_t assigned = 0;
  std::int64_t open = 0;       ///< not done and not late
  std::int64_t late = 0;       ///< not done, and its due day has passed
  std::int64_t done = 0;       ///< in time, or without a due day
  std::int64_t done_late = 0;  ///< done after its due day
  estimate acceptance;         ///< accepted / assigned, Wilson interval
  estimate resolution;         ///< done, late or not / assigned, Wilson interval
  std::int64_t answered = 0;
  double response_days = 0;    ///< median of assigned to answered; NaN where none was answered
  double resolution_days = 0;  ///< median of assigned to done; NaN where none was done
};

struct task_table {
  std::vector<task_status> status;  ///< of every row
  std::vector<task_line> owners;    ///< one an owner, then the tasks without one
  task_line all;
};

/// What happened up to and with `as_of`; what is dated later has not happened. A task is late from the day after its due
/// day.
///
/// Throws `schema_error` for lengths that differ, `data_error` for a task without `assigned_on`, for a day before it, and
/// for an owner out of range. O(rows log rows). What it does not tell you: whether the work helped; see `remedy_effect`.
/// Medians look at finished tasks only, so an owner who leaves the hard ones open looks fast.
[[nodiscard]] task_table remedy_tasks(const task_rows& rows, day as_of, confidence_level level = {});

}  // namespace health SOJOURN_EXPORT
}  // namespace sojourn::inline v0_1
