// The meaning of a card, checked on the spec, so that cards built in C++ get the same answers as cards read from JSON.
#include "sojourn/health/card/check_card.hpp"

#include <cmath>
#include <map>
#include <set>

#include "detail/number_text.hpp"
#include "health/card/aggregator_words.hpp"
#include "health/card/check_lookup.hpp"
#include "health/card/check_rules.hpp"
#include "health/card/condition.hpp"
#include "health/card/read_card.hpp"
#include "json/json_value.hpp"
#include "sojourn/health/card/tiers.hpp"

namespace sojourn::inline v0_1::health {
namespace {

constexpr std::size_t max_found = 100;
constexpr std::size_t max_signals = 4096;
constexpr std::size_t max_table = 4096;
constexpr std::size_t max_tree_depth = 32;

class checker {
 public:
  explicit checker(const scorecard_spec& spec) : spec_(spec) {}

  diagnostics run() {
    if (spec_.card.empty()) error("/card", "the card needs a name");
    share("/min_coverage", spec_.min_coverage, "\"min_coverage\"");
    check_signals();
    check_tree();
    check_tiers();
    check_cycles();
    // Conditions are about signals, groups and tiers, which must stand first.
    detail::check_rules(spec_, has_errors(found_), found_);
    return std::move(found_);
  }

 private:
  void error(std::string at, std::string message, std::string suggestion = {}) {
    if (found_.size() < max_found)
      found_.push_back({std::move(at), std::move(message), std::move(suggestion), severity::error});
  }
  void warn(std::string at, std::string message, std::string suggestion) {
    if (found_.size() < max_found)
      found_.push_back({std::move(at), std::move(message), std::move(suggestion), severity::warning});
  }
  void share(const std::string& at, double value, const std::string& what) {
    if (!(value >= 0 && value <= 1)) error(at, what + " must lie between 0 and 1");
  }
  bool finite(const std::string& at, double value) {
    if (std::isfinite(value)) return true;
    error(at, "must be a finite number");
    return false;
  }

  void check_signals() {
    if (spec_.signals.empty()) error("/signals", "a card needs at least one signal");
    if (spec_.signals.size() > max_signals)
      return error("/signals", "more than " + std::to_string(max_signals) + " signals");
    for (std::size_t k = 0; k < spec_.signals.size(); ++k) {
      const signal_spec& s = spec_.signals[k];
      const std::string at = "/signals" + json::step(s.name);
      const auto [first, is_new] = position_.emplace(s.name, k);
      if (s.name.empty()) error(at, "a signal needs a name: the column it is read from");
      if (!is_new) {
        error(at, "signal \"" + s.name + "\" is declared twice, at positions " + std::to_string(first->second + 1) +
                      " and " + std::to_string(k + 1));
      }
      check_signal(s, at);
    }
  }

  void check_signal(const signal_spec& s, const std::string& at) {
    norm_at_ = at + "/norm";
    std::visit([this](const auto& norm) { check(norm); }, s.norm);
    if (s.missing.kind == missing_kind::neutral) share(at + "/missing/neutral", s.missing.value, "the neutral score");
    if (s.missing.kind == missing_kind::carry_forward) days(at + "/missing/carry_forward", s.missing.max_age);
    if (s.missing.kind == missing_kind::impute) check_impute(s, at + "/missing");
    if (s.state == activity::inactive)
      warn(at, "the signal is inactive: it has no weight and no part in the coverage", "fit it to data in which it varies");
    const bool names = std::holds_alternative<value_map>(s.norm);
    const bool flags = std::holds_alternative<boolean>(s.norm);
    if ((names || flags) && !s.per.empty())
      error(at + "/per", "only numbers can be divided, and this normaliser reads names or flags");
    const bool divides = std::holds_alternative<ratio>(s.norm), compares = std::holds_alternative<change>(s.norm);
    if (divides && !s.per.empty()) error(at + "/per", "the ratio divides already", "leave one of the two out");
    if (compares && !s.per.empty())
      error(at + "/per", "a change compares raw values, which have no common divisor", "divide both before they come in");
    if (names && s.valid) error(at + "/valid", "names have no range; a name outside the map is missing and counted");
    if (s.stale) check_stale(*s.stale, at + "/stale");
    if (s.valid && !(s.valid->low < s.valid->high)) error(at + "/valid", "low must be less than high");
  }

