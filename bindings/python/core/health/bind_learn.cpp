// Weights learned from outcomes, for Python.
#include "sojourn/health/evaluation/learn.hpp"

#include <pybind11/stl.h>

#include <string>
#include <utility>
#include <vector>

#include "frames/table.hpp"
#include "health/bind_health.hpp"
#include "health/held_signals.hpp"
#include "health/signal_parts.hpp"
#include "interruptible_threads.hpp"

namespace py = pybind11;

namespace sojourn::python {
namespace {

using arrow::any_column;
namespace h = health;
using column_list = std::vector<any_column>;

py::dict signal_columns(const h::learned_weights& found) {
  using s = h::learned_signal;
  return table(found.signals)
      .add("weight", &s::weight)
      .add("coefficient", &s::coefficient)
      .add("role", &s::role)
      .add("missing", &s::missing)
      .columns();
}

py::dict learn_weights(const h::scorecard& card, const py::dict& columns, const any_column& outcome,
                       const std::vector<double>& expert, double ridge, const std::string& missing,
                       const std::string& few_events, std::int64_t min_events, std::size_t threads) {
  h::learn_options options;
  options.ridge = ridge;
  options.expert = expert;
  options.missing = named<h::missing_signal>("missing", missing);
  options.events = named<h::few_events>("few_events", few_events);
  options.min_events = min_events;
  h::learned_weights found;
  const arrow::held_signals held = hold(columns);
  {
    const py::gil_scoped_release release;
    const interruptible_threads host(threads);
    // Each row of a panel has its own day, so no day is passed: a card with ageing is refused rather than aged wrongly.
    const auto signals = h::normalise(card, held.views, host);
    const any_column left = outcome_bytes(outcome);
    found = h::learn_weights(signals.view(), left.view<std::uint8_t>("outcome"), options, {}, host);
  }
  py::dict out;
  out["status"] = std::string(to_string(found.status));
  out["intercept"] = found.intercept;
  out["slope"] = found.slope();
  out["rows"] = found.rows;
  out["events"] = found.events;
  out["unlabelled"] = found.unlabelled;
  out["incomplete"] = found.incomplete;
  out["log_likelihood"] = found.log_likelihood;
  out["residual"] = found.residual;
  out["steps"] = found.steps;
  out["events_per_weight"] = found.events_per_weight;
  out["signals"] = signal_columns(found);
  return out;
}

py::dict audit_weights(const column_list& points, const column_list& lost) {
  const auto signals = matrix_of(points, lost);
  named_columns out;
  const auto methods = words_of<h::audit_weighting>();
  for (std::size_t method = 0; method < methods.size(); ++method)
    out.add(methods[method].c_str(), h::audit_weights(signals.view(), static_cast<h::audit_weighting>(method)));
  return out.columns();
}

}  // namespace

void bind_learn(py::module_& m) {
  m.def("flat_card", [](const h::scorecard& card) { return h::detail::flat_card(card).to_json(); }, py::arg("card"));
  m.def("nominal_weights", &h::nominal_weights, py::arg("card"));
  m.def(
      "with_weights",
      [](const h::scorecard& card, const std::vector<double>& weights) { return h::with_weights(card, weights).to_json(); },
      py::arg("card"), py::arg("weights"));
  m.def("learn_weights", &learn_weights, py::arg("card"), py::arg("columns"), py::arg("outcome"), py::arg("expert"),
        py::arg("ridge"), py::arg("missing"), py::arg("few_events"), py::arg("min_events"), py::arg("threads"));
  m.def("audit_weights", &audit_weights, py::arg("points"), py::arg("lost"));
}

}  // namespace sojourn::python
