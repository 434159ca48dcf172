#include "health/score/tree.hpp"

#include <algorithm>
#include <cmath>
#include <functional>

#include "detail/nan.hpp"
#include "health/score/shapley.hpp"

namespace sojourn::inline v0_1::health::detail {
namespace {

using sojourn::detail::nan;

}  // namespace

account_tree::account_tree(const plan& card)
    : plan_(card),
      of_leaf_(card.leaves.size()),
      of_group_(card.groups.size()),
      members_(card.groups.size()),
      value_(card.groups.size(), nan),
      coverage_(card.groups.size()),
      applies_(card.groups.size()) {
  for (std::size_t g = 0; g < card.groups.size(); ++g) {
    const node& here = card.groups[g];
    for (std::size_t j = 0; j < here.leaves.size(); ++j) of_leaf_[here.leaves[j]] = {g, j};
    for (std::size_t j = 0; j < here.groups.size(); ++j) of_group_[here.groups[j]] = {g, here.leaves.size() + j};
  }
}

double account_tree::evaluate(std::span<const signal_state> leaves) {
  for (std::size_t g = plan_.groups.size(); g-- > 0;) {
    const node& here = plan_.groups[g];
    std::vector<weighed>& members = members_[g];
    members.clear();
    double covered = 0, total = 0;
    for (const std::size_t k : here.leaves) {
      const leaf& l = plan_.leaves[k];
      const signal_state& state = leaves[k];
      members.push_back({state.s, l.weight * state.factor, l.at_worst * state.factor});
      covered += l.weight * state.covered;
      total += state.use == signal_use::counts ? l.weight : 0.0;
    }
    for (const std::size_t c : here.groups) {
      const node& inner = plan_.groups[c];
      const double factor = inner.by_coverage ? coverage_[c] : 1.0;
      members.push_back({value_[c], inner.weight * factor, inner.at_worst * factor});
      covered += inner.weight * coverage_[c];
      total += applies_[c] != 0 ? inner.weight : 0.0;
    }
    applies_[g] = total > 0;
    coverage_[g] = total > 0 ? covered / total : 0.0;
    value_[g] = g > 0 && coverage_[g] < here.min_coverage ? nan : combine(here.how, members);
  }
  return value_[0];
}

double account_tree::with_value(std::size_t leaf, double s) {
  place at = of_leaf_[leaf];
  double now = s;
  if (!members_[at.group][at.position].counts()) return value_[0];
  while (true) {
    if (!(value_[at.group] == value_[at.group])) return value_[0];
    double& mine = members_[at.group][at.position].s;
    const double before = mine;
    mine = now;
    now = combine(plan_.groups[at.group].how, members_[at.group]);
    mine = before;
    if (at.group == 0) return now;
    at = of_group_[at.group];
  }
}

namespace {

struct find_parts {
  std::span<const weighed> members;
  double value;
  std::vector<local_part>& parts;

