#include "sojourn/health/card/scorecard.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>

#include "detail/fnv1a.hpp"
#include "detail/read_double.hpp"
#include "health/card/plan.hpp"
#include "health/card/read_card.hpp"
#include "health/card/usual.hpp"
#include "sojourn/domain/shown_value.hpp"
#include "sojourn/health/card/check_card.hpp"

namespace sojourn::inline v0_1::health {
namespace detail {
namespace {

/// The entries whose name is a number, for columns that hold numbers.
std::vector<std::pair<double, double>> numbered(const std::vector<std::pair<std::string, double>>& table) {
  std::vector<std::pair<double, double>> result;
  for (const auto& [name, s] : table) {
    double value = 0;
    const auto parsed = sojourn::detail::read_double(name.data(), name.data() + name.size(), value);
    if (parsed.ec == std::errc{} && parsed.ptr == name.data() + name.size()) result.emplace_back(value, s);
  }
  return result;
}

/// One overload a normaliser: its parameters become the numbers of a kernel.
class flatten_norm {
 public:
  explicit flatten_norm(leaf& result) : result_(result) {}

  void operator()(const identity&) const { set_ramp(0, 100); }
  void operator()(const ramp& r) const {
    set_ramp(r.bad, r.good);
    result_.takes_infinity = r.outside == ramp_outside::clip;
    result_.ignores_outside = r.outside == ramp_outside::ignore;
    result_.low = std::fmin(r.bad, r.good);
    result_.high = std::fmax(r.bad, r.good);
  }
  void operator()(const piecewise& p) const {
    set_segments(p.knots);
    result_.takes_infinity = true;
  }
  void operator()(const target& t) const {
    std::vector<knot> knots = {{t.low - t.falloff, 0}, {t.low, 1}};
    if (t.high > t.low) knots.push_back({t.high, 1});
    knots.push_back({t.high + t.falloff, 0});
    set_segments(knots);
  }
  void operator()(const bins& b) const {
    result_.how = kernel::steps;
    result_.takes_infinity = true;
    result_.right_closed = b.closed == closed_side::right;
    result_.from = b.edges;
    if (b.edges.size() > b.s.size()) result_.from.assign(b.edges.begin() + 1, b.edges.end() - 1);
    result_.rise = b.s;
    if (b.gaps == gap_policy::refuse) return;
    result_.how = kernel::gapped_steps;
    const bool ended = b.edges.size() > b.s.size();
    result_.low = ended ? b.edges.front() : -std::numeric_limits<double>::infinity();
    result_.high = ended ? b.edges.back() : std::numeric_limits<double>::infinity();
  }
  void operator()(const value_map& m) const {
    result_.how = kernel::names;
    result_.numbers = numbered(m.table);
  }
  void operator()(const boolean& b) const {
    result_.how = kernel::flag;
    result_.a = b.when_false;
    result_.b = b.when_true;
  }
  void operator()(const logistic& l) const {
    result_.how = kernel::logistic;
    result_.takes_infinity = true;
    result_.a = l.mid;
    result_.b = l.slope;
  }
  void operator()(const log_ramp& r) const {
    const bool log1p = r.scale == log_scale::log1p;
    result_.how = log1p ? kernel::log_ramp : kernel::asinh_ramp;
    result_.a = log1p ? std::log1p(r.bad) : std::asinh(r.bad);
    result_.b = inverse_of(result_.a, log1p ? std::log1p(r.good) : std::asinh(r.good));
  }
  void operator()(const saturating& s) const {
    result_.how = s.curve == saturating_curve::hyperbolic ? kernel::saturating : kernel::exponential;
    result_.a = s.half;
  }

  void operator()(const recency& r) const {
    result_.how = kernel::recency;
    result_.takes_infinity = true;
    result_.a = r.grace;
    result_.b = r.half_life;
  }
  void operator()(const zscore& z) const { set_normal(z.mean, 1 / z.sd, z.better); }
  void operator()(const robust_z& z) const { set_normal(z.median, 0.6745 / z.mad, z.better); }
  void operator()(const percentile& p) const {
    result_.how = kernel::rank;
    result_.takes_infinity = true;
    result_.right_closed = p.better == better_side::lower;
    result_.from = p.reference;
    if (p.segment.empty()) return;
    result_.how = kernel::segment_rank;
    std::vector<std::pair<std::string, double>> positions;
    positions.reserve(p.by.size());
    for (std::size_t j = 0; j < p.by.size(); ++j) positions.emplace_back(p.by[j].first, static_cast<double>(j));
    result_.segments = numbered(positions);
  }
  void operator()(const change& c) const {
    set_ramp(c.bad, c.good);
    result_.how = kernel::change;
    result_.low = c.floor;
  }
  void operator()(const ratio& r) const {
    set_ramp(r.bad, r.good);
    result_.how = kernel::ratio;
  }
  void operator()(const lookup2d&) const { result_.how = kernel::lookup; }

