#include "sojourn/revenue/book/unit_movements.hpp"

#include <algorithm>
#include <array>
#include <numeric>
#include <span>

#include "revenue/book/held_pieces.hpp"
#include "revenue/book/joined_steps.hpp"
#include "revenue/book/standing_facts.hpp"
#include "revenue/steps_by_period.hpp"
#include "sojourn/revenue/revenue_state.hpp"
#include "sojourn/revenue/shown_as.hpp"

namespace sojourn::inline v0_1 {
namespace {

using detail::account_history;
using detail::held_pieces;
using detail::int128;
using detail::transfer;

/// The movements of customers, one after another.
class unit_tally {
 public:
  unit_tally(const period_grid& grid, const revenue_policy& policy, bool each)
      : finder_(grid),
        policy_(policy),
        each_(each),
        periods_(static_cast<std::size_t>(grid.count)),
        mine_(periods_.size()) {}

  [[nodiscard]] const detail::period_finder& finder() const noexcept { return finder_; }
  [[nodiscard]] bool by_period() const noexcept { return policy_.movements == movement_mode::net_endpoints; }

  /// One customer: its steps, one a day, and what was transferred.
  void add(account who, std::span<const mrr_step> steps, std::span<const transfer> transfers) {
    transfers_ = transfers;
    const auto earlier = detail::steps_before(finder_, steps);
    account_history past = detail::history_of(earlier);
    std::vector<unit_sums>& to = each_ ? mine_ : periods_;
    to.front().opening += past.level;
    to.front().accounts_opening += past.present ? 1 : 0;
    detail::for_each_period(finder_, steps.subspan(earlier.size()), [&](std::size_t period, std::span<const mrr_step> its) {
      past = one_period(to[period], static_cast<std::int32_t>(period), past, its);
    });
    if (each_) keep(who);
  }

  [[nodiscard]] unit_movements finish(const period_grid& grid, day known_until) {
    carry(periods_);
    std::sort(customers_.begin(), customers_.end(), [](const customer_sums& a, const customer_sums& b) {
      return a.period != b.period ? a.period < b.period : a.who < b.who;
    });
    return {grid, known_until, std::move(periods_), std::move(customers_)};
  }

 private:
  static void carry(std::vector<unit_sums>& periods) {
    for (std::size_t p = 0; p + 1 < periods.size(); ++p) {
      periods[p + 1].opening = periods[p].closing();
      periods[p + 1].accounts_opening = periods[p].accounts_closing();
    }
  }

  void keep(account who) {
    periods_.front().opening += mine_.front().opening;
    periods_.front().accounts_opening += mine_.front().accounts_opening;
    for (std::size_t p = 0; p < mine_.size(); ++p) {
      unit_sums moved = mine_[p];
      moved.opening = 0, moved.accounts_opening = 0;
      periods_[p] += moved;
    }
    carry(mine_);
    for (std::size_t p = 0; p < mine_.size(); ++p) {
      if (mine_[p] != unit_sums{}) customers_.push_back({who, static_cast<std::int32_t>(p), mine_[p]});
      mine_[p] = {};
    }
  }

  /// What was transferred on a day or in a period; none is an empty one.
  [[nodiscard]] transfer at(std::int32_t when) const {
    const auto found = std::lower_bound(transfers_.begin(), transfers_.end(), when,
                                        [](const transfer& one, std::int32_t w) { return one.when < w; });
    return found != transfers_.end() && found->when == when ? *found : transfer{};
  }
  [[nodiscard]] bool any_between(std::int32_t first, std::int32_t last) const {
    return std::any_of(transfers_.begin(), transfers_.end(),
                       [&](const transfer& one) { return one.when >= first && one.when <= last; });
  }

  account_history one_period(unit_sums& sums, std::int32_t period, const account_history& before,
                             std::span<const mrr_step> steps) {
    account_history past = before;
    for (const mrr_step& step : steps) past.follow(step);
    const std::int32_t first = by_period() ? period : steps.front().when.since_epoch;
    const std::int32_t last = by_period() ? period : steps.back().when.since_epoch;
    const bool joined = !before.present && before.is_new(steps.front().when, policy_.reactivation_max_gap);
    if (steps.size() > 1 && joined && !past.present && policy_.new_and_churned == same_period_new_churn::drop &&
        !any_between(first, last)) {
      return past;
    }
    if (by_period()) {
      move(sums, before, detail::as_one_step(steps), at(period));
      return past;
    }
    account_history now = before;
    std::int32_t moved_on = INT32_MIN;
    for (const mrr_step& step : steps) {
      // What was transferred on a day counts once, with the first of its changes.
      const std::int32_t when = step.when.since_epoch;
      move(sums, now, step, when == moved_on ? transfer{} : at(when));
      moved_on = when;
      now.follow(step);
    }
    return past;
  }

  void move(unit_sums& sums, const account_history& from, const mrr_step& step, const transfer& moved) const {
    sums.transfer_in += moved.in, sums.transfer_out += moved.out;
    const int128 rest = int128{step.level.ticks()} - from.level - moved.in + moved.out;
    if (!from.present && step.present() && !moved.arrives) {
      const bool fresh = from.is_new(step.when, policy_.reactivation_max_gap);
      (fresh ? sums.new_business : sums.reactivation) += rest;
      ++(fresh ? sums.accounts_new : sums.accounts_reactivated);
      return;
    }
    if (from.present && !step.present() && !moved.leaves) {
      sums.churn -= rest;
      ++sums.accounts_churned;
      return;
    }
    if (!from.present && step.present()) ++sums.accounts_in;
    if (from.present && !step.present()) ++sums.accounts_out;
    (rest > 0 ? sums.expansion : sums.contraction) += rest > 0 ? rest : -rest;
  }

