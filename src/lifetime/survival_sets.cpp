#include "lifetime/survival_sets.hpp"

#include <algorithm>

namespace sojourn::inline v0_1::detail {
namespace {

struct measured {
  int128 events, censored;
};

measured measure_of(const survival_cell& cell, survival_measure measure) {
  if (measure == survival_measure::accounts) return {cell.events, cell.censored};
  return {cell.event_weight, cell.censored_weight};
}

/// The risk sets of a cell: at risk in [first, last], leaving in `last`.
struct span_of_sets {
  std::size_t first, last;
};

span_of_sets locate(const survival_cell& cell, const std::vector<risk_set>& sets) {
  const auto first = std::partition_point(sets.begin(), sets.end(), [&](const risk_set& s) { return s.time <= cell.entry; });
  const auto last = std::partition_point(first, sets.end(), [&](const risk_set& s) { return s.time < cell.time; });
  return {static_cast<std::size_t>(first - sets.begin()), static_cast<std::size_t>(last - sets.begin())};
}

}  // namespace

std::vector<risk_set> risk_sets(const survival_state& state, const survival_options& options) {
  std::vector<const survival_cell*> by_time;
  for (const auto& cell : state.cells) {
    if (cell.time > begin_of(options)) by_time.push_back(&cell);
  }
  std::sort(by_time.begin(), by_time.end(), [](const auto* a, const auto* b) { return a->time < b->time; });
  std::vector<risk_set> sets;
  for (const auto* cell : by_time) {
    if (sets.empty() || sets.back().time != cell->time) sets.push_back({.time = cell->time});
    risk_set& set = sets.back();
    const measured of = measure_of(*cell, options.measure);
    set.events += cell->events;
    set.censored += cell->censored;
    set.lost += of.events;
    set.leaving += of.events + of.censored;
  }
  std::int64_t at_risk = 0;
  int128 exposed = 0;
  auto next = state.cells.begin();
  for (auto& set : sets) {
    for (; next != state.cells.end() && next->entry < set.time; ++next) {
      if (next->time <= begin_of(options)) continue;
      const measured of = measure_of(*next, options.measure);
      at_risk += next->events + next->censored;
      exposed += of.events + of.censored;
    }
    set.at_risk = at_risk;
    set.exposed = exposed;
    at_risk -= set.events + set.censored;
    exposed -= set.leaving;
  }
  return sets;
}

std::vector<double> robust_variances(const survival_state& state, const survival_options& options,
                                     const std::vector<risk_set>& sets, const std::vector<double>& per_event,
                                     const std::vector<double>& drift) {
  std::vector<double> prefix(sets.size() + 1, 0.0);
  for (std::size_t k = 0; k < sets.size(); ++k) prefix[k + 1] = prefix[k] + drift[k];
  std::vector<double> left(sets.size() + 1, 0.0), open0(sets.size() + 1, 0.0), open1 = open0, open2 = open0;
  for (const auto& cell : state.cells) {
    if (cell.time <= begin_of(options)) continue;
    const auto [first, last] = locate(cell, sets);
    const double before = prefix[first];
    const double stayed = prefix[last + 1] - before;
    const double event_squares = to_double(cell.event_weight_squares);
    const double censored_squares = to_double(cell.censored_weight_squares);
    const double squares = event_squares + censored_squares;
    if (cell.events != 0) left[last] += event_squares * (per_event[last] - stayed) * (per_event[last] - stayed);
    left[last] += censored_squares * stayed * stayed;
    const auto open = [&](std::size_t at, double sign) {
      open0[at] += sign * squares;
      open1[at] += sign * squares * before;
      open2[at] += sign * squares * before * before;
    };
    open(first, 1);
    open(last, -1);
  }
  std::vector<double> variance(sets.size());
  double gone = 0, w0 = 0, w1 = 0, w2 = 0;
  for (std::size_t k = 0; k < sets.size(); ++k) {
    gone += left[k];
    w0 += open0[k];
    w1 += open1[k];
    w2 += open2[k];
    const double p = prefix[k + 1];
    variance[k] = gone + std::max(0.0, (p * w0 - 2 * w1) * p + w2);
  }
  return variance;
}

}  // namespace sojourn::inline v0_1::detail
