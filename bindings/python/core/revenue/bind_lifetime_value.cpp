// Lifetime value from ARPA and churn.
#include "sojourn/revenue/lifetime_value.hpp"

#include <pybind11/stl.h>

#include "revenue/bind_revenue.hpp"
#include "revenue/revenue_values.hpp"

namespace py = pybind11;

namespace sojourn::python {
namespace {

std::vector<span_days> windows_of_ltv(const revenue_policy& policy, std::int32_t from, std::int32_t to) {
  std::vector<span_days> all;
  for (const day_window window : ltv_windows(policy, day{from}, day{to})) all.push_back(days_of(window));
  return all;
}

/// (lifetime value, churn a month) from ARPA and the churn of each window.
std::pair<estimate, estimate> ltv(const estimate& arpa_minor, const std::vector<span_days>& windows,
                                  const std::vector<estimate>& churn, double margin, const revenue_policy& policy,
                                  std::optional<std::int32_t> cap_months, double level) {
  std::vector<day_window> days;
  for (const span_days& window : windows) days.push_back(window_from(window));
  const estimate monthly = churn_a_month(days, churn);
  return {lifetime_value(arpa_minor, monthly, margin, {policy, confidence_level{level}, cap_months}), monthly};
}

}  // namespace

void bind_lifetime_value(py::module_& m) {
  m.def("ltv_windows", &windows_of_ltv, py::arg("policy"), py::arg("first_day"), py::arg("end_day"));
  m.def("ltv", &ltv, py::arg("arpa"), py::arg("windows"), py::arg("churn"), py::arg("margin"), py::arg("policy"),
        py::arg("cap_months"), py::arg("level"));
}

}  // namespace sojourn::python
