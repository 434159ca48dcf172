// What became of tasks, for Python.
#include "sojourn/health/book/remedy_tasks.hpp"

#include <optional>
#include <string>
#include <vector>

#include "frames/table.hpp"
#include "health/bind_monday.hpp"
#include "sojourn/arrow/role_columns.hpp"

namespace py = pybind11;

namespace sojourn::python {
namespace {

namespace h = health;

/// One row per owner, then one of the tasks without an owner where there are any.
py::dict task_columns(std::vector<h::task_line> lines, const std::vector<std::string>& owners) {
  if (lines.back().assigned == 0) lines.pop_back();
  using line = h::task_line;
  const line* const first = lines.data();
  return table(lines)
      .add("owner",
           [&](const line& one) {
             const auto place = static_cast<std::size_t>(&one - first);
             return place < owners.size() ? std::optional<std::string>(owners[place]) : std::nullopt;
           })
      .add("assigned", &line::assigned)
      .add("open", &line::open)
      .add("late", &line::late)
      .add("done", &line::done)
      .add("done_late", &line::done_late)
      .add("acceptance", [](const line& one) { return one.acceptance.value; })
      .add("acceptance_low", [](const line& one) { return one.acceptance.low; })
      .add("acceptance_high", [](const line& one) { return one.acceptance.high; })
      .add("resolution", [](const line& one) { return one.resolution.value; })
      .add("resolution_low", [](const line& one) { return one.resolution.low; })
      .add("resolution_high", [](const line& one) { return one.resolution.high; })
      .add("answered", &line::answered)
      .add("response_days", &line::response_days)
      .add("resolution_days", &line::resolution_days)
      .columns();
}

py::dict remedy_tasks(const arrow::roles& given, std::int32_t as_of, double level) {
  arrow::role_columns columns(given);
  (void)columns.at("assigned_on");
  const auto& owner = columns.segments("owner");
  h::task_rows rows;
  rows.assigned_on = columns.days("assigned_on");
  rows.due = columns.days("due");
  rows.answered_on = columns.days("answered_on");
  rows.accepted_on = columns.days("accepted_on");
  rows.done_on = columns.days("done_on");
  rows.owner = owner.codes.view();
  rows.owners = owner.labels.size();
  const h::task_table found = h::remedy_tasks(rows, day{as_of}, confidence_level{level});
  return py::dict(py::arg("status") = word_column(found.status),
                  py::arg("owners") = task_columns(found.owners, owner.labels),
                  py::arg("all") = task_columns({found.all, h::task_line{}}, {}));
}

}  // namespace

void bind_remedy_tasks(py::module_& m) {
  m.def("remedy_tasks", &remedy_tasks, py::arg("columns"), py::arg("as_of"), py::arg("level"));
}

}  // namespace sojourn::python
