// What a back-test compares forecasts with, for Python.
#include "sojourn/forecast/vintage.hpp"

#include <pybind11/stl.h>

#include <string>

#include "bind.hpp"
#include "frames/words.hpp"

namespace py = pybind11;

namespace sojourn::python {

void bind_vintage(py::module_& m) {
  m.def("naive_rules", [] { return words_of<naive_rule>(); });
  m.def(
      "naive_forecast",
      [](const keyed_ledger& l, const std::string& rule, std::size_t horizon) {
        const account_months history = months_of(l.book);
        std::vector<double> ahead;
        for (std::size_t h = 1; h <= horizon; ++h)
          ahead.push_back(naive_forecast(history, named<naive_rule>("rule", rule), h));
        return ahead;
      },
      py::arg("ledger"), py::arg("rule"), py::arg("horizon"));
  m.def("later_mrr", &later_mrr, py::arg("today"), py::arg("then"), py::arg("horizon"));
}

}  // namespace sojourn::python
