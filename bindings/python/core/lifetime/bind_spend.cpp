// Amounts per purchase for Python: columns in, the fit and expected amounts out.
#include "sojourn/lifetime/spend.hpp"

#include <pybind11/stl.h>

#include <algorithm>
#include <string>
#include <vector>

#include "bind.hpp"
#include "interruptible_threads.hpp"
#include "lifetime/held_purchases.hpp"
#include "lifetime/held_regression.hpp"
#include "sojourn/domain/words.hpp"

namespace py = pybind11;

namespace sojourn::python {
namespace {

using arrow::any_column;

spend_fit fit_spend_columns(const any_column& mean, const any_column& x, const optional_column& count) {
  const held_spend rows(mean, x, count);
  const py::gil_scoped_release unlocked;
  const interruptible_threads host;
  return fit_spend(rows.view(), any_executor(host));
}

any_column mean_column(const std::vector<double>& params, const any_column& mean, const any_column& x) {
  const held_spend rows(mean, x);
  return known_numbers(conditional_mean(spend_parameters_of(params), rows.view()));
}

double total_spend_likelihood(const std::vector<double>& params, const any_column& mean, const any_column& x,
                              const optional_column& count) {
  const held_spend rows(mean, x, count);
  return log_likelihood(spend_parameters_of(params), rows.view());
}

}  // namespace

void bind_spend(py::module_& m) {
  py::class_<spend_fit>(m, "SpendFit")
      .def_property_readonly("status", [](const spend_fit& fit) { return word_of(fit.status); })
      .def_readonly("note", &spend_fit::note)
      .def_property_readonly("params", [](const spend_fit& fit) { return fit.parameters.values; })
      .def_property_readonly("covariance",
                             [](const spend_fit& fit) { return square({fit.covariance.begin(), fit.covariance.end()}); })
      .def_readonly("log_likelihood", &spend_fit::log_likelihood)
      .def_readonly("gradient_norm", &spend_fit::gradient_norm)
      .def_readonly("condition_number", &spend_fit::condition_number)
      .def_readonly("steps", &spend_fit::steps)
      .def_readonly("customers", &spend_fit::customers)
      .def_readonly("without_purchases", &spend_fit::without_purchases)
      .def_readonly("without_amount", &spend_fit::without_amount)
      .def_readonly("rows_missing", &spend_fit::rows_missing)
      .def_readonly("correlation", &spend_fit::correlation);
  m.def("fit_spend", &fit_spend_columns, py::arg("mean"), py::arg("x"), py::kw_only(), py::arg("count") = py::none());
  m.def(
      "population_mean_spend",
      [](const std::vector<double>& params) { return population_mean(spend_parameters_of(params)); }, py::arg("params"));
  m.def("conditional_mean_spend", &mean_column, py::arg("params"), py::arg("mean"), py::arg("x"));
  m.def("spend_log_likelihood", &total_spend_likelihood, py::arg("params"), py::arg("mean"), py::arg("x"), py::kw_only(),
        py::arg("count") = py::none());
}

}  // namespace sojourn::python
