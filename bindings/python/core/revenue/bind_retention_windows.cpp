// Retention over time.
#include "sojourn/revenue/retention_windows.hpp"

#include <pybind11/stl.h>

#include <tuple>

#include "interruptible_threads.hpp"
#include "revenue/bind_revenue.hpp"
#include "revenue/revenue_values.hpp"

namespace py = pybind11;

namespace sojourn::python {
namespace {

/// Period, whether it is known whole, accounts and MRR of the opening, NRR, GRR, logo retention.
using row = std::tuple<std::string, bool, std::int64_t, std::int64_t, estimate, estimate, estimate>;

std::vector<row> over(const keyed_ledger& l, std::int32_t first, std::int32_t months_each, std::int32_t count,
                      std::int32_t window, const revenue_policy& policy, double level, const std::string& method) {
  const rate_options options = rate_options_of(policy, level, method);
  const py::gil_scoped_release released;
  std::vector<row> rows;
  for (const retention_row& r :
       retention_over(l, {month{first}, months_each, count}, months{window}, options, interruptible_threads{})) {
    rows.emplace_back(r.period, r.complete, r.state.accounts_opening, r.opening(), r.nrr, r.grr, r.logo);
  }
  return rows;
}

}  // namespace

void bind_retention_windows(py::module_& m) {
  m.def(
      "periods_not_reached",
      [](std::int32_t first, std::int32_t months_each, std::int32_t count, std::int32_t known_until) {
        return periods_not_reached({month{first}, months_each, count}, day{known_until});
      },
      py::arg("first"), py::arg("months_each"), py::arg("count"), py::arg("known_until"));
  m.def(
      "period_cut",
      [](std::int32_t first, std::int32_t months_each, std::int32_t count, std::int32_t known_until) {
        return period_cut({month{first}, months_each, count}, day{known_until});
      },
      py::arg("first"), py::arg("months_each"), py::arg("count"), py::arg("known_until"));
  m.def("retention_over", &over, py::arg("ledger"), py::arg("first"), py::arg("months_each"), py::arg("count"),
        py::arg("window"), py::arg("policy"), py::arg("level"), py::arg("method"));
}

}  // namespace sojourn::python
