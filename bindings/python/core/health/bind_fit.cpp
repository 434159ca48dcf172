// Fitted normalisers for Python: a card and columns in, the text of a card and a report out.
#include <pybind11/stl.h>

#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "bind.hpp"
#include "health/scored_book.hpp"

namespace py = pybind11;

namespace sojourn::python {
namespace {

using arrow::any_column;
namespace h = health;

/// Signal, kind, and which side is better ("" = as it is).
using wish = std::tuple<std::string, std::string, std::string>;

template <class T>
T one_of(const std::string& word, const std::string& what, std::initializer_list<std::pair<const char*, T>> options) {
  std::string listed;
  for (const auto& [name, meaning] : options) {
    if (word == name) return meaning;
    listed += (listed.empty() ? "\"" : ", \"") + std::string(name) + "\"";
  }
  throw schema_error(what + " is \"" + word + "\"; accepted: " + listed);
}

h::fit_options options_of(const std::vector<wish>& wishes, std::pair<double, double> quantiles, std::int64_t min_fit,
                          const std::string& small, const std::string& degenerate, std::int64_t max_reference,
                          std::int64_t min_segment) {
  h::fit_options options;
  for (const auto& [signal, kind, better] : wishes) {
    h::fit_request request{signal, {}, {}};
    request.kind = one_of<h::fit_kind>(kind, "the kind of \"" + signal + "\"",
                                       {{"ramp", h::fit_kind::ramp_quantiles},
                                        {"range", h::fit_kind::ramp_range},
                                        {"zscore", h::fit_kind::zscore},
                                        {"robust_z", h::fit_kind::robust_z},
                                        {"percentile", h::fit_kind::percentile}});
    if (!better.empty()) {
      request.better = one_of<h::better_side>(better, "what is better of \"" + signal + "\"",
                                              {{"higher", h::better_side::higher}, {"lower", h::better_side::lower}});
    }
    options.requests.push_back(std::move(request));
  }
  options.low_quantile = quantiles.first;
  options.high_quantile = quantiles.second;
  options.min_fit = min_fit;
  options.small = one_of<h::small_fit>(small, "small", {{"refuse", h::small_fit::refuse}, {"accept", h::small_fit::accept}});
  options.degenerate = one_of<h::degenerate_fit>(degenerate, "degenerate",
                                                 {{"inactive", h::degenerate_fit::inactive},
                                                  {"neutral", h::degenerate_fit::neutral},
                                                  {"error", h::degenerate_fit::refuse}});
  options.max_reference = max_reference < 0 ? 0 : static_cast<std::size_t>(max_reference);
  options.min_segment = min_segment;
  return options;
}

py::dict report_columns(const std::vector<h::fitted_signal>& signals) {
  constexpr const char* statuses[] = {"fitted", "by_quartiles", "inactive", "neutral", "no_value"};
  std::vector<std::string> names, what, status;
  const auto count = [&](std::int64_t h::fitted_signal::* which) {
    std::vector<std::int64_t> values;
    for (const h::fitted_signal& s : signals) values.push_back(s.*which);
    return any_column::from(std::move(values));
  };
  for (const h::fitted_signal& s : signals) {
    names.push_back(s.signal);
    what.push_back(s.what);
    status.emplace_back(statuses[static_cast<std::size_t>(s.status)]);
  }
  py::dict out;
  out["signal"] = any_column::from(std::move(names));
  out["what"] = any_column::from(std::move(what));
  out["status"] = any_column::from(std::move(status));
  out["used"] = count(&h::fitted_signal::used);
  out["missing"] = count(&h::fitted_signal::missing);
  out["nonfinite"] = count(&h::fitted_signal::nonfinite);
  out["invalid"] = count(&h::fitted_signal::invalid);
  return out;
}

py::tuple fit(const h::scorecard& card, const py::dict& columns, const h::fit_options& options) {
  const held_signals held = hold(columns);
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
      .def(py::init(&options_of), py::arg("wishes"), py::arg("quantiles"), py::arg("min_fit"), py::arg("small"),
           py::arg("degenerate"), py::arg("max_reference"), py::arg("min_segment"));
  m.def(
      "fit_inputs",
      [](const h::scorecard& card, const h::fit_options& options) { return h::fit_inputs(card.spec(), options); },
      py::arg("card"), py::arg("options"));
  m.def("fit_normalisers", &fit, py::arg("card"), py::arg("columns"), py::arg("options"));
}

}  // namespace sojourn::python
