// Usage events and control charts for Python.
#include "sojourn/health/signals/engagement.hpp"

#include <pybind11/stl.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "frames/table.hpp"
#include "health/account_columns.hpp"
#include "health/bind_health.hpp"
#include "sojourn/arrow/role_columns.hpp"

namespace py = pybind11;

namespace sojourn::python {
namespace {

using arrow::any_column;
using optional_column = std::optional<any_column>;

/// Columns that the view points into.
struct held_events {
  account_index index;
  arrow::held_column<std::uint32_t> account;
  arrow::held_column<std::int32_t> day;
  arrow::segment_codes feature;
  arrow::held_column<std::int64_t> count, breadth;
  arrow::held_column<double> volume;
};

engagement_state tally_usage(held_events& held, const any_column& account, const any_column& when,
                             const optional_column& feature, const optional_column& count, const optional_column& volume,
                             const optional_column& breadth) {
  held.account = arrow::as_accounts(account, held.index, "account");
  held.day = arrow::as_day(when, "day");
  usage_events events{held.account.view(), held.day.view()};
  if (feature) {
    held.feature = arrow::as_segments(*feature, "feature");
    events.feature = held.feature.codes.view();
  }
  if (count) events.count = (held.count = arrow::as_int64(*count, "count")).view();
  if (volume) events.volume = (held.volume = arrow::as_double(*volume, "volume")).view();
  if (breadth) events.breadth = (held.breadth = arrow::as_int64(*breadth, "breadth")).view();
  return tally_engagement(events);
}

py::dict signals_of(const any_column& account, const any_column& when, const optional_column& feature,
                    const optional_column& count, const optional_column& volume, const optional_column& breadth,
                    std::int32_t as_of, std::int32_t window, std::int64_t min_base) {
  held_events held;
  engagement_state state;
  std::vector<engagement_signals> rows;
  {
    const py::gil_scoped_release release;
    state = tally_usage(held, account, when, feature, count, volume, breadth);
    rows = engagement(state, {day{as_of}, window, min_base});
  }
  using s = engagement_signals;
  std::vector<std::uint32_t> accounts;
  for (const s& row : rows) accounts.push_back(row.account);
  auto columns = table(rows);
  columns.add("account", keys_of(held.index, accounts)).add("events_per_week", &s::events_per_week);
  if (feature || breadth) {
    columns.add("breadth", &s::breadth);
  } else {
    columns.add("breadth", any_column::missing(rows.size()));
  }
  py::dict out = columns.add("volume_per_week", &s::volume_per_week)
                     .add("events", &s::events)
                     .add("active_days", &s::active_days)
                     .add("active_share", &s::active_share)
                     .add("depth", &s::depth)
                     .add("recency_days", &s::recency_days)
                     .add("streak_days", &s::streak_days)
                     .add("longest_streak", &s::longest_streak)
                     .add("events_change", &s::events_change)
                     .add("days_change", &s::days_change)
                     .add("volume_change", &s::volume_change)
                     .columns();
  out["uncounted"] = state.uncounted;
  out["without_volume"] = state.without_volume;
  return out;
}

py::dict ewma(const any_column& series, double target, double sigma, double lambda, double width, const std::string& limits,
              const std::string& gap) {
  const ewma_options options{
      target, sigma, lambda, width, named<ewma_limits>("limits", limits), named<chart_gap>("gap", gap)};
  const auto points = ewma_chart(doubles_of(series, "series"), options);
  using p = ewma_point;
  return table(points).add("value", &p::value).add("low", &p::low).add("high", &p::high).add("signal", &p::signal).columns();
}

py::dict cusum(const any_column& series, double target, double slack, double limit, const std::string& gap) {
  const auto points = cusum_chart(doubles_of(series, "series"), {target, slack, limit, named<chart_gap>("gap", gap)});
  using p = cusum_point;
  return table(points).add("rise", &p::rise).add("fall", &p::fall).add("signal", &p::signal).columns();
}

}  // namespace

void bind_engagement(py::module_& m) {
  m.def("engagement", &signals_of, py::arg("account"), py::arg("day"), py::arg("feature"), py::arg("count"),
        py::arg("volume"), py::arg("breadth"), py::arg("as_of"), py::arg("window"), py::arg("min_base"));
  m.def("ewma_chart", &ewma, py::arg("series"), py::arg("target"), py::arg("sigma"), py::arg("weight"), py::arg("width"),
        py::arg("limits"), py::arg("gap"));
  m.def("cusum_chart", &cusum, py::arg("series"), py::arg("target"), py::arg("slack"), py::arg("limit"), py::arg("gap"));
}

}  // namespace sojourn::python
