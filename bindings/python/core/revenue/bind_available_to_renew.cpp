// Churn over what was up for renewal.
#include "sojourn/revenue/available_to_renew.hpp"

#include <pybind11/stl.h>

#include "frames/words.hpp"
#include "revenue/bind_revenue.hpp"
#include "revenue/revenue_values.hpp"
#include "sojourn/revenue/named_rates.hpp"

namespace py = pybind11;

namespace sojourn::python {
namespace {

estimate due_estimate(const retention_state& due, const std::string& metric, const revenue_policy& policy, double level) {
  return share_of_due(due, named<due_share>("metric", metric), {policy, confidence_level{level}});
}

estimate due_rate(const retention_state& due, const std::string& metric, std::int32_t from, std::int32_t to,
                  const revenue_policy& policy, double level, const std::string& method) {
  using enum ledger_rate;
  const auto churn = named<ledger_rate>("metric", metric, {logo_churn, gross_mrr_churn, net_mrr_churn});
  return rate_of_due(due, churn, {day{from}, day{to}}, rate_options_of(policy, level, method));
}

}  // namespace

void bind_available_to_renew(py::module_& m) {
  m.def("due_estimate", &due_estimate, py::arg("due"), py::arg("metric"), py::arg("policy"), py::arg("level"));
  m.def("due_rate", &due_rate, py::arg("due"), py::arg("metric"), py::arg("first_day"), py::arg("end_day"),
        py::arg("policy"), py::arg("level"), py::arg("method"));
}

}  // namespace sojourn::python
