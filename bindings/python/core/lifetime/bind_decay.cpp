// Fitted decay for Python: a cohort's survivors in, the fit and what is read from it out.
#include "sojourn/lifetime/decay.hpp"

#include <pybind11/stl.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "bind.hpp"
#include "frames/table.hpp"

namespace py = pybind11;

namespace sojourn::python {
namespace {

using arrow::any_column;
using optional_column = std::optional<any_column>;

decay_fit fit_cohort(const any_column& t, const any_column& survivors, const optional_column& cohort,
                     const std::string& family) {
  const auto chosen = named<decay_family>("family", family);
  const auto ages = arrow::as_int32(t, "t");
  const auto counts = arrow::as_int64(survivors, "survivors");
  arrow::segment_codes cohorts;
  if (cohort) cohorts = arrow::as_segments(*cohort, "cohort");
  const py::gil_scoped_release unlocked;
  return fit_decay(tally_decay(ages.view(), counts.view(), cohort ? cohorts.codes.view() : column<std::uint32_t>{}),
                   {chosen});
}

decay_interval_options interval_of(double level, const std::string& method) {
  return {confidence_level{level}, named<decay_interval>("method", method)};
}

py::dict projection_columns(const decay_projection& curve) {
  std::vector<std::uint8_t> seen(curve.period.size());
  for (std::size_t row = 0; row < seen.size(); ++row) seen[row] = curve.period[row] <= curve.last_observed;
  return named_columns()
      .add("period", curve.period)
      .add("observed", any_column::from(curve.observed, seen))
      .add("survival", curve.survival)
      .add("low", curve.low)
      .add("high", curve.high)
      .add("retention", curve.retention)
      .columns();
}

py::dict parameters_of(const decay_fit& fit) {
  py::dict values;
  for (const decay_parameter& one : parameters(fit)) values[py::str(std::string(one.name))] = one.value;
  return values;
}

std::string_view family_of(const decay_fit& fit) {
  return word_of(std::holds_alternative<sbg>(fit.model) ? decay_family::sbg : decay_family::geometric);
}

}  // namespace

void bind_decay(py::module_& m) {
  py::class_<decay_fit>(m, "DecayFit")
      .def_property_readonly("params", &parameters_of)
      .def_property_readonly("family", &family_of)
      .def_property_readonly("status", [](const decay_fit& f) { return to_string(f.status); })
      .def_property_readonly("usable", &decay_fit::usable)
      .def_property_readonly("periods_observed", [](const decay_fit& f) { return f.observed.periods.size(); })
      .def_readonly("log_likelihood", &decay_fit::log_likelihood)
      .def_readonly("gradient_norm", &decay_fit::gradient_norm)
      .def_readonly("condition_number", &decay_fit::condition_number)
      .def_readonly("iterations", &decay_fit::iterations)
      .def(
          "survival", [](const decay_fit& f, std::int64_t t) { return survival(f, t); }, py::arg("t"))
      .def(
          "retention", [](const decay_fit& f, std::int64_t t) { return retention(f, t); }, py::arg("t"))
      .def(
          "interval",
          [](const decay_fit& f, std::int64_t t, double level, const std::string& method) {
            return survival_estimate(f, t, interval_of(level, method));
          },
          py::arg("t"), py::kw_only(), py::arg("level"), py::arg("method"))
      .def(
          "parameter",
          [](const decay_fit& f, const std::string& name, double level, const std::string& method) {
            return parameter_estimate(f, std::string_view(name), interval_of(level, method));
          },
          py::arg("name"), py::kw_only(), py::arg("level"), py::arg("method"))
      .def(
          "lifetime", [](const decay_fit& f, double rate) { return discounted_lifetime(f, rate); }, py::arg("rate"))
      .def(
          "project",
          [](const decay_fit& f, std::int32_t periods, double level, const std::string& method) {
            return projection_columns(project(f, periods, interval_of(level, method)));
          },
          py::arg("periods"), py::kw_only(), py::arg("level"), py::arg("method"));

  m.def("fit_decay", &fit_cohort, py::arg("t"), py::arg("survivors"), py::kw_only(), py::arg("cohort") = py::none(),
        py::arg("family") = "sbg");
}

}  // namespace sojourn::python
