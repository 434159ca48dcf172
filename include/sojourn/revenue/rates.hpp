// Churn and retention straight from the ledger, over the window and with the denominator that a policy names.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <span>
#include <vector>

#include "sojourn/exec/any_executor.hpp"
#include "sojourn/revenue/churn.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// Days [from, to).
struct day_window {
  day from;
  day to;
  friend constexpr bool operator==(const day_window&, const day_window&) = default;
};

/// The window of churn for the period [from, to): itself, or the `policy.window` days before `to`. An empty period asks for
/// the window before a day. Throws `schema_error` where the window is shorter than the period, months counted as 30 days:
/// the loss of 30 days is not that of the year 2024, which it would be read as.
[[nodiscard]] day_window churn_window(const revenue_policy& policy, day from, day to);

/// The windows of revenue retention up to `to`: one, or for `trailing_mean_4q` the years that end there and 3, 6 and 9
/// months before. A day that its month does not have is its last one.
[[nodiscard]] std::vector<day_window> retention_windows(const revenue_policy& policy, day to);

/// Windows like this one in a year: 12 over the months when it holds whole calendar months, 365 over the days otherwise.
[[nodiscard]] double windows_a_year(day_window window);

/// The mean of estimates of the same thing at several times: no interval, because they share accounts. `n` is that of the
/// last; one that is undefined makes the mean undefined.
[[nodiscard]] estimate mean_estimate(std::span<const estimate> all);

namespace detail {

/// Whether churn of customers, or of MRR, is read day by day.
[[nodiscard]] bool needs_days(logo_denominator denominator) noexcept;
[[nodiscard]] bool mrr_needs_days(logo_denominator denominator) noexcept;

/// An account over a window: its last step before it, its lowest MRR from then on, and whether it was a customer throughout.
struct lowest_level {
  mrr_step opening{};
  std::int64_t lowest = 0;
  bool stayed = false;
};
[[nodiscard]] lowest_level lowest_in(std::span<const mrr_step> steps, day_window window) noexcept;

[[nodiscard]] std::vector<day> cuts_of(day_window window, bool every_day);

// The functions below, with the host's executor behind one type.
[[nodiscard]] std::vector<revenue_period> tally_spans(const ledger& book, std::span<const day> cuts,
                                                      const revenue_policy& policy, const any_executor& host);
[[nodiscard]] estimate logo_churn_of(const ledger& book, day from, day to, const rate_options& options,
                                     const any_executor& host);
[[nodiscard]] estimate gross_mrr_churn_of(const ledger& book, day from, day to, const rate_options& options,
                                          const any_executor& host);
[[nodiscard]] estimate net_mrr_churn_of(const ledger& book, day from, day to, const rate_options& options,
                                        const any_executor& host);
[[nodiscard]] retention_state tally_running_retention(const ledger& book, day from, day to, const any_executor& host);
[[nodiscard]] estimate grr_of(const ledger& book, day from, day to, const rate_options& options, const any_executor& host);
[[nodiscard]] estimate nrr_until(const ledger& book, day to, const rate_options& options, const any_executor& host);
[[nodiscard]] estimate grr_until(const ledger& book, day to, const rate_options& options, const any_executor& host);

}  // namespace detail

/// As `tally_revenue`, for spans of any length: span i is [cuts[i], cuts[i + 1]). One visit per step of the ledger plus one
/// entry per span. Throws `schema_error` unless `cuts` rises and holds two days or more.
template <executor E = serial_executor>
[[nodiscard]] std::vector<revenue_period> tally_spans(const ledger& book, std::span<const day> cuts,
                                                      const revenue_policy& policy = {}, E&& host = {}) {
  return detail::tally_spans(book, cuts, policy, any_executor(host));
}

/// `logo_churn` of [from, to) with every denominator, over the policy's window, at the policy's annual rate.
template <executor E = serial_executor>
[[nodiscard]] estimate logo_churn_of(const ledger& book, day from, day to, const rate_options& options = {}, E&& host = {}) {
  return detail::logo_churn_of(book, from, to, options, any_executor(host));
}

/// `gross_mrr_churn` and `net_mrr_churn` likewise.
template <executor E = serial_executor>
[[nodiscard]] estimate gross_mrr_churn_of(const ledger& book, day from, day to, const rate_options& options = {},
                                          E&& host = {}) {
  return detail::gross_mrr_churn_of(book, from, to, options, any_executor(host));
}
template <executor E = serial_executor>
[[nodiscard]] estimate net_mrr_churn_of(const ledger& book, day from, day to, const rate_options& options = {},
                                        E&& host = {}) {
  return detail::net_mrr_churn_of(book, from, to, options, any_executor(host));
}

/// What each customer of the opening lost when its closing is the lowest MRR that it had in [from, to); lost is who was no
/// customer on some day of it.
template <executor E = serial_executor>
[[nodiscard]] retention_state tally_running_retention(const ledger& book, day from, day to, E&& host = {}) {
  return detail::tally_running_retention(book, from, to, any_executor(host));
}

/// GRR of the window [from, to) on every basis. `event_sum`: each loss of an account of the opening counts, also one that
/// was made up for, at most its opening MRR in all. `running_min`: each account at its lowest, so a longer window is never
/// above a shorter one.
template <executor E = serial_executor>
[[nodiscard]] estimate grr_of(const ledger& book, day from, day to, const rate_options& options = {}, E&& host = {}) {
  return detail::grr_of(book, from, to, options, any_executor(host));
}

/// NRR and GRR up to the end of the day before `to`, over the policy's `nrr_window`.
template <executor E = serial_executor>
[[nodiscard]] estimate nrr_until(const ledger& book, day to, const rate_options& options = {}, E&& host = {}) {
  return detail::nrr_until(book, to, options, any_executor(host));
}
template <executor E = serial_executor>
[[nodiscard]] estimate grr_until(const ledger& book, day to, const rate_options& options = {}, E&& host = {}) {
  return detail::grr_until(book, to, options, any_executor(host));
}

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
