#include "lifetime/projection_columns.hpp"

#include <optional>
#include <string>

#include "frames/table.hpp"
#include "sojourn/stats/lognormal_limits.hpp"

namespace py = pybind11;

namespace sojourn::python {
namespace {

std::optional<std::string> reason_of(const projected_value& one) {
  if (one.gap == projection_gap::none) return std::nullopt;
  return std::string(values_of(projection_gap{})[static_cast<std::size_t>(one.gap)]);
}

}  // namespace

py::dict projection_columns(const triangle_projection& projection, double level) {
  const confidence_level asked(level);
  const auto limits = [asked](const projected_value& one) { return lognormal_limits(one.value, one.standard_error, asked); };
  return table(projection.cohorts)
      .add("latest", &projected_value::latest)
      .add("value", &projected_value::value)
      .add("change", [](const projected_value& one) { return one.value - one.latest; })
      .add("process_se", &projected_value::process_se)
      .add("parameter_se", &projected_value::parameter_se)
      .add("standard_error", &projected_value::standard_error)
      .add("low", [limits](const projected_value& one) { return limits(one).low; })
      .add("high", [limits](const projected_value& one) { return limits(one).high; })
      .add("reason", &reason_of)
      .columns();
}

py::dict total_of(const triangle_projection& projection, double level) {
  const projected_value& all = projection.total;
  const value_limits limits = lognormal_limits(all.value, all.standard_error, confidence_level(level));
  return py::dict(py::arg("latest") = all.latest, py::arg("value") = all.value, py::arg("process_se") = all.process_se,
                  py::arg("parameter_se") = all.parameter_se, py::arg("standard_error") = all.standard_error,
                  py::arg("low") = limits.low, py::arg("high") = limits.high, py::arg("reason") = reason_of(all));
}

}  // namespace sojourn::python
