// MRR in force at the end of each period, straight from rows.
#include "sojourn/revenue/mrr_series.hpp"

#include <pybind11/stl.h>

#include "frames/table.hpp"
#include "interruptible_threads.hpp"
#include "revenue/bind_revenue.hpp"
#include "revenue/revenue_values.hpp"
#include "sojourn/input/amount_period.hpp"

namespace py = pybind11;

namespace sojourn::python {
namespace {

using arrow::any_column;

py::dict series(const any_column& starts, const any_column& ends, const any_column& amounts, int exponent,
                std::optional<std::int32_t> as_of, const std::vector<std::string>& names, std::int32_t first,
                std::int32_t months_each, std::int32_t count, std::size_t threads) {
  const period_grid grid = grid_of(first, months_each, count);
  std::vector<mrr_series_row> rows;
  std::int32_t known_until = 0;
  {
    const py::gil_scoped_release released;
    const auto start = arrow::as_day(starts, names.at(0));
    const auto end = arrow::as_day(ends, names.at(1));
    const auto amount = arrow::as_minor(amounts, names.at(2), exponent);
    const auto state = tally_mrr_series({{}, start.view(), end.view(), amount.view(), ticks_per_minor_of(names[2])}, grid,
                                        {.as_of = asked_day(as_of)}, interruptible_threads(threads));
    rows = mrr_series(state), known_until = state.known_until.since_epoch;
  }
  std::vector<std::string> incomplete;
  for (const mrr_series_row& row : rows) {
    if (!row.complete) incomplete.push_back(row.period);
  }
  const py::dict columns = table(rows)
                               .add("period", &mrr_series_row::period)
                               .add("mrr", &mrr_series_row::mrr)
                               .add("subscriptions", &mrr_series_row::subscriptions)
                               .columns();
  return py::dict(py::arg("columns") = columns, py::arg("incomplete") = incomplete, py::arg("known_until") = known_until);
}

}  // namespace

void bind_mrr_series(py::module_& m) {
  m.def("mrr_series", &series, py::arg("start"), py::arg("end"), py::arg("mrr"), py::arg("exponent"), py::arg("as_of"),
        py::arg("names"), py::arg("first"), py::arg("months_each"), py::arg("count"), py::arg("threads"));
}

}  // namespace sojourn::python
