// Fitted decay for Python: a cohort's survivors in, the fit and what is read from it out.
#include "sojourn/lifetime/decay.hpp"

#include <pybind11/stl.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "bind.hpp"
#include "frames/table.hpp"
#include "lifetime/decay_columns.hpp"
#include "lifetime/held_regression.hpp"
#include "sojourn/lifetime/decay_baseline.hpp"
#include "sojourn/lifetime/decay_comparison.hpp"

namespace py = pybind11;

namespace sojourn::python {
namespace {

using arrow::any_column;

decay_state tally_cohorts(const any_column& t, const any_column& survivors, const optional_column& cohort) {
  const cohort_columns columns(t, survivors, cohort);
  const py::gil_scoped_release unlocked;
  return tally_decay(columns.age(), columns.survivors(), columns.cohort());
}

decay_fit fit_cohort(const any_column& t, const any_column& survivors, const optional_column& cohort,
                     const std::string& family) {
  const auto chosen = named<decay_family>("family", family);
  const decay_state observed = tally_cohorts(t, survivors, cohort);
  const py::gil_scoped_release unlocked;
  return fit_decay(observed, {chosen});
}

decay_fit fit_stated(const std::string& family, const std::vector<double>& parameters, const optional_column& t,
                     const optional_column& survivors, const optional_column& cohort) {
  const auto chosen = named<decay_family>("family", family);
  return decay_of(chosen, parameters, t && survivors ? tally_cohorts(*t, *survivors, cohort) : decay_state{});
}

py::dict compare_families(const any_column& t, const any_column& survivors,
                          const std::optional<std::vector<std::string>>& families, const optional_column& cohort,
                          std::int32_t holdout, bool baselines) {
  std::vector<decay_family> chosen(all_decay_families.begin(), all_decay_families.end());
  if (families) {
    chosen.clear();
    for (const std::string& family : *families) chosen.push_back(named<decay_family>("families", family));
  }
  const decay_state observed = tally_cohorts(t, survivors, cohort);
  std::vector<compared_decay> rows;
  std::vector<compared_baseline> least_squares;
  {
    const py::gil_scoped_release unlocked;
    rows = compare_decay(observed, chosen, holdout);
    if (baselines) least_squares = compare_baselines(observed, holdout);
  }
  std::vector<std::string> names, statuses;
  std::vector<std::int64_t> parameters;
  std::vector<double> log_likelihood, aics, bics, error, held;
  for (const compared_decay& row : rows) {
    names.emplace_back(to_string(row.family));
    statuses.emplace_back(to_string(row.status));
    parameters.push_back(static_cast<std::int64_t>(row.parameters));
    log_likelihood.push_back(row.log_likelihood);
    aics.push_back(row.aic), bics.push_back(row.bic);
    error.push_back(row.holdout_error), held.push_back(row.holdout_log_likelihood);
  }
  for (const compared_baseline& row : least_squares) {
    names.emplace_back(values_of(row.method)[static_cast<std::size_t>(row.method)]);
    statuses.emplace_back(row.status == fit_status::converged ? "baseline, least squares" : to_string(row.status));
    parameters.push_back(static_cast<std::int64_t>(row.parameters));
    for (auto* undefined : {&log_likelihood, &aics, &bics, &held}) undefined->push_back(compared_baseline{}.holdout_error);
    error.push_back(row.holdout_error);
  }
  named_columns table;
  table.add("family", names)
      .add("status", statuses)
      .add("k", parameters)
      .add("log_likelihood", log_likelihood)
      .add("aic", aics)
      .add("bic", bics);
  if (holdout > 0) table.add("holdout_error", error).add("holdout_log_likelihood", held);
  return table.columns();
}

decay_interval_options interval_of(double level, const std::string& method) {
  return {confidence_level{level}, named<decay_interval>("method", method)};
}

py::dict parameters_of(const decay_fit& fit) {
  py::dict values;
  for (const decay_parameter& one : parameters(fit)) values[py::str(std::string(one.name))] = one.value;
  return values;
}

}  // namespace

void bind_decay(py::module_& m) {
  py::class_<decay_fit>(m, "DecayFit")
      .def_property_readonly("params", &parameters_of)
      .def_property_readonly("family", [](const decay_fit& f) { return to_string(family_of(f)); })
      .def_property_readonly("status", [](const decay_fit& f) { return to_string(f.status); })
      .def_property_readonly("usable", &decay_fit::usable)
      .def_property_readonly("periods_observed", [](const decay_fit& f) { return f.observed.periods.size(); })
      .def_property_readonly("at_risk",
                             [](const decay_fit& f) {
                               std::vector<std::int64_t> faced;
                               faced.reserve(f.observed.periods.size());
                               for (const decay_period& one : f.observed.periods) faced.push_back(one.at_risk());
                               return faced;
                             })
      .def_readonly("note", &decay_fit::note)
      .def_readonly("robust", &decay_fit::robust)
      .def_property_readonly("covariance", [](const decay_fit& f) { return square(f.covariance); })
      .def_property_readonly("aic", [](const decay_fit& f) { return aic(f); })
      .def_property_readonly("bic", [](const decay_fit& f) { return bic(f); })
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
          "residual_lifetime",
          [](const decay_fit& f, std::int64_t renewals, double rate) {
            return discounted_residual_lifetime(f, renewals, rate);
          },
          py::arg("renewals"), py::arg("rate"))
      .def(
          "project",
          [](const decay_fit& f, std::int32_t periods, double level, const std::string& method) {
            return decay_curve_columns(project(f, periods, interval_of(level, method)));
          },
          py::arg("periods"), py::kw_only(), py::arg("level"), py::arg("method"));

  m.def("fit_decay", &fit_cohort, py::arg("t"), py::arg("survivors"), py::kw_only(), py::arg("cohort") = py::none(),
        py::arg("family") = "sbg");
  m.def("decay_of", &fit_stated, py::arg("family"), py::arg("parameters"), py::kw_only(), py::arg("t") = py::none(),
        py::arg("survivors") = py::none(), py::arg("cohort") = py::none());
  m.def("compare_decay", &compare_families, py::arg("t"), py::arg("survivors"), py::arg("families") = py::none(),
        py::kw_only(), py::arg("cohort") = py::none(), py::arg("holdout") = 0, py::arg("baselines") = false);
  m.def(
      "decay_parameters",
      [](const std::string& family) {
        std::vector<std::string> names;
        for (const std::string_view name : parameter_names(named<decay_family>("family", family))) names.emplace_back(name);
        return names;
      },
      py::arg("family"));
  bind_decay_sample(m);
  bind_decay_baseline(m);
}

}  // namespace sojourn::python
