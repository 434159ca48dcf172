#include "lifetime/span_rows.hpp"

#include <algorithm>
#include <cmath>
#include <tuple>

#include "lifetime/exit_rows.hpp"

namespace sojourn::inline v0_1::detail {
namespace {

auto span_key(const span_row& row) {
  return std::make_tuple(row.kind, row.lower, row.upper, row.entry, row.weight);
}

}  // namespace

span_data read_spans(const lifetime_spans& from) {
  auto problems = validate(from, 1);
  if (!problems.empty()) throw data_error(std::move(problems.front()));
  span_data data;
  data.weighted = !from.weight.empty();
  for (std::size_t i = 0; i < from.time.size(); ++i) {
    const bool ended = !from.upper.empty() && known(from.upper, i) && std::isfinite(from.upper[i]);
    if (!known(from.time, i) || !known_or_absent(from.event, i) || (data.weighted && !known(from.weight, i)) ||
        !known_or_absent(from.count, i)) {
      ++data.rows_missing;
      continue;
    }
    span_row row{.lower = from.time[i], .upper = from.time[i]};
    const bool stayed = !from.event.empty() && from.event[i] == 0;
    if (ended && from.upper[i] > from.time[i]) {
      row.kind = span_kind::interval;
      row.upper = from.upper[i];
    } else if (ended ? !stayed : (!from.event.empty() && !stayed)) {
      row.kind = span_kind::exact;
    }
    if (!from.entry.empty() && known(from.entry, i)) row.entry = from.entry[i];
    if (data.weighted) row.weight = from.weight[i];
    if (!from.count.empty()) row.count = from.count[i];
    if (row.weight == 0 || row.count == 0) continue;
    data.accounts += row.count;
    if (row.kind != span_kind::censored) data.events += row.count;
    data.rows.push_back(row);
  }
  std::sort(data.rows.begin(), data.rows.end(),
            [](const span_row& a, const span_row& b) { return span_key(a) < span_key(b); });
  std::size_t last = 0;
  for (std::size_t i = 1; i < data.rows.size(); ++i) {
    if (span_key(data.rows[last]) != span_key(data.rows[i]))
      data.rows[++last] = data.rows[i];
    else
      data.rows[last].count += data.rows[i].count;
  }
  if (!data.rows.empty()) data.rows.resize(last + 1);
  double total = 0;
  for (const span_row& row : data.rows) {
    data.worth += row.worth();
    total += row.worth() * (row.lower + row.upper) / 2;
  }
  if (total > 0) data.unit = total / data.worth;
  for (span_row& row : data.rows) {
    row.lower /= data.unit;
    row.upper /= data.unit;
    row.entry /= data.unit;
    if (row.kind == span_kind::exact) data.log_units += row.worth() * std::log(data.unit);
    if (row.kind != span_kind::censored) data.events_worth += row.worth();
    data.exposure += row.worth() * ((row.lower + row.upper) / 2 - row.entry);
  }
  return data;
}

}  // namespace sojourn::inline v0_1::detail
