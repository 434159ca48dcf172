// Whether a score foretells who leaves, for Python.
#include "sojourn/health/evaluation/validation.hpp"

#include <pybind11/stl.h>

#include <string>
#include <vector>

#include "bind_state.hpp"
#include "frames/words.hpp"
#include "health/bind_health.hpp"
#include "health/signal_parts.hpp"
#include "health/stability_dict.hpp"
#include "health/tier_columns.hpp"
#include "interruptible_threads.hpp"
#include "sojourn/health/evaluation/calibrate.hpp"

namespace py = pybind11;

namespace sojourn::python {
namespace {

using arrow::any_column;
namespace h = health;

h::outcome_scores tally_outcome_scores(const any_column& score, const any_column& outcome, const std::string& higher,
                                       std::size_t threads) {
  const h::outcome_options options{named<h::score_direction>("higher", higher)};
  const py::gil_scoped_release release;
  const auto scores = arrow::as_double(score, "score");
  const any_column left = outcome_bytes(outcome);
  return h::tally_outcomes(scores.view(), left.view<std::uint8_t>("outcome"), options, interruptible_threads(threads));
}

h::validation_options at(double level) {
  return {confidence_level{level}};
}

py::dict tier_outcomes(const any_column& tier, const any_column& outcome, const std::vector<std::string>& order,
                       double level) {
  const auto codes = tier_codes(tier, order, "tier", h::unknown_tier);
  const any_column left = outcome_bytes(outcome);
  const auto state = h::tally_tier_outcomes(codes, left.view<std::uint8_t>("outcome"));
  py::list rows;
  for (const h::tier_risk& one : h::churn_by_tier(state, order.size(), at(level)))
    rows.append(py::make_tuple(one.tier == h::unknown_tier ? "unknown" : order[one.tier], one.left, one.churn_rate));
  py::dict out;
  out["rows"] = rows;
  out["order"] = std::string(word_of(h::order_of_tiers(state, order.size())));
  return out;
}

py::dict lead_time(const any_column& first_red, const any_column& left_on, double level) {
  const auto red = arrow::as_day(first_red, "first_red"), gone = arrow::as_day(left_on, "left_on");
  const auto found = h::lead_time(h::tally_lead_times(red.view(), gone.view()), at(level));
  py::dict out;
  out["lower_quartile"] = found.lower_quartile;
  out["median"] = found.median;
  out["upper_quartile"] = found.upper_quartile;
  out["never_red"] = found.never_red;
  return out;
}

/// Probabilities of leaving for scores, learned from a state; `higher` says which end of the score is bad.
any_column calibrated(const h::outcome_scores& state, const any_column& score, const std::string& higher,
                      const std::string& method) {
  const auto held = arrow::as_double(score, "score");
  return any_column::from(h::calibrated(state, held.view(), named<h::calibration_curve>("method", method),
                                        named<h::score_direction>("higher", higher)));
}

void bind_outcomes(py::module_& m) {
  using state = h::outcome_scores;
  py::class_<state>(m, "OutcomeScores", "Risks of accounts that left and that stayed, exact; merges and retracts.")
      .def(py::init<>())
      .def("__iadd__", [](state& a, const state& b) -> state& { return a += b; })
      .def("__isub__", [](state& a, const state& b) -> state& { return a -= b; })
      .def(
          "__eq__", [](const state& a, const state& b) { return a == b; }, py::is_operator())
      .def_property_readonly("left", [](const state& s) { return count(s.left); })
      .def_property_readonly("stayed", [](const state& s) { return count(s.stayed); })
      .def_readonly("unlabelled", &state::unlabelled)
      .def_readonly("unscored", &state::unscored)
      .def(
          "auc", [](const state& s, double level) { return h::auc(s, at(level)); }, py::arg("level"))
      .def("average_precision", [](const state& s) { return h::average_precision(s); })
      .def("ks_distance", [](const state& s) { return h::ks_distance(s); })
      .def("capture", &h::capture, py::arg("share"))
      .def("lift", &h::lift, py::arg("share"))
      .def("brier", [](const state& s) { return h::brier(s); })
      .def("log_loss", [](const state& s) { return h::log_loss(s); })
      .def(
          "calibration",
          [](const state& s, double level) {
            const auto line = h::calibration(s, at(level));
            return py::make_tuple(line.intercept, line.slope, line.expected, line.observed);
          },
          py::arg("level"))
      .def(
          "information_value", [](const state& s, std::size_t bins) { return h::information_value(s, bins); },
          py::arg("bins"))
      .def(
          "stability",
          [](const state& before, const state& now, std::size_t bins) {
            return as_dict(h::population_stability(before, now, bins));
          },
          py::arg("now"), py::arg("bins"))
      .def("calibrated", &calibrated, py::arg("score"), py::arg("higher"), py::arg("method"))
      .def("to_bytes", &bytes_of<state>)
      .def_static("from_bytes", &state_of<state>, py::arg("data"));
}

}  // namespace

void bind_validation(py::module_& m) {
  bind_outcomes(m);
  m.def("tally_outcomes", &tally_outcome_scores, py::arg("score"), py::arg("outcome"), py::arg("higher"),
        py::arg("threads"));
  m.def("tier_outcomes", &tier_outcomes, py::arg("tier"), py::arg("outcome"), py::arg("tiers"), py::arg("level"));
  m.def("lead_time", &lead_time, py::arg("first_red"), py::arg("left_on"), py::arg("level"));
}

}  // namespace sojourn::python
