// What winning customers costs, and what they bring.
#include "sojourn/revenue/economics.hpp"

#include <pybind11/stl.h>

#include "revenue/bind_revenue.hpp"

namespace py = pybind11;

namespace sojourn::python {
namespace {

/// A number that Python gives without an interval.
estimate value_only(double value) {
  estimate e;
  e.value = value;
  e.n = 1;
  return e;
}

py::dict unit_economics(std::int64_t spend_minor, std::int64_t customers, std::int64_t new_mrr_minor, double gross_margin,
                        std::optional<double> arpa_minor, std::optional<double> ltv_minor, std::optional<double> churn) {
  const acquisition won{money{spend_minor}, customers, mrr::from_minor(new_mrr_minor)};
  py::dict result;
  result["acquisition_cost"] = acquisition_cost(won);
  result["payback_months"] = payback_months(won, gross_margin);
  if (arpa_minor)
    result["payback_months_per_customer"] = payback_months_per_customer(won, value_only(*arpa_minor), gross_margin);
  if (ltv_minor) result["ltv_to_cac"] = ltv_to_cac(value_only(*ltv_minor), won);
  if (churn) result["customer_lifetime"] = customer_lifetime(value_only(*churn));
  return result;
}

}  // namespace

void bind_economics(py::module_& m) {
  m.def("unit_economics", &unit_economics, py::arg("spend_minor"), py::arg("customers"), py::arg("new_mrr_minor"),
        py::arg("gross_margin"), py::arg("arpa_minor"), py::arg("ltv_minor"), py::arg("churn"));
}

}  // namespace sojourn::python