 private:
  void set_normal(double middle, double steepness, better_side better) const {
    result_.how = kernel::normal;
    result_.a = middle;
    result_.b = better == better_side::higher ? steepness : -steepness;
  }
  void set_ramp(double bad, double good) const {
    result_.how = kernel::ramp;
    result_.a = bad;
    result_.b = inverse_of(bad, good);
  }
  void set_segments(const std::vector<knot>& knots) const {
    result_.how = kernel::segments;
    result_.a = knots.front().s + 0.0;  // no -0.0, however the sum is computed
    for (std::size_t j = 1; j < knots.size(); ++j) {
      result_.from.push_back(knots[j - 1].x);
      result_.inverse.push_back(inverse_of(knots[j - 1].x, knots[j].x));
      result_.rise.push_back(knots[j].s - knots[j - 1].s);
    }
  }
  leaf& result_;
};

/// The other column that a normaliser reads; empty where it reads none.
std::string second_column(const normaliser& norm) {
  if (const auto* c = std::get_if<change>(&norm)) return c->from;
  if (const auto* r = std::get_if<ratio>(&norm)) return r->denominator;
  if (const auto* l = std::get_if<lookup2d>(&norm)) return l->context;
  if (const auto* p = std::get_if<percentile>(&norm)) return p->segment;
  return {};
}

void set_missing(const missing_policy& policy, leaf& result) {
  result.imputes =
      policy.kind == missing_kind::neutral || policy.kind == missing_kind::worst || policy.kind == missing_kind::best;
  if (policy.kind == missing_kind::neutral) result.fill = policy.value;
  if (policy.kind == missing_kind::best) result.fill = 1;
  result.carries = policy.kind == missing_kind::carry_forward;
  if (policy.kind != missing_kind::impute || !policy.typical) return;
  result.imputes = result.substitutes = true;
  result.fill = *policy.typical;
  result.numbers = numbered(policy.typical_by);
}

class flatten_tree {
 public:
  explicit flatten_tree(plan& result) : result_(result) {
    for (std::size_t k = 0; k < result.spec.signals.size(); ++k) position_[result.spec.signals[k].name] = k;
  }

  void run() {
    add(result_.spec.tree, nowhere, 1, result_.spec.min_coverage);
    // A group in which nothing is active weighs as little as its members.
    for (std::size_t g = result_.groups.size(); g-- > 1;)
      if (sum(result_, result_.groups[g]) == 0) result_.groups[g].weight = 0;
    if (result_.spec.missing_scope == redistribution_scope::global) flatten_to_one();
    for (std::size_t g = result_.groups.size(); g-- > 0;) describe(result_.groups[g]);
    constexpr double visible = 1e-6;  // share of the whole below which rounding might hide a signal
    const std::vector<double> shares = static_shares();
    for (std::size_t k = 0; k < shares.size(); ++k) result_.leaves[k].share = shares[k];
    const bool weights_vary = result_.factors > 0 || std::any_of(result_.groups.begin(), result_.groups.end(),
                                                                 [](const node& g) { return g.by_coverage; });
    result_.perfect_is_exact =
        std::all_of(shares.begin(), shares.end(), [](double w) { return w == 0 || w > visible; }) && !weights_vary;
  }

