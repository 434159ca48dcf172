// The actuarial life table for Python.
#include "sojourn/lifetime/life_table.hpp"

#include "bind.hpp"
#include "frames/table.hpp"

namespace py = pybind11;

namespace sojourn::python {
namespace {

py::dict life_table_columns(const life_table_rows& table) {
  return named_columns()
      .add("start", table.start)
      .add("entering", table.entering)
      .add("events", table.events)
      .add("censored", table.censored)
      .add("effective_n", table.effective_n)
      .add("churn_rate", table.churn_rate)
      .add("survival", table.survival)
      .add("standard_error", table.standard_error)
      .add("hazard", table.hazard)
      .columns();
}

}  // namespace

void bind_life_table(py::module_& m) {
  m.def(
      "life_table", [](const survival_state& s, std::int32_t width) { return life_table_columns(life_table(s, width)); },
      py::arg("state"), py::arg("width"));
}

}  // namespace sojourn::python
