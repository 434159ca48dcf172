// Survival for Python: lifetimes in, a mergeable state, its curve and what is read from both.
#include "sojourn/lifetime/survival.hpp"

#include <pybind11/stl.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "bind.hpp"
#include "bind_state.hpp"
#include "frames/table.hpp"
#include "lifetime/held_exits.hpp"
#include "sojourn/lifetime/decimal_survival.hpp"

namespace py = pybind11;

namespace sojourn::python {
namespace {

using arrow::any_column;

survival_options survival_options_of(double level, const std::string& ci, bool weighted, std::optional<double> given_age) {
  survival_options options;
  options.level = confidence_level{level};
  options.interval = named<survival_interval>("ci", ci);
  options.measure = weighted ? survival_measure::weight : survival_measure::accounts;
  options.given_age = given_age;
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

bool may_have_decimals(const optional_column& values) {
  if (!values) return false;
  const arrow::kind type = values->type();
  return type == arrow::kind::float32 || type == arrow::kind::float64 || type == arrow::kind::decimal;
}

/// The rows with their decimals, where some have any.
std::optional<held_exits> with_decimals(const any_column& time, const any_column& event, const optional_column& entry,
                                        const optional_column& weight, const optional_column& count) {
  if (!may_have_decimals(time) && !may_have_decimals(entry) && !may_have_decimals(weight)) return std::nullopt;
  held_exits rows(time, event_codes(event), entry, weight, count);
  if (!has_decimals(rows.view())) return std::nullopt;
  return rows;
}

/// One segment of lifetimes whose ages are ranks.
struct ranked_survival {
  std::shared_ptr<const ranked_lifetimes> all;
  std::size_t segment = 0;  ///< after the last: rows without a segment

  [[nodiscard]] const survival_state& state() const {
    const auto& segments = all->states.segments;
    return segment < segments.size() ? segments[segment] : all->states.without_segment;
  }
};

py::object tally_lifetimes(const any_column& time, const any_column& event, const optional_column& entry,
                           const optional_column& weight, const optional_column& count) {
  if (const auto rows = with_decimals(time, event, entry, weight, count)) {
    const py::gil_scoped_release unlocked;
    auto ranked = std::make_shared<const ranked_lifetimes>(rank_lifetimes(rows->view()));
    const py::gil_scoped_acquire locked;
    return py::cast(ranked_survival{std::move(ranked)});
  }
  const held_lifetimes rows(time, event, entry, weight, count);
  survival_state state;
  {
    const py::gil_scoped_release unlocked;
    state = tally_survival(rows.view());
  }
  return py::cast(std::move(state));
}

py::tuple tally_by(const any_column& time, const any_column& event, const any_column& segment, const optional_column& entry,
                   const optional_column& weight, const optional_column& count) {
  const auto codes = arrow::as_segments(segment, "by");
  if (const auto rows = with_decimals(time, event, entry, weight, count)) {
    const auto ranked =
        std::make_shared<const ranked_lifetimes>(rank_lifetimes(rows->view(), codes.codes.view(), codes.labels.size()));
    std::vector<ranked_survival> segments;
    for (std::size_t s = 0; s < codes.labels.size(); ++s) segments.push_back({ranked, s});
    return py::make_tuple(codes.labels, segments, ranked_survival{ranked, codes.labels.size()});
  }
  const held_lifetimes rows(time, event, entry, weight, count);
  survival_by_segment found;
  {
    const py::gil_scoped_release unlocked;
    found = tally_survival_by(rows.view(), codes.codes.view(), codes.labels.size());
  }
  return py::make_tuple(codes.labels, found.segments, found.without_segment);
}

template <class Ages>
py::dict curve_columns(const survival_curve& curve, const Ages& ages) {
  return named_columns()
      .add("time", ages)
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

void bind_ranked(py::module_& m) {
  py::class_<ranked_survival>(m, "RankedSurvival")
      .def_property_readonly("accounts", [](const ranked_survival& of) { return of.state().accounts(); })
      .def_property_readonly("rows_missing", [](const ranked_survival& of) { return of.state().rows_missing; })
      .def(
          "logrank",
          [](const ranked_survival& of, double rho, std::optional<double> given_age) {
            return logrank(*of.all, {.rho = rho}, given_age);
          },
          py::kw_only(), py::arg("rho"), py::arg("given_age"));
  py::class_<decimal_survival_curve>(m, "DecimalSurvivalCurve")
      .def("columns", [](const decimal_survival_curve& curve) { return curve_columns(curve.ranks, curve.time); })
      .def("at", py::overload_cast<const decimal_survival_curve&, double>(&survival_at), py::arg("age"))
      .def("quantile", py::overload_cast<const decimal_survival_curve&, double>(&survival_quantile), py::arg("share"))
      .def_property_readonly("accounts", [](const decimal_survival_curve& curve) { return curve.ranks.accounts; })
      .def_property_readonly("total_events", [](const decimal_survival_curve& curve) { return curve.ranks.total_events; })
      .def_property_readonly("rows_missing", [](const decimal_survival_curve& curve) { return curve.ranks.rows_missing; })
      .def_readonly("died_out_at", &decimal_survival_curve::died_out_at);
  m.def(
      "kaplan_meier",
      [](const ranked_survival& of, double level, const std::string& ci, bool weighted, std::optional<double> given_age) {
        return kaplan_meier(*of.all, of.state(), survival_options_of(level, ci, weighted, given_age));
      },
      py::arg("state"), py::kw_only(), py::arg("level"), py::arg("ci"), py::arg("weighted"), py::arg("given_age"));
  m.def(
      "restricted_mean",
      [](const ranked_survival& of, double horizon, double level, bool weighted, std::optional<double> given_age) {
        return restricted_mean(*of.all, of.state(), horizon, survival_options_of(level, "log-log", weighted, given_age));
      },
      py::arg("state"), py::arg("tau"), py::kw_only(), py::arg("level"), py::arg("weighted"), py::arg("given_age"));
}

}  // namespace

void bind_survival(py::module_& m) {
  bind_state<survival_state>(m, "SurvivalState", "Exact counts by (entry, time): merge with +=, retract with -=.")
      .def_property_readonly("accounts", &survival_state::accounts)
      .def_property_readonly("events", &survival_state::events)
      .def_readonly("rows_missing", &survival_state::rows_missing);

  py::class_<survival_curve>(m, "SurvivalCurve")
      .def("columns", [](const survival_curve& curve) { return curve_columns(curve, curve.time); })
      .def("at", py::overload_cast<const survival_curve&, double>(&survival_at), py::arg("age"))
      .def("quantile", py::overload_cast<const survival_curve&, double>(&survival_quantile), py::arg("share"))
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
      [](const survival_state& s, double level, const std::string& ci, bool weighted, std::optional<double> given_age) {
        return kaplan_meier(s, survival_options_of(level, ci, weighted, given_age));
      },
      py::arg("state"), py::kw_only(), py::arg("level"), py::arg("ci"), py::arg("weighted"), py::arg("given_age"));
  m.def(
      "restricted_mean",
      [](const survival_state& s, double horizon, double level, bool weighted, std::optional<double> given_age) {
        return restricted_mean(s, horizon, survival_options_of(level, "log-log", weighted, given_age));
      },
      py::arg("state"), py::arg("tau"), py::kw_only(), py::arg("level"), py::arg("weighted"), py::arg("given_age"));
  bind_ranked(m);
}

}  // namespace sojourn::python
