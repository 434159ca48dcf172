// What each account pays at the end of each month: what a forecast learns from and starts at.
// Layer: 4. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

#include "sojourn/domain/calendar.hpp"
#include "sojourn/revenue/ledger/ledger.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// Account-major: the months of an account lie side by side.
struct account_months {
  month first{};                      ///< that of the first customer
  std::size_t months = 0;             ///< whole months that are known
  std::size_t accounts = 0;           ///< those of the ledger, also who never was a customer
  std::vector<std::int64_t> ticks{};  ///< MRR in force on the last day of the month
  std::vector<std::uint8_t> there{};  ///< 1 where the account is a customer then, paying or not

  static constexpr std::size_t never = static_cast<std::size_t>(-1);
  /// The first month in which the account is a customer at its end; `never` for none.
  [[nodiscard]] std::size_t first_of(std::size_t account) const noexcept {
    for (std::size_t t = 0; t < months; ++t) {
      if (there[account * months + t] != 0) return t;
    }
    return never;
  }
};

/// Reads a ledger of one currency. A month counts once all of it is known. Throws `schema_error` for a ledger of several
/// lanes, and for one that knows no whole month with a customer. O(steps + accounts x months) time, 9 bytes per account and
/// month.
[[nodiscard]] account_months months_of(const ledger& book);

/// MRR of all accounts at the end of each month, in minor units. O(accounts x months).
[[nodiscard]] std::vector<double> mrr_by_month(const account_months& history);

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
