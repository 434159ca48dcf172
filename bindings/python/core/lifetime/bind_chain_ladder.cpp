// Mack's chain ladder for Python.
#include "sojourn/lifetime/chain_ladder.hpp"

#include <pybind11/stl.h>

#include <optional>
#include <string>
#include <vector>

#include "bind.hpp"
#include "frames/table.hpp"
#include "frames/words.hpp"
#include "lifetime/held_triangle.hpp"
#include "lifetime/projection_columns.hpp"
#include "sojourn/arrow/ordered_segments.hpp"

namespace py = pybind11;

namespace sojourn::python {
namespace {

using arrow::any_column;

py::tuple triangle_of_cells(const any_column& cohort, const any_column& age, const any_column& value) {
  const auto cohorts = arrow::as_ordered_segments(cohort, "cohort");
  const auto ages = arrow::as_int32(age, "age");
  const auto values = arrow::as_double(value, "value");
  return py::make_tuple(cohorts.labels,
                        age_triangle(cohorts.codes.view(), cohorts.labels.size(), ages.view(), values.view()));
}

chain_ladder_fit fitted(const age_triangle& triangle, std::optional<double> tail, std::optional<double> tail_sigma,
                        std::optional<double> tail_se, const std::string& sigma) {
  chain_ladder_options options{.tail = {}, .sigma = named<last_sigma_rule>("sigma", sigma)};
  if (tail) options.tail = tail_factor{*tail, tail_sigma, tail_se};
  const py::gil_scoped_release unlocked;
  return fit_chain_ladder(triangle, options);
}

std::vector<double> factors_of(const chain_ladder_fit& fit) {
  std::vector<double> factors;
  for (const development_step& step : fit.steps) factors.push_back(step.factor);
  return factors;
}

py::dict step_columns(const chain_ladder_fit& fit) {
  return table(fit.steps)
      .add("factor", &development_step::factor)
      .add("standard_error", &development_step::standard_error)
      .add("sigma", &development_step::sigma)
      .add("sigma_source", &development_step::source)
      .add("ratios", &development_step::ratios)
      .add("zero_starts", &development_step::zero_starts)
      .columns();
}

}  // namespace

void bind_chain_ladder(py::module_& m) {
  py::class_<age_triangle>(m, "AgeTriangle")
      .def(py::init(&triangle_of_rows), py::arg("rows"))
      .def_static("of_cells", &triangle_of_cells, py::arg("cohort"), py::arg("age"), py::arg("value"))
      .def_property_readonly("cohorts", &age_triangle::cohorts)
      .def_property_readonly("ages", &age_triangle::ages)
      .def_property_readonly("first_age", &age_triangle::first_age)
      .def("seen", [](const age_triangle& t, std::size_t cohort) { return t.row(cohort).size(); }, py::arg("cohort"));

  py::class_<triangle_projection>(m, "TriangleProjection")
      .def("columns", &projection_columns, py::kw_only(), py::arg("level"))
      .def("total", &total_of, py::kw_only(), py::arg("level"));

  py::class_<chain_ladder_fit>(m, "ChainLadderFit")
      .def(py::init(&fitted), py::arg("triangle"), py::kw_only(), py::arg("tail"), py::arg("tail_sigma"), py::arg("tail_se"),
           py::arg("sigma"))
      .def("steps", &step_columns)
      .def(
          "project", [](const chain_ladder_fit& fit, std::optional<std::size_t> periods) { return project(fit, periods); },
          py::arg("periods"))
      .def("completed", [](const chain_ladder_fit& fit) { return completed(fit.triangle, factors_of(fit)); });
}

}  // namespace sojourn::python
