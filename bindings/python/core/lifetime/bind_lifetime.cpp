#include <pybind11/stl.h>

#include <optional>
#include <string>
#include <utility>

#include "bind.hpp"
#include "bind_state.hpp"
#include "sojourn/arrow/any_column.hpp"
#include "sojourn/lifetime/cltv.hpp"
#include "sojourn/lifetime/decay.hpp"
#include "sojourn/lifetime/life_table.hpp"
#include "sojourn/lifetime/mrr_index.hpp"
#include "sojourn/lifetime/survival.hpp"

namespace py = pybind11;

namespace sojourn::python {
namespace {

using arrow::any_column;
using optional_column = std::optional<any_column>;

/// A word of Python to an enumerator; the error lists what there is.
template <class Enum>
Enum named(const char* option, const std::string& word, std::initializer_list<std::pair<const char*, Enum>> choices) {
  std::string known;
  for (const auto& [name, value] : choices) {
    if (word == name) return value;
    known += (known.empty() ? "" : ", ") + std::string(name);
  }
  throw schema_error(std::string(option) + " \"" + word + "\" is not one of " + known);
}

survival_options options_of(double level, const std::string& ci, bool weighted, std::optional<std::int32_t> given_age) {
  survival_options options;
  options.level = confidence_level{level};
  options.interval = named<survival_interval>("ci", ci,
                                              {{"log-log", survival_interval::log_log},
                                               {"plain", survival_interval::plain},
                                               {"log", survival_interval::log},
                                               {"logit", survival_interval::logit},
                                               {"arcsine", survival_interval::arcsine}});
  options.measure = weighted ? survival_measure::weight : survival_measure::accounts;
  if (given_age) options.given_age = *given_age;
  return options;
}

/// Events may come as booleans (no copy) or as 0 and 1 of any numeric type.
any_column event_bytes(const any_column& source) {
  if (source.type() == arrow::kind::boolean) return source;
  const auto numbers = arrow::as_int32(source, "event");
  const auto view = numbers.view();
  std::vector<std::uint8_t> bytes(view.size()), present(view.size(), 1);
  for (std::size_t row = 0; row < view.size(); ++row) {
    present[row] = static_cast<std::uint8_t>(view.present(row));
    if (!view.present(row)) continue;
    if (view[row] != 0 && view[row] != 1) {
      throw data_error({"event", row, std::to_string(view[row]), "an event is 0 (still a customer) or 1 (churned)",
                        "code what happened as 0 or 1"});
    }
    bytes[row] = static_cast<std::uint8_t>(view[row]);
  }
  return any_column::booleans(std::move(bytes), present);
}

/// The typed columns behind a `lifetimes` view.
struct held_lifetimes {
  arrow::held_column<std::int32_t> time, entry;
  any_column event;
  arrow::held_column<std::int64_t> weight, count;

