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

/// Counts the sets before an age: by an array where ages are not too far apart, by search otherwise.
class sets_before {
 public:
  explicit sets_before(const std::vector<risk_set>& sets) : sets_(sets) {
    if (sets.empty() || !is_dense(sets.back().time, sets.size())) return;
    before_.resize(static_cast<std::size_t>(sets.back().time) + 2);
    for (const risk_set& set : sets) before_[static_cast<std::size_t>(set.time) + 1] = 1;
    for (std::size_t age = 1; age < before_.size(); ++age) before_[age] += before_[age - 1];
  }
  [[nodiscard]] static bool is_dense(std::int32_t last_age, std::size_t ages) {
    return static_cast<std::size_t>(last_age) <= 8 * ages + 65'536;
  }
  /// Sets with time < age.
  [[nodiscard]] std::size_t operator()(std::int64_t age) const {
    if (age <= 0 || sets_.empty()) return 0;
    if (!before_.empty()) return before_[std::min(static_cast<std::size_t>(age), before_.size() - 1)];
    const auto found =
        std::partition_point(sets_.begin(), sets_.end(), [age](const risk_set& set) { return set.time < age; });
    return static_cast<std::size_t>(found - sets_.begin());
  }

 private:
  const std::vector<risk_set>& sets_;
  std::vector<std::uint32_t> before_;
};

/// One empty set for each age at exit that counts.
std::vector<risk_set> empty_sets(const survival_state& state, double begin) {
  std::vector<std::int32_t> ages;
  std::int32_t last = 0;
  for (const auto& cell : state.cells) {
    if (!(cell.time > begin)) continue;
    ages.push_back(cell.time);
    last = std::max(last, cell.time);
  }
  if (sets_before::is_dense(last, ages.size())) {
    std::vector<bool> seen(static_cast<std::size_t>(last) + 1);
    for (const std::int32_t age : ages) seen[static_cast<std::size_t>(age)] = true;
    ages.clear();
    for (std::size_t age = 0; age < seen.size(); ++age) {
      if (seen[age]) ages.push_back(static_cast<std::int32_t>(age));
    }
  } else {
    std::sort(ages.begin(), ages.end());
    ages.erase(std::unique(ages.begin(), ages.end()), ages.end());
  }
  std::vector<risk_set> sets(ages.size());
  for (std::size_t k = 0; k < sets.size(); ++k) sets[k].time = ages[k];
  return sets;
}

}  // namespace

std::vector<risk_set> risk_sets(const survival_state& state, const survival_options& options) {
  std::vector<risk_set> sets = empty_sets(state, begin_of(options));
  const sets_before before(sets);
  for (const auto& cell : state.cells) {
    if (!(cell.time > begin_of(options))) continue;
    risk_set& set = sets[before(cell.time)];
    const measured of = measure_of(cell, options.measure);
    set.events += cell.events;
    set.censored += cell.censored;
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
  const sets_before before_age(sets);
  std::vector<double> prefix(sets.size() + 1, 0.0);
  for (std::size_t k = 0; k < sets.size(); ++k) prefix[k + 1] = prefix[k] + drift[k];
  std::vector<double> left(sets.size() + 1, 0.0), open0(sets.size() + 1, 0.0), open1 = open0, open2 = open0;
  for (const auto& cell : state.cells) {
    if (cell.time <= begin_of(options)) continue;
    // At risk in the sets from `first` to `last`, leaving in the last one.
    const std::size_t first = before_age(std::int64_t{cell.entry} + 1), last = before_age(cell.time);
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
