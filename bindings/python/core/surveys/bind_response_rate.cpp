// Response rate for Python: surveys sent and answered -> counts -> the rate.
#include "sojourn/surveys/response_rate.hpp"

#include <pybind11/stl.h>

#include <optional>
#include <string>

#include "bind.hpp"
#include "bind_state.hpp"
#include "frames/words.hpp"
#include "sojourn/arrow/any_column.hpp"

namespace py = pybind11;

namespace sojourn::python {
namespace {

using arrow::any_column;
using optional_column = std::optional<any_column>;

response_counts tally_responses(const any_column& sent, const optional_column& answered, const optional_column& delivered,
                                std::optional<std::int32_t> from, std::optional<std::int32_t> to) {
  const auto sent_on = arrow::as_day(sent, "sent");
  const auto answered_on = answered ? arrow::as_day(*answered, "answered") : arrow::held_column<std::int32_t>{};
  const auto arrived =
      delivered ? arrow::as_flag(*delivered, "delivered", "delivered is 0 or 1") : arrow::held_column<std::uint8_t>{};
  response_window window;
  if (from) window.from = day{*from};
  if (to) window.to = day{*to};
  const invitations table{sent_on.view(), answered_on.view(), arrived.view()};
  const py::gil_scoped_release unlocked;
  return tally_responses(table, window);
}

estimate response_rate_of(const response_counts& counts, const std::string& base, double level, const std::string& method) {
  return response_rate(
      counts, {confidence_level(level), named<response_base>("base", base), named<proportion_interval>("method", method)});
}

}  // namespace

void bind_response_rate(py::module_& m) {
  bind_state<response_counts>(m, "ResponseCounts", "Surveys of one window: sent, delivered, answered.")
      .def(py::init([](std::int64_t sent, std::int64_t delivered, std::int64_t answered) {
             return response_counts{sent, delivered, answered, answered};
           }),
           py::arg("sent"), py::arg("delivered"), py::arg("answered"))
      .def_readonly("sent", &response_counts::sent)
      .def_readonly("delivered", &response_counts::delivered)
      .def_readonly("delivered_answered", &response_counts::delivered_answered)
      .def_readonly("answered", &response_counts::answered)
      .def("rate", &response_rate_of, py::arg("base"), py::arg("level"), py::arg("method"));
  m.def("tally_surveys", &tally_responses, py::arg("sent"), py::arg("answered"), py::arg("delivered"), py::arg("start"),
        py::arg("end"));
}

}  // namespace sojourn::python
