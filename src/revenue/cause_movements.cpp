#include "sojourn/revenue/cause_movements.hpp"

#include <algorithm>
#include <deque>
#include <map>

#include "revenue/boundary_rates.hpp"
#include "revenue/cause_changes.hpp"
#include "revenue/movement_amount.hpp"
#include "revenue/valued_account.hpp"
#include "sojourn/exec/executor.hpp"
#include "sojourn/exec/sharded.hpp"
#include "sojourn/revenue/shown_as.hpp"

namespace sojourn::inline v0_1 {
namespace {

using detail::account_history;
using detail::cause_part;
using detail::int128;

/// Sorts the movements of accounts into periods and causes.
class cause_tally {
 public:
  cause_tally(const detail::period_finder& finder, const revenue_policy& policy, std::size_t periods)
      : finder_(finder), policy_(policy), sums_(periods) {}

  /// The steps of one account, and the parts of those with several causes.
  void add(std::span<const mrr_step> steps, std::span<const cause_share> shares) {
    shares_ = shares;
    const auto earlier = detail::steps_before(finder_, steps);
    account_history past = detail::history_of(earlier);
    detail::for_each_period(finder_, steps.subspan(earlier.size()), [&](std::size_t period, std::span<const mrr_step> its) {
      one_period(period, past, its);
      for (const mrr_step& step : its) past.follow(step);
    });
  }

  [[nodiscard]] std::vector<std::vector<cause_sums>> periods() const {
    std::vector<std::vector<cause_sums>> all;
    for (const auto& by_cause : sums_) {
      auto& one = all.emplace_back();
      for (const auto& [cause, sums] : by_cause) {
        cause_sums named = sums;
        named.cause = cause;
        if (named != cause_sums{cause}) one.push_back(named);
      }
    }
    return all;
  }

 private:
  void one_period(std::size_t period, const account_history& before, std::span<const mrr_step> steps) {
    account_history after = before;
    for (const mrr_step& step : steps) after.follow(step);
    const bool several = steps.size() > 1;
    const bool joined = !before.present && before.is_new(steps.front().when, policy_.reactivation_max_gap);
    if (several && joined && !after.present && policy_.new_and_churned == same_period_new_churn::drop) return;
    const bool as_one = several && policy_.movements == movement_mode::net_endpoints;
    detail::for_each_change(before, steps, shares_, as_one, parts_,
                            [&](const account_history& from, const mrr_step& step, std::span<const cause_part> parts) {
                              move(period, from, step, parts);
                            });
  }

  void move(std::size_t period, const account_history& from, const mrr_step& step, std::span<const cause_part> parts) {
    const movement_kind kind = from.name_of(step, policy_.reactivation_max_gap);
    for (const cause_part& part : parts) {
      detail::amount_of(sums_[period][static_cast<std::uint8_t>(part.cause)], kind) += detail::size_of(part);
    }
    // A customer without MRR comes or goes without a part of any amount.
    const change_cause why = detail::largest_cause(parts, step.cause);
    cause_sums& counted = sums_[period][static_cast<std::uint8_t>(why)];
    if (kind == movement_kind::new_business) ++counted.accounts_new;
    if (kind == movement_kind::reactivation) ++counted.accounts_reactivated;
    if (kind == movement_kind::churn) ++counted.accounts_churned;
  }

  const detail::period_finder& finder_;
  const revenue_policy& policy_;
  std::vector<std::map<std::uint8_t, cause_sums>> sums_;
  std::span<const cause_share> shares_;
  std::vector<cause_part> parts_;  // scratch
};

/// Several currencies: every period on its own, at the rates of its opening.
class valued_cause_tally {
 public:
  valued_cause_tally(const ledger& book, const detail::valued_spans& spans, const revenue_policy& policy)
      : book_(book), account_(spans) {
    for (std::size_t p = 0; p < spans.periods(); ++p) {
      periods_.emplace_back(std::span(spans.cuts).subspan(p, 2), policy);
    }
  }

  void add(account who) {
    account_.periods(book_, who, [&](std::size_t p, std::span<const mrr_step> steps, std::int64_t) {
      periods_[p].tally.add(steps, account_.shares());
    });
  }

  [[nodiscard]] std::vector<std::vector<cause_sums>> periods() const {
    std::vector<std::vector<cause_sums>> all;
    all.reserve(periods_.size());
    for (const one_period& one : periods_) all.push_back(one.tally.periods().front());
    return all;
  }

 private:
  struct one_period {
    one_period(std::span<const day> cuts, const revenue_policy& policy) : finder(cuts), tally(finder, policy, 1) {}
    detail::period_finder finder;
    cause_tally tally;
  };