  attribution operator()(const weighted_mean&) const {
    share_by_weight(1, [](const weighed&) { return true; });
    return attribution::exact;
  }
  attribution operator()(const lowest&) const { return bind(least(), 1); }
  attribution operator()(const worst_of&) const { return bind(least(), 1); }
  attribution operator()(const highest&) const { return bind(value, 1); }
  attribution operator()(const mean_and_min& m) const {
    share_by_weight(1 - m.a, [](const weighed&) { return true; });
    return bind(least(), m.a);
  }
  attribution operator()(const point_sum& m) const {
    const double unit = 1 / (m.high - m.low);
    for (std::size_t i = 0; i < members.size(); ++i) {
      if (members[i].counts()) parts[i] = {members[i].weight * unit, members[i].at_worst * unit};
    }
    return attribution::exact;
  }
  attribution operator()(const best_of& m) const {
    std::vector<double> all;
    for (const weighed& one : members)
      if (one.counts()) all.push_back(one.s);
    std::sort(all.begin(), all.end(), std::greater<>());
    const std::size_t kept = std::min(all.size(), static_cast<std::size_t>(m.n));
    const double cut = all[kept - 1];
    const double each = 1.0 / static_cast<double>(kept);
    std::size_t above = 0;
    for (std::size_t i = 0; i < members.size(); ++i) {
      if (members[i].counts() && members[i].s > cut) parts[i].coef += each, ++above;
    }
    return bind(cut, each * static_cast<double>(kept - above));
  }
  /// The way from the floor to the value, by the logarithmic mean: L(v, floor) w ln(s / floor); the floor itself by weight.
  attribution operator()(const geometric_mean& m) const {
    const double present = weight_of([](const weighed&) { return true; });
    const double way = std::log(value / m.floor);
    const double mean = way == 0 ? value : (value - m.floor) / way;
    for (std::size_t i = 0; i < members.size(); ++i) {
      const weighed& one = members[i];
      if (one.counts()) put(i, one.weight / present * (m.floor + mean * std::log(std::max(one.s, m.floor) / m.floor)));
    }
    return attribution::exact;
  }
  attribution operator()(const harmonic_mean& m) const { return by_shapley(m, m.floor); }
  attribution operator()(const power_mean& m) const {
    if (m.p == 0) return (*this)(geometric_mean{m.floor});
    if (m.p == 1) return (*this)(weighted_mean{});
    return by_shapley(m, m.p > 0 ? 0 : m.floor);
  }