  void check_impute(const signal_spec& s, const std::string& at) {
    const bool numeric = !std::holds_alternative<value_map>(s.norm) && !std::holds_alternative<boolean>(s.norm) &&
                         !std::holds_alternative<recency>(s.norm);
    if (!numeric)
      return error(at, "names, flags and days have no typical value", "use {\"neutral\": 0.5}, which puts in a score");
    const missing_policy& m = s.missing;
    if (m.typical_by.size() > max_table) return error(at + "/by", "more than " + std::to_string(max_table) + " segments");
    if (!m.typical)
      return warn(at, "the typical value is not fitted yet, so a missing value gives its weight to its siblings",
                  "use fit_normalisers");
    finite(at + "/value", *m.typical);
    std::set<std::string_view> seen;
    for (const auto& [name, typical] : m.typical_by) {
      finite(at + "/by" + json::step(name), typical);
      if (!seen.insert(name).second) error(at + "/by" + json::step(name), "segment \"" + name + "\" is given twice");
    }
  }

  void check_stale(const staleness& stale, const std::string& at) {
    if (stale == staleness{}) error(at, "says nothing", "for example {\"validity\": 90}");
    if (stale.validity) days(at + "/validity", *stale.validity);
    if (stale.decay_weight) halving(at + "/decay_weight", stale.decay_weight->half_life, stale.decay_weight->grace);
    if (stale.to_neutral) {
      halving(at + "/to_neutral", stale.to_neutral->half_life, stale.to_neutral->grace);
      share(at + "/to_neutral/neutral", stale.to_neutral->neutral, "the neutral score");
    }
    if (stale.linear) {
      share(at + "/linear/rate", stale.linear->rate, "the share lost in each period");
      positive(at + "/linear/period", stale.linear->period);
    }
  }
  void halving(const std::string& at, double half_life, double grace) {
    positive(at + "/half_life", half_life);
    days(at + "/grace", grace);
  }
  void days(const std::string& at, double value) {
    if (!(value >= 0 && value <= longest)) error(at, "must be a number of days, 0 or more");
  }
  void positive(const std::string& at, double value) {
    if (!(value >= shortest && value <= longest)) error(at, "must be a number of days greater than 0");
  }
  static constexpr double shortest = 1e-3, longest = 1e6;  // days