  detail::period_finder finder_;
  const revenue_policy& policy_;
  bool each_;
  std::vector<unit_sums> periods_, mine_;
  std::vector<customer_sums> customers_;
  std::span<const transfer> transfers_;  // of the customer that is looked at
};

/// `holds(customer)` says who is counted.
template <class Holds>
unit_movements tally_unit(const held_pieces& pieces, std::span<const std::uint32_t> customer, const period_grid& grid,
                          const reading& how, bool each, const Holds& holds) {
  unit_tally tally(grid, how.under.policy, each);
  const auto transfers = find_transfers(pieces, customer, tally.finder(), tally.by_period());
  std::vector<std::uint32_t> order(pieces.size());
  std::iota(order.begin(), order.end(), 0u);
  std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    return customer[a] != customer[b] ? customer[a] < customer[b] : a < b;
  });
  detail::joined_steps joined;
  auto moved = transfers.begin();
  for (std::size_t i = 0; i < order.size();) {
    const std::size_t first = i;
    const std::uint32_t who = customer[order[first]];
    while (i < order.size() && customer[order[i]] == who) ++i;
    moved = std::find_if(moved, transfers.end(), [&](const transfer& one) { return one.customer >= who; });
    const auto end = std::find_if(moved, transfers.end(), [&](const transfer& one) { return one.customer != who; });
    if (holds(who)) tally.add({who}, joined.of(pieces, std::span(order).subspan(first, i - first)), {moved, end});
    moved = end;
  }
  return tally.finish(grid, how.ledger.book.known_until());
}

unit_row row_of(const unit_movements& made, std::int32_t period, const unit_sums& sums) {
  unit_row row;
  row.period = made.grid.label(period), row.sums = sums;
  row.opening = round_to_minor(sums.opening), row.closing = round_to_minor(sums.closing());
  const std::array changes{sums.new_business, sums.reactivation, sums.expansion,    -sums.contraction,
                           -sums.churn,       sums.transfer_in,  -sums.transfer_out};
  const auto shown = shown_as(changes, moved_between(row.opening, row.closing));
  row.new_business = shown[0], row.reactivation = shown[1], row.expansion = shown[2], row.contraction = -shown[3];
  row.churn = -shown[4], row.transfer_in = shown[5], row.transfer_out = -shown[6];
  return row;
}

}  // namespace

unit_sums& unit_sums::operator+=(const unit_sums& o) noexcept {
  opening += o.opening, new_business += o.new_business, reactivation += o.reactivation, expansion += o.expansion;
  contraction += o.contraction, churn += o.churn, transfer_in += o.transfer_in, transfer_out += o.transfer_out;
  accounts_opening += o.accounts_opening, accounts_new += o.accounts_new, accounts_reactivated += o.accounts_reactivated;
  accounts_churned += o.accounts_churned, accounts_in += o.accounts_in, accounts_out += o.accounts_out;
  return *this;
}

movements_of_units tally_units(const book& of, const reading& how, const period_grid& grid, const unit_options& options) {
  if (grid.count <= 0 || grid.months_each <= 0) throw schema_error("tally_units: a grid needs at least one period");
  detail::require_units(how);
  const bool by_parent = how.under.unit == book_unit::parent;
  if (by_parent && options.accounts_too && how.under.part_of != nullptr) {
    throw schema_error("a part that is cut by parent holds parents; ask the whole for its accounts");
  }
  return with_keys(*how.ledger.keys, [&] {
    const held_pieces pieces = pieces_of(detail::book_access::of(of), how);
    const auto held = [&](std::uint32_t who) { return !how.ledger.book.steps(account{who}).empty(); };
    const auto all = [](std::uint32_t) { return true; };
    movements_of_units made;
    if (by_parent) made.parents = tally_unit(pieces, pieces.holder, grid, how, options.customers, held);
    if (!by_parent)
      made.accounts = tally_unit(pieces, pieces.account, grid, how, options.customers, held);
    else if (options.accounts_too)
      made.accounts = tally_unit(pieces, pieces.account, grid, how, options.customers, all);
    return made;
  });
}

bool owners_change(const book& of, const reading& how) {
  const detail::book_data& data = detail::book_access::of(of);
  const detail::view_of_book asked(data, how.under);
  const detail::owner_index owners(data.owners, asked.owners());
  if (asked.by_subscription() || how.under.owners_on) return false;
  if (owners.changes()) return true;
  if (!asked.rows_name_parents()) return false;
  for (std::uint32_t who = 0; who < data.accounts; ++who) {
    std::optional<std::optional<std::uint32_t>> first;
    for (const std::uint32_t slot : data.slots_of(account{who})) {
      if (!asked.holds(slot)) continue;
      const auto parent = data.cell<std::uint32_t>(data.common.parent, slot);
      if (first && *first != parent) return true;
      first = parent;
    }
  }
  return false;
}

std::vector<unit_row> movements_of(const unit_movements& made) {
  std::vector<unit_row> rows;
  for (std::int32_t p = 0; p < made.grid.count && made.grid.start(p) < made.known_until; ++p) {
    rows.push_back(row_of(made, p, made.periods[static_cast<std::size_t>(p)]));
  }
  return rows;
}

std::vector<unit_row> movements_of_customers(const unit_movements& made) {
  std::vector<unit_row> rows;
  for (const customer_sums& one : made.customers) {
    if (made.grid.start(one.period) >= made.known_until) break;
    rows.push_back(row_of(made, one.period, one.sums));
    rows.back().who = one.who;
  }
  return rows;
}

}  // namespace sojourn::inline v0_1
