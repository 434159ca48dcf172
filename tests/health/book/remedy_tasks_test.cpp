// Tasks by owner: open, late, done; how soon and how often.
#include "sojourn/health/book/remedy_tasks.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "sojourn/domain/error.hpp"

using namespace sojourn;
using namespace sojourn::health;

TEST_CASE("the status of a task follows its days up to as_of") {
  const std::vector<std::int32_t> assigned = {100, 100, 100, 100, 100}, due = {110, 110, 110, 109, 110},
                                  done = {110, 111, 0, 0, 130}, answered = {101, 103, 104, 0, 0};
  const std::vector<std::uint8_t> some_done = {0b10011}, some_answered = {0b00111};
  const std::vector<std::uint32_t> owner = {0, 0, 0, 1, 1};
  task_rows rows;
  rows.assigned_on = assigned;
  rows.due = due;
  rows.done_on = {done, some_done.data()};
  rows.answered_on = {answered, some_answered.data()};
  rows.owner = owner;
  rows.owners = 2;
  const task_table on_day = remedy_tasks(rows, day{110});
  using s = task_status;
  // Row 1 was done on day 111, which has not come; row 4 on day 130.
  CHECK(on_day.status == std::vector<s>{s::done, s::open, s::open, s::late, s::open});
  const task_table later = remedy_tasks(rows, day{120});
  CHECK(later.status == std::vector<s>{s::done, s::done_late, s::late, s::late, s::late});
  CHECK(later.owners[0].assigned == 3);
  CHECK(later.owners[0].done == 1);
  CHECK(later.owners[0].done_late == 1);
  CHECK(later.owners[0].late == 1);
  CHECK(later.owners[0].resolution.value == doctest::Approx(2.0 / 3));
  CHECK(later.owners[0].response_days == 3);
  CHECK(later.owners[0].resolution_days == 10.5);
  CHECK(std::isnan(later.owners[1].response_days));
  CHECK(later.owners[2].assigned == 0);
  CHECK(later.all.assigned == 5);
  CHECK(later.all.acceptance.value == doctest::Approx(0.4));  // who has done it has accepted it
}

TEST_CASE("tasks that cannot be are refused") {
  const std::vector<std::int32_t> assigned = {100}, early = {99};
  const std::vector<std::uint8_t> none = {0};
  const std::vector<std::uint32_t> owner = {2};
  task_rows rows;
  rows.assigned_on = assigned;
  rows.done_on = early;
  CHECK_THROWS_AS((void)remedy_tasks(rows, day{200}), data_error);
  rows.done_on = {};
  CHECK_THROWS_AS((void)remedy_tasks(rows, day{99}), data_error);
  rows.owner = owner;
  CHECK_THROWS_AS((void)remedy_tasks(rows, day{200}), data_error);
  rows.owner = {};
  rows.assigned_on = {assigned, none.data()};
  CHECK_THROWS_AS((void)remedy_tasks(rows, day{200}), data_error);
  CHECK(remedy_tasks({}, day{0}).status.empty());
}