 private:
  template <class Which>
  [[nodiscard]] double weight_of(Which which) const {
    double sum = 0;
    for (const weighed& one : members) sum += one.counts() && which(one) ? one.weight : 0.0;
    return sum;
  }
  template <class Which>
  void share_by_weight(double whole, Which which) const {
    const double sum = weight_of(which);
    for (std::size_t i = 0; i < members.size(); ++i) {
      if (members[i].counts() && which(members[i])) parts[i].coef += whole * members[i].weight / sum;
    }
  }
  /// Whole to the members that stand exactly there; ties by weight.
  [[nodiscard]] attribution bind(double s, double whole) const {
    share_by_weight(whole, [s](const weighed& one) { return one.s == s; });
    return attribution::exact;
  }
  [[nodiscard]] double least() const {
    double s = 2;
    for (const weighed& one : members)
      if (one.counts()) s = std::min(s, one.s);
    return s;
  }
  void put(std::size_t i, double part) const {
    constexpr double tiny = 1e-9;
    if (members[i].s > tiny)
      parts[i].coef = part / members[i].s;
    else
      parts[i].rest = part;
  }
  /// Members that have not joined stand at the floor.
  [[nodiscard]] attribution by_shapley(const aggregator& how, double floor) const {
    std::vector<std::size_t> at;
    for (std::size_t i = 0; i < members.size(); ++i)
      if (members[i].counts()) at.push_back(i);
    std::vector<weighed> mixed(members.begin(), members.end());
    std::vector<double> found;
    const attribution method = shapley(
        at.size(),
        [&](const std::vector<unsigned char>& in) {
          for (std::size_t j = 0; j < at.size(); ++j) mixed[at[j]].s = in[j] != 0 ? members[at[j]].s : floor;
          return combine(how, mixed);
        },
        found);
    const double present = weight_of([](const weighed&) { return true; });
    for (std::size_t j = 0; j < at.size(); ++j) put(at[j], found[j] + members[at[j]].weight / present * floor);
    return method;
  }
};

}  // namespace

attribution local_parts(const aggregator& how, std::span<const weighed> members, double value,
                        std::vector<local_part>& parts) {
  parts.assign(members.size(), {});
  return std::visit(find_parts{members, value, parts}, how);
}

bool samples_parts(const aggregator& how, std::size_t members) noexcept {
  const auto* power = std::get_if<power_mean>(&how);
  const bool by_shapley = std::holds_alternative<harmonic_mean>(how) || (power != nullptr && power->p != 0 && power->p != 1);
  return by_shapley && members > exact_players;
}

explainer::parts_of_row explainer::run(std::span<const signal_state> leaves, double* points, double* lost,
                                       std::size_t stride) {
  parts_of_row result;
  const double whole = row_.evaluate(leaves);
  for (std::size_t k = 0; k < plan_.leaves.size(); ++k) points[k * stride] = lost[k * stride] = 0;
  std::fill(unit_.begin(), unit_.end(), 0.0);
  std::fill(extra_.begin(), extra_.end(), 0.0);
  unit_[0] = 100;
  for (std::size_t g = 0; g < plan_.groups.size(); ++g) {
    const node& here = plan_.groups[g];
    const auto members = row_.members(g);
    const double value = row_.value(g);
    if (std::isnan(value)) continue;
    (void)local_parts(here.how, members, value, local_);
    double present = 0, inside = 0;
    for (std::size_t i = 0; i < members.size(); ++i) {
      if (!members[i].counts()) continue;
      present += members[i].weight;
      inside += local_[i].coef * members[i].s + local_[i].rest;
    }
    if (const auto* sum = std::get_if<point_sum>(&here.how)) {
      const double base = (sum->base - sum->low) / (sum->high - sum->low);
      result.base += unit_[g] * base;
      result.cut += unit_[g] * (value - base - inside);
    }
    for (std::size_t i = 0; i < members.size(); ++i) {
      if (!members[i].counts()) continue;
      const double unit = unit_[g] * local_[i].coef;
      const double extra = unit_[g] * local_[i].rest + extra_[g] * members[i].weight / present;
      if (i < here.leaves.size()) {
        points[here.leaves[i] * stride] = unit * members[i].s + extra;
      } else {
        unit_[here.groups[i - here.leaves.size()]] = unit;
        extra_[here.groups[i - here.leaves.size()]] = extra;
      }
    }
  }
  for (std::size_t k = 0; k < plan_.leaves.size(); ++k) {
    if (leaves[k].s < 1) lost[k * stride] = std::max(0.0, 100 * (row_.with_value(k, 1) - whole));
  }
  return result;
}

tree_tile::tree_tile(const plan& card, std::size_t rows, tile_places places)
    : plan_(card),
      places_(std::move(places)),
      value_(card.groups.size(), std::vector<double>(rows)),
      states_(card.leaves.size()) {
  for (const node& g : card.groups) {
    auto& members = members_.emplace_back();
    for (const std::size_t k : g.leaves)
      members.push_back({places_.s[k], card.leaves[k].weight, card.leaves[k].at_worst, places_.factor[k]});
    for (const std::size_t c : g.groups) {
      const node& inner = card.groups[c];
      members.push_back({value_[c].data(), inner.weight, inner.at_worst, inner.by_coverage ? places_.covered[c] : nullptr});
    }
  }
}

void tree_tile::split(std::size_t i, std::size_t row, contributions& parts) {
  if (!explainer_) explainer_ = std::make_unique<explainer>(plan_);
  for (std::size_t k = 0; k < states_.size(); ++k) states_[k] = state_at(places_, k, i);
  const auto rest = explainer_->run(states_, parts.points.data() + row, parts.lost.data() + row, parts.rows);
  if (parts.base.empty()) return;
  parts.base[row] = rest.base;
  parts.cut[row] = rest.cut;
}

signal_state state_at(const tile_places& places, std::size_t signal, std::size_t i) noexcept {
  const double weight = places.factor[signal] == nullptr ? 1.0 : places.factor[signal][i];
  return {places.s[signal][i], weight, std::isnan(places.observed[signal][i]) ? 0.0 : weight,
          std::isnan(places.counted[signal][i]) ? signal_use::not_applicable : signal_use::counts};
}

void describe_parts(const plan& card, std::size_t rows, contributions& parts) {
  for (const node& g : card.groups) {
    if (std::holds_alternative<point_sum>(g.how)) parts.base.resize(rows), parts.cut.resize(rows);
    if (samples_parts(g.how, g.leaves.size() + g.groups.size())) parts.method = attribution::sampled;
  }
}

}  // namespace sojourn::inline v0_1::health::detail
