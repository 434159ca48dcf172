// Usage events and control charts for Python.
#include <pybind11/stl.h>

#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "bind.hpp"
#include "frames/words.hpp"
#include "sojourn/arrow/any_column.hpp"
#include "sojourn/health/signals/engagement.hpp"

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

engagement_state tally(held_events& held, const any_column& account, const any_column& when, const optional_column& feature,
                       const optional_column& count, const optional_column& volume, const optional_column& breadth) {
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

any_column keys_of(const account_index& index, const std::vector<engagement_signals>& rows) {
  if (index.holds_text()) {
    std::vector<std::string> keys;
    for (const auto& row : rows) keys.push_back(index.key(account{row.account}));
    return any_column::from(std::move(keys));
  }
  std::vector<std::int64_t> ids;
  for (const auto& row : rows) ids.push_back(index.id(account{row.account}));
  return any_column::from(std::move(ids));
}

template <class T>
any_column take(const std::vector<engagement_signals>& rows, T engagement_signals::* what) {
  std::vector<T> values;
  values.reserve(rows.size());
  for (const auto& row : rows) values.push_back(row.*what);
  return any_column::from(std::move(values));
}

py::dict signals_of(const any_column& account, const any_column& when, const optional_column& feature,
                    const optional_column& count, const optional_column& volume, const optional_column& breadth,
                    std::int32_t as_of, std::int32_t window, std::int64_t min_base) {
  held_events held;
  engagement_state state;
  std::vector<engagement_signals> rows;
  {
    const py::gil_scoped_release release;
    state = tally(held, account, when, feature, count, volume, breadth);
    rows = engagement(state, {day{as_of}, window, min_base});
  }
  using s = engagement_signals;
  py::dict out;
  out["account"] = keys_of(held.index, rows);
  out["events_per_week"] = take(rows, &s::events_per_week);
  out["breadth"] = feature || breadth ? take(rows, &s::breadth) : any_column::missing(rows.size());
  out["volume_per_week"] = take(rows, &s::volume_per_week);
  out["events"] = take(rows, &s::events);
  out["active_days"] = take(rows, &s::active_days);
  out["active_share"] = take(rows, &s::active_share);
  out["depth"] = take(rows, &s::depth);
  out["recency_days"] = take(rows, &s::recency_days);
  out["streak_days"] = take(rows, &s::streak_days);
  out["longest_streak"] = take(rows, &s::longest_streak);
  out["events_change"] = take(rows, &s::events_change);
  out["days_change"] = take(rows, &s::days_change);
  out["volume_change"] = take(rows, &s::volume_change);
  out["uncounted"] = state.uncounted;
  out["without_volume"] = state.without_volume;
  return out;
}

/// NaN for what is missing.
std::vector<double> series_of(const any_column& source) {
  const auto held = arrow::as_double(source, "series");
  const auto view = held.view();
  std::vector<double> series(view.size(), std::numeric_limits<double>::quiet_NaN());
  for (std::size_t i = 0; i < series.size(); ++i) {
    if (view.present(i)) series[i] = view[i];
  }
  return series;
}

chart_gap gap_of(const std::string& word) {
  return named<chart_gap>("gap", word, {{"carry_on", chart_gap::carry_on}, {"restart", chart_gap::restart}});
}

template <class Point>
any_column alarms(const std::vector<Point>& points) {
  std::vector<std::uint32_t> codes;
  for (const Point& p : points) codes.push_back(static_cast<std::uint32_t>(p.signal));
  return any_column::dictionary(std::move(codes), {"none", "low", "high"});
}

template <class Point>
any_column part(const std::vector<Point>& points, double Point::* what) {
  std::vector<double> values;
  for (const Point& p : points) values.push_back(p.*what);
  return any_column::from(std::move(values));
}

py::dict ewma(const any_column& series, double target, double sigma, double lambda, double width, const std::string& limits,
              const std::string& gap) {
  const auto which =
      named<ewma_limits>("limits", limits, {{"settled", ewma_limits::settled}, {"exact", ewma_limits::exact}});
  const auto points = ewma_chart(series_of(series), {target, sigma, lambda, width, which, gap_of(gap)});
  py::dict out;
  out["value"] = part(points, &ewma_point::value);
  out["low"] = part(points, &ewma_point::low);
  out["high"] = part(points, &ewma_point::high);
  out["signal"] = alarms(points);
  return out;
}

py::dict cusum(const any_column& series, double target, double slack, double limit, const std::string& gap) {
  const auto points = cusum_chart(series_of(series), {target, slack, limit, gap_of(gap)});
  py::dict out;
  out["rise"] = part(points, &cusum_point::rise);
  out["fall"] = part(points, &cusum_point::fall);
  out["signal"] = alarms(points);
  return out;
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
