#include "sojourn/revenue/lane_movements.hpp"

#include <algorithm>
#include <map>

#include "revenue/ledger/one_change.hpp"
#include "revenue/movement_amount.hpp"
#include "revenue/steps_by_period.hpp"
#include "sojourn/exec/sharded.hpp"
#include "sojourn/revenue/revenue_state.hpp"
#include "sojourn/revenue/shown_as.hpp"

namespace sojourn::inline v0_1 {
namespace {

using detail::account_history;
using detail::amount_of;
using detail::int128;

using sums_by_lane = std::map<std::uint16_t, lane_sums>;

class lane_tally {
 public:
  lane_tally(const ledger& book, lane_amounts amounts, const detail::period_finder& finder, const revenue_policy& policy,
             std::size_t periods)
      : book_(book), amounts_(amounts), finder_(finder), policy_(policy), periods_(periods) {}

  void add(account who) {
    const auto steps = book_.steps(who);
    levels_.clear();
    past_ = {};
    const auto earlier = detail::steps_before(finder_, steps);
    take_days(earlier);
    for (const auto& [lane, level] : levels_) {
      if (level != 0) openings_[lane] += level;
    }
    detail::for_each_period(finder_, steps.subspan(earlier.size()),
                            [&](std::size_t period, std::span<const mrr_step> its) { one_period(periods_[period], its); });
  }

  [[nodiscard]] std::vector<std::vector<lane_sums>> finish() {
    std::vector<std::vector<lane_sums>> all;
    for (sums_by_lane& period : periods_) {
      for (const auto& [lane, opening] : openings_) period[lane].opening = opening;
      auto& list = all.emplace_back();
      for (auto& [lane, sums] : period) {
        sums.lane = lane;
        openings_[lane] = sums.closing();
        if (sums != lane_sums{lane}) list.push_back(sums);
      }
    }
    return all;
  }

 private:
  struct lane_change {
    std::uint16_t lane;
    int128 ticks;
  };

  /// The account after the steps of a day, or of a moment of it.
  std::size_t take_day(std::span<const mrr_step> steps, std::size_t i) {
    do {
      levels_[steps[i].lane] = steps[i].level.ticks();
      ++i;
    } while (i < steps.size() && detail::in_one_change(steps[i - 1], steps[i]));
    follow(steps[i - 1]);
    return i;
  }

  void take_days(std::span<const mrr_step> steps) {
    for (std::size_t i = 0; i < steps.size();) i = take_day(steps, i);
  }

  void follow(const mrr_step& last_of_day) {
    mrr_step whole = last_of_day;
    whole.level = mrr::from_ticks(total());
    past_.follow(whole);
  }

  /// Of all lanes, where they can be added; else whether any pays.
  [[nodiscard]] std::int64_t total() const {
    std::int64_t sum = 0;
    for (const auto& [lane, level] : levels_) {
      if (amounts_ == lane_amounts::apart) {
        sum = std::max<std::int64_t>(sum, level > 0 ? 1 : 0);
      } else if (__builtin_add_overflow(sum, level, &sum)) {
        throw overflow_error("tally_lanes: an account passes 5.5e13 minor units a month");
      }
    }
    return sum;
  }

  void one_period(sums_by_lane& period, std::span<const mrr_step> steps) {
    const account_history before = past_;
    const std::map<std::uint16_t, std::int64_t> levels_before = levels_;
    const auto apart = [](const mrr_step& a, const mrr_step& b) { return !detail::in_one_change(a, b); };
    const bool one_change = std::adjacent_find(steps.begin(), steps.end(), apart) == steps.end();
    const bool joined = !before.present && before.is_new(steps.front().when, policy_.reactivation_max_gap);
    const bool leaves = !steps.back().present();
    if (!one_change && joined && leaves && policy_.new_and_churned == same_period_new_churn::drop) return take_days(steps);
    if (policy_.movements == movement_mode::net_endpoints) {
      take_days(steps);
      return move(period, before, levels_before, detail::as_one_step(steps));
    }
    account_history at = before;
    std::map<std::uint16_t, std::int64_t> levels_at = levels_before;
    for (std::size_t i = 0; i < steps.size();) {
      const std::size_t first = i;
      i = take_day(steps, i);
      move(period, at, levels_at, steps[i - 1]);
      at = past_;
      for (std::size_t s = first; s < i; ++s) levels_at[steps[s].lane] = steps[s].level.ticks();
    }
  }

