// Two cycles compared, for Python: effects by account and signal, trends, slopes.
#include <pybind11/stl.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "bind.hpp"
#include "health/health_rules.hpp"
#include "health/scored_book.hpp"
#include "health/two_cycles.hpp"
#include "sojourn/health/score/delta.hpp"

namespace py = pybind11;

namespace sojourn::python {
namespace {

using arrow::any_column;
namespace h = health;

/// The scores as they were given out, and the states of the signals once more from their columns.
h::snapshot snapshot_of(const scored_book& book, const py::dict& columns, std::int32_t as_of, std::size_t threads,
                        const std::optional<py::dict>& previous_signals, const manual_book* manual) {
  const held_signals held = hold(columns), held_before = hold(previous_signals.value_or(py::dict()));
  const py::gil_scoped_release release;
  h::score_options options;
  options.as_of = day{as_of};
  if (previous_signals) options.previous_signals = &held_before.views;
  if (manual != nullptr) options.manual = manual->values;
  h::snapshot taken = h::take_snapshot(book.card, held.views, options, thread_executor(threads));
  taken.result = *book.result;
  return taken;
}

/// For each account of now its row of before.
std::vector<std::size_t> rows_before(const any_column& before, const any_column& now) {
  account_index index;
  const std::vector<std::size_t> then = rows_of(before, index, "previous");
  const auto keys = arrow::as_accounts(now, index, "account");
  std::vector<std::size_t> rows;
  for (const std::uint32_t account : keys.view().values())
    rows.push_back(account < then.size() && then[account] != absent ? then[account] : h::not_there);
  return rows;
}

any_column trend_column(const std::vector<h::trend>& trends, std::size_t lost) {
  std::vector<std::uint32_t> codes;
  for (const h::trend one : trends) codes.push_back(static_cast<std::uint32_t>(one));
  codes.resize(codes.size() + lost, static_cast<std::uint32_t>(h::trend::lost));
  return any_column::dictionary(std::move(codes), {"up", "down", "flat", "new", "lost", "unknown"});
}

py::dict by_signal(const h::scorecard& card, const std::vector<double>& all, std::size_t rows) {
  py::dict out;
  for (std::size_t k = 0; k < card.spec().signals.size(); ++k) {
    const double* first = all.data() + k * rows;
    out[py::str(card.spec().signals[k].name)] = any_column::from(std::vector<double>(first, first + rows));
  }
  return out;
}

/// Sums over the signals, row by row, and NaN for the accounts that are gone.
any_column summed(const std::vector<double>& all, std::size_t rows, std::size_t lost) {
  std::vector<double> sums(rows, 0.0);
  for (std::size_t i = 0; i < all.size(); ++i) sums[i % rows] += all[i];
  sums.resize(rows + lost, std::numeric_limits<double>::quiet_NaN());
  return any_column::from(std::move(sums));
}

py::dict compare(const h::snapshot& before, const any_column& accounts_before, const h::snapshot& now,
                 const any_column& accounts_now, const h::snapshot* again, double dead_band) {
  h::delta_table d;
  std::vector<std::size_t> rows;
  {
    const py::gil_scoped_release release;
    rows = rows_before(accounts_before, accounts_now);
    d = h::delta(before, now, {.dead_band = dead_band, .row_before = rows, .before_with_card_of_now = again});
  }
  const auto padded = [&](std::vector<double> values, double with = std::numeric_limits<double>::quiet_NaN()) {
    values.resize(d.rows + d.lost.size(), with);
    return values;
  };
  std::vector<double> then;
  for (const std::size_t row : rows)
    then.push_back(row == h::not_there ? std::numeric_limits<double>::quiet_NaN() : before.result.score[row]);
  std::vector<std::int64_t> lost;
  for (const std::size_t row : d.lost) {
    then.push_back(before.result.score[row]);
    lost.push_back(static_cast<std::int64_t>(row));
  }
  py::dict table;
  table["before"] = any_column::from(std::move(then));
  table["now"] = any_column::from(padded(now.result.score));
  table["total"] = any_column::from(padded(d.total));
  table["value"] = summed(d.value, d.rows, d.lost.size());
  table["coverage"] = summed(d.coverage, d.rows, d.lost.size());
  table["rules"] = any_column::from(padded(d.rules));
  table["model"] = any_column::from(padded(d.model));
  table["trend"] = trend_column(d.trend, d.lost.size());
  py::dict out;
  out["table"] = table;
  out["values"] = by_signal(now.card, d.value, d.rows);
  out["coverages"] = by_signal(now.card, d.coverage, d.rows);
  out["lost"] = any_column::from(std::move(lost));
  out["method"] = d.method == h::attribution::exact ? "exact" : "sampled";
  return out;
}

any_column slopes(const std::vector<any_column>& history, const std::vector<double>& times, const std::string& method) {
  std::vector<arrow::held_column<double>> held;
  std::vector<std::vector<double>> scores;
  for (const any_column& cycle : history) {
    held.push_back(arrow::as_double(cycle, "score"));
    const auto view = held.back().view();
    auto& values = scores.emplace_back(view.size());
    for (std::size_t row = 0; row < values.size(); ++row)
      values[row] = view.present(row) ? view[row] : std::numeric_limits<double>::quiet_NaN();
  }
  const std::vector<std::span<const double>> spans(scores.begin(), scores.end());
  return any_column::from(
      h::score_slopes(spans, times, method == "theil_sen" ? h::slope_method::theil_sen : h::slope_method::least_squares));
}

}  // namespace

void bind_health_change(py::module_& m) {
  py::class_<h::snapshot>(m, "HealthSnapshot");
  m.def("health_snapshot", &snapshot_of, py::arg("book"), py::arg("columns"), py::arg("as_of"), py::arg("threads"),
        py::arg("previous_signals") = py::none(), py::arg("manual") = py::none());
  m.def("health_delta", &compare, py::arg("before"), py::arg("accounts_before"), py::arg("now"), py::arg("accounts_now"),
        py::arg("again"), py::arg("dead_band"));
  m.def("score_slopes", &slopes, py::arg("history"), py::arg("times"), py::arg("method"));
}

}  // namespace sojourn::python
