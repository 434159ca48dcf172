// From a number to the accounts that made it.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "sojourn/exec/any_executor.hpp"
#include "sojourn/revenue/cohort.hpp"
#include "sojourn/revenue/revenue_state.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// A number of a period. Amounts of the waterfall, its counts of accounts, and rates.
enum class revenue_cell : std::uint8_t {
  opening,
  new_business,
  reactivation,
  expansion,
  contraction,
  churn,
  fx,
  closing,
  accounts_opening,
  accounts_new,
  accounts_reactivated,
  accounts_churned,
  accounts_closing,
  nrr,
  grr,
  logo_retention,
  logo_churn,
  gross_mrr_churn,
  net_mrr_churn,
  quick_ratio,
  arpa,
};
constexpr std::array<std::string_view, 21> values_of(revenue_cell) {
  return {"opening",
          "new",
          "reactivation",
          "expansion",
          "contraction",
          "churn",
          "fx",
          "closing",
          "accounts_opening",
          "accounts_new",
          "accounts_reactivated",
          "accounts_churned",
          "accounts_closing",
          "nrr",
          "grr",
          "logo_retention",
          "logo_churn",
          "gross_mrr_churn",
          "net_mrr_churn",
          "quick_ratio",
          "arpa"};
}

/// Whether a cell is a quotient, and whether its numerator counts accounts instead of ticks. The base of ARPA counts
/// accounts; every other base is in the unit of its amount.
[[nodiscard]] bool is_rate(revenue_cell cell) noexcept;
[[nodiscard]] bool counts_accounts(revenue_cell cell) noexcept;

/// What one account adds to a cell: to its amount, or to both parts of a rate. Ticks, or accounts.
struct contributor {
  account who;
  detail::int128 amount = 0;
  detail::int128 base = 0;  ///< 0 unless the cell is a rate
  friend constexpr bool operator==(const contributor&, const contributor&) = default;
};

/// The cell and who is behind it. amount = the sum over `top` + `others_amount`, base likewise: exactly, in integers.
struct contribution {
  detail::int128 amount = 0;
  detail::int128 base = 0;       ///< of a rate: it is amount / base
  std::int64_t accounts = 0;     ///< with something in either part
  std::vector<contributor> top;  ///< those that matter most, in that order
  detail::int128 others_amount = 0;
  detail::int128 others_base = 0;
  revenue_period whole;   ///< the period of all accounts, at the rates of its opening; empty for a cohort
  detail::int128 fx = 0;  ///< what rates did to the closing of all accounts; 0 in one currency
};

namespace detail {

/// What is asked of whom; `why` counts only what one cause took, null what all did.
struct contribution_question {
  revenue_cell cell;
  day from, to;
  std::size_t top;
  const change_cause* why = nullptr;
};

/// In several currencies where `in` is not null.
[[nodiscard]] contribution contributors(const ledger& book, const valuation* in, const contribution_question& asked,
                                        const revenue_policy& policy, const any_executor& host);

}  // namespace detail

/// The `top` accounts behind a cell of the days [from, to), and the rest as one sum. Those with the largest amounts first;
/// for retention those that moved the rate furthest from 1, for the quick ratio those that moved most either way; then by
/// account number.
///
/// A rate is that of `churn.hpp`, `retention.hpp` and `grr_of` before it is annualised, over the days given. Throws
/// `schema_error` for an empty span and for what no account has a part in: `grr_basis::totals_min`, `logo_denominator`
/// daily_sum, exposure and available_to_renew. O(accounts and their steps), parallel over accounts, the same for any
/// executor. The rows behind an account are `ledger::rows_of`. What it does not tell you: why an account did it.
template <executor E = serial_executor>
[[nodiscard]] contribution contributors(const ledger& book, revenue_cell cell, day from, day to,
                                        const revenue_policy& policy = {}, std::size_t top = 20, E&& host = {}) {
  return detail::contributors(book, nullptr, {cell, from, to, top}, policy, any_executor(host));
}

/// In several currencies: rates of a window at the exchange rates of the day before it; movements, the quick ratio and ARPA
/// as `tally_revenue` values the opening and closing of a period, with `fx` as a cell of its own.
template <executor E = serial_executor>
[[nodiscard]] contribution contributors(const keyed_ledger& book, revenue_cell cell, day from, day to,
                                        const revenue_policy& policy = {}, std::size_t top = 20, E&& host = {}) {
  return with_keys(*book.keys, [&] {
    return detail::contributors(book.book, book.in.get(), {cell, from, to, top}, policy, any_executor(host));
  });
}

/// Who left, or pays less, for one cause: of `churn`, `contraction`, `accounts_churned`, and of `logo_churn` and
/// `gross_mrr_churn` over the whole denominator, as `churn_of_cause`. Over all causes the amounts add up to those of the
/// cell. Throws `schema_error` for other cells, and in several currencies for amounts of movements.
template <executor E = serial_executor>
[[nodiscard]] contribution contributors_of_cause(const keyed_ledger& book, revenue_cell cell, change_cause why, day from,
                                                 day to, const revenue_policy& policy = {}, std::size_t top = 20,
                                                 E&& host = {}) {
  return with_keys(*book.keys, [&] {
    return detail::contributors(book.book, book.in.get(), {cell, from, to, top, &why}, policy, any_executor(host));
  });
}

/// The accounts of a cohort: amount is what each has left at the end of that age (1 or 0, or its MRR), base what it started
/// with. Those that moved the cell furthest from 1 come first. Throws `schema_error` for a cell outside the triangle, and
/// under `cohort_index::tenure_days` for one to whose age somebody has not been seen.
[[nodiscard]] contribution cohort_contributors(const ledger& book, const period_grid& grid, std::int32_t cohort,
                                               std::int32_t age, cohort_measure measure = cohort_measure::accounts,
                                               cohort_rules rules = {}, std::size_t top = 20);

/// The same of the cohort that starts in `first`, at an age in periods of `months_each` months. Throws `schema_error` for an
/// age outside 0 .. 3600.
[[nodiscard]] contribution cohort_contributors(const ledger& book, month first, std::int32_t months_each, std::int32_t age,
                                               cohort_measure measure, cohort_rules rules = {}, std::size_t top = 20);

/// In several currencies at the rates of `tally_cohorts`: those of the last day of the grid; without a grid, of the last
/// known day.
[[nodiscard]] contribution cohort_contributors(const keyed_ledger& book, const period_grid& grid, std::int32_t cohort,
                                               std::int32_t age, cohort_measure measure = cohort_measure::accounts,
                                               cohort_rules rules = {}, std::size_t top = 20);
[[nodiscard]] contribution cohort_contributors(const keyed_ledger& book, month first, std::int32_t months_each,
                                               std::int32_t age, cohort_measure measure, cohort_rules rules = {},
                                               std::size_t top = 20);

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