  void move(sums_by_lane& period, const account_history& from, const std::map<std::uint16_t, std::int64_t>& before,
            mrr_step whole) {
    changes_.clear();
    for (const auto& [lane, level] : levels_) {
      const auto old = before.find(lane);
      const std::int64_t was = old == before.end() ? 0 : old->second;
      if (level != was) changes_.push_back({lane, int128{level} - was});
    }
    whole.level = mrr::from_ticks(total());
    if (amounts_ == lane_amounts::apart) return move_apart(period, from, whole);
    move_together(period, from, whole);
  }

  void move_apart(sums_by_lane& period, const account_history& from, const mrr_step& whole) {
    for (const lane_change& one : changes_) {
      movement_kind kind = one.ticks > 0 ? movement_kind::expansion : movement_kind::contraction;
      if (!from.present && one.ticks > 0) kind = from.name_of(whole, policy_.reactivation_max_gap);
      if (!whole.present() && one.ticks < 0) kind = movement_kind::churn;
      amount_of(period[one.lane], kind) += one.ticks < 0 ? -one.ticks : one.ticks;
    }
  }

  void move_together(sums_by_lane& period, const account_history& from, const mrr_step& whole) {
    int128 net = 0, up = 0, down = 0;
    for (const lane_change& one : changes_) {
      net += one.ticks;
      (one.ticks > 0 ? up : down) += one.ticks > 0 ? one.ticks : -one.ticks;
    }
    int128 in = std::min(up, down), out = in;
    const auto size = [](const lane_change& one) { return one.ticks < 0 ? -one.ticks : one.ticks; };
    std::sort(changes_.begin(), changes_.end(),
              [&](const auto& a, const auto& b) { return size(a) != size(b) ? size(a) > size(b) : a.lane < b.lane; });
    const bool moves = !from.same_as(whole) && net != 0;
    const movement_kind kind = moves ? from.name_of(whole, policy_.reactivation_max_gap) : movement_kind::expansion;
    for (const lane_change& one : changes_) {
      lane_sums& sums = period[one.lane];
      int128& left = one.ticks > 0 ? in : out;
      const int128 moved = std::min(left, size(one));
      left -= moved;
      (one.ticks > 0 ? sums.transfer_in : sums.transfer_out) += moved;
      if (const int128 rest = size(one) - moved; rest != 0) amount_of(sums, kind) += rest;
    }
  }

