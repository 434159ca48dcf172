#include "health/score/account_change.hpp"

#include <algorithm>
#include <cmath>

#include "health/score/shapley.hpp"

namespace sojourn::inline v0_1::health::detail {
namespace {

bool has_value(const signal_state& state) noexcept {
  return state.s == state.s;
}

/// The same weights with other values; what is not there stays so.
signal_state with_value(signal_state weights, const signal_state& values) noexcept {
  if (has_value(weights)) weights.s = values.s;
  return weights;
}

bool same_weight(const signal_state& a, const signal_state& b) noexcept {
  return has_value(a) == has_value(b) && a.factor == b.factor && a.covered == b.covered && a.use == b.use;
}

}  // namespace

account_change::account_change(const plan& card)
    : plan_(card),
      first_(card),
      second_(card),
      values_before_(card.leaves.size()),
      values_now_(card.leaves.size()),
      mixed_(card.leaves.size()),
      unit_(card.groups.size()) {}

attribution account_change::run(std::span<const signal_state> before, std::span<const signal_state> now, double* value,
                                double* coverage, std::size_t stride) {
  before_.assign(before.begin(), before.end());
  now_.assign(now.begin(), now.end());
  value_ = value;
  coverage_ = coverage;
  stride_ = stride;
  method_ = attribution::exact;
  for (std::size_t k = 0; k < before_.size(); ++k) {
    value_[k * stride_] = coverage_[k * stride_] = 0;
    // Where one side has no value the other side's counts.
    values_before_[k] = has_value(before_[k]) ? before_[k] : now_[k];
    values_now_[k] = has_value(now_[k]) ? now_[k] : before_[k];
  }
  middle_ = (first_.evaluate(before_) + second_.evaluate(now_)) / 2;
  if (plan_.all_means)
    of_means();
  else
    of_tree();
  return method_;
}

void account_change::of_means() {
  shares(first_, share_before_);
  shares(second_, share_now_);
  for (std::size_t k = 0; k < before_.size(); ++k) {
    const double s0 = values_before_[k].s, s1 = values_now_[k].s;
    if (std::isnan(s0)) continue;
    value_[k * stride_] = 100 * (share_before_[k] + share_now_[k]) / 2 * (s1 - s0);
    coverage_[k * stride_] = 100 * (share_now_[k] - share_before_[k]) * ((s0 + s1) / 2 - middle_);
  }
}

void account_change::shares(account_tree& row, std::vector<double>& result) {
  result.assign(plan_.leaves.size(), 0.0);
  std::fill(unit_.begin(), unit_.end(), 0.0);
  unit_[0] = 1;
  for (std::size_t g = 0; g < plan_.groups.size(); ++g) {
    if (std::isnan(row.value(g))) continue;
    const node& here = plan_.groups[g];
    const auto members = row.members(g);
    double present = 0;
    for (const weighed& one : members) present += one.counts() ? one.weight : 0.0;
    for (std::size_t i = 0; i < members.size(); ++i) {
      if (!members[i].counts()) continue;
      const double share = unit_[g] * members[i].weight / present;
      if (i < here.leaves.size())
        result[here.leaves[i]] = share;
      else
        unit_[here.groups[i - here.leaves.size()]] = share;
    }
  }
}

void account_change::of_tree() {
  states other(before_.size());
  const auto mix = [&](const states& weights, const states& values) {
    for (std::size_t k = 0; k < other.size(); ++k) other[k] = with_value(weights[k], values[k]);
    return other;
  };
  along_tree(before_, mix(before_, values_now_), value_, stride_);
  along_tree(mix(now_, values_before_), now_, value_, stride_);
  changed_.clear();
  for (std::size_t k = 0; k < before_.size(); ++k) {
    if (!same_weight(before_[k], now_[k])) changed_.push_back(k);
  }
  if (changed_.empty()) return;
  coverage_at(values_before_);
  coverage_at(values_now_);
}

/// Half the points: there are two ways.
void account_change::along_tree(const states& from, const states& to, double* result, std::size_t stride) {
  (void)first_.evaluate(from);
  (void)second_.evaluate(to);
  std::fill(unit_.begin(), unit_.end(), 0.0);
  unit_[0] = 50;
  for (std::size_t g = 0; g < plan_.groups.size(); ++g) {
    if (std::isnan(first_.value(g)) || unit_[g] == 0) continue;
    const node& here = plan_.groups[g];
    const auto a = first_.members(g), b = second_.members(g);
    if (change_parts(here.how, a, b, second_.value(g) - first_.value(g)) == attribution::sampled)
      method_ = attribution::sampled;
    for (std::size_t i = 0; i < a.size(); ++i) {
      if (!a[i].counts()) continue;
      if (i < here.leaves.size())
        result[here.leaves[i] * stride] += unit_[g] * coef_[i] * (b[i].s - a[i].s);
      else
        unit_[here.groups[i - here.leaves.size()]] = unit_[g] * coef_[i];
    }
  }
}

/// `coef_`: what one unit of change in a member is worth in its group, so that the whole change of the group is accounted
/// for.
attribution account_change::change_parts(const aggregator& how, std::span<const weighed> from, std::span<const weighed> to,
                                         double change) {
  coef_.assign(from.size(), 0.0);
  double present = 0, moved = 0;
  for (std::size_t i = 0; i < from.size(); ++i) {
    if (from[i].counts()) present += from[i].weight, moved += from[i].weight * (to[i].s - from[i].s);
  }
  const auto* power = std::get_if<power_mean>(&how);
  if (std::holds_alternative<weighted_mean>(how) || (power != nullptr && power->p == 1)) {
    for (std::size_t i = 0; i < from.size(); ++i) coef_[i] = from[i].counts() ? from[i].weight / present : 0.0;
    return attribution::exact;
  }
  if (std::holds_alternative<point_sum>(how)) {
    for (std::size_t i = 0; i < from.size(); ++i)
      coef_[i] = from[i].counts() && moved != 0 ? from[i].weight * change / moved : 0.0;
    return attribution::exact;
  }
  if (std::holds_alternative<geometric_mean>(how) || (power != nullptr && power->p == 0)) {
    const double floor = floor_of(how);
    const double before = combine(how, from), after = combine(how, to);
    const double mean = before == after ? before : (after - before) / std::log(after / before);
    for (std::size_t i = 0; i < from.size(); ++i) {
      const double step = to[i].s - from[i].s;
      if (!from[i].counts() || step == 0) continue;
      coef_[i] = mean * from[i].weight / present * std::log(std::max(to[i].s, floor) / std::max(from[i].s, floor)) / step;
    }
    return attribution::exact;
  }
  std::vector<std::size_t> moving;
  for (std::size_t i = 0; i < from.size(); ++i)
    if (from[i].counts() && to[i].s != from[i].s) moving.push_back(i);
  if (moving.empty()) return attribution::exact;
  std::vector<weighed> mixed(from.begin(), from.end());
  const attribution method = shapley(
      moving.size(),
      [&](const std::vector<unsigned char>& in) {
        for (std::size_t j = 0; j < moving.size(); ++j) mixed[moving[j]].s = (in[j] != 0 ? to : from)[moving[j]].s;
        return combine(how, mixed);
      },
      found_);
  for (std::size_t j = 0; j < moving.size(); ++j) coef_[moving[j]] = found_[j] / (to[moving[j]].s - from[moving[j]].s);
  return method;
}

/// From the weights of before to those of now, the values held: who of the changed signals moved how much.
void account_change::coverage_at(const states& values) {
  for (std::size_t k = 0; k < mixed_.size(); ++k) mixed_[k] = with_value(now_[k], values[k]);
  const attribution method = shapley(
      changed_.size(),
      [&](const std::vector<unsigned char>& in) {
        for (std::size_t j = 0; j < changed_.size(); ++j) {
          const std::size_t k = changed_[j];
          mixed_[k] = with_value((in[j] != 0 ? now_ : before_)[k], values[k]);
        }
        const double value = first_.evaluate(mixed_);
        return std::isnan(value) ? middle_ : value;  // half way nothing may be left: no reason to move either way
      },
      found_);
  if (method == attribution::sampled) method_ = method;
  for (std::size_t j = 0; j < changed_.size(); ++j) coverage_[changed_[j] * stride_] += 50 * found_[j];
}

}  // namespace sojourn::inline v0_1::health::detail
