#include "sojourn/revenue/rates.hpp"

#include <algorithm>
#include <string>

#include "revenue/revenue_tally.hpp"
#include "sojourn/exec/sharded.hpp"

namespace sojourn::inline v0_1 {
namespace {

day months_before(day when, std::int32_t count) {
  const month target = month::of(when) - months{count};
  const std::int32_t offset = when - month::of(when).first_day();
  const std::int32_t length = (target + months{1}).first_day() - target.first_day();
  return day{target.first_day().since_epoch + (offset < length ? offset : length - 1)};
}

// A window of 30 days is one of a month, whatever the length of that month.
bool covers(std::int32_t window, day from, day to) {
  const month first = month::of(from), end = month::of(to);
  if (window >= to - from) return true;
  return from == first.first_day() && to == end.first_day() && window >= 30 * (end - first).count;
}

void require_window_of(const revenue_policy& policy, day from, day to) {
  if (covers(policy.window, from, to)) return;
  throw schema_error("churn of " + to_string(from) + " .. " + to_string(day{to.since_epoch - 1}) +
                     ": the policy looks back " + std::to_string(policy.window) +
                     " days, which is less than the period; ask for the last month of the period or for a date (the first "
                     "day after the window), or take a policy whose window is as long as the period or has no limit");
}

}  // namespace

day_window churn_window(const revenue_policy& policy, day from, day to) {
  if (policy.window == revenue_policy::unlimited) return {from, to};
  if (policy.window > to - earliest_day) throw schema_error("churn: a window of that many days starts before 1900");
  require_window_of(policy, from, to);
  return {day{to.since_epoch - policy.window}, to};
}

std::vector<day_window> retention_windows(const revenue_policy& policy, day to) {
  switch (policy.nrr_window) {
    case nrr_window::one_month:
      return {{months_before(to, 1), to}};
    case nrr_window::twelve_months:
      return {{months_before(to, 12), to}};
    case nrr_window::trailing_mean_4q:
      break;
  }
  std::vector<day_window> years;
  for (const std::int32_t back : {9, 6, 3, 0}) years.push_back({months_before(to, back + 12), months_before(to, back)});
  return years;
}

double windows_a_year(day_window window) {
  const month first = month::of(window.from);
  const month end = month::of(window.to);
  if (window.from == first.first_day() && window.to == end.first_day()) return 12.0 / (end - first).count;
  return 365.0 / (window.to - window.from);
}

estimate mean_estimate(std::span<const estimate> all) {
  if (all.empty()) return undefined_estimate(undefined_reason::no_observations);
  if (all.size() == 1) return all.front();
  estimate mean = estimate{}.as({all.back().name, all.back().unit});
  mean.level = all.back().level;
  mean.n = all.back().n;
  mean.value = 0;
  for (const estimate& e : all) {
    if (!e.defined()) return e;
    mean.value += e.value / static_cast<double>(all.size());
  }
  return mean;
}

namespace detail {

lowest_level lowest_in(std::span<const mrr_step> steps, day_window window) noexcept {
  lowest_level seen;
  for (const mrr_step& step : steps) {
    if (step.when >= window.to) break;
    if (step.when < window.from) {
      seen = {step, step.level.ticks(), step.present()};
    } else {
      seen.lowest = std::min(seen.lowest, step.level.ticks());
      seen.stayed = seen.stayed && step.present();
    }
  }
  return seen;
}

bool needs_days(logo_denominator denominator) noexcept {
  return denominator == logo_denominator::daily_sum || denominator == logo_denominator::exposure;
}

bool mrr_needs_days(logo_denominator denominator) noexcept {
  return denominator == logo_denominator::daily_sum;
}

std::vector<day> cuts_of(day_window window, bool every_day) {
  if (!every_day) return {window.from, window.to};
  std::vector<day> cuts;
  for (std::int32_t d = window.from.since_epoch; d <= window.to.since_epoch; ++d) cuts.push_back(day{d});
  return cuts;
}

std::vector<revenue_period> tally_spans(const ledger& book, std::span<const day> cuts, const revenue_policy& policy,
                                        const any_executor& host) {
  if (cuts.size() < 2) throw schema_error("tally_spans: a span needs two days");
  for (std::size_t i = 0; i + 1 < cuts.size(); ++i) {
    if (cuts[i + 1] <= cuts[i]) throw schema_error("tally_spans: the span from " + to_string(cuts[i]) + " on is empty");
  }
  require_one_lane(book);
  const period_finder finder(cuts);
  const std::size_t spans = cuts.size() - 1;
  return tally_sharded(
             book.accounts(),
             [&](std::size_t first, std::size_t last) {
               revenue_state state{{}, book.known_until(), policy, std::vector<revenue_period>(spans)};
               revenue_tally tally(finder, state);
               for (std::size_t i = first; i < last; ++i) tally.add(book.steps(account{static_cast<std::uint32_t>(i)}));
               tally.finish();
               return state;
             },
             host)
      .periods;
}

estimate logo_churn_of(const ledger& book, day from, day to, const rate_options& options, const any_executor& host) {
  const day_window window = churn_window(options.policy, from, to);
  const auto cuts = cuts_of(window, needs_days(options.policy.logo_denominator));
  const estimate rate = logo_churn(tally_spans(book, cuts, options.policy, host), options);
  return annual_rate(rate, options.policy.annualise, windows_a_year(window));
}

estimate gross_mrr_churn_of(const ledger& book, day from, day to, const rate_options& options, const any_executor& host) {
  const day_window window = churn_window(options.policy, from, to);
  const auto cuts = cuts_of(window, mrr_needs_days(options.policy.logo_denominator));
  const estimate rate = gross_mrr_churn(tally_spans(book, cuts, options.policy, host), options);
  return annual_rate(rate, options.policy.annualise, windows_a_year(window));
}

estimate net_mrr_churn_of(const ledger& book, day from, day to, const rate_options& options, const any_executor& host) {
  const day_window window = churn_window(options.policy, from, to);
  const auto cuts = cuts_of(window, mrr_needs_days(options.policy.logo_denominator));
  const estimate rate = net_mrr_churn(tally_spans(book, cuts, options.policy, host), options);
  return annual_rate(rate, options.policy.annualise, windows_a_year(window));
}

retention_state tally_running_retention(const ledger& book, day from, day to, const any_executor& host) {
  require_one_lane(book);
  if (to <= from) throw schema_error("retention: the window " + to_string(from) + " .. " + to_string(to) + " is empty");
  return tally_sharded(
      book.accounts(),
      [&](std::size_t first, std::size_t last) {
        retention_state state;
        for (std::size_t i = first; i < last; ++i) {
          const auto seen = lowest_in(book.steps(account{static_cast<std::uint32_t>(i)}), {from, to});
          if (seen.opening.present()) state.add(seen.opening.level.ticks(), seen.lowest, seen.stayed);
        }
        return state;
      },
      host);
}

estimate grr_of(const ledger& book, day from, day to, const rate_options& options, const any_executor& host) {
  switch (options.policy.grr) {
    case grr_basis::event_sum: {
      revenue_policy events = options.policy;
      events.movements = movement_mode::gross_events;
      const auto all = tally_spans(book, cuts_of({from, to}, false), events, host);
      return gross_retention(all.front().base, all.front().lost_in_events, options);
    }
    case grr_basis::running_min: {
      const retention_state lowest = tally_running_retention(book, from, to, host);
      return gross_retention(lowest, lowest.gross, options);
    }
    case grr_basis::account_min:
    case grr_basis::churn_only:
    case grr_basis::totals_min:
      break;
  }
  return grr(tally_retention(book, from, to, host), options);
}

estimate nrr_until(const ledger& book, day to, const rate_options& options, const any_executor& host) {
  std::vector<estimate> all;
  for (const day_window w : retention_windows(options.policy, to)) {
    all.push_back(nrr(tally_retention(book, w.from, w.to, host), options));
  }
  return mean_estimate(all);
}

estimate grr_until(const ledger& book, day to, const rate_options& options, const any_executor& host) {
  std::vector<estimate> all;
  for (const day_window w : retention_windows(options.policy, to)) all.push_back(grr_of(book, w.from, w.to, options, host));
  return mean_estimate(all);
}

}  // namespace detail
}  // namespace sojourn::inline v0_1
