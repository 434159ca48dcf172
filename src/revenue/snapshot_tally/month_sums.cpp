#include "revenue/snapshot_tally/month_sums.hpp"
#include "revenue/cohort_count.hpp"

#include <algorithm>
#include <utility>

namespace sojourn::inline v0_1::detail {
namespace {

/// `value` * `factor`, which fits: sums of squared ticks stay below 2^189 (see `wide_int`).
wide_int times(const wide_int& value, std::uint64_t factor) {
  wide_int product;
  uint128 carry = 0;
  for (std::size_t i = 0; i < product.limbs.size(); ++i) {
    carry += static_cast<uint128>(value.limbs[i]) * factor;
    product.limbs[i] = static_cast<std::uint64_t>(carry);
    carry >>= 64;
  }
  return product;
}

wide_int squared_ticks(uint128 units, std::uint64_t ticks_per_unit) {
  const wide_int plain{{static_cast<std::uint64_t>(units), static_cast<std::uint64_t>(units >> 64), 0}};
  return times(times(plain, ticks_per_unit), ticks_per_unit);
}

/// The changes of a bin, by kind.
struct bin_changes {
  const snapshot_totals::change* kinds;
  std::int64_t ticks_per_unit;

  [[nodiscard]] const snapshot_totals::change& of(movement_kind kind) const { return kinds[static_cast<std::size_t>(kind)]; }
  [[nodiscard]] int128 moved(movement_kind kind) const { return of(kind).moved * ticks_per_unit; }
  [[nodiscard]] wide_int cross(movement_kind kind) const {
    return squared_ticks(of(kind).cross, static_cast<std::uint64_t>(ticks_per_unit));
  }
  [[nodiscard]] wide_int square(movement_kind kind) const {
    return squared_ticks(of(kind).square, static_cast<std::uint64_t>(ticks_per_unit));
  }
  [[nodiscard]] loss_sums lost(movement_kind kind) const { return {moved(kind), cross(kind), square(kind)}; }
};

void write(const bin_changes& from, revenue_period& period) {
  using enum movement_kind;
  period.new_business = from.moved(new_business);
  period.reactivation = from.moved(reactivation);
  period.expansion = from.moved(expansion);
  period.contraction = from.moved(contraction);
  period.churn = from.moved(churn);
  period.accounts_new = from.of(new_business).times;
  period.accounts_reactivated = from.of(reactivation).times;
  period.accounts_churned = from.of(churn).times;
  retention_state& base = period.base;
  base.accounts_lost = from.of(churn).times;
  base.left = from.lost(churn);
  base.gross = base.left;
  base.gross += from.lost(contraction);
  base.net = base.gross;
  base.net.lost -= from.moved(expansion);
  (void)sub_overflow(base.net.cross, from.cross(expansion));
  (void)add_overflow(base.net.square, from.square(expansion));
  period.lost_in_events = base.gross;
  // closing = opening - loss, so its square is opening^2 - 2 opening loss + loss^2.
  period.closing_square = base.opening_square;
  for (const wide_int& more : {from.square(new_business), from.square(reactivation), base.net.square}) {
    (void)add_overflow(period.closing_square, more);
  }
  for (int twice = 0; twice < 2; ++twice) (void)sub_overflow(period.closing_square, base.net.cross);
}

}  // namespace

void snapshot_totals::write(snapshot_state& state, const period_grid& grid, month as_of, std::int64_t ticks_per_unit) const {
  const auto bins = static_cast<std::size_t>(grid.count) + 2;
  const auto known = static_cast<std::size_t>(std::clamp((as_of - grid.first).count, 0, grid.count));
  revenue_period before;
  detail::write({changes.data(), ticks_per_unit}, before);
  for (std::size_t p = 0; p < static_cast<std::size_t>(grid.count); ++p) {
    revenue_period& now = state.revenue.periods[p];
    now.base.accounts_opening = before.accounts_closing();
    now.base.opening = before.closing();
    now.base.opening_square = before.closing_square;
    now.closing_square = before.closing_square;
    if (p < known) detail::write({changes.data() + (p + 1) * month_sums::kinds, ticks_per_unit}, now);
    before = now;
  }
  state.cohorts.accounts_earlier = accounts_earlier;
  for (std::size_t c = 0; c < known; ++c) {
    const auto cell = [&](std::size_t p) {
      const cohort_cell& units = cohorts[(c + 1) * bins + p + 1];
      return cohort_cell{units.accounts, units.ticks * ticks_per_unit};
    };
    state.cohorts.start[c] = cell(c);
    for (std::size_t p = c; p < known; ++p) {
      state.cohorts.cells[state.cohorts.index(static_cast<std::int32_t>(c), static_cast<std::int32_t>(p - c))] = cell(p);
    }
  }
  add_up_ages(state.cohorts);
}

month_sums::month_sums(const period_grid& grid, std::int64_t as_of, const revenue_policy& policy)
    : bin_count_(static_cast<std::uint32_t>(grid.count) + 2),
      max_gap_(policy.reactivation_max_gap),
      bins_(month_places),
      changes_(bin_count_ * kinds),
      cohorts_(std::size_t{bin_count_} * bin_count_) {
  const std::uint32_t beyond = bin_count_ - 1;
  for (std::uint32_t place = 0; place < month_places; ++place) {
    const std::int32_t since = first_month + static_cast<std::int32_t>(place) - grid.first.since_epoch;
    const bool outside = since >= grid.count || since + grid.first.since_epoch >= as_of || place + 1 == month_places;
    bins_[place] = outside ? beyond : static_cast<std::uint32_t>(std::max(since + 1, 0));
  }
  if (max_gap_ == revenue_policy::unlimited) return;
  first_days_.resize(month_places);
  for (std::uint32_t place = 0; place + 1 < month_places; ++place) {
    first_days_[place] = month{first_month + static_cast<std::int32_t>(place)}.first_day().since_epoch;
  }
}

void month_sums::add_to(snapshot_totals& totals) const {
  totals.changes.resize(changes_.size());
  totals.cohorts.resize(cohorts_.size());
  for (std::size_t i = 0; i < changes_.size(); ++i) {
    snapshot_totals::change& to = totals.changes[i];
    to.moved += changes_[i].moved[0];
    to.times += static_cast<std::int64_t>(changes_[i].moved[1]);
    to.cross += changes_[i].cross.value();
    to.square += changes_[i].square.value();
  }
  for (std::size_t i = 0; i < cohorts_.size(); ++i) {
    totals.cohorts[i].ticks += static_cast<std::int64_t>(cohorts_[i][0]);
    totals.cohorts[i].accounts += static_cast<std::int64_t>(cohorts_[i][1]);
  }
  totals.accounts_earlier += earlier_;
}

step_sums::step_sums(const period_finder& finder, const snapshot_state& empty, std::int32_t as_of,
                     std::int64_t ticks_per_unit)
    : state_(empty), finder_(finder), revenue_(finder, state_.revenue), as_of_(as_of), ticks_per_unit_(ticks_per_unit) {
  for (std::uint32_t place = 0; place + 1 < month_places; ++place) {
    first_days_.push_back(month{first_month + static_cast<std::int32_t>(place)}.first_day());
  }
}

void step_sums::flush() {
  if (steps_.empty()) return;
  revenue_.add(steps_);
  add_to_cohorts(state_.cohorts, finder_, steps_);
  steps_.clear();
}

snapshot_state step_sums::finish() {
  flush();
  revenue_.finish();
  add_up_ages(state_.cohorts);
  return std::move(state_);
}

}  // namespace sojourn::inline v0_1::detail
