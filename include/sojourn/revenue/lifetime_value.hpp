// What a customer is worth by a ledger's own ARPA and churn, as a policy divides the two.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "sojourn/exec/any_executor.hpp"
#include "sojourn/revenue/currency_movements.hpp"
#include "sojourn/revenue/economics.hpp"
#include "sojourn/revenue/named_rates.hpp"
#include "sojourn/revenue/rates.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

struct ltv_options {
  revenue_policy policy{};  ///< `ltv_churn`, `ltv_zero_churn`, and how churn is counted
  confidence_level level{};
  std::optional<std::int32_t> cap_months{};  ///< the longest lifetime: for `ltv_zero_churn::cap`, and only for it
};

inline constexpr metric_label lifetime_value_label{"ltv", "minor units"};

/// ARPA x gross margin / churn, in the unit of `arpa_minor`: revenue of an account a month, churn a month. At a churn of 0
/// what `ltv_zero_churn` says: undefined (`zero_loss`), 0, or 60 months of margin; under `cap` no lifetime is longer than
/// `cap_months`, at any churn.
///
/// Interval: that of churn, turned over, ARPA and margin taken as known; the upper limit is infinite where churn may be 0.
/// None where a rule stands for a quotient, and none of a mean of several months. Undefined parts stay undefined. Throws
/// `data_error` unless 0 < gross_margin <= 1, `schema_error` for a cap that is missing, below 1 month, or given under
/// another rule. O(1). Source: ChartMogul, Baremetrics, Stripe (ARPA / churn). What it does not tell you: churn falls with
/// age, so a constant rate misstates young accounts; see `cltv` for discounting and for curves.
[[nodiscard]] estimate lifetime_value(const estimate& arpa_minor, const estimate& churn_a_month, double gross_margin,
                                      const ltv_options& options = {});

/// The windows whose churn counts for the period [from, to): under `trailing_mean_6` the six months before the last month of
/// it, otherwise the period; each over the policy's `window`.
[[nodiscard]] std::vector<day_window> ltv_windows(const revenue_policy& policy, day from, day to);

/// Churn a month from that of each window: the mean over the windows, of 30 days or of a quarter as of a month.
[[nodiscard]] estimate churn_a_month(std::span<const day_window> windows, std::span<const estimate> churn);

namespace detail {

[[nodiscard]] estimate ltv_of(const ledger& book, day from, day to, double gross_margin, const ltv_options& options,
                              const any_executor& host);
[[nodiscard]] estimate ltv_of(const keyed_ledger& book, day from, day to, double gross_margin, const ltv_options& options,
                              const any_executor& host);

}  // namespace detail

/// Lifetime value at the end of the period [from, to), in minor units: `arpa` there, over the logo churn that the policy
/// names (never annualised). A month that opens without customers makes a trailing mean undefined. Throws as
/// `logo_churn_of`.
template <executor E = serial_executor>
[[nodiscard]] estimate ltv_of(const ledger& book, day from, day to, double gross_margin, const ltv_options& options = {},
                              E&& host = {}) {
  return detail::ltv_of(book, from, to, gross_margin, options, any_executor(host));
}

/// In several currencies ARPA at the rates of the closing, and each churn at those of the day before its window.
template <executor E = serial_executor>
[[nodiscard]] estimate ltv_of(const keyed_ledger& book, day from, day to, double gross_margin,
                              const ltv_options& options = {}, E&& host = {}) {
  return detail::ltv_of(book, from, to, gross_margin, options, any_executor(host));
}

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