  held_lifetimes(const any_column& times, const any_column& events, const optional_column& entries,
                 const optional_column& weights, const optional_column& counts)
      : time(arrow::as_int32(times, "time")), event(event_bytes(events)) {
    if (entries) entry = arrow::as_int32(*entries, "entry");
    if (weights) weight = arrow::as_int64(*weights, "weights");
    if (counts) count = arrow::as_int64(*counts, "count");
  }
  [[nodiscard]] lifetimes view() const {
    lifetimes rows{time.view(), event.view<std::uint8_t>("event")};
    if (entry.size() != 0) rows.entry = entry.view();
    if (weight.size() != 0) rows.weight = weight.view();
    if (count.size() != 0) rows.count = count.view();
    return rows;
  }
};

survival_state tally(const any_column& time, const any_column& event, const optional_column& entry,
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

py::dict columns_of(const survival_curve& curve) {
  py::dict columns;
  columns["time"] = any_column::from(curve.time);
  columns["at_risk"] = any_column::from(curve.at_risk);
  columns["events"] = any_column::from(curve.events);
  columns["censored"] = any_column::from(curve.censored);
  columns["survival"] = any_column::from(curve.survival);
  columns["low"] = any_column::from(curve.low);
  columns["high"] = any_column::from(curve.high);
  columns["standard_error"] = any_column::from(curve.standard_error);
  columns["cumulative_hazard"] = any_column::from(curve.cumulative_hazard);
  columns["hazard_standard_error"] = any_column::from(curve.hazard_standard_error);
  return columns;
}

py::dict columns_of(const life_table_rows& table) {
  py::dict columns;
  columns["start"] = any_column::from(table.start);
  columns["entering"] = any_column::from(table.entering);
  columns["events"] = any_column::from(table.events);
  columns["censored"] = any_column::from(table.censored);
  columns["effective_n"] = any_column::from(table.effective_n);
  columns["churn_rate"] = any_column::from(table.churn_rate);
  columns["survival"] = any_column::from(table.survival);
  columns["standard_error"] = any_column::from(table.standard_error);
  columns["hazard"] = any_column::from(table.hazard);
  return columns;
}

void bind_survival(py::module_& m) {
  bind_state<survival_state>(m, "SurvivalState", "Exact counts by (entry, time): merge with +=, retract with -=.")
      .def_property_readonly("accounts", &survival_state::accounts)
      .def_property_readonly("events", &survival_state::events)
      .def_readonly("rows_missing", &survival_state::rows_missing);

  py::class_<survival_curve>(m, "SurvivalCurve")
      .def("columns", [](const survival_curve& c) { return columns_of(c); })
      .def("at", &survival_at, py::arg("age"))
      .def("quantile", &survival_quantile, py::arg("share"))
      .def_readonly("accounts", &survival_curve::accounts)
      .def_readonly("total_events", &survival_curve::total_events)
      .def_readonly("rows_missing", &survival_curve::rows_missing)
      .def_readonly("died_out_at", &survival_curve::died_out_at);

  m.def("tally_survival", &tally, py::arg("time"), py::arg("event"), py::kw_only(), py::arg("entry") = py::none(),
        py::arg("weight") = py::none(), py::arg("count") = py::none());
  m.def("tally_survival_by", &tally_by, py::arg("time"), py::arg("event"), py::arg("segment"), py::kw_only(),
        py::arg("entry") = py::none(), py::arg("weight") = py::none(), py::arg("count") = py::none());
  m.def(
      "kaplan_meier",
      [](const survival_state& s, double level, const std::string& ci, bool weighted,
         std::optional<std::int32_t> given_age) { return kaplan_meier(s, options_of(level, ci, weighted, given_age)); },
      py::arg("state"), py::kw_only(), py::arg("level"), py::arg("ci"), py::arg("weighted"), py::arg("given_age"));
  m.def(
      "restricted_mean",
      [](const survival_state& s, std::int32_t horizon, double level, bool weighted, std::optional<std::int32_t> given_age) {
        return restricted_mean(s, horizon, options_of(level, "log-log", weighted, given_age));
      },
      py::arg("state"), py::arg("horizon"), py::kw_only(), py::arg("level"), py::arg("weighted"), py::arg("given_age"));
  m.def(
      "life_table", [](const survival_state& s, std::int32_t width) { return columns_of(life_table(s, width)); },
      py::arg("state"), py::arg("width"));
}

// decay ---------------------------------------------------------------------------------------------------------------

decay_fit fit(const any_column& t, const any_column& survivors, const optional_column& cohort, const std::string& family) {
  const auto chosen =
      named<decay_family>("family", family, {{"sbg", decay_family::sbg}, {"geometric", decay_family::geometric}});
  const auto ages = arrow::as_int32(t, "t");
  const auto counts = arrow::as_int64(survivors, "survivors");
  arrow::segment_codes cohorts;
  if (cohort) cohorts = arrow::as_segments(*cohort, "cohort");
  const py::gil_scoped_release unlocked;
  return fit_decay(tally_decay(ages.view(), counts.view(), cohort ? cohorts.codes.view() : column<std::uint32_t>{}),
                   {chosen});
}

decay_interval_options interval_of(double level, const std::string& method) {
  return {confidence_level{level},
          named<decay_interval>("method", method, {{"delta", decay_interval::delta}, {"profile", decay_interval::profile}})};
}

py::dict columns_of(const decay_projection& curve) {
  std::vector<std::uint8_t> seen(curve.period.size());
  for (std::size_t row = 0; row < seen.size(); ++row) seen[row] = curve.period[row] <= curve.last_observed;
  py::dict columns;
  columns["period"] = any_column::from(curve.period);
  columns["observed"] = any_column::from(curve.observed, seen);
  columns["survival"] = any_column::from(curve.survival);
  columns["low"] = any_column::from(curve.low);
  columns["high"] = any_column::from(curve.high);
  columns["retention"] = any_column::from(curve.retention);
  return columns;
}

py::dict parameters_of(const decay_fit& fit) {
  py::dict params;
  if (fit.status == fit_status::refused) return params;
  if (const auto* two = std::get_if<sbg>(&fit.model)) {
    params["alpha"] = two->alpha;
    params["beta"] = two->beta;
  } else {
    params["theta"] = std::get<geometric>(fit.model).theta;
  }
  return params;
}

void bind_decay(py::module_& m) {
  py::class_<decay_fit>(m, "DecayFit")
      .def_property_readonly("params", &parameters_of)
      .def_property_readonly("family",
                             [](const decay_fit& f) { return std::holds_alternative<sbg>(f.model) ? "sbg" : "geometric"; })
      .def_property_readonly("status", [](const decay_fit& f) { return std::string(to_string(f.status)); })
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
          [](const decay_fit& f, std::size_t index, double level, const std::string& method) {
            return parameter_estimate(f, index, interval_of(level, method));
          },
          py::arg("index"), py::kw_only(), py::arg("level"), py::arg("method"))
      .def(
          "lifetime", [](const decay_fit& f, double rate) { return discounted_lifetime(f, rate); }, py::arg("rate"))
      .def(
          "project",
          [](const decay_fit& f, std::int32_t periods, double level, const std::string& method) {
            return columns_of(project(f, periods, interval_of(level, method)));
          },
          py::arg("periods"), py::kw_only(), py::arg("level"), py::arg("method"));

  m.def("fit_decay", &fit, py::arg("t"), py::arg("survivors"), py::kw_only(), py::arg("cohort") = py::none(),
        py::arg("family") = "sbg");
}

// value ---------------------------------------------------------------------------------------------------------------

template <class Retention>
estimate value_of(double arpa, const Retention& retention, double margin, const std::string& timing, double discount_rate,
                  double acquisition_cost, std::optional<std::int32_t> cap_periods) {
  const auto when = named<payment_timing>("timing", timing,
                                          {{"new_customer_pays_now", payment_timing::new_customer_pays_now},
                                           {"just_paid", payment_timing::just_paid},
                                           {"period_end", payment_timing::period_end}});
  return cltv(arpa, contribution_margin{margin}, retention, when, {discount_rate, acquisition_cost, cap_periods});
}

template <class Retention>
void bind_value_of(py::module_& m) {
  m.def("cltv", &value_of<Retention>, py::arg("arpa"), py::arg("retention"), py::kw_only(), py::arg("margin"),
        py::arg("timing"), py::arg("discount_rate"), py::arg("acquisition_cost"), py::arg("cap_periods"));
}

py::dict index_columns(const any_column& churn_rates, std::int32_t months) {
  const auto rates = arrow::as_double(churn_rates, "churn_rates");
  std::vector<double> given;
  for (std::size_t row = 0; row < rates.size(); ++row) {
    if (!rates.view().present(row))
      throw data_error({"churn_rates", row, "missing", "a monthly churn rate lies in [0, 1]", "leave it out; 3 % is 0.03"});
    given.push_back(rates.view()[row]);
  }
  const auto table = mrr_index(given, months);
  std::vector<double> rate;
  std::vector<std::int32_t> month;
  for (const double each : table.churn_rates) {
    for (std::int32_t n = 0; n <= months; ++n) {
      rate.push_back(each);
      month.push_back(n);
    }
  }
  py::dict columns;
  columns["churn_rate"] = any_column::from(std::move(rate));
  columns["month"] = any_column::from(std::move(month));
  columns["remaining"] = any_column::from(table.remaining);
  return columns;
}

}  // namespace

void bind_lifetime(py::module_& m) {
  bind_survival(m);
  bind_decay(m);
  bind_value_of<estimate>(m);
  bind_value_of<decay_fit>(m);
  bind_value_of<double>(m);
  m.def("mrr_index", &index_columns, py::arg("churn_rates"), py::kw_only(), py::arg("months"));
}

}  // namespace sojourn::python
