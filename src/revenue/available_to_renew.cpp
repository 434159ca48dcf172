#include "sojourn/revenue/available_to_renew.hpp"

#include <algorithm>
#include <optional>
#include <vector>

#include "revenue/ledger/rows.hpp"
#include "sojourn/revenue/ledger/account_errors.hpp"

namespace sojourn::inline v0_1 {
namespace {

struct standing {
  detail::int128 opening = 0;
  detail::int128 closing = 0;
  bool ends = false;
  bool crosses = false;
  bool later = false;  // a term that begins in the window or after it runs past its end
};

std::int64_t narrow(detail::int128 ticks, std::size_t who) {
  if (ticks <= INT64_MAX) return static_cast<std::int64_t>(ticks);
  throw account_overflow(account{static_cast<std::uint32_t>(who)},
                         "available to renew: account {account} passes 5.5e13 minor units a month");
}

bool is_due(const standing& one) {
  return one.ends && !one.crosses;
}

/// Where every account stands at the two ends of the window, by the rows that `keep(row)`; only those that `is_term(row)`
/// can end.
template <class Keep, class IsTerm>
std::vector<standing> standings(const subscriptions& rows, day from, day to, const due_options& options, const Keep& keep,
                                const IsTerm& is_term) {
  detail::require_table(rows);
  if (to <= from)
    throw schema_error("available to renew: the window " + to_string(from) + " .. " + to_string(to) + " is empty");
  const std::size_t universe = detail::universe(rows, {options.as_of, options.accounts});
  const detail::row_facts facts = detail::facts_of(rows, 0, rows.account.size(), universe);
  detail::require_good(facts, rows, universe);
  const std::int32_t as_of = detail::first_unknown_day(options.as_of, rows, facts.latest).since_epoch;
  const std::int32_t first = from.since_epoch, end = to.since_epoch;
  std::vector<standing> all(rows.account.empty() ? 0 : facts.accounts);
  for (std::size_t row = 0; row < rows.account.size(); ++row) {
    const std::int32_t start = rows.start[row];
    std::int32_t stop = detail::end_of(rows, row);
    if (stop == start || rows.amount[row] == 0 || start >= as_of || !keep(row)) continue;
    if (stop >= as_of) stop = detail::runs_on;
    standing& now = all[rows.account[row]];
    const detail::int128 ticks = detail::int128{rows.amount[row]} * rows.ticks_per_unit;
    // In force at the end of the day before.
    if (start < first && stop >= first) now.opening += ticks;
    if (start < end && stop >= end) now.closing += ticks;
    if (!is_term(row)) continue;
    now.ends = now.ends || (stop >= first && stop < end);
    now.later = now.later || (start >= first && stop > end);
    now.crosses = now.crosses || (start < first && stop > end);
  }
  return all;
}

constexpr auto every_row = [](std::size_t) { return true; };

/// A row that bridges a lapse is no term: nobody agreed on when it ends.
auto terms_of(const mrr_rows& rows) {
  return [&rows](std::size_t row) { return rows.source.empty() || rows.source[row] != mrr_rows::no_source; };
}

retention_state sum_of_due(const std::vector<standing>& all, due_loss lost_when) {
  retention_state due;
  std::int64_t lost_accounts = 0;
  for (std::size_t who = 0; who < all.size(); ++who) {
    const standing& now = all[who];
    if (!is_due(now)) continue;
    const bool lost = lost_when == due_loss::at_end ? now.closing == 0 : !now.later;
    lost_accounts += lost ? 1 : 0;
    // Who joined in the window has no opening to lose.
    if (now.opening > 0)
      due.add(narrow(now.opening, who), narrow(now.closing, who));
    else
      ++due.accounts_opening;
  }
  due.accounts_lost = lost_accounts;
  return due;
}

}  // namespace

retention_state tally_available_to_renew(const subscriptions& rows, day from, day to, const due_options& options) {
  return sum_of_due(standings(rows, from, to, options, every_row, every_row), options.lost);
}

retention_state tally_available_to_renew(const mrr_rows& rows, day from, day to, const due_options& options) {
  return sum_of_due(standings(rows.view(), from, to, options, every_row, terms_of(rows)), options.lost);
}

retention_state tally_available_to_renew(const mrr_rows& rows, const rate_table& rates, day from, day to,
                                         const due_options& options) {
  if (rows.lanes > rates.currencies()) throw schema_error("available to renew: rates and rows name different currencies");
  const subscriptions table = rows.view();
  due_options of_all = options;
  of_all.accounts = std::max(options.accounts, rows.accounts);
  std::vector<standing> all = standings(table, from, to, of_all, every_row, terms_of(rows));
  for (standing& one : all) one.opening = one.closing = 0;
  for (std::uint32_t lane = 0; lane < rows.lanes; ++lane) {
    const auto in_lane = [&](std::size_t row) { return (rows.marks.empty() ? 0u : rows.marks[row].lane) == lane; };
    const std::vector<standing> native = standings(table, from, to, of_all, in_lane, every_row);
    std::optional<exchange_rate> rate;
    for (std::size_t who = 0; who < all.size(); ++who) {
      if (!is_due(all[who]) || (native[who].opening == 0 && native[who].closing == 0)) continue;
      if (!rate) rate = rates.on(lane, day{from.since_epoch - 1});
      all[who].opening += converted(mrr::from_ticks(narrow(native[who].opening, who)), *rate).ticks();
      all[who].closing += converted(mrr::from_ticks(narrow(native[who].closing, who)), *rate).ticks();
    }
  }
  return sum_of_due(all, options.lost);
}

estimate logo_churn_of_due(const retention_state& due, const rate_options& options) {
  return proportion(due.accounts_lost, due.accounts_opening, {options.level, options.policy.rate_ci})
      .as(due_logo_churn_label);
}

estimate gross_mrr_churn_of_due(const retention_state& due, const rate_options& options) {
  if (due.opening == 0) {
    return undefined_estimate(undefined_reason::no_observations, options.level).as(due_gross_mrr_churn_label);
  }
  return lost_share(due, due.gross, options).as(due_gross_mrr_churn_label);
}

estimate net_mrr_churn_of_due(const retention_state& due, const rate_options& options) {
  if (options.policy.net_churn != net_churn::cohort) {
    throw schema_error(
        "net churn of what was available to renew is 1 - NRR of these accounts, net_churn cohort; the other rules "
        "count everybody");
  }
  if (due.opening == 0) {
    return undefined_estimate(undefined_reason::no_observations, options.level).as(due_net_mrr_churn_label);
  }
  const estimate kept = nrr(due, options);
  estimate lost = kept.as(due_net_mrr_churn_label);
  lost.value = 1 - kept.value;
  lost.low = 1 - kept.high;
  lost.high = 1 - kept.low;
  return lost;
}

namespace {

template <class OfDue, class OfLedger>
estimate churn_of(const subscriptions& rows, day from, day to, const rate_options& options, const due_options& terms,
                  const OfDue& of_due, const OfLedger& of_ledger, const metric_label& label) {
  if (options.policy.logo_denominator != logo_denominator::available_to_renew) {
    return of_ledger(ledger(rows, {terms.as_of, terms.accounts}), from, to, options);
  }
  const day_window window = churn_window(options.policy, from, to);
  const estimate rate = of_due(tally_available_to_renew(rows, window.from, window.to, terms), options);
  return annual_rate(rate, options.policy.annualise, windows_a_year(window)).as(label);
}

}  // namespace

estimate logo_churn_of(const subscriptions& rows, day from, day to, const rate_options& options, const due_options& terms) {
  return churn_of(
      rows, from, to, options, terms, logo_churn_of_due,
      [](const ledger& book, auto... asked) { return logo_churn_of(book, asked...); }, logo_churn_label);
}
estimate gross_mrr_churn_of(const subscriptions& rows, day from, day to, const rate_options& options,
                            const due_options& terms) {
  return churn_of(
      rows, from, to, options, terms, gross_mrr_churn_of_due,
      [](const ledger& book, auto... asked) { return gross_mrr_churn_of(book, asked...); }, gross_mrr_churn_label);
}
estimate net_mrr_churn_of(const subscriptions& rows, day from, day to, const rate_options& options,
                          const due_options& terms) {
  return churn_of(
      rows, from, to, options, terms, net_mrr_churn_of_due,
      [](const ledger& book, auto... asked) { return net_mrr_churn_of(book, asked...); }, net_mrr_churn_label);
}

}  // namespace sojourn::inline v0_1
