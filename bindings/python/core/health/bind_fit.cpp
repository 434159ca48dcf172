// Fitted normalisers for Python: a card and columns in, the text of a card and a report out.
#include "sojourn/health/evaluation/fit.hpp"

#include <pybind11/stl.h>

#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "frames/table.hpp"
#include "health/bind_health.hpp"
#include "health/held_signals.hpp"
#include "sojourn/health/card/scorecard.hpp"

namespace py = pybind11;

namespace sojourn::python {
namespace {

namespace h = health;

/// Signal, kind, and which side is better (none = as it is).
using wish = std::tuple<std::string, std::string, std::optional<std::string>>;

h::fit_options fit_options_of(const std::vector<wish>& wishes, std::pair<double, double> quantiles, std::int64_t min_fit,
                              const std::string& small, const std::string& degenerate, std::int64_t max_reference,
                              std::int64_t min_segment) {
  h::fit_options options;
  for (const auto& [signal, kind, better] : wishes) {
    h::fit_request request{signal, {}, {}};
    request.kind = named<h::fit_kind>(("the kind of \"" + signal + "\"").c_str(), kind);
    if (better) request.better = named<h::better_side>(("what is better of \"" + signal + "\"").c_str(), *better);
    options.requests.push_back(std::move(request));
  }
  options.low_quantile = quantiles.first;
  options.high_quantile = quantiles.second;
  options.min_fit = min_fit;
  options.small = named<h::small_fit>("small", small);
  options.degenerate = named<h::degenerate_fit>("degenerate", degenerate);
  options.max_reference = max_reference < 0 ? 0 : static_cast<std::size_t>(max_reference);
  options.min_segment = min_segment;
  return options;
}

py::dict report_columns(const std::vector<h::fitted_signal>& signals) {
  using s = h::fitted_signal;
  return table(signals)
      .add("signal", &s::signal)
      .add("what", &s::what)
      .add("status", [](const s& one) { return word_of(one.status); })
      .add("used", &s::used)
      .add("missing", &s::missing)
      .add("nonfinite", &s::nonfinite)
      .add("invalid", &s::invalid)
      .columns();
}

py::tuple fit_card(const h::scorecard& card, const py::dict& columns, const h::fit_options& options) {
  const arrow::held_signals held = hold(columns);
  h::fitted_card fitted;
  {
    const py::gil_scoped_release release;
    fitted = h::fit_normalisers(card.spec(), held.views, options);
  }
  return py::make_tuple(h::to_json(fitted.spec), report_columns(fitted.signals));
}

}  // namespace

void bind_fit(py::module_& m) {
  py::class_<h::fit_options>(m, "FitOptions")
      .def(py::init(&fit_options_of), py::arg("wishes"), py::arg("quantiles"), py::arg("min_fit"), py::arg("small"),
           py::arg("degenerate"), py::arg("max_reference"), py::arg("min_segment"));
  m.def(
      "fit_inputs",
      [](const h::scorecard& card, const h::fit_options& options) { return h::fit_inputs(card.spec(), options); },
      py::arg("card"), py::arg("options"));
  m.def("fit_normalisers", &fit_card, py::arg("card"), py::arg("columns"), py::arg("options"));
}

}  // namespace sojourn::python
