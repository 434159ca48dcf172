// Cox regression for Python: columns in, the fit and what is read from it out.
#include "sojourn/lifetime/cox.hpp"

#include <pybind11/stl.h>

#include <cmath>
#include <optional>
#include <string>
#include <vector>

#include "bind.hpp"
#include "frames/table.hpp"
#include "frames/words.hpp"
#include "lifetime/held_regression.hpp"

namespace py = pybind11;

namespace sojourn::python {
namespace {

using arrow::any_column;

/// With a cause the others are still there at their age: the rate of that cause.
arrow::held_column<std::uint32_t> events_of(const any_column& event, const std::optional<std::string>& cause) {
  if (!cause) return event_codes(event);
  const arrow::cause_codes causes = arrow::as_causes(event, "event");
  const std::uint32_t wanted = code_of(causes, *cause);
  const auto view = causes.codes.view();
  std::vector<std::uint32_t> codes(view.size());
  for (std::size_t row = 0; row < codes.size(); ++row) codes[row] = view[row] == wanted ? 1 : exits::still_there;
  return {any_column::from(std::move(codes)), "event"};
}

/// The rows of a regression, read once for the fit and for what is asked of it afterwards.
class cox_rows {
 public:
  cox_rows(const any_column& time, const any_column& event, const feature_columns& features, const optional_column& entry,
           const optional_column& weights, const optional_column& count, const optional_column& strata,
           const optional_column& cluster, const std::optional<std::string>& cause)
      : held_(held_exits(time, events_of(event, cause), entry, weights, count), features, strata, cluster) {}

  [[nodiscard]] cox_fit fit(const std::string& ties, double level) const {
    const cox_options options{named<cox_ties>("ties", ties), confidence_level{level}};
    const py::gil_scoped_release unlocked;
    return fit_cox(held_.view(), options);
  }
  [[nodiscard]] py::dict residuals(const cox_fit& fit) const {
    const schoenfeld_residuals found = schoenfeld(held_.view(), fit);
    std::vector<std::int64_t> row(found.row.begin(), found.row.end());
    named_columns columns;
    columns.add("row", std::move(row)).add("time", found.time);
    for (std::size_t k = 0; k < held_.features.size(); ++k) columns.add(held_.features[k].first.c_str(), found.residual[k]);
    return columns.columns();
  }
  [[nodiscard]] py::dict proportional(const cox_fit& fit, const std::string& transform) const {
    const auto found = proportional_hazards(held_.view(), fit, named<age_transform>("transform", transform));
    return table(found)
        .add("feature", &proportionality::name)
        .add("statistic", &proportionality::statistic)
        .add("dof", &proportionality::dof)
        .add("p_value", &proportionality::p_value)
        .columns();
  }
  [[nodiscard]] std::vector<std::string> strata() const { return held_.strata.labels; }

 private:
  held_regression held_;
};

py::dict baseline_of(const cox_fit& fit, const std::vector<std::string>& strata) {
  if (fit.baseline.empty())
    throw schema_error("baseline: the fit is \"" + std::string(values_of(fit.status)[static_cast<std::size_t>(fit.status)]) +
                       "\" and has no baseline");
  named_columns columns;
  std::vector<std::string> stratum;
  std::vector<double> time, hazard, survival;
  std::vector<std::int64_t> events;
  for (const baseline_step& step : fit.baseline) {
    if (!strata.empty()) stratum.push_back(strata[step.stratum]);
    time.push_back(step.time);
    events.push_back(step.events);
    hazard.push_back(step.cumulative_hazard);
    survival.push_back(std::exp(-step.cumulative_hazard));
  }
  if (!strata.empty()) columns.add("stratum", stratum);
  return columns.add("time", time)
      .add("events", events)
      .add("cumulative_hazard", hazard)
      .add("survival", survival)
      .columns();
}

py::dict prediction_of(const cox_fit& fit, const std::vector<double>& features, std::uint32_t stratum) {
  const predicted_survival found = survival_of(fit, features, stratum);
  return named_columns()
      .add("time", found.time)
      .add("survival", found.survival)
      .add("standard_error", found.standard_error)
      .add("low", found.low)
      .add("high", found.high)
      .columns();
}

}  // namespace

void bind_cox(py::module_& m) {
  py::class_<cox_fit>(m, "CoxFit")
      .def_property_readonly("status",
                             [](const cox_fit& fit) {
                               return std::string(values_of(regression_status{})[static_cast<std::size_t>(fit.status)]);
                             })
      .def("coefficients", [](const cox_fit& fit) { return coefficient_columns(fit.coefficients); })
      .def_property_readonly("covariance", [](const cox_fit& fit) { return square(fit.covariance); })
      .def_readonly("log_likelihood", &cox_fit::log_likelihood)
      .def_readonly("null_log_likelihood", &cox_fit::null_log_likelihood)
      .def_readonly("concordance", &cox_fit::concordance)
      .def_readonly("means", &cox_fit::means)
      .def_readonly("last_age", &cox_fit::last_age)
      .def_readonly("robust", &cox_fit::robust)
      .def_readonly("accounts", &cox_fit::accounts)
      .def_readonly("events", &cox_fit::events)
      .def_readonly("rows_missing", &cox_fit::rows_missing)
      .def("baseline", &baseline_of, py::arg("strata"))
      .def("survival", &prediction_of, py::arg("features"), py::arg("stratum"));

  py::class_<cox_rows>(m, "CoxRows")
      .def(py::init<const any_column&, const any_column&, const feature_columns&, const optional_column&,
                    const optional_column&, const optional_column&, const optional_column&, const optional_column&,
                    const std::optional<std::string>&>(),
           py::arg("time"), py::arg("event"), py::arg("features"), py::kw_only(), py::arg("entry") = py::none(),
           py::arg("weights") = py::none(), py::arg("count") = py::none(), py::arg("strata") = py::none(),
           py::arg("cluster") = py::none(), py::arg("cause") = py::none())
      .def("fit", &cox_rows::fit, py::kw_only(), py::arg("ties"), py::arg("level"))
      .def("schoenfeld", &cox_rows::residuals, py::arg("fit"))
      .def("proportional_hazards", &cox_rows::proportional, py::arg("fit"), py::arg("transform"))
      .def_property_readonly("strata", &cox_rows::strata);
}

}  // namespace sojourn::python
