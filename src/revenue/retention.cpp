#include "sojourn/revenue/retention.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "sojourn/exec/sharded.hpp"
#include "sojourn/stats/loss_interval.hpp"

namespace sojourn::inline v0_1 {
namespace {

// a - b of sums that came from one tally: the difference is a sum over accounts too, so it cannot overflow.
detail::wide_int difference(detail::wide_int a, const detail::wide_int& b) {
  (void)detail::sub_overflow(a, b);
  return a;
}

// Sums of one tally never overflow here; those of damaged bytes wrap instead of stopping the program.
detail::int128 difference(detail::int128 a, detail::int128 b) {
  return static_cast<detail::int128>(static_cast<detail::uint128>(a) - static_cast<detail::uint128>(b));
}

estimate within(estimate e, double ceiling) {
  if (e.method != interval_method::linearised) return e;
  e.low = std::clamp(e.low, 0.0, ceiling);
  e.high = std::clamp(e.high, 0.0, ceiling);
  return e;
}

/// `at(i)` names the i-th of `accounts` accounts.
template <class AccountAt>
retention_state tally_retention_of(const ledger& book, std::size_t accounts, const AccountAt& at, day from, day to,
                                   const any_executor& host) {
  detail::require_one_lane(book);
  if (to <= from) throw schema_error("retention: the window " + to_string(from) + " .. " + to_string(to) + " is empty");
  return tally_sharded(
      accounts,
      [&](std::size_t first, std::size_t last) {
        detail::retention_count count;
        const mrr_step nothing;
        for (std::size_t i = first; i < last; ++i) {
          const mrr_step* before = &nothing;
          const mrr_step* after = &nothing;
          // Few: a search would cost more than the walk, and so would a branch on unpredictable days.
          for (const mrr_step& step : book.steps(at(i))) {
            after = step.when < to ? &step : after;
            before = step.when < from ? &step : before;
          }
          if (before->present()) count.add(before->level.ticks(), after->level.ticks(), after->present());
        }
        return count.total();
      },
      host);
}

}  // namespace

retention_state detail::tally_retention(const ledger& book, day from, day to, const any_executor& host) {
  return tally_retention_of(
      book, book.accounts(), [](std::size_t i) { return account{static_cast<std::uint32_t>(i)}; }, from, to, host);
}

retention_state detail::tally_retention(const ledger& book, std::span<const account> some, day from, day to,
                                        const any_executor& host) {
  return tally_retention_of(book, some.size(), [&](std::size_t i) { return some[i]; }, from, to, host);
}

retention_state tally_retention(const ledger& book, std::span<const account> some, day from, day to) {
  serial_executor host;
  return detail::tally_retention(book, some, from, to, any_executor(host));
}

ratio_state loss_ratio(const retention_state& state, const loss_sums& loss) {
  return {loss.lost, state.opening, loss.square, loss.cross, state.opening_square, state.accounts_opening};
}

ratio_state kept_ratio(const retention_state& state, const loss_sums& loss) {
  // (x - y)^2 = x^2 - 2xy + y^2 and (x - y)x = x^2 - xy, summed.
  const detail::wide_int kept_opening = difference(state.opening_square, loss.cross);
  detail::wide_int kept_square = difference(kept_opening, loss.cross);
  (void)detail::add_overflow(kept_square, loss.square);
  return {difference(state.opening, loss.lost),
          state.opening,
          kept_square,
          kept_opening,
          state.opening_square,
          state.accounts_opening};
}

ratio_state gain_ratio(const retention_state& state) {
  // An account loses or gains, so net^2 = gross^2 + gain^2 and opening x net = opening x (gross - gain), summed.
  return {
      difference(state.gross.lost, state.net.lost),   state.opening,        difference(state.net.square, state.gross.square),
      difference(state.gross.cross, state.net.cross), state.opening_square, state.accounts_opening};
}

estimate lost_share(const retention_state& state, const loss_sums& loss, const rate_options& options) {
  const ratio_state lost = loss_ratio(state, loss);
  if (options.interval == ratio_interval::score) return loss_share(lost, options.level);
  return within(ratio(lost, {options.level}), 1.0);
}

estimate nrr(const retention_state& state, const rate_options& options) {
  if (options.interval == ratio_interval::score) {
    return kept_share(loss_ratio(state, state.gross), gain_ratio(state), options.level).as(nrr_label);
  }
  return within(ratio(kept_ratio(state, state.net), {options.level}), std::numeric_limits<double>::infinity()).as(nrr_label);
}

estimate gross_retention(const retention_state& state, const loss_sums& loss, const rate_options& options) {
  estimate kept = within(ratio(kept_ratio(state, loss), {options.level}), 1.0).as(grr_label);
  if (options.interval == ratio_interval::linearised || kept.method == interval_method::none) return kept;
  const estimate lost = loss_share(loss_ratio(state, loss), options.level);
  kept.low = 1 - lost.high;
  kept.high = 1 - lost.low;
  kept.method = lost.method;
  return kept;
}

estimate grr(const retention_state& state, const rate_options& options) {
  switch (options.policy.grr) {
    case grr_basis::account_min:
      return gross_retention(state, state.gross, options);
    case grr_basis::churn_only:
      return gross_retention(state, state.left, options);
    case grr_basis::totals_min: {
      estimate e = nrr(state, options).as(grr_label);
      if (e.value > 1) e.value = 1;
      e.low = e.high = std::numeric_limits<double>::quiet_NaN();
      e.method = interval_method::none;
      return e;
    }
    case grr_basis::event_sum:
    case grr_basis::running_min:
      break;
  }
  throw schema_error("grr: this basis depends on the way from opening to closing; read it from the ledger");
}

estimate logo_retention(const retention_state& state, const rate_options& options) {
  std::int64_t kept = 0;  // of damaged bytes it may leave 64 bits
  if (__builtin_sub_overflow(state.accounts_opening, state.accounts_lost, &kept))
    throw state_error("retention: accounts of the opening and lost ones differ by more than 64 bits say");
  return proportion(kept, state.accounts_opening, {options.level, options.policy.rate_ci}).as(logo_retention_label);
}

}  // namespace sojourn::inline v0_1
