#include "sojourn/revenue/explain/comparison.hpp"

#include <algorithm>
#include <span>
#include <utility>

#include "revenue/revenue_tally.hpp"
#include "sojourn/revenue/ledger/constant_rates.hpp"
#include "sojourn/revenue/named_rates.hpp"
#include "sojourn/revenue/retention.hpp"

namespace sojourn::inline v0_1 {
namespace {

bool of_churn(revenue_rate rate) {
  return rate == revenue_rate::logo_churn || rate == revenue_rate::gross_mrr_churn || rate == revenue_rate::net_mrr_churn;
}

bool summed_over_days(revenue_rate rate, const revenue_policy& policy) {
  return rate == revenue_rate::logo_churn ? detail::needs_days(policy.logo_denominator)
                                          : detail::mrr_needs_days(policy.logo_denominator);
}

rate_options at(rate_options options, confidence_level level) {
  options.level = level;
  return options;
}

rate_at read_churn(const ledger& book, revenue_rate rate, day_window asked, const rate_options& options) {
  detail::require_churn_of_levels(options.policy);
  const day_window window = churn_window(options.policy, asked.from, asked.to);
  const bool every_day = summed_over_days(rate, options.policy);
  const double windows = windows_a_year(window);
  return [spans = tally_spans(book, detail::cuts_of(window, every_day), options.policy), rate, options,
          windows](confidence_level level) {
    const rate_options now = at(options, level);
    const estimate found = rate == revenue_rate::logo_churn        ? logo_churn(spans, now)
                           : rate == revenue_rate::gross_mrr_churn ? gross_mrr_churn(spans, now)
                                                                   : net_mrr_churn(spans, now);
    return annual_rate(found, options.policy.annualise, windows);
  };
}

rate_at read_grr(const ledger& book, day_window window, const rate_options& options) {
  const auto reader = [options](retention_state state, loss_sums loss) -> rate_at {
    return [options, state, loss](confidence_level level) { return gross_retention(state, loss, at(options, level)); };
  };
  if (options.policy.grr == grr_basis::event_sum) {
    revenue_policy events = options.policy;
    events.movements = movement_mode::gross_events;
    const auto all = tally_spans(book, detail::cuts_of(window, false), events);
    return reader(all.front().base, all.front().lost_in_events);
  }
  if (options.policy.grr == grr_basis::running_min) {
    const retention_state lowest = tally_running_retention(book, window.from, window.to);
    return reader(lowest, lowest.gross);
  }
  return [state = tally_retention(book, window.from, window.to), options](confidence_level level) {
    return grr(state, at(options, level));
  };
}

double ticks(detail::int128 value) {
  return detail::to_double(value);
}

ratio_part churn_part(const revenue_period& one, revenue_rate rate, const revenue_policy& policy) {
  const auto opening = static_cast<double>(one.base.accounts_opening), lost = static_cast<double>(one.base.accounts_lost);
  const bool whole = !summed_over_days(rate, policy);
  if (whole && rate == revenue_rate::gross_mrr_churn && policy.mrr_churn_cap == mrr_churn_cap::opening_mrr) {
    return {ticks(one.lost_in_events.lost), ticks(one.base.opening)};
  }
  if (rate == revenue_rate::logo_churn && policy.logo_denominator == logo_denominator::start_plus_new) {
    return {lost + static_cast<double>(one.new_lost), opening + static_cast<double>(one.accounts_new)};
  }
  throw schema_error("this policy's churn is no ratio of sums over accounts, so accounts cannot be paired or drawn again");
}

ratio_part retention_part(const retention_state& one, revenue_rate rate, const revenue_policy& policy) {
  const double opening = ticks(one.opening), accounts = static_cast<double>(one.accounts_opening),
               lost = static_cast<double>(one.accounts_lost);
  if (rate == revenue_rate::logo_retention) return {accounts - lost, accounts};
  if (rate == revenue_rate::logo_churn) return {lost, accounts};
  if (rate == revenue_rate::net_mrr_churn) return {ticks(one.net.lost), opening};
  if (rate == revenue_rate::gross_mrr_churn) return {ticks(one.gross.lost), opening};
  if (rate == revenue_rate::nrr) return {opening - ticks(one.net.lost), opening};
  if (policy.grr == grr_basis::account_min || policy.grr == grr_basis::running_min)
    return {opening - ticks(one.gross.lost), opening};
  if (policy.grr == grr_basis::churn_only) return {opening - ticks(one.left.lost), opening};
  throw schema_error("this policy's GRR is no ratio of sums over accounts, so accounts cannot be paired or drawn again");
}

/// Churn that is seen from the two ends of the window; the rest needs what happened between them.
bool from_end_points(revenue_rate rate, const revenue_policy& policy) {
  if (summed_over_days(rate, policy)) return false;
  if (rate == revenue_rate::logo_churn) return policy.logo_denominator == logo_denominator::start;
  if (rate == revenue_rate::net_mrr_churn) return policy.net_churn == net_churn::cohort;
  return policy.mrr_churn_cap == mrr_churn_cap::opening_mrr && policy.movements == movement_mode::net_endpoints;
}

/// One period of one account after another, under the given rules.
template <class Part>
std::vector<ratio_part> parts_by_period(const ledger& book, day_window window, const revenue_policy& policy,
                                        const Part& part) {
  const std::vector<day> cuts{window.from, window.to};
  const detail::period_finder finder(cuts);
  std::vector<ratio_part> parts(book.accounts());
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const auto steps = book.steps(account{static_cast<std::uint32_t>(i)});
    if (steps.empty() || steps.front().when >= window.to) continue;
    revenue_state state{{}, book.known_until(), policy, std::vector<revenue_period>(1)};
    detail::revenue_tally tally(finder, state);
    tally.add(steps);
    tally.finish();
    parts[i] = part(state.periods.front());
  }
  return parts;
}

std::vector<ratio_part> retention_parts(const ledger& book, revenue_rate rate, day_window window,
                                        const revenue_policy& policy) {
  const bool lowest = rate == revenue_rate::grr && policy.grr == grr_basis::running_min;
  std::vector<ratio_part> parts(book.accounts());
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const auto steps = book.steps(account{static_cast<std::uint32_t>(i)});
    const detail::lowest_level seen = detail::lowest_in(steps, window);
    if (!seen.opening.present()) continue;
    retention_state one;
    if (lowest) {
      one.add(seen.opening.level.ticks(), seen.lowest, seen.stayed);
    } else {
      const mrr_step closing = detail::last_before(steps, window.to);
      one.add(seen.opening.level.ticks(), closing.level.ticks(), closing.present());
    }
    parts[i] = retention_part(one, rate, policy);
  }
  return parts;
}