  const ledger& book_;
  lane_amounts amounts_;
  const detail::period_finder& finder_;
  const revenue_policy& policy_;
  std::vector<sums_by_lane> periods_;
  std::map<std::uint16_t, int128> openings_;
  std::map<std::uint16_t, std::int64_t> levels_;  // of the account that is looked at
  account_history past_;
  std::vector<lane_change> changes_;
};

template <class Change>
std::vector<lane_sums> joined(const std::vector<lane_sums>& a, const std::vector<lane_sums>& b, const Change& change) {
  sums_by_lane sums;
  for (const lane_sums& one : a) sums[one.lane] = one;
  for (const lane_sums& one : b) {
    lane_sums& mine = sums[one.lane];
    mine.lane = one.lane;
    change(mine, one);
  }
  std::vector<lane_sums> list;
  for (const auto& [lane, one] : sums) {
    if (one != lane_sums{lane}) list.push_back(one);
  }
  return list;
}

/// Gives `mine` the shape of `other` where it has none. False: nothing to add.
bool align(lane_movements_state& mine, const lane_movements_state& other) {
  if (other.periods.empty()) return false;
  if (mine.periods.empty()) {
    mine.grid = other.grid, mine.known_until = other.known_until, mine.policy = other.policy;
    mine.periods.resize(other.periods.size());
  }
  if (mine.grid != other.grid || mine.known_until != other.known_until || mine.policy != other.policy) {
    throw state_error("lane_movements_state: states of different periods, policies or as-of days do not add up");
  }
  return true;
}

template <class Change>
lane_movements_state changed(const lane_movements_state& a, const lane_movements_state& b, const Change& change) {
  lane_movements_state sum = a;  // an overflow leaves the state as it was
  if (!align(sum, b)) return sum;
  for (std::size_t p = 0; p < sum.periods.size(); ++p) sum.periods[p] = joined(sum.periods[p], b.periods[p], change);
  return sum;
}

}  // namespace

bool lane_movements_state::nothing_counted() const {
  return std::all_of(periods.begin(), periods.end(), [](const auto& list) { return list.empty(); });
}

bool lane_movements_state::canonical() const {
  if (periods.empty()) return grid == period_grid{} && known_until == earliest_day && policy == revenue_policy{};
  if (nothing_counted() || !grid.canonical() || periods.size() != static_cast<std::size_t>(grid.count)) return false;
  constexpr int128 most = int128{1} << 120;
  const auto in_order_and_small = [](const std::vector<lane_sums>& list) {
    for (std::size_t i = 0; i < list.size(); ++i) {
      if (list[i] == lane_sums{list[i].lane} || (i > 0 && list[i].lane <= list[i - 1].lane)) return false;
      bool small = true;
      lane_sums::all(list[i], [&](const auto&... one) { small = ((one <= most && one >= -most) && ...); });
      if (!small) return false;
    }
    return true;
  };
  return policy.canonical() && std::all_of(periods.begin(), periods.end(), in_order_and_small);
}

lane_movements_state& lane_movements_state::operator+=(const lane_movements_state& o) {
  return *this = changed(*this, o, [](auto& to, const auto& what) { detail::add_fields(to, what, "lane_movements_state"); });
}

lane_movements_state& lane_movements_state::operator-=(const lane_movements_state& o) {
  return *this = changed(*this, o,
                         [](auto& to, const auto& what) { detail::subtract_fields(to, what, "lane_movements_state"); });
}

bool operator==(const lane_movements_state& a, const lane_movements_state& b) {
  if (a.nothing_counted() || b.nothing_counted()) return a.nothing_counted() && b.nothing_counted();
  return a.grid == b.grid && a.known_until == b.known_until && a.policy == b.policy && a.periods == b.periods;
}

namespace detail {

lane_movements_state tally_lanes(const ledger& book, lane_amounts amounts, const period_grid& grid,
                                 const revenue_policy& policy, const any_executor& host) {
  if (grid.count <= 0 || grid.months_each <= 0) throw schema_error("tally_lanes: a grid needs at least one period");
  const period_finder finder(grid);
  return tally_sharded(
      book.accounts(),
      [&](std::size_t first, std::size_t last) {
        lane_tally tally(book, amounts, finder, policy, static_cast<std::size_t>(grid.count));
        for (std::size_t who = first; who < last; ++who) tally.add(account{static_cast<std::uint32_t>(who)});
        return lane_movements_state{grid, book.known_until(), policy, tally.finish()};
      },
      host);
}

}  // namespace detail

std::vector<lane_row> movements_by_lane(const lane_movements_state& state) {
  std::vector<lane_row> rows;
  for (std::size_t p = 0; p < state.periods.size(); ++p) {
    if (state.grid.start(static_cast<std::int32_t>(p)) >= state.known_until) break;
    for (const lane_sums& one : state.periods[p]) {
      lane_row row;
      row.period = state.grid.label(static_cast<std::int32_t>(p)), row.lane = one.lane;
      row.opening = round_to_minor(one.opening), row.closing = round_to_minor(one.closing());
      const int128 changes[] = {one.new_business, one.reactivation, one.expansion,    -one.contraction,
                                -one.churn,       one.transfer_in,  -one.transfer_out};
      const auto shown = shown_as(changes, moved_between(row.opening, row.closing));
      row.new_business = shown[0], row.reactivation = shown[1], row.expansion = shown[2], row.contraction = -shown[3];
      row.churn = -shown[4], row.transfer_in = shown[5], row.transfer_out = -shown[6];
      rows.push_back(std::move(row));
    }
  }
  return rows;
}

}  // namespace sojourn::inline v0_1
