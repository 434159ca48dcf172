// The over-dispersed Poisson model of a triangle, and its bootstrap, for Python.
#include "sojourn/lifetime/odp.hpp"

#include <pybind11/stl.h>

#include <optional>
#include <vector>

#include "bind.hpp"
#include "frames/table.hpp"
#include "interruptible_threads.hpp"
#include "sojourn/stats/draws.hpp"

namespace py = pybind11;

namespace sojourn::python {
namespace {

using arrow::any_column;

odp_fit fitted(const age_triangle& triangle) {
  const py::gil_scoped_release unlocked;
  return fit_odp(triangle);
}

odp_draws drawn(const odp_fit& fit, std::int64_t draws, std::uint64_t seed, std::optional<std::size_t> periods) {
  const py::gil_scoped_release unlocked;
  const interruptible_threads host;
  return bootstrap_odp(fit, {.replicates = draws, .seed = seed}, periods,
                       [&](std::size_t n, detail::task_ref draw) { host.bulk(n, draw); });
}

/// One row per seen cell.
py::dict cell_columns(const odp_fit& fit) {
  std::vector<std::int64_t> cohort, age;
  std::vector<double> fitted, residual, leverage;
  for (std::size_t i = 0; i < fit.fitted.size(); ++i) {
    for (std::size_t k = 0; k < fit.fitted[i].size(); ++k) {
      cohort.push_back(static_cast<std::int64_t>(i));
      age.push_back(static_cast<std::int64_t>(k));
      fitted.push_back(fit.fitted[i][k]);
      residual.push_back(fit.residuals[i][k]);
      leverage.push_back(fit.leverage[i][k]);
    }
  }
  return named_columns()
      .add("cohort", cohort)
      .add("age", age)
      .add("fitted", fitted)
      .add("residual", residual)
      .add("leverage", leverage)
      .columns();
}

}  // namespace

void bind_odp(py::module_& m) {
  py::class_<odp_draws>(m, "OdpDraws")
      .def_property_readonly("total", [](const odp_draws& d) { return any_column::from(d.total); })
      .def(
          "summary",
          [](const odp_draws& d, double level) {
            const confidence_level asked(level);
            std::vector<draw_summary> rows;
            for (const auto& cohort : d.cohorts) rows.push_back(summary_of_draws(cohort, asked));
            rows.push_back(summary_of_draws(d.total, asked));
            return table(rows)
                .add("mean", &draw_summary::mean)
                .add("standard_error", &draw_summary::standard_error)
                .add("low", &draw_summary::low)
                .add("high", &draw_summary::high)
                .columns();
          },
          py::kw_only(), py::arg("level"))
      .def_readonly("refused", &odp_draws::refused);

  py::class_<odp_fit>(m, "OdpFit")
      .def(py::init(&fitted), py::arg("triangle"))
      .def_property_readonly("factors", [](const odp_fit& fit) { return any_column::from(fit.factors); })
      .def_readonly("phi", &odp_fit::phi)
      .def_readonly("dof", &odp_fit::dof)
      .def("cells", &cell_columns)
      .def(
          "project", [](const odp_fit& fit, std::optional<std::size_t> periods) { return project(fit, periods); },
          py::arg("periods"))
      .def("completed", [](const odp_fit& fit) { return completed(fit.triangle, fit.factors); })
      .def("bootstrap", &drawn, py::kw_only(), py::arg("draws"), py::arg("seed"), py::arg("periods"));
}

}  // namespace sojourn::python
