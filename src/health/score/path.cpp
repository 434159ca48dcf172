#include "sojourn/health/score/path.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include "detail/nan.hpp"
#include "health/score/account_row.hpp"
#include "health/score/invert.hpp"
#include "health/score/tree.hpp"
#include "json/json_value.hpp"

namespace sojourn::inline v0_1::health {
namespace {

using detail::account_row;
using sojourn::detail::nan;

/// Points past a threshold: far below what anybody sees, far above what rounding can lose.
constexpr double slack = 1e-9;

/// A signal that can be improved.
struct improvable_signal {
  std::size_t signal = 0;
  double from = 0, to = 0;  ///< today's s, and the best it can become
  double limit = 0;
  double cost = 1;  ///< of one whole s
};

/// Smoothing and dwell answer "how fast", not "where to".
scorecard without_delay(const scorecard& card) {
  if (!card.spec().smoothing && card.spec().tiers.dwell == 1) return card;
  scorecard_spec spec = card.spec();
  spec.smoothing.reset();
  spec.tiers.dwell = 1;
  return compile(spec);
}

class finder {
 public:
  finder(const scorecard& card, const signals& columns, std::size_t row, const path_options& how,
         const score_options& options)
      : card_(without_delay(card)),
        plan_(card_.plan()),
        how_(how),
        today_(options.as_of.since_epoch),
        account_(card_, columns, row, options),
        before_(account_.score(card_)),
        tree_(plan_),
        states_(before_.states) {
    if (!options.previous_tier.empty()) previous_ = options.previous_tier[row];
    if (!options.previous.empty()) previous_ = options.previous[row].tier;
    find_candidates();
  }

  path run(tier_code wanted) {
    if (wanted >= card_.ladder().size()) throw schema_error("there is no tier " + std::to_string(wanted));
    result_.now = result_.then = seen(before_);
    if (std::isnan(result_.now.score)) return result_;
    result_.status = path_status::already_there;
    if (result_.now.tier >= wanted) return result_;
    const bool climbs = previous_ < wanted;
    const double need = card_.ladder().thresholds()[wanted - 1u] + (climbs ? card_.spec().tiers.up : 0) + slack;
    // What rules add today they will mostly add tomorrow; what a cap takes off, the improvement itself may lift.
    const double moved = result_.now.score - result_.now.raw;
    for (const double offset : {std::max(moved, 0.0), std::min(moved, 0.0)}) {
      if (!solve(need - offset)) {
        if (result_.status != path_status::held_down) result_.status = path_status::out_of_reach;
        continue;
      }
      describe(offset);
      if (result_.then.tier != unknown_tier && result_.then.tier >= wanted) {
        result_.status = path_status::reached;
        return result_;
      }
      result_.status = path_status::held_down;
    }
    return result_;
  }

 private:
  static scenario seen(const snapshot& s) { return {s.result.score[0], s.result.tier[0], s.raw(0), s.result.flags[0]}; }

  void find_candidates() {
    const auto& signals = card_.spec().signals;
    for (const effort& one : how_.efforts) {
      const auto same = [&](const signal_spec& s) { return s.name == one.signal; };
      if (std::none_of(signals.begin(), signals.end(), same))
        throw schema_error("the card has no signal \"" + one.signal + "\" to improve");
      if (!(one.cost >= 0 && std::isfinite(one.cost)))
        throw schema_error("the cost of \"" + one.signal + "\" must be 0 or more");
    }
    for (std::size_t k = 0; k < signals.size(); ++k) {
      const signal_state& state = states_[k];
      if (std::isnan(state.s) || !(state.covered > 0)) continue;
      improvable_signal one{k, state.s, state.s, detail::best_of_norm(signals[k].norm), 1};
      for (const effort& e : how_.efforts) {
        if (e.signal != signals[k].name) continue;
        one.limit = std::min(one.limit, e.limit);
        one.cost = e.cost;
      }
      if (one.limit > one.from) candidates_.push_back(one);
    }
  }

  /// The score before rules with every candidate where it stands. An improved value is a fresh one.
  double raw() {
    std::vector<signal_state> now = states_;
    for (const improvable_signal& one : candidates_) {
      if (one.to > one.from) now[one.signal] = {one.to, 1, 1, signal_use::counts};
    }
    return 100 * tree_.evaluate(now);
  }

  /// Moves candidates so that the raw score reaches `need`.
  bool solve(double need) {
    for (improvable_signal& one : candidates_) one.to = one.from;
    const bool ages = std::any_of(candidates_.begin(), candidates_.end(), [&](const improvable_signal& c) {
      return plan_.leaves[c.signal].factor != detail::nowhere;
    });
    result_.method = plan_.all_means && !ages ? path_method::exact : path_method::greedy;
    return result_.method == path_method::exact ? by_sorting(need) : by_taking_back(need);
  }

  /// In a weighted mean every step is worth the same whatever the others do.
  bool by_sorting(double need) {
    const double start = raw();
    struct worth {
      improvable_signal* who;
      double points;
      double rank;
    };
    std::vector<worth> order;
    for (improvable_signal& one : candidates_) {
      one.to = one.limit;
      const double gain = raw() - start;
      one.to = one.from;
      const double price = how_.goal == path_goal::cheapest ? one.cost * (one.limit - one.from) : 1.0;
      if (gain > 0) order.push_back({&one, gain, price > 0 ? gain / price : std::numeric_limits<double>::infinity()});
    }
    std::sort(order.begin(), order.end(), [](const worth& a, const worth& b) {
      return a.rank > b.rank || (a.rank == b.rank && a.who->signal < b.who->signal);
    });
    double missing = need - start;
    for (const worth& step : order) {
      if (missing <= 0) break;
      const double share = std::min(1.0, missing / step.points);
      step.who->to = share == 1 ? step.who->limit : step.who->from + share * (step.who->limit - step.who->from);
      missing -= step.points;
    }
    return missing <= 0;
  }