  // One overload a normaliser.
  void check(const identity&) {}
  void check(const ramp& r) { ends(norm_at_ + "/ramp", r.bad, r.good); }
  void check(const log_ramp& r) {
    const std::string at = norm_at_ + "/log_ramp";
    if (r.scale == log_scale::asinh) {
      ends(at, r.bad, r.good);
      if (r.bad != r.good && std::asinh(r.bad) == std::asinh(r.good)) error(at, "the two ends are too close to tell apart");
      return;
    }
    if (!(r.bad > -1 && r.good > -1)) return error(at, "both ends must be greater than -1: the ramp runs on log(1 + x)");
    ends(at, r.bad, r.good);
    if (r.bad != r.good && std::log1p(r.bad) == std::log1p(r.good)) error(at, "the two ends are too close to tell apart");
  }
  void check(const piecewise& p) {
    const std::string at = norm_at_ + "/piecewise";
    if (p.knots.size() < 2) return error(at, "needs at least two knots [x, s]");
    if (p.knots.size() > max_table) return error(at, "more than " + std::to_string(max_table) + " knots");
    for (std::size_t j = 0; j < p.knots.size(); ++j) {
      const std::string here = at + json::step(j);
      if (finite(here + "/0", p.knots[j].x) && j > 0 && !apart(p.knots[j - 1].x, p.knots[j].x)) {
        error(here + "/0", "the x of the knots must increase from one to the next");
      }
      share(here + "/1", p.knots[j].s, "the score of a knot");
    }
  }
  void check(const bins& b) {
    const std::string at = norm_at_ + "/bins";
    if (b.s.empty()) return error(at + "/s", "needs at least one score");
    if (b.s.size() > max_table) return error(at + "/s", "more than " + std::to_string(max_table) + " bins");
    if (b.edges.size() + 1 != b.s.size() && b.edges.size() != b.s.size() + 1) {
      const std::string n = std::to_string(b.s.size());
      error(at + "/edges", n + " scores need " + std::to_string(b.s.size() - 1) + " inner edges, or " +
                               std::to_string(b.s.size() + 1) + " edges with the outer two; here are " +
                               std::to_string(b.edges.size()));
      return;
    }
    for (std::size_t j = 0; j < b.edges.size(); ++j) {
      if (finite(at + "/edges" + json::step(j), b.edges[j]) && j > 0 && !(b.edges[j] > b.edges[j - 1])) {
        error(at + "/edges" + json::step(j), "the edges must increase: bins may neither overlap nor be empty");
      }
    }
    for (std::size_t j = 0; j < b.s.size(); ++j) {
      const bool gap = std::isnan(b.s[j]);
      if (!gap)
        share(at + "/s" + json::step(j), b.s[j], "the score of a bin");
      else if (b.gaps == gap_policy::refuse)
        error(at + "/s" + json::step(j), "the bin has no score: a gap", "\"allow_gap\": true makes its values missing");
    }
  }
  void check(const value_map& m) {
    const std::string at = norm_at_ + "/map";
    if (m.table.empty()) error(at, "needs at least one value");
    if (m.table.size() > max_table) return error(at, "more than " + std::to_string(max_table) + " values");
    std::set<std::string_view> seen;
    for (const auto& [name, s] : m.table) {
      share(at + json::step(name), s, "the score of a value");
      if (!seen.insert(name).second) error(at + json::step(name), "value \"" + name + "\" is given twice");
    }
  }
  void check(const boolean& b) {
    share(norm_at_ + "/bool/false", b.when_false, "the score of false");
    share(norm_at_ + "/bool/true", b.when_true, "the score of true");
  }
  void check(const target& t) {
    const std::string at = norm_at_ + "/target";
    if (!(std::isfinite(t.low) && std::isfinite(t.high) && t.low <= t.high)) error(at, "low must not exceed high");
    if (!(t.falloff > 0 && std::isfinite(t.falloff))) return error(at + "/2", "falloff must be greater than 0");
    const bool resolved = apart(t.low - t.falloff, t.low) && apart(t.high, t.high + t.falloff);
    if (t.low <= t.high && !resolved) error(at + "/2", "falloff vanishes beside the size of low and high");
  }
  void check(const logistic& l) {
    finite(norm_at_ + "/logistic/0", l.mid);
    if (finite(norm_at_ + "/logistic/1", l.slope) && l.slope == 0) {
      error(norm_at_ + "/logistic/1", "a slope of 0 gives every account one half",
            "use a negative slope where lower is better");
    }
  }
  void check(const saturating& s) {
    if (!(s.half > 0 && std::isfinite(s.half)))
      error(norm_at_ + "/saturating", "the value that scores one half must be greater than 0");
  }
  void check(const recency& r) { halving(norm_at_ + "/recency", r.half_life, r.grace); }
  void check(const zscore& z) { spread(norm_at_ + "/zscore", z.mean, z.sd, "standard deviation"); }
  void check(const robust_z& z) { spread(norm_at_ + "/robust_z", z.median, z.mad, "median absolute deviation"); }
  void check(const percentile& p) {
    check_reference(p.reference, norm_at_ + "/percentile");
    if (p.segment.empty() && !p.by.empty())
      error(norm_at_ + "/by", "\"segment\" is missing: the column that names the segment");
    if (p.by.size() > max_table) return error(norm_at_ + "/by", "more than " + std::to_string(max_table) + " segments");
    std::set<std::string_view> seen;
    for (const auto& [name, reference] : p.by) {
      check_reference(reference, norm_at_ + "/by" + json::step(name));
      if (!seen.insert(name).second) error(norm_at_ + "/by" + json::step(name), "segment \"" + name + "\" is given twice");
    }
  }
  void check_reference(const std::vector<double>& reference, const std::string& at) {
    if (reference.empty()) return error(at, "needs at least one value of reference");
    for (std::size_t j = 0; j < reference.size(); ++j) {
      if (finite(at + json::step(j), reference[j]) && j > 0 && reference[j] < reference[j - 1]) {
        return error(at + json::step(j), "the reference must be in increasing order");
      }
    }
  }
  void check(const change& c) {
    ends(norm_at_ + "/change", c.bad, c.good);
    if (!(c.floor >= 0 && std::isfinite(c.floor)))
      error(norm_at_ + "/floor", "the least base of a comparison must be 0 or more");
  }
  void check(const ratio& r) {
    ends(norm_at_ + "/ratio", r.bad, r.good);
    if (r.denominator.empty()) error(norm_at_, "\"denominator\" is missing: which column is it divided by?");
  }
  void check(const lookup2d& t) { detail::check_lookup(t, norm_at_ + "/lookup2d", found_); }
  void spread(const std::string& at, double middle, double width, const std::string& what) {
    finite(at + "/0", middle);
    const bool usable = width > 0 && std::isfinite(width) && std::isfinite(1 / width);
    if (!usable)
      error(at + "/1", "the " + what + " must be greater than 0", "a signal without spread cannot tell accounts apart");
  }
  void ends(const std::string& at, double bad, double good) {
    if (!std::isfinite(bad) || !std::isfinite(good)) return error(at, "both ends must be finite numbers");
    if (bad == good) return error(at, "bad and good are the same value, so no score can tell accounts apart");
    if (!apart(std::fmin(bad, good), std::fmax(bad, good))) error(at, "the two ends are too close or too far apart");
  }
  /// a < b, and neither their distance nor its inverse overflows.
  static bool apart(double a, double b) { return a < b && std::isfinite(b - a) && std::isfinite(1 / (b - a)); }

