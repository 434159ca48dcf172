// The window over which a policy reads churn.
#include "sojourn/revenue/rates.hpp"

#include <pybind11/stl.h>

#include "revenue/bind_revenue.hpp"
#include "revenue/revenue_values.hpp"

namespace py = pybind11;

namespace sojourn::python {

void bind_rates(py::module_& m) {
  m.def(
      "churn_window",
      [](const revenue_policy& policy, std::int32_t from, std::int32_t to) {
        return days_of(churn_window(policy, day{from}, day{to}));
      },
      py::arg("policy"), py::arg("first_day"), py::arg("end_day"));
}

}  // namespace sojourn::python
