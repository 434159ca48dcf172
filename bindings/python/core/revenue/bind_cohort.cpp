// Customers and MRR by cohort and age.
#include "sojourn/revenue/cohort.hpp"

#include <pybind11/stl.h>

#include "bind_state.hpp"
#include "frames/number_or_none.hpp"
#include "frames/words.hpp"
#include "revenue/bind_revenue.hpp"

namespace py = pybind11;

namespace sojourn::python {
namespace {

py::list nested(std::size_t rows, std::size_t columns, const auto& cell) {
  py::list all;
  for (std::size_t r = 0; r < rows; ++r) {
    py::list row;
    for (std::size_t c = 0; c < columns; ++c) row.append(cell(r, c));
    all.append(row);
  }
  return all;
}

py::list counts(const cohort_state& state, const std::string& measure) {
  const auto what = named<cohort_measure>("measure", measure);
  return nested(state.start.size(), state.start.size(), [&](std::size_t c, std::size_t a) {
    return cohort_count(state, static_cast<std::int32_t>(c), static_cast<std::int32_t>(a), what);
  });
}

py::dict cohort_shares(const cohort_state& state, const std::string& measure, const std::string& mean) {
  const cohort_triangle triangle = cohort_retention(state, named<cohort_measure>("measure", measure));
  py::list average;
  for (const double share : cohort_average(triangle, named<cohort_mean>("mean", mean)))
    average.append(number_or_none(share));
  const py::list retention = nested(triangle.cohorts.size(), triangle.ages,
                                    [&](std::size_t c, std::size_t a) { return number_or_none(triangle.at(c, a)); });
  return py::dict(py::arg("cohorts") = triangle.cohorts, py::arg("sizes") = triangle.sizes, py::arg("retention") = retention,
                  py::arg("average") = average);
}

}  // namespace

void bind_cohort(py::module_& m) {
  bind_state<cohort_state>(m, "CohortState", "Customers and MRR by cohort and age, as integers that merge.")
      .def("counts", &counts, py::arg("measure"))
      .def("shares", &cohort_shares, py::arg("measure"), py::arg("mean"))
      .def_readonly("accounts_earlier", &cohort_state::accounts_earlier);
}

}  // namespace sojourn::python
