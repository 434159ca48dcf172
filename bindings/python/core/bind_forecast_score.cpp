// Scores of forecasts for Python.
#include "sojourn/stats/forecast_score.hpp"

#include <string>
#include <vector>

#include "bind.hpp"
#include "sojourn/arrow/any_column.hpp"
#include "sojourn/stats/draws.hpp"

namespace py = pybind11;

namespace sojourn::python {
namespace {

using arrow::any_column;

/// Numbers of a column; missing ones are NaN.
std::vector<double> numbers_of(const any_column& values, const char* name) {
  const auto held = arrow::as_double(values, name);
  const column<double> view = held.view();
  std::vector<double> found(view.values().begin(), view.values().end());
  for (std::size_t row = 0; row < found.size(); ++row) {
    if (!view.present(row)) found[row] = std::numeric_limits<double>::quiet_NaN();
  }
  return found;
}

py::dict score(const any_column& low, const any_column& high, const any_column& actual, double level) {
  const interval_score found = score_intervals(numbers_of(low, "low"), numbers_of(high, "high"),
                                               numbers_of(actual, "actual"), confidence_level(level));
  return py::dict(py::arg("n") = found.n, py::arg("covered") = found.covered, py::arg("missing") = found.missing,
                  py::arg("coverage") = found.coverage, py::arg("mean_width") = found.mean_width,
                  py::arg("score") = found.score);
}

py::tuple calibrate(const any_column& errors, const any_column& half_widths, double level) {
  const interval_factor found =
      calibrate_intervals(numbers_of(errors, "errors"), numbers_of(half_widths, "half_widths"), confidence_level(level));
  return py::make_tuple(found.factor, found.n,
                        std::string(values_of(factor_limit{})[static_cast<std::size_t>(found.limit)]));
}

}  // namespace

void bind_forecast_score(py::module_& m) {
  m.def("score_intervals", &score, py::arg("low"), py::arg("high"), py::arg("actual"), py::kw_only(), py::arg("level"));
  m.def("calibrate_intervals", &calibrate, py::arg("errors"), py::arg("half_widths"), py::kw_only(), py::arg("level"));
  m.def(
      "draw_limits",
      [](const any_column& draws, double level) {
        const draw_summary found = summary_of_draws(numbers_of(draws, "draws"), confidence_level(level));
        return py::make_tuple(found.low, found.high);
      },
      py::arg("draws"), py::kw_only(), py::arg("level"));
  m.def(
      "crps", [](const any_column& draws, double actual) { return crps(numbers_of(draws, "draws"), actual); },
      py::arg("draws"), py::arg("actual"));
}

}  // namespace sojourn::python
