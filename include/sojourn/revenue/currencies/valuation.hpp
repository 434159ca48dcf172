// In which currency a ledger of several is shown, at which rates.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <cstdint>

#include "sojourn/revenue/currencies/named_quotes.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// At which rates the opening and closing of periods are valued; movements stand at those of the opening, the rest is `fx`.
enum class period_rates : std::uint8_t {
  closing_day,  ///< the rate of the last day: opening = that of the day before the period, as openings are counted
  mean,         ///< the mean of the rates of the period's days; the opening at the mean of the period before
};

/// The rates of a ledger whose lanes are currencies, numbered as in the table, and which of them value a period.
struct valuation {
  named_rate_table rates;
  period_rates at = period_rates::closing_day;
};

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
