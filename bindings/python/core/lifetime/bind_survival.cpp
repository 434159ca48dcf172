// Survival for Python: lifetimes in, a mergeable state, its curve and what is read from both.
#include "sojourn/lifetime/survival.hpp"

#include <pybind11/stl.h>

#include <optional>
#include <string>

#include "bind.hpp"
#include "bind_state.hpp"
#include "frames/table.hpp"
#include "lifetime/held_exits.hpp"

namespace py = pybind11;

namespace sojourn::python {
namespace {

using arrow::any_column;

survival_options survival_options_of(double level, const std::string& ci, bool weighted,
                                     std::optional<std::int32_t> given_age) {
  survival_options options;
  options.level = confidence_level{level};
  options.interval = named<survival_interval>("ci", ci);
  options.measure = weighted ? survival_measure::weight : survival_measure::accounts;
  if (given_age) options.given_age = *given_age;
  return options;
}

/// The typed columns behind a `lifetimes` view.
struct held_lifetimes {
  arrow::held_column<std::int32_t> time, entry;
  arrow::held_column<std::uint8_t> event;
  arrow::held_column<std::int64_t> weight, count;

  held_lifetimes(const any_column& times, const any_column& events, const optional_column& entries,
                 const optional_column& weights, const optional_column& counts)
      : time(arrow::as_int32(times, "time")), event(arrow::as_flag(events, "event", event_rule)) {
    if (entries) entry = arrow::as_int32(*entries, "entry");
    if (weights) weight = arrow::as_int64(*weights, "weights");
    if (counts) count = arrow::as_int64(*counts, "count");
    // An empty column would otherwise look like one that was not given.
    if (entries) require_same_length(time.view(), "time", entry.view(), "entry");
    if (weights) require_same_length(time.view(), "time", weight.view(), "weights");
    if (counts) require_same_length(time.view(), "time", count.view(), "count");
  }
  [[nodiscard]] lifetimes view() const {
    lifetimes rows{time.view(), event.view()};
    if (entry.size() != 0) rows.entry = entry.view();
    if (weight.size() != 0) rows.weight = weight.view();
    if (count.size() != 0) rows.count = count.view();
    return rows;
  }
};

survival_state tally_lifetimes(const any_column& time, const any_column& event, const optional_column& entry,
                               const optional_column& weight, const optional_column& count) {
  const held_lifetimes rows(time, event, entry, weight, count);
  const py::gil_scoped_release unlocked;
  return tally_survival(rows.view());
}

py::tuple tally_by(const any_column& time, const any_column& event, const any_column& segment, const optional_column& entry,
                   const optional_column& weight, const optional_column& count) {
  const held_lifetimes rows(time, event, entry, weight, count);
  const auto codes = arrow::as_segments(segment, "by");
  survival_by_segment found;
  {
    const py::gil_scoped_release unlocked;
    found = tally_survival_by(rows.view(), codes.codes.view(), codes.labels.size());
  }
  return py::make_tuple(codes.labels, found.segments, found.without_segment);
}

py::dict curve_columns(const survival_curve& curve) {
  return named_columns()
      .add("time", curve.time)
      .add("at_risk", curve.at_risk)
      .add("events", curve.events)
      .add("censored", curve.censored)
      .add("survival", curve.survival)
      .add("low", curve.low)
      .add("high", curve.high)
      .add("standard_error", curve.standard_error)
      .add("cumulative_hazard", curve.cumulative_hazard)
      .add("hazard_standard_error", curve.hazard_standard_error)
      .columns();
}

}  // namespace

void bind_survival(py::module_& m) {
  bind_state<survival_state>(m, "SurvivalState", "Exact counts by (entry, time): merge with +=, retract with -=.")
      .def_property_readonly("accounts", &survival_state::accounts)
      .def_property_readonly("events", &survival_state::events)
      .def_readonly("rows_missing", &survival_state::rows_missing);

  py::class_<survival_curve>(m, "SurvivalCurve")
      .def("columns", &curve_columns)
      .def("at", &survival_at, py::arg("age"))
      .def("quantile", &survival_quantile, py::arg("share"))
      .def_readonly("accounts", &survival_curve::accounts)
      .def_readonly("total_events", &survival_curve::total_events)
      .def_readonly("rows_missing", &survival_curve::rows_missing)
      .def_readonly("died_out_at", &survival_curve::died_out_at);

  m.def("tally_survival", &tally_lifetimes, py::arg("time"), py::arg("event"), py::kw_only(), py::arg("entry") = py::none(),
        py::arg("weight") = py::none(), py::arg("count") = py::none());
  m.def("tally_survival_by", &tally_by, py::arg("time"), py::arg("event"), py::arg("segment"), py::kw_only(),
        py::arg("entry") = py::none(), py::arg("weight") = py::none(), py::arg("count") = py::none());
  m.def(
      "kaplan_meier",
      [](const survival_state& s, double level, const std::string& ci, bool weighted,
         std::optional<std::int32_t> given_age) {
        return kaplan_meier(s, survival_options_of(level, ci, weighted, given_age));
      },
      py::arg("state"), py::kw_only(), py::arg("level"), py::arg("ci"), py::arg("weighted"), py::arg("given_age"));
  m.def(
      "restricted_mean",
      [](const survival_state& s, std::int32_t horizon, double level, bool weighted, std::optional<std::int32_t> given_age) {
        return restricted_mean(s, horizon, survival_options_of(level, "log-log", weighted, given_age));
      },
      py::arg("state"), py::arg("horizon"), py::kw_only(), py::arg("level"), py::arg("weighted"), py::arg("given_age"));
}

}  // namespace sojourn::python
