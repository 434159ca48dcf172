// Did churn or retention change, or differ between two groups? Two revenue rates with the interval of their difference.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "sojourn/revenue/ledger/keyed_ledger.hpp"
#include "sojourn/revenue/ledger/ledger.hpp"
#include "sojourn/revenue/policy.hpp"
#include "sojourn/revenue/rates.hpp"
#include "sojourn/stats/bootstrap.hpp"
#include "sojourn/stats/comparison.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

enum class revenue_rate : std::uint8_t { logo_churn, logo_retention, gross_mrr_churn, net_mrr_churn, nrr, grr };
constexpr std::array<std::string_view, 6> values_of(revenue_rate) {
  return {"logo_churn", "logo_retention", "gross_mrr_churn", "net_mrr_churn", "nrr", "grr"};
}

/// What an estimate of `rate` is named, and its unit.
[[nodiscard]] metric_label label_of(revenue_rate rate) noexcept;

/// The rate of the window as it reads at any level; the ledger is visited once. Churn takes the policy's `window`, as `*_of`
/// do.
[[nodiscard]] rate_at read_rate(const ledger& book, revenue_rate rate, day_window window, const rate_options& options = {});

/// In several currencies at the rates of the day before the window of the rate.
[[nodiscard]] rate_at read_rate(const keyed_ledger& book, revenue_rate rate, day_window window,
                                const rate_options& options = {});

/// What each account of the ledger adds to the rate's two sums (ticks, or accounts); those outside its opening add nothing.
/// Throws `schema_error` for a denominator or basis that is no ratio of sums over accounts. O(accounts and their steps).
[[nodiscard]] std::vector<ratio_part> rate_parts(const ledger& book, revenue_rate rate, day_window window,
                                                 const rate_options& options = {});

/// In several currencies at the rates of the day before the window of the rate.
[[nodiscard]] std::vector<ratio_part> rate_parts(const keyed_ledger& book, revenue_rate rate, day_window window,
                                                 const rate_options& options = {});

/// The same accounts in two periods: first - second. Accounts of both openings tie the two rates together, most of all when
/// the windows overlap; the pairing is read from the ledger, account by account, because states of single periods do not
/// hold it. A rate without an interval has none here. Throws as `rate_parts`.
[[nodiscard]] comparison compare_periods(const ledger& book, revenue_rate rate, day_window first, day_window second,
                                         const rate_options& options = {});

/// In several currencies each window at the rates of the day before it.
[[nodiscard]] comparison compare_periods(const keyed_ledger& book, revenue_rate rate, day_window first, day_window second,
                                         const rate_options& options = {});

/// Two ledgers that share no account (segments, plans, regions), in the same or different windows: first - second.
/// What it does not tell you: why. Segments differ in more than their name.
[[nodiscard]] comparison compare_segments(const ledger& first, day_window first_window, const ledger& second,
                                          day_window second_window, revenue_rate rate, const rate_options& options = {});

/// The same of ledgers that know the keys of their accounts: throws `schema_error` when an account has rows in both.
[[nodiscard]] comparison compare_segments(const keyed_ledger& first, day_window first_window, const keyed_ledger& second,
                                          day_window second_window, revenue_rate rate, const rate_options& options = {});

/// The rate with the percentile interval of accounts drawn again: a slow check on the other intervals.
template <class Book, executor E = serial_executor>
  requires(std::same_as<Book, ledger> || std::same_as<Book, keyed_ledger>)
[[nodiscard]] estimate bootstrap_rate(const Book& book, revenue_rate rate, day_window window,
                                      const rate_options& options = {}, std::int64_t replicates = 1000,
                                      std::uint64_t seed = 1, E&& host = E{}) {
  std::vector<ratio_part> parts = rate_parts(book, rate, window, options);
  std::erase_if(parts, [](const ratio_part& one) { return one.denominator == 0; });
  return bootstrap_ratio(parts, {replicates, seed, options.level},
                         [&](std::size_t n, detail::task_ref draw) { host.bulk(n, draw); })
      .as(label_of(rate));
}

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