  void check_tree() {
    check_group(spec_.tree, "/tree", 1, 1);
    for (const signal_spec& s : spec_.signals) {
      if (!used_.contains(s.name) && !s.name.empty()) {
        error("/signals" + json::step(s.name), "signal \"" + s.name + "\" is declared but stands nowhere in the tree",
              "give it weight 0 to show it without scoring it");
      }
    }
    if (spec_.tree.min_coverage != 0)
      error("/tree/min_coverage", "the root's is the card's", "write it at the top, as \"min_coverage\"");
  }

  void check_group(const group& g, const std::string& at, double own_weight, std::size_t depth) {
    if (depth > max_tree_depth) return error(at, "groups nested deeper than " + std::to_string(max_tree_depth));
    if (depth > 1) share(at + "/min_coverage", g.min_coverage, "\"min_coverage\"");
    if (depth > 1 && g.min_coverage != 0 && spec_.missing_scope == redistribution_scope::global) {
      error(at + "/min_coverage", "with \"missing_scope\": \"global\" a group cannot be missing by itself",
            "leave one of the two out");
    }
    if (g.own_weight == group_weight::by_coverage) check_propagate(at, depth);
    if (g.mean.empty()) return error(at, "an empty group has no score");
    if (!g.id.empty()) {
      const auto [first, is_new] = group_at_.emplace(g.id, at);
      if (!is_new) error(at + "/id", "group \"" + g.id + "\" exists already at " + first->second);
    }
    check_aggregator(g, at);
    const bool points = std::holds_alternative<point_sum>(g.how);
    double total = 0;
    for (std::size_t c = 0; c < g.mean.size(); ++c) {
      const std::string here = at + json::step(detail::key_of(g.how)) + json::step(c);
      if (points)
        check_points(g.mean[c], here + "/0");
      else
        check_weight(g.mean[c].weight, here + "/0");
      if (!points && g.mean[c].at_worst != 0)
        error(here + "/0", "only a group of \"points\" gives a range of them", "write the weight alone");
      total += g.mean[c].weight - g.mean[c].at_worst;
      if (const auto* name = std::get_if<std::string>(&g.mean[c].node))
        check_leaf(*name, here + "/1");
      else
        check_group(std::get<group>(g.mean[c].node), here + "/1", g.mean[c].weight - g.mean[c].at_worst, depth + 1);
    }
    if (total == 0 && own_weight != 0)
      error(at, "all weights of the group are 0, so it has no score", "weigh at least one of its members");
  }

