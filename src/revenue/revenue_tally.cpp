// The hot loop of every revenue metric. Compiled with -O3.
#include "revenue/revenue_tally.hpp"

#include "revenue/steps_by_period.hpp"

namespace sojourn::inline v0_1::detail {
namespace {

// The difference of two losses of one account, as sums.
void add_beyond(loss_sums& sums, std::int64_t opening, std::int64_t lost, std::int64_t shown) {
  if (lost == shown) return;
  sums.lost += lost - shown;
  (void)add_overflow(sums.cross, wide_int::product(opening, lost - shown));
  (void)add_overflow(sums.square, wide_int::product(lost, lost));
  (void)sub_overflow(sums.square, wide_int::product(shown, shown));
}

wide_int wide(uint128 sum) noexcept {
  return {{static_cast<std::uint64_t>(sum), static_cast<std::uint64_t>(sum >> 64), 0}};
}

void add_to(wide_int& sum, const wide_int& more) noexcept {
  (void)add_overflow(sum, more);
}
void take_from(wide_int& sum, const wide_int& less) noexcept {
  (void)sub_overflow(sum, less);
}

loss_sums lost(const change_count& changes) {
  return {static_cast<int128>(changes.moved), wide(changes.cross), wide(changes.square)};
}

void add_gain(loss_sums& net, const change_count& expansion) {
  net.lost -= static_cast<int128>(expansion.moved);
  take_from(net.cross, wide(expansion.cross));
  add_to(net.square, wide(expansion.square));
}

const change_count& of(const change_count* changes, movement_kind kind) {
  return changes[static_cast<std::size_t>(kind)];
}

// closing = opening - loss, so its square is opening^2 - 2 opening loss + loss^2.
void add_closing_square(wide_int& square, const loss_sums& net) {
  add_to(square, net.square);
  take_from(square, net.cross);
  take_from(square, net.cross);
}

}  // namespace

revenue_tally::revenue_tally(const period_finder& finder, revenue_state& state)
    : finder_(finder),
      state_(state),
      days_(std::int64_t{finder.end_day()} - finder.first_day() + 1),
      bins_(static_cast<std::size_t>(days_) + 1),
      changes_((state.periods.size() + 2) * kinds),
      counts_(state.periods.size()) {
  for (std::int32_t d = finder.first_day(); d < finder.end_day(); ++d) {
    bins_[static_cast<std::size_t>(d - finder.first_day()) + 1] = static_cast<std::uint32_t>(finder(d)) + 1;
  }
  bins_.back() = static_cast<std::uint32_t>(state.periods.size()) + 1;
}

// Step kinds are unpredictable, so masks replace branches. Of an account whose every stay is paid: it is a customer where
// it has MRR.
inline void revenue_tally::count_alone(std::uint32_t bin, account_history& past, day when, std::uint64_t to) noexcept {
  const auto from = static_cast<std::uint64_t>(past.level);
  const std::uint64_t falls = from > to, leaves = to == 0, joins = from == 0;
  const std::uint64_t size = ((to - from) ^ (0 - falls)) + falls;
  const bool returns = when.since_epoch - past.lapsed_on <= state_.policy.reactivation_max_gap;
  const auto known = static_cast<std::uint64_t>(past.ever) & static_cast<std::uint64_t>(returns);
  // Of a customer: expansion 2, contraction 3, churn 4; else new 0, reactivation 1.
  const std::uint64_t kind = (known & joins) | ((2 + falls + leaves) & (joins - 1));
  change_count& count = changes_[bin * kinds + kind];
  count.moved += size;
  count.cross += static_cast<uint128>(from) * size;
  count.square += static_cast<uint128>(size) * size;
  ++count.times;
  past.level = static_cast<std::int64_t>(to);
  past.lapsed_on = leaves != 0 ? when.since_epoch : past.lapsed_on;
  past.ever |= leaves == 0;
}

void revenue_tally::add(std::span<const mrr_step> steps) {
  if (steps.empty()) return;
  std::uint64_t all_bits = 0;
  std::uint32_t presences = 0;
  for (const mrr_step& step : steps) {
    all_bits |= static_cast<std::uint64_t>(step.level.ticks());
    presences |= static_cast<std::uint32_t>(step.presence);
  }
  if ((all_bits >> large_from_bit) != 0 || presences > paid_only) return add_by_period(steps);

  const auto inside = static_cast<std::uint32_t>(counts_.size());
  account_history past;
  std::uint32_t bin = bin_of(steps.front().when);
  for (std::size_t i = 0; i < steps.size();) {
    const std::uint32_t next = i + 1 < steps.size() ? bin_of(steps[i + 1].when) : inside + 1;
    if (next == bin && bin - 1 < inside) {
      const std::size_t first = i;
      while (i < steps.size() && bin_of(steps[i].when) == bin) ++i;
      past.present = past.level > 0;
      past = one_period(counts_[bin - 1], past, steps.subspan(first, i - first));
      if (i < steps.size()) bin = bin_of(steps[i].when);
      continue;
    }
    count_alone(bin, past, steps[i].when, static_cast<std::uint64_t>(steps[i].level.ticks()));
    ++i;
    bin = next;
  }
}

void revenue_tally::add(std::span<const account_step> steps) {
  std::uint64_t all_bits = 0;
  for (const account_step& step : steps) all_bits |= static_cast<std::uint64_t>(step.level.ticks());
  const bool large = all_bits >> large_from_bit != 0;
  const auto inside = static_cast<std::uint32_t>(counts_.size());
  account_history past;
  std::vector<mrr_step> together;
  std::uint32_t who = steps.empty() ? 0 : steps.front().who;
  std::uint32_t bin = steps.empty() ? 0 : bin_of(steps.front().when);
  for (std::size_t i = 0; i < steps.size();) {
    const account_step& step = steps[i];
    const bool more = i + 1 < steps.size();
    const std::uint32_t next = bin_of(steps[i + (more ? 1 : 0)].when);
    const bool same = step.who == who;
    past.level = same ? past.level : 0;
    past.ever &= same;
    who = step.who;
    const bool in_one = more & (next == bin) & (steps[i + (more ? 1 : 0)].who == who) & (bin - 1 < inside);
    if (in_one || large) {
      together.clear();
      for (; i < steps.size() && steps[i].who == who && (large || bin_of(steps[i].when) == bin); ++i) {
        together.push_back({steps[i].when, steps[i].level});
      }
      if (large)
        add_by_period(together);
      else
        past.present = past.level > 0, past = one_period(counts_[bin - 1], past, together);
      if (i < steps.size()) bin = bin_of(steps[i].when);
      continue;
    }
    count_alone(bin, past, step.when, static_cast<std::uint64_t>(step.level.ticks()));
    ++i;
    bin = next;
  }
}

void revenue_tally::add_by_period(std::span<const mrr_step> steps) {
  const auto earlier = steps_before(finder_, steps);
  account_history past = history_of(earlier);
  if (past.present) state_.periods.front().base.add_opening(past.level);
  state_.periods.front().free_opening += past.without_mrr() ? 1 : 0;
  for_each_period(finder_, steps.subspan(earlier.size()),
                  [&](std::size_t period, std::span<const mrr_step> its) { past = one_period(counts_[period], past, its); });
}

account_history revenue_tally::one_period(period_count& period, account_history past,
                                          std::span<const mrr_step> steps) const {
  const account_history before = past;
  for (const mrr_step& step : steps) past.follow(step);
  const std::int64_t closing = past.level;
  const std::int64_t loss = before.level - closing;
  period.free_more += (past.without_mrr() ? 1 : 0) - (before.without_mrr() ? 1 : 0);
  if (!before.present)
    period.joined_square.add(closing, closing);
  else if (!past.present)
    period.left.add(before.level, loss), ++period.accounts_left;
  else if (loss > 0)
    period.less.add(before.level, loss);
  else
    period.more.add(before.level, loss);
  if (steps.size() == 1) {
    move(period, before, steps.front());
    return past;
  }

  const bool joined = !before.present && before.is_new(steps.front().when, state_.policy.reactivation_max_gap);
  if (joined && !past.present) {
    if (state_.policy.new_and_churned == same_period_new_churn::drop) return past;
    if (state_.policy.movements != movement_mode::net_endpoints) ++period.new_lost;
  }
  if (state_.policy.movements == movement_mode::net_endpoints) {
    move(period, before, as_one_step(steps));
    return past;
  }
  int128 lost = 0;
  account_history at = before;
  for (const mrr_step& step : steps) {
    lost += std::max<std::int64_t>(at.level - step.level.ticks(), 0);
    move(period, at, step);
    at.follow(step);
  }
  if (before.present) {
    const auto capped = static_cast<std::int64_t>(std::min(lost, int128{before.level}));
    add_beyond(period.more_in_events, before.level, capped, std::max<std::int64_t>(loss, 0));
  }
  return past;
}

void revenue_tally::move(period_count& period, const account_history& from, const mrr_step& step) const {
  if (from.same_as(step)) return;
  const std::int64_t change = step.level.ticks() - from.level;
  const movement_kind name = from.name_of(step, state_.policy.reactivation_max_gap);
  const auto kind = static_cast<std::size_t>(name);
  period.moved[kind] += change < 0 ? -change : change;
  ++period.movements[kind];
  period.free_new += name == movement_kind::new_business && step.level == mrr{} ? 1 : 0;
}

void revenue_tally::finish() {
  open_first();
  for (std::size_t p = 0; p < state_.periods.size(); ++p) {
    write(p);
    if (p + 1 == state_.periods.size()) break;
    const revenue_period& now = state_.periods[p];
    retention_state& next = state_.periods[p + 1].base;
    next.accounts_opening = now.accounts_closing();
    next.opening = now.closing();
    next.opening_square = now.closing_square;
    state_.periods[p + 1].free_opening = now.free_closing;
  }
}

// What was counted before the first period adds up to its opening.
void revenue_tally::open_first() {
  using enum movement_kind;
  const change_count* before = changes_.data();
  retention_state& base = state_.periods.front().base;
  base.accounts_opening += of(before, new_business).times + of(before, reactivation).times - of(before, churn).times;
  loss_sums net = lost(of(before, churn));
  net += lost(of(before, contraction));
  add_gain(net, of(before, expansion));
  base.opening += static_cast<int128>(of(before, new_business).moved + of(before, reactivation).moved) - net.lost;
  for (const auto kind : {new_business, reactivation}) add_to(base.opening_square, wide(of(before, kind).square));
  add_closing_square(base.opening_square, net);
}

void revenue_tally::write(std::size_t p) {
  using enum movement_kind;
  const period_count& count = counts_[p];
  const change_count* changes = changes_.data() + (p + 1) * kinds;
  revenue_period& period = state_.periods[p];
  const auto moved = [&](movement_kind kind) {
    return count.moved[static_cast<std::size_t>(kind)] + static_cast<int128>(of(changes, kind).moved);
  };
  const auto times = [&](movement_kind kind) {
    return count.movements[static_cast<std::size_t>(kind)] + of(changes, kind).times;
  };
  period.new_business = moved(new_business);
  period.reactivation = moved(reactivation);
  period.expansion = moved(expansion);
  period.contraction = moved(contraction);
  period.churn = moved(churn);
  period.accounts_new = times(new_business);
  period.accounts_reactivated = times(reactivation);
  period.accounts_churned = times(churn);
  period.new_lost = count.new_lost;
  period.free_new = count.free_new;
  period.free_closing = period.free_opening + count.free_more;
  retention_state& base = period.base;
  base.left = count.left.total();
  base.left += lost(of(changes, churn));
  base.gross = base.left;
  base.gross += count.less.total();
  base.gross += lost(of(changes, contraction));
  base.net = base.gross;
  base.net += count.more.total();
  add_gain(base.net, of(changes, expansion));
  base.accounts_lost = count.accounts_left + of(changes, churn).times;
  period.lost_in_events = base.gross;
  period.lost_in_events += count.more_in_events;
  period.closing_square = count.joined_square.total();
  for (const auto kind : {new_business, reactivation}) add_to(period.closing_square, wide(of(changes, kind).square));
  add_to(period.closing_square, base.opening_square);
  add_closing_square(period.closing_square, base.net);
}

}  // namespace sojourn::inline v0_1::detail