std::vector<ratio_part> parts_of_rate(const ledger& book, revenue_rate rate, day_window asked, const rate_options& options) {
  detail::require_one_lane(book);
  if (asked.to <= asked.from)
    throw schema_error("the window " + to_string(asked.from) + " .. " + to_string(asked.to) + " is empty");
  if (of_churn(rate)) {
    detail::require_churn_of_levels(options.policy);
    const day_window window = churn_window(options.policy, asked.from, asked.to);
    if (from_end_points(rate, options.policy)) return retention_parts(book, rate, window, options.policy);
    (void)churn_part({}, rate, options.policy);  // refuse before the work
    return parts_by_period(book, window, options.policy,
                           [&](const revenue_period& one) { return churn_part(one, rate, options.policy); });
  }
  if (rate == revenue_rate::grr && options.policy.grr == grr_basis::event_sum) {
    revenue_policy events = options.policy;
    events.movements = movement_mode::gross_events;
    return parts_by_period(book, asked, events, [](const revenue_period& one) {
      return ratio_part{ticks(one.base.opening - one.lost_in_events.lost), ticks(one.base.opening)};
    });
  }
  return retention_parts(book, rate, asked, options.policy);
}

}  // namespace

metric_label label_of(revenue_rate rate) noexcept {
  switch (rate) {
    case revenue_rate::logo_churn:
      return logo_churn_label;
    case revenue_rate::gross_mrr_churn:
      return gross_mrr_churn_label;
    case revenue_rate::net_mrr_churn:
      return net_mrr_churn_label;
    case revenue_rate::nrr:
      return nrr_label;
    case revenue_rate::grr:
      return grr_label;
    case revenue_rate::logo_retention:
      return logo_retention_label;
  }
  return {};
}