  void check_aggregator(const group& g, const std::string& at) {
    for (detail::aggregator_problem& one : detail::problems_of(g.how))
      error(at + json::step(one.key), std::move(one.message), std::move(one.suggestion));
    if (spec_.missing_scope == redistribution_scope::global && !std::holds_alternative<weighted_mean>(g.how)) {
      error(at + json::step(detail::key_of(g.how)), "with \"missing_scope\": \"global\" there is one mean of all signals",
            "leave one of the two out");
    }
    const auto* best = std::get_if<best_of>(&g.how);
    if (best == nullptr || best->n < 1 || static_cast<std::size_t>(best->n) <= g.mean.size()) return;
    found_.push_back(
        {at + "/n", "the group has fewer members than that, so all of them count", "lower \"n\"", severity::warning});
  }
  void check_points(const branch& b, const std::string& at) {
    constexpr double most = 1e9;
    if (!(std::abs(b.weight) <= most && std::abs(b.at_worst) <= most))
      return error(at, "points must lie between -1e9 and 1e9");
    if (b.weight < b.at_worst) {
      error(at,
            "a perfect signal must not bring fewer points than the worst one: [" + sojourn::detail::number_text(b.at_worst) +
                ", " + sojourn::detail::number_text(b.weight) + "]",
            "to deduct points write [-20, 0] and let the normaliser call few tickets good");
    }
    const double span = b.weight - b.at_worst;
    if (span > 0 && span < 1e-100) error(at, "the points at best and at worst are too close to tell apart");
  }

  void check_propagate(const std::string& at, std::size_t depth) {
    if (depth == 1) return error(at + "/propagate", "the root has no weight of its own");
    if (spec_.missing_scope == redistribution_scope::global) {
      error(at + "/propagate", "with \"missing_scope\": \"global\" groups have no weight of their own",
            "leave one of the two out");
    }
  }

  void check_weight(double weight, const std::string& at) {
    constexpr double largest = 1e100, smallest = 1e-100;  // keeps quotients of weights far from overflow
    if (std::isfinite(weight) && weight < 0) {
      return error(at, "a weight cannot be negative",
                   "turn the normaliser round (ramp with bad > good) where lower is better");
    }
    if (weight != 0 && !(weight >= smallest && weight <= largest))
      error(at, "a weight must be 0 or lie between 1e-100 and 1e100");
  }

  void check_leaf(const std::string& name, const std::string& at) {
    if (!position_.contains(name)) {
      if (found_.size() >= max_found) return;
      std::vector<std::string> names;
      names.reserve(spec_.signals.size());
      for (const signal_spec& s : spec_.signals) names.push_back(s.name);
      return error(at, "signal \"" + name + "\" is not declared", json::did_you_mean(name, names));
    }
    const auto [first, is_new] = used_.emplace(name, at);
    if (!is_new)
      error(at, "signal \"" + name + "\" is weighed already at " + first->second, "a signal may stand in one place only");
  }

