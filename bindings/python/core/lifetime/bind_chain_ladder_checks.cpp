// Mack's tests of a triangle for Python.
#include "sojourn/lifetime/chain_ladder_checks.hpp"

#include "bind.hpp"
#include "frames/table.hpp"

namespace py = pybind11;

namespace sojourn::python {
namespace {

py::dict residual_columns(const chain_ladder_checks& checks) {
  return table(checks.residuals)
      .add("cohort", &development_residual::cohort)
      .add("age", &development_residual::age)
      .add("calendar", &development_residual::calendar)
      .add("ratio", &development_residual::ratio)
      .add("residual", &development_residual::residual)
      .columns();
}

}  // namespace

void bind_chain_ladder_checks(py::module_& m) {
  py::class_<chain_ladder_checks>(m, "ChainLadderChecks")
      .def(py::init(&check_chain_ladder), py::arg("fit"))
      .def_readonly("calendar_statistic", &chain_ladder_checks::calendar_statistic)
      .def_readonly("calendar_mean", &chain_ladder_checks::calendar_mean)
      .def_readonly("calendar_sd", &chain_ladder_checks::calendar_sd)
      .def_readonly("correlation_statistic", &chain_ladder_checks::correlation_statistic)
      .def_readonly("correlation_sd", &chain_ladder_checks::correlation_sd)
      .def_readonly("zero_starts", &chain_ladder_checks::zero_starts)
      .def("residuals", &residual_columns);
}

}  // namespace sojourn::python