rate_at read_rate(const ledger& book, revenue_rate rate, day_window window, const rate_options& options) {
  if (not_reached(book.known_until(), window.to)) {
    return [rate](confidence_level level) {
      return undefined_estimate(undefined_reason::no_observations, level).as(label_of(rate));
    };
  }
  if (of_churn(rate)) return read_churn(book, rate, window, options);
  if (rate == revenue_rate::grr) return read_grr(book, window, options);
  return [state = tally_retention(book, window.from, window.to), rate, options](confidence_level level) {
    return rate == revenue_rate::nrr ? nrr(state, at(options, level)) : logo_retention(state, at(options, level));
  };
}

std::vector<ratio_part> rate_parts(const ledger& book, revenue_rate rate, day_window window, const rate_options& options) {
  std::vector<ratio_part> parts = parts_of_rate(book, rate, window, options);
  if (not_reached(book.known_until(), window.to)) parts.assign(parts.size(), {});
  return parts;
}

namespace {

/// The days whose opening a rate is measured against.
day_window window_of(revenue_rate rate, day_window asked, const revenue_policy& policy) {
  return of_churn(rate) ? churn_window(policy, asked.from, asked.to) : asked;
}

}  // namespace

rate_at read_rate(const keyed_ledger& book, revenue_rate rate, day_window asked, const rate_options& options) {
  const day_window window = window_of(rate, asked, options.policy);
  return ask_window(book, window.from, window.to, [&](const ledger& one) { return read_rate(one, rate, asked, options); });
}

std::vector<ratio_part> rate_parts(const keyed_ledger& book, revenue_rate rate, day_window asked,
                                   const rate_options& options) {
  const day_window window = window_of(rate, asked, options.policy);
  return ask_window(book, window.from, window.to, [&](const ledger& one) { return rate_parts(one, rate, asked, options); });
}

comparison compare_periods(const keyed_ledger& book, revenue_rate rate, day_window first, day_window second,
                           const rate_options& options) {
  const double correlation =
      paired_correlation(rate_parts(book, rate, first, options), rate_parts(book, rate, second, options));
  return compare_rates(read_rate(book, rate, first, options), read_rate(book, rate, second, options), correlation,
                       options.level);
}

comparison compare_periods(const ledger& book, revenue_rate rate, day_window first, day_window second,
                           const rate_options& options) {
  const double correlation =
      paired_correlation(rate_parts(book, rate, first, options), rate_parts(book, rate, second, options));
  return compare_rates(read_rate(book, rate, first, options), read_rate(book, rate, second, options), correlation,
                       options.level);
}

comparison compare_segments(const ledger& first, day_window first_window, const ledger& second, day_window second_window,
                            revenue_rate rate, const rate_options& options) {
  return compare_rates(read_rate(first, rate, first_window, options), read_rate(second, rate, second_window, options), 0,
                       options.level);
}

comparison compare_segments(const keyed_ledger& first, day_window first_window, const keyed_ledger& second,
                            day_window second_window, revenue_rate rate, const rate_options& options) {
  if (const std::int64_t shared = shared_accounts(first, second); shared > 0) {
    throw schema_error("the two ledgers share " + std::to_string(shared) +
                       " accounts; segments share none (two periods of one ledger may)");
  }
  return compare_rates(read_rate(first, rate, first_window, options), read_rate(second, rate, second_window, options), 0,
                       options.level);
}

}  // namespace sojourn::inline v0_1