  const ledger& book_;
  std::deque<one_period> periods_;  // a tally refers to its finder
  detail::valued_account account_;
};

/// The two lists of a period added up, or the second taken off the first.
template <class Change>
std::vector<cause_sums> joined(const std::vector<cause_sums>& a, const std::vector<cause_sums>& b, const Change& change) {
  std::map<std::uint8_t, cause_sums> sums;
  for (const cause_sums& one : a) sums[one.cause] = one;
  for (const cause_sums& one : b) {
    cause_sums& mine = sums[one.cause];
    mine.cause = one.cause;
    change(mine, one);
  }
  std::vector<cause_sums> list;
  for (const auto& [cause, one] : sums) {
    if (one != cause_sums{cause}) list.push_back(one);
  }
  return list;
}

/// Gives `mine` the shape of `other` where it has none. False: nothing to add.
bool align(cause_movements_state& mine, const cause_movements_state& other) {
  if (other.periods.empty()) return false;
  if (mine.periods.empty()) {
    mine.grid = other.grid, mine.known_until = other.known_until, mine.policy = other.policy;
    mine.periods.resize(other.periods.size());
  }
  if (mine.grid != other.grid || mine.known_until != other.known_until || mine.policy != other.policy) {
    throw state_error("cause_movements_state: states of different periods, policies or as-of days do not add up");
  }
  return true;
}

template <class Change>
cause_movements_state changed(const cause_movements_state& a, const cause_movements_state& b, const Change& change) {
  cause_movements_state sum = a;  // an overflow leaves the state as it was
  if (!align(sum, b)) return sum;
  for (std::size_t p = 0; p < sum.periods.size(); ++p) sum.periods[p] = joined(sum.periods[p], b.periods[p], change);
  return sum;
}

}  // namespace

bool cause_movements_state::nothing_counted() const {
  return std::all_of(periods.begin(), periods.end(), [](const auto& list) { return list.empty(); });
}

bool cause_movements_state::canonical() const {
  if (periods.empty()) return grid == period_grid{} && known_until == earliest_day && policy == revenue_policy{};
  if (nothing_counted() || !grid.canonical() || periods.size() != static_cast<std::size_t>(grid.count)) return false;
  constexpr int128 most = int128{1} << 124;
  const auto in_order_and_small = [](const std::vector<cause_sums>& list) {
    for (std::size_t i = 0; i < list.size(); ++i) {
      if (list[i] == cause_sums{list[i].cause} || (i > 0 && list[i].cause <= list[i - 1].cause)) return false;
      const cause_sums& s = list[i];
      for (const int128 one : {s.new_business, s.reactivation, s.expansion, s.contraction, s.churn}) {
        if (one > most || one < -most) return false;
      }
    }
    return true;
  };
  return policy.canonical() && std::all_of(periods.begin(), periods.end(), in_order_and_small);
}

cause_movements_state& cause_movements_state::operator+=(const cause_movements_state& o) {
  return *this =
             changed(*this, o, [](auto& to, const auto& what) { detail::add_fields(to, what, "cause_movements_state"); });
}

cause_movements_state& cause_movements_state::operator-=(const cause_movements_state& o) {
  return *this = changed(*this, o,
                         [](auto& to, const auto& what) { detail::subtract_fields(to, what, "cause_movements_state"); });
}

bool operator==(const cause_movements_state& a, const cause_movements_state& b) {
  if (a.nothing_counted() || b.nothing_counted()) return a.nothing_counted() && b.nothing_counted();
  return a.grid == b.grid && a.known_until == b.known_until && a.policy == b.policy && a.periods == b.periods;
}

namespace detail {

cause_movements_state tally_causes(const ledger& book, const period_grid& grid, const revenue_policy& policy,
                                   const any_executor& host) {
  if (grid.count <= 0 || grid.months_each <= 0) throw schema_error("tally_causes: a grid needs at least one period");
  if (book.lanes() > 1) throw schema_error("tally_causes: the ledger keeps amounts apart in lanes; read it in one first");
  const period_finder finder(grid);
  return tally_sharded(
      book.accounts(),
      [&](std::size_t first, std::size_t last) {
        cause_tally tally(finder, policy, static_cast<std::size_t>(grid.count));
        for (std::uint32_t who = static_cast<std::uint32_t>(first); who < last; ++who) {
          tally.add(book.steps(account{who}), book.shares(account{who}));
        }
        return cause_movements_state{grid, book.known_until(), policy, tally.periods()};
      },
      host);
}

cause_movements_state tally_causes(const keyed_ledger& book, const period_grid& grid, const revenue_policy& policy,
                                   const any_executor& host) {
  return with_keys(*book.keys, [&] {
    if (book.in == nullptr) return tally_causes(book.book, grid, policy, host);
    if (grid.count <= 0 || grid.months_each <= 0) throw schema_error("tally_causes: a grid needs at least one period");
    valued_spans spans = spans_of(grid);
    value(spans, book.book, book.in->rates.rates, book.in->at, std::nullopt, host);
    return tally_sharded(
        book.book.accounts(),
        [&](std::size_t first, std::size_t last) {
          valued_cause_tally tally(book.book, spans, policy);
          for (std::size_t who = first; who < last; ++who) tally.add(account{static_cast<std::uint32_t>(who)});
          return cause_movements_state{grid, book.book.known_until(), policy, tally.periods()};
        },
        host);
  });
}

}  // namespace detail

std::vector<cause_row> movements_by_cause(const cause_movements_state& state, std::span<const movement_row> whole) {
  std::vector<cause_row> rows;
  for (std::size_t p = 0; p < state.periods.size() && p < whole.size(); ++p) {
    const auto& list = state.periods[p];
    const auto shown = [&](int128 cause_sums::* part, std::int64_t total) {
      std::vector<int128> ticks;
      for (const cause_sums& one : list) ticks.push_back(one.*part);
      return shown_as(ticks, total);
    };
    const auto fresh = shown(&cause_sums::new_business, whole[p].new_business);
    const auto back = shown(&cause_sums::reactivation, whole[p].reactivation);
    const auto more = shown(&cause_sums::expansion, whole[p].expansion);
    const auto less = shown(&cause_sums::contraction, whole[p].contraction);
    const auto lost = shown(&cause_sums::churn, whole[p].churn);
    for (std::size_t i = 0; i < list.size(); ++i) {
      rows.push_back({whole[p].period, list[i].cause, fresh[i], back[i], more[i], less[i], lost[i], 0, list[i].accounts_new,
                      list[i].accounts_reactivated, list[i].accounts_churned});
    }
    if (whole[p].fx == 0) continue;
    cause_row& rates = rows.emplace_back();
    rates.period = whole[p].period, rates.cause = static_cast<std::uint8_t>(change_cause::fx), rates.fx = whole[p].fx;
  }
  return rows;
}

}  // namespace sojourn::inline v0_1