 private:
  void add(const group& source, std::size_t parent, double weight, double min_coverage) {
    const std::size_t at = result_.groups.size();
    node& fresh = result_.groups.emplace_back();
    fresh.parent = parent;
    fresh.weight = weight;
    fresh.how = source.how;
    result_.all_means &= std::holds_alternative<weighted_mean>(source.how);
    fresh.min_coverage = lowest_reaching(min_coverage);  // reached when the coverage that is shown reaches it
    if (parent != nowhere) result_.groups[parent].groups.push_back(at);
    for (const branch& b : source.mean) {
      if (const auto* name = std::get_if<std::string>(&b.node)) {
        const std::size_t k = position_.at(*name);
        result_.leaves[k].group = at;
        const bool active = result_.spec.signals[k].state == activity::active;
        result_.leaves[k].weight = active ? b.weight - b.at_worst : 0;
        result_.leaves[k].at_worst = active ? b.at_worst : 0;
        result_.groups[at].leaves.push_back(k);
      } else {
        const group& inner = std::get<group>(b.node);
        const std::size_t child = result_.groups.size();
        add(inner, at, b.weight - b.at_worst, inner.min_coverage);
        result_.groups[child].at_worst = b.at_worst;
        result_.groups[child].by_coverage = inner.own_weight == group_weight::by_coverage;
      }
    }
  }

  static double sum(const plan& p, const node& g) {
    double total = 0;
    for (const std::size_t k : g.leaves) total += p.leaves[k].weight;
    for (const std::size_t c : g.groups) total += p.groups[c].weight;
    return total;
  }

  /// Share of the whole that each leaf holds when nothing is missing.
  [[nodiscard]] std::vector<double> static_shares() const {
    std::vector<double> of_group(result_.groups.size(), 1.0);
    for (std::size_t g = 1; g < of_group.size(); ++g) {
      const node& here = result_.groups[g];
      const double total = sum(result_, result_.groups[here.parent]);
      of_group[g] = total > 0 ? of_group[here.parent] * here.weight / total : 0.0;
    }
    std::vector<double> shares;
    for (const leaf& l : result_.leaves) {
      const double total = sum(result_, result_.groups[l.group]);
      shares.push_back(total > 0 ? of_group[l.group] * l.weight / total : 0.0);
    }
    return shares;
  }

  /// Global scope: one group in which every signal holds its share of the whole.
  void flatten_to_one() {
    const std::vector<double> shares = static_shares();
    node root;
    root.min_coverage = lowest_reaching(result_.spec.min_coverage);
    for (std::size_t k = 0; k < result_.leaves.size(); ++k) {
      result_.leaves[k].group = 0;
      result_.leaves[k].weight = shares[k];
      root.leaves.push_back(k);
    }
    result_.groups.clear();
    result_.groups.push_back(std::move(root));
  }

  void describe(node& g) const {
    g.total = sum(result_, g);
    g.plain = g.groups.empty();
    for (const std::size_t k : g.leaves) {
      const missing_kind policy = result_.spec.signals[k].missing.kind;
      if (result_.leaves[k].imputes || policy == missing_kind::not_applicable) g.plain = false;
      if (policy == missing_kind::not_applicable) g.may_shrink = true;
    }
    for (const std::size_t c : g.groups) g.may_shrink |= result_.groups[c].may_shrink;
    for (const std::size_t k : g.leaves)
      if (result_.leaves[k].factor != nowhere) g.plain = false;
    // A group without weight can never be covered: as if none of it applied.
    if (g.total == 0) g.may_shrink = true, g.plain = false;
  }

