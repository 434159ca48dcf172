// Back-tests of forecasts for Python.
#include "sojourn/forecast/forecast_backtest.hpp"

#include <pybind11/stl.h>

#include <cmath>
#include <cstddef>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "forecast/bind_forecast.hpp"
#include "forecast/held_forecast.hpp"
#include "frames/table.hpp"

namespace py = pybind11;

namespace sojourn::python {
namespace {

/// Rows of all vintages that were judged so far.
struct held_backtest {
  std::vector<judged_forecast> rows;
};

void judge(held_backtest& b, const keyed_ledger& today, const keyed_ledger& then, const held_forecast& made,
           const std::vector<std::size_t>& horizons) {
  std::vector<judged_forecast> more;
  {
    const py::gil_scoped_release unlocked;
    more = judge_forecast(today, then, made.found, horizons);
  }
  b.rows.insert(b.rows.end(), std::move_iterator(more.begin()), std::move_iterator(more.end()));
}

std::string suffix_of(double level) {
  return "_" + std::to_string(std::lround(100 * level));
}

py::dict judged_columns(const held_backtest& b) {
  auto columns = table(b.rows);
  columns.add("vintage", [](const judged_forecast& row) { return to_string(row.vintage); })
      .add("ahead", [](const judged_forecast& row) { return static_cast<std::int64_t>(row.ahead); })
      .add("method", &judged_forecast::method)
      .add("point", &judged_forecast::point)
      .add("actual", &judged_forecast::actual)
      .add("crps", &judged_forecast::crps);
  for (const double level : backtest_levels) {
    std::vector<double> low, high;
    for (const backtest_limits& limits : limits_of_backtest(b.rows, confidence_level(level)))
      low.push_back(limits.low), high.push_back(limits.high);
    columns.add(("low" + suffix_of(level)).c_str(), arrow::any_column::from(std::move(low)));
    columns.add(("high" + suffix_of(level)).c_str(), arrow::any_column::from(std::move(high)));
  }
  return columns.columns();
}

py::dict line_columns(const held_backtest& b) {
  const std::vector<backtest_line> lines = backtest_lines(b.rows);
  auto columns = table(lines);
  columns.add("ahead", [](const backtest_line& line) { return static_cast<std::int64_t>(line.ahead); })
      .add("method", &backtest_line::method)
      .add("n", &backtest_line::n)
      .add("independent", &backtest_line::independent);
  for (std::size_t which = 0; which < backtest_levels.size(); ++which) {
    const std::string suffix = suffix_of(backtest_levels[which]);
    columns.add(("coverage" + suffix).c_str(), [which](const backtest_line& line) { return line.scores[which].coverage; })
        .add(("coverage" + suffix + "_low").c_str(), [which](const backtest_line& line) { return line.coverage[which].low; })
        .add(("coverage" + suffix + "_high").c_str(),
             [which](const backtest_line& line) { return line.coverage[which].high; })
        .add(("width" + suffix).c_str(), [which](const backtest_line& line) { return line.scores[which].mean_width; })
        .add(("score" + suffix).c_str(), [which](const backtest_line& line) { return line.scores[which].score; });
  }
  return columns.add("crps", &backtest_line::crps).add("bias", &backtest_line::bias).columns();
}

py::tuple backtest_calibration(const held_backtest& b, std::size_t ahead, double level) {
  const interval_factor found = calibrate_backtest(b.rows, ahead, confidence_level(level));
  return py::make_tuple(found.factor, found.n, std::string(word_of(found.limit)));
}

}  // namespace

void bind_forecast_backtest(py::module_& m) {
  py::class_<held_backtest>(m, "ForecastBacktest")
      .def(py::init<>())
      .def("judge", &judge, py::arg("today"), py::arg("then"), py::arg("made"), py::arg("horizons"))
      .def("rows", &judged_columns)
      .def("lines", &line_columns)
      .def("verdicts", [](const held_backtest& b) { return backtest_verdicts(backtest_lines(b.rows)); })
      .def("calibration", &backtest_calibration, py::arg("ahead"), py::kw_only(), py::arg("level"));
}

}  // namespace sojourn::python
