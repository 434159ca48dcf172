// When accounts are reviewed next, for Python.
#include "sojourn/health/book/cadence.hpp"

#include <pybind11/stl.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "frames/table.hpp"
#include "health/bind_health.hpp"
#include "sojourn/arrow/role_columns.hpp"

namespace py = pybind11;

namespace sojourn::python {
namespace {

namespace h = health;

/// Cadences are text: "3 months", "14 days".
py::dict cadence(const arrow::roles& given, const std::map<std::string, std::string>& by_segment, const std::string& every,
                 std::int32_t as_of) {
  arrow::role_columns columns(given);
  const auto last = columns.days("last_review");
  const auto& segment = columns.segments("segment");
  const auto by = h::cadences_of(segment.labels, by_segment, h::read_cadence(every));
  h::review_plan plan = h::plan_reviews(last, segment.codes.view(), by, h::read_cadence(every), day{as_of});
  py::dict counts;
  counts["overdue"] = plan.overdue;
  counts["due_now"] = plan.due_now;
  counts["never_reviewed"] = plan.never_reviewed;
  named_columns out;
  out.add("next_due", arrow::any_column::dates(std::move(plan.next_due)))
      .add("days_overdue", plan.days_overdue)
      .add_flags("overdue", plan.is_overdue());
  return py::dict(py::arg("columns") = out.columns(), py::arg("counts") = counts);
}

}  // namespace

void bind_cadence(py::module_& m) {
  m.def("cadence", &cadence, py::arg("columns"), py::arg("by_segment"), py::arg("every"), py::arg("as_of"));
}

}  // namespace sojourn::python