  plan& result_;
  std::map<std::string, std::size_t> position_;
};

/// Without its signals a group has nothing.
void exclude(std::size_t r, std::size_t group, plan& result) {
  for (leaf& l : result.leaves) {
    for (std::size_t g = l.group; g != nowhere; g = result.groups[g].parent) {
      if (g == group) l.excluded_by |= std::uint64_t{1} << r, l.reads_once = false;
    }
  }
}

void place_target(std::size_t r, plan& result) {
  const rule& one = result.spec.rules[r];
  if (one.scope == rule_scope::overall) return;
  result.scoped.push_back(r);
  if (one.scope == rule_scope::signal) {
    const auto named = [&](const signal_spec& s) { return s.name == one.target; };
    const auto& all = result.spec.signals;
    leaf& target = result.leaves[static_cast<std::size_t>(std::find_if(all.begin(), all.end(), named) - all.begin())];
    target.rules.push_back(r);
    target.rule_bits |= std::uint64_t{1} << r;
    target.reads_once = false;
    return;
  }
  const std::vector<std::string> ids = group_ids(result.spec);
  const auto g = static_cast<std::size_t>(std::find(ids.begin(), ids.end(), one.target) - ids.begin());
  if (one.action == rule_action::exclude) return exclude(r, g, result);
  if (one.action == rule_action::none) return;
  result.groups[g].rules.push_back(r);
  result.moves_groups = true;
}

/// Conditions read, their columns and targets found. The rules are valid and the tree stands.
void plan_rules(plan& result) {
  const std::size_t numbers = result.inputs.size();
  for (std::size_t r = 0; r < result.spec.rules.size(); ++r) {
    result.conditions.push_back(read_condition(result.spec.rules[r].when, result.spec));
    place_columns(result.conditions.back(), result.inputs);
    place_target(r, result);
  }
  result.compared.assign(result.inputs.size(), false);
  std::fill(result.compared.begin() + static_cast<std::ptrdiff_t>(numbers), result.compared.end(), true);
}

}  // namespace
}  // namespace detail

scorecard compile(const scorecard_spec& spec) {
  diagnostics found = validate(spec);
  if (has_errors(found)) throw card_error(std::move(found));
  auto result = std::make_shared<detail::plan>();
  result->spec = spec;
  result->ladder = tier_ladder(spec.tiers);
  result->json = to_json(spec);
  result->hash = sojourn::detail::fnv1a_of(result->json);
  result->warnings = std::move(found);
  for (const signal_spec& s : spec.signals) result->inputs.push_back(s.name);
  const auto input_at = [&inputs = result->inputs](const std::string& name) {
    const auto at = std::find(inputs.begin(), inputs.end(), name);
    const std::size_t index = static_cast<std::size_t>(at - inputs.begin());
    if (at == inputs.end()) inputs.push_back(name);
    return index;
  };
  for (const signal_spec& s : spec.signals) {
    detail::leaf& one = result->leaves.emplace_back();
    std::visit(detail::flatten_norm(one), s.norm);
    detail::set_missing(s.missing, one);
    const bool short_line = one.how == detail::kernel::segments && one.rise.size() <= detail::one_pass_segments;
    const bool plain_ramp = one.how == detail::kernel::ramp && !one.ignores_outside;
    one.reads_once = (plain_ramp || short_line) && !one.imputes && !one.carries && !s.valid && s.per.empty() && !s.stale;
    if (!s.per.empty()) one.per = input_at(s.per);
    if (const std::string second = detail::second_column(s.norm); !second.empty()) one.second = input_at(second);
    if (one.substitutes && !s.missing.segment.empty()) one.segment = input_at(s.missing.segment);
    result->reads_previous |= one.carries || (one.how == detail::kernel::change && one.second == detail::nowhere);
    if (!s.observed_at.empty()) one.observed = input_at(s.observed_at);
    one.grows_old = s.stale.has_value();
    result->grows_old |= one.grows_old;
    if (one.grows_old && s.stale->decay_weight) one.factor = result->factors++;
  }
  detail::flatten_tree(*result).run();
  detail::plan_rules(*result);
  result->is_usual = detail::is_usual(*result);
  return scorecard(std::move(result));
}

scorecard compile_json(std::string_view json) {
  const detail::card_text card = detail::read_card(json);
  diagnostics found = detail::all_problems(card);
  if (has_errors(found)) throw card_error(std::move(found));
  return compile(card.spec);
}

const scorecard_spec& scorecard::spec() const noexcept {
  return plan_->spec;
}
const tier_ladder& scorecard::ladder() const noexcept {
  return plan_->ladder;
}
const std::string& scorecard::to_json() const noexcept {
  return plan_->json;
}
std::uint64_t scorecard::hash() const noexcept {
  return plan_->hash;
}
const diagnostics& scorecard::warnings() const noexcept {
  return plan_->warnings;
}
bool scorecard::reads_previous() const noexcept {
  return plan_->reads_previous;
}
const std::vector<std::string>& scorecard::inputs() const noexcept {
  return plan_->inputs;
}

std::string_view scorecard::tier_name(tier_code which) const noexcept {
  if (which == unknown_tier) return "unknown";
  return which < plan_->spec.tiers.tiers.size() ? std::string_view(plan_->spec.tiers.tiers[which].name) : std::string_view{};
}

std::vector<std::string> signal_names(const scorecard& card) {
  std::vector<std::string> names;
  for (const signal_spec& one : card.spec().signals) names.push_back(one.name);
  return names;
}

}  // namespace sojourn::inline v0_1::health