  void check_tiers() {
    const tier_spec& t = spec_.tiers;
    if (t.tiers.empty())
      return error("/tiers", "needs at least one tier", "for example {\"red\": 0, \"yellow\": 50, \"green\": 75}");
    if (t.tiers.size() > max_tiers) return error("/tiers", "more than " + std::to_string(max_tiers) + " tiers");
    if (!(t.up >= 0 && t.up <= 100)) error("/tiers/up", "must lie between 0 and 100 points");
    if (!(t.down >= 0 && t.down <= 100)) error("/tiers/down", "must lie between 0 and 100 points");
    std::set<std::string_view> seen;
    for (std::size_t i = 0; i < t.tiers.size(); ++i) check_tier(t.tiers[i], i, seen);
    for (std::size_t i = 1; i + 1 < t.tiers.size(); ++i) {
      const double here = t.tiers[i].from, next = t.tiers[i + 1].from;
      if (here < next && here + t.up > next - t.down) {
        found_.push_back({"/tiers" + json::step(t.tiers[i].name),
                          "the margins around \"" + t.tiers[i].name + "\" and \"" + t.tiers[i + 1].name +
                              "\" overlap, so an account can skip a tier",
                          "use smaller \"up\" and \"down\"", severity::warning});
      }
    }
  }
  /// What a card takes over from the cycle before.
  void check_cycles() {
    constexpr int longest_wait = 1000;
    const tier_spec& t = spec_.tiers;
    if (t.dwell < 1 || t.dwell > longest_wait)
      error("/tiers/dwell", "must be at least 1 cycle", "1 believes every change at once");
    if (t.hold_unknown < 0 || t.hold_unknown > longest_wait)
      error("/tiers/unknown/hold", "must be a number of cycles up to 1000");
    if (!spec_.smoothing) return;
    const smoothing_spec& s = *spec_.smoothing;
    if ((s.lambda != 0) == (s.half_life_days != 0)) {
      return error("/smoothing", "needs either \"lambda\" or \"half_life_days\"", "for example {\"half_life_days\": 14}");
    }
    if (s.lambda != 0 && !(s.lambda > 0 && s.lambda <= 1))
      error("/smoothing/lambda", "must be greater than 0 and at most 1 (no smoothing)");
    if (s.half_life_days != 0) positive("/smoothing/half_life_days", s.half_life_days);
    if (s.max_gap < 0 || s.max_gap > longest_wait) error("/smoothing/max_gap", "must be a number of cycles up to 1000");
  }
  void check_tier(const tier& one, std::size_t i, std::set<std::string_view>& seen) {
    static const std::set<std::string_view> reserved = {"unknown", "new", "lost", "up", "down", "closed", "dwell", ""};
    const std::string at = "/tiers" + json::step(one.name);
    if (reserved.contains(one.name)) error(at, "\"" + one.name + "\" cannot name a tier: the word has a meaning of its own");
    if (!seen.insert(one.name).second) error(at, "tier \"" + one.name + "\" is given twice");
    if (i == 0 && one.from != 0) error(at, "the first tier starts at 0, the bottom of the scale");
    if (!(one.from >= 0 && one.from <= 100))
      error(at, "a tier starts between 0 and 100");
    else if (i > 0 && !(one.from > spec_.tiers.tiers[i - 1].from))
      error(at, "tiers go from worst to best: each starts above the one before");
  }

  const scorecard_spec& spec_;
  diagnostics found_;
  std::map<std::string, std::size_t> position_;
  std::map<std::string, std::string> used_;
  std::map<std::string, std::string> group_at_;
  std::string norm_at_;
};

}  // namespace

diagnostics validate(const scorecard_spec& spec) {
  return checker(spec).run();
}

diagnostics validate_json(std::string_view json) {
  return detail::all_problems(detail::read_card(json));
}

}  // namespace sojourn::inline v0_1::health