  /// All as good as they can be, then taken back: what is dear, or matters least, first.
  bool by_taking_back(double need) {
    for (improvable_signal& one : candidates_) one.to = one.limit;
    if (!(raw() >= need)) return false;
    std::vector<std::pair<double, improvable_signal*>> order;
    for (improvable_signal& one : candidates_) {
      const double full = raw();
      one.to = one.from;
      order.emplace_back(how_.goal == path_goal::fewest ? full - raw() : -one.cost * (one.limit - one.from), &one);
      one.to = one.limit;
    }
    std::sort(order.begin(), order.end(), [](const auto& a, const auto& b) {
      return a.first < b.first || (a.first == b.first && a.second->signal < b.second->signal);
    });
    for (auto& [rank, one] : order) {
      one->to = one->from;
      if (!(raw() >= need)) one->to = one->limit;
    }
    for (auto& [rank, one] : order) {
      if (one->to == one->from) continue;
      double low = one->from, high = one->limit;
      for (int halving = 0; halving < 60; ++halving) {
        one->to = (low + high) / 2;
        (raw() >= need ? high : low) = one->to;
      }
      one->to = high;
    }
    return true;
  }

  /// Steps in order of gain with their raw values, and what scoring makes of them.
  void describe(double offset) {
    result_.steps.clear();
    result_.cost = 0;
    std::vector<improvable_signal> moved;
    for (const improvable_signal& one : candidates_)
      if (one.to > one.from) moved.push_back(one);
    std::vector<signal_state> now = states_;
    double score = 100 * tree_.evaluate(now);
    bool all_known = true;
    account_row account = account_;
    while (!moved.empty()) {
      std::size_t best = 0;
      double most = -1;
      for (std::size_t i = 0; i < moved.size(); ++i) {
        const double then = with(now, moved[i]);
        if (then > most) most = then, best = i;
      }
      const improvable_signal one = moved[best];
      moved.erase(moved.begin() + static_cast<std::ptrdiff_t>(best));
      path_step step = step_of(one, account, all_known);
      now[one.signal] = {step.s, 1, 1, signal_use::counts};
      const double then = 100 * tree_.evaluate(now);
      step.points = then - score;
      score = then;
      result_.cost += step.cost;
      result_.steps.push_back(std::move(step));
    }
    result_.then =
        all_known ? seen(account.score(card_)) : scenario{std::clamp(score + offset, 0.0, 100.0), unknown_tier, score, 0};
    if (!all_known) result_.then.tier = card_.ladder().of(result_.then.score, previous_);
  }
  double with(std::vector<signal_state> now, const improvable_signal& one) {
    now[one.signal] = {one.to, 1, 1, signal_use::counts};
    return 100 * tree_.evaluate(now);
  }

  path_step step_of(const improvable_signal& one, account_row& account, bool& all_known) {
    const signal_spec& spec = card_.spec().signals[one.signal];
    const double held = account_.number(one.signal);
    const double by = plan_.leaves[one.signal].per == detail::nowhere ? 1.0 : account_.number(plan_.leaves[one.signal].per);
    path_step step{one.signal, one.from, one.to, nan, {}, 0, 0};
    detail::raw_value raw;
    raw.s = nan;
    if (const auto found = detail::invert(spec.norm, one.to, held / by, today_)) raw = *found;
    raw.x *= by;
    const bool outside = spec.valid && (raw.x < spec.valid->low || raw.x > spec.valid->high);
    if (std::isnan(raw.s) || outside || (raw.label.empty() && !std::isfinite(raw.x))) {
      all_known = false;
    } else {
      if (how_.goal == path_goal::cheapest && raw.s > one.to + slack) result_.method = path_method::greedy;
      step.s = raw.s;
      step.value = raw.x;
      step.label = raw.label;
      account.assume({spec.name, raw.x, raw.label});
    }
    step.cost = one.cost * (step.s - one.from);
    return step;
  }

  scorecard card_;
  const detail::plan& plan_;
  const path_options& how_;
  double today_;
  account_row account_;
  snapshot before_;
  detail::account_tree tree_;
  std::vector<signal_state> states_;
  std::vector<improvable_signal> candidates_;
  tier_code previous_ = no_tier;
  path result_;
};

}  // namespace

path path_to(const scorecard& card, const signals& columns, std::size_t row, tier_code wanted, const path_options& how,
             const score_options& options) {
  return finder(card, columns, row, how, options).run(wanted);
}

namespace {

/// The next tier above the one an account is in; the best one's own.
tier_code next_tier_up(const scorecard& card, tier_code now) {
  const std::size_t at = now < card.ladder().size() ? now : 0;
  return static_cast<tier_code>(std::min(at + 1, card.ladder().size() - 1));
}

}  // namespace

std::vector<account_path> paths(const scorecard& card, const signals& columns, std::optional<tier_code> wanted,
                                const path_options& how, const score_options& options) {
  std::vector<account_path> found;
  for (std::size_t row = 0; row < options.previous_tier.size(); ++row) {
    const tier_code target = wanted.value_or(next_tier_up(card, options.previous_tier[row]));
    found.push_back({row, target, path_to(card, columns, row, target, how, options)});
  }
  return found;
}

std::vector<std::string> day_columns(const scorecard& card, const std::vector<std::string>& signals) {
  std::vector<std::string> days;
  for (const signal_spec& one : card.spec().signals) {
    if (!one.observed_at.empty() && std::ranges::find(signals, one.name) != signals.end()) days.push_back(one.observed_at);
  }
  return days;
}

}  // namespace sojourn::inline v0_1::health
