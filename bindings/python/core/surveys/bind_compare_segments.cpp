// Many segments compared, for Python: the overall test, and pairs as columns.
#include "sojourn/surveys/compare_segments.hpp"

#include <pybind11/stl.h>

#include "bind.hpp"
#include "frames/table.hpp"

namespace py = pybind11;

namespace sojourn::python {
namespace {

py::dict pair_columns(const group_comparison& found) {
  return table(found.pairs)
      .add("first", [](const compared_pair& one) { return static_cast<std::int64_t>(one.first); })
      .add("second", [](const compared_pair& one) { return static_cast<std::int64_t>(one.second); })
      .add("difference", [](const compared_pair& one) { return one.result.difference.value; })
      .add("low", [](const compared_pair& one) { return one.result.difference.low; })
      .add("high", [](const compared_pair& one) { return one.result.difference.high; })
      .add("p_value", [](const compared_pair& one) { return one.result.p_value; })
      .add("p_adjusted", &compared_pair::p_adjusted)
      .columns();
}

}  // namespace

void bind_compare_segments(py::module_& m) {
  py::class_<group_comparison>(m, "GroupComparison")
      .def_readonly("statistic", &group_comparison::statistic)
      .def_readonly("dof", &group_comparison::dof)
      .def_readonly("p_value", &group_comparison::p_value)
      .def_readonly("groups", &group_comparison::groups)
      .def("pair_columns", &pair_columns);
}

}  // namespace sojourn::python
