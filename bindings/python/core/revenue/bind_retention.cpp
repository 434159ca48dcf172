// What became of the accounts of an opening, as a state that merges.
#include "sojourn/revenue/retention.hpp"

#include "bind_state.hpp"
#include "frames/words.hpp"
#include "revenue/bind_revenue.hpp"
#include "sojourn/revenue/named_rates.hpp"

namespace py = pybind11;

namespace sojourn::python {
namespace {

estimate retention_estimate(const retention_state& state, const std::string& metric, const revenue_policy& policy,
                            double level) {
  return rate_of(state, named<retention_rate>("metric", metric), {policy, confidence_level{level}});
}

}  // namespace

void bind_retention(py::module_& m) {
  bind_state<retention_state>(m, "RetentionState", "What became of the accounts of an opening.")
      .def("estimate", &retention_estimate, py::arg("metric"), py::arg("policy"), py::arg("level"));
}

}  // namespace sojourn::python
