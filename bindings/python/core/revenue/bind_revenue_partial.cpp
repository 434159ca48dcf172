// The mergeable state of movements, with the accounts that it stands for.
#include "sojourn/revenue/parts/revenue_partial.hpp"

#include <pybind11/stl.h>

#include "bind_state.hpp"
#include "frames/words.hpp"
#include "revenue/bind_revenue.hpp"
#include "revenue/revenue_values.hpp"
#include "sojourn/revenue/movements.hpp"
#include "sojourn/revenue/named_rates.hpp"

namespace py = pybind11;

namespace sojourn::python {

/// Bytes of a state without owners are read as well: those of `revenue_state` in C++.
template <>
revenue_partial state_of<revenue_partial>(const py::bytes& source) {
  const std::string_view view = source;
  const std::span<const std::uint8_t> bytes{reinterpret_cast<const std::uint8_t*>(view.data()), view.size()};
  if (bytes.size() > 7 && (bytes[6] | bytes[7] << 8) == revenue_state::bytes_kind)
    return {{}, from_bytes<revenue_state>(bytes)};
  return from_bytes<revenue_partial>(bytes);
}

namespace {

estimate partial_estimate(const revenue_partial& s, std::size_t period, const std::string& metric, double level) {
  return rate_of(s.revenue, period, named<period_rate>("metric", metric), confidence_level{level});
}

}  // namespace

void bind_revenue_partial(py::module_& m) {
  bind_state<revenue_partial>(m, "RevenueState", "Movements and losses of a row of periods, as integers that merge.")
      .def("movements", [](const revenue_partial& s) { return movement_columns(movements(s.revenue)); })
      .def("estimate", &partial_estimate, py::arg("period"), py::arg("metric"), py::arg("level"))
      .def("closing_ticks",
           [](const revenue_partial& s, std::size_t p) { return exact_int(s.revenue.periods.at(p).closing()); })
      .def("accounts_closing",
           [](const revenue_partial& s, std::size_t p) { return s.revenue.periods.at(p).accounts_closing(); })
      .def("complete", [](const revenue_partial& s, std::int32_t p) { return s.revenue.complete(p); })
      .def_property_readonly("owned", [](const revenue_partial& s) {
        return py::dict(py::arg("slots") = s.accounts.owned_slots(), py::arg("accounts") = s.accounts.listed.size());
      });
}

}  // namespace sojourn::python
