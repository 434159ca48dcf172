// What a back-test compares a forecast with: what came, and what simple rules would have said.
// Layer: 4. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "sojourn/forecast/account_months.hpp"
#include "sojourn/revenue/ledger/keyed_ledger.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// Forecasts without a model.
enum class naive_rule : std::uint8_t {
  flat,        ///< all stays as it is
  last_year,   ///< NRR of the last twelve months, or of all that are known, goes on
  last_churn,  ///< what cancellations and downgrades took last month is taken in every month
};
constexpr std::array<std::string_view, 3> values_of(naive_rule) {
  return {"flat", "last_year", "last_churn"};
}

/// The MRR, in minor units, that a rule expects of today's accounts `ahead` months after the last one. `last_year` with only
/// one month known is flat. O(accounts).
[[nodiscard]] double naive_forecast(const account_months& history, naive_rule rule, std::size_t ahead);

/// What the accounts that were customers at the end of the last month of `then` pay 1, 2, ... `horizon` months later, as
/// `today` knows it, in minor units; accounts are found by key. NaN for months that `today` does not know. Throws as
/// `months_of`. O(accounts x horizon + steps).
[[nodiscard]] std::vector<double> later_mrr(const keyed_ledger& today, const keyed_ledger& then, std::size_t horizon);

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
