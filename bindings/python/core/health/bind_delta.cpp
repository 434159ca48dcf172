// Two cycles compared, for Python: effects by account and signal, trends, slopes.
#include "sojourn/health/score/delta.hpp"

#include <pybind11/stl.h>

#include <limits>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "frames/table.hpp"
#include "health/account_columns.hpp"
#include "health/bind_health.hpp"
#include "health/scored_book.hpp"
#include "interruptible_threads.hpp"
#include "sojourn/arrow/role_columns.hpp"

namespace py = pybind11;

namespace sojourn::python {
namespace {

using arrow::any_column;
namespace h = health;

/// The scores as they were given out, and the states of the signals once more from their columns.
h::snapshot snapshot_of(const scored_book& book, const py::dict& columns, std::int32_t as_of, std::size_t threads,
                        const std::optional<py::dict>& previous_signals, const h::placed_manual_values* manual) {
  const arrow::held_signals held = hold(columns), held_before = hold(previous_signals.value_or(py::dict()));
  const py::gil_scoped_release release;
  h::score_options options;
  options.as_of = day{as_of};
  if (previous_signals) options.previous_signals = &held_before.views;
  if (manual != nullptr) options.manual = manual->values;
  h::snapshot taken = h::take_snapshot(book.card, held.views, options, interruptible_threads(threads));
  taken.result = *book.result;
  return taken;
}

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// One column per signal.
py::dict by_signal(const h::scorecard& card, const std::vector<double>& all, std::size_t rows) {
  named_columns out;
  for (std::size_t k = 0; k < card.spec().signals.size(); ++k) {
    const double* first = all.data() + k * rows;
    out.add(card.spec().signals[k].name.c_str(), std::vector<double>(first, first + rows));
  }
  return out.columns();
}

/// The accounts of now, then those that are gone.
py::dict delta_columns(const h::snapshot& before, const h::snapshot& now, const h::delta_table& d,
                       std::span<const std::size_t> row_before) {
  const auto padded = [&](std::vector<double> values) {
    values.resize(d.rows + d.lost.size(), nan);
    return values;
  };
  std::vector<double> then;
  for (const std::size_t row : row_before) then.push_back(row == h::not_there ? nan : before.result.score[row]);
  for (const std::size_t row : d.lost) then.push_back(before.result.score[row]);
  std::vector<h::trend> trend = d.trend;
  trend.resize(d.rows + d.lost.size(), h::trend::lost);
  return named_columns()
      .add("before", std::move(then))
      .add("now", padded(now.result.score))
      .add("total", padded(d.total))
      .add("value", padded(d.value_by_row()))
      .add("coverage", padded(d.coverage_by_row()))
      .add("rules", padded(d.rules))
      .add("model", padded(d.model))
      .add("trend", word_column(trend))
      .columns();
}

py::dict compare_snapshots(const h::snapshot& before, const any_column& accounts_before, const h::snapshot& now,
                           const any_column& accounts_now, const h::snapshot* again, double dead_band) {
  h::delta_table d;
  std::vector<std::size_t> rows;
  {
    const py::gil_scoped_release release;
    rows = match(accounts_before, accounts_now).row_before();
    d = h::delta(before, now, {.dead_band = dead_band, .row_before = rows, .before_with_card_of_now = again});
  }
  py::dict out;
  out["table"] = delta_columns(before, now, d, rows);
  out["values"] = by_signal(now.card, d.value, d.rows);
  out["coverages"] = by_signal(now.card, d.coverage, d.rows);
  out["lost"] = any_column::from(signed_rows(d.lost));
  out["method"] = std::string(word_of(d.method));
  return out;
}

any_column slopes(const std::vector<any_column>& history, const std::vector<double>& times, const std::string& method) {
  const auto how = named<h::slope_method>("method", method);
  std::vector<std::vector<double>> scores;
  for (const any_column& cycle : history) scores.push_back(doubles_of(cycle, "score"));
  const std::vector<std::span<const double>> spans(scores.begin(), scores.end());
  return any_column::from(h::score_slopes(spans, times, how));
}

}  // namespace

void bind_delta(py::module_& m) {
  py::class_<h::snapshot>(m, "HealthSnapshot");
  m.def("health_snapshot", &snapshot_of, py::arg("book"), py::arg("columns"), py::arg("as_of"), py::arg("threads"),
        py::arg("previous_signals") = py::none(), py::arg("manual") = py::none());
  m.def("health_delta", &compare_snapshots, py::arg("before"), py::arg("accounts_before"), py::arg("now"),
        py::arg("accounts_now"), py::arg("again"), py::arg("dead_band"));
  m.def("score_slopes", &slopes, py::arg("history"), py::arg("times"), py::arg("method"));
}

}  // namespace sojourn::python
