// Which accounts could leave only at renewals, and what they did at those that are known.
// Layer: 5. Needs: links sojourn.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "sojourn/forecast/mrr_forecast.hpp"

namespace sojourn::inline v0_1::detail {

/// Renewals lie at the months phase, phase + every, ... of the history; `every` of 0: the account may leave in any month.
struct account_term {
  std::size_t every = 0;
  std::size_t phase = 0;
};

/// One per account. Accounts that have left and have no contract of their own count as if they had one where customers have
/// contracts and they left a whole number of the most frequent term after they came. Rows that cannot be are left to the
/// checks of the forecast.
[[nodiscard]] std::vector<account_term> terms_of(const account_months& history,
                                                 std::span<const forecast_contract> contracts);

/// A whole term that has come to its end.
struct past_renewal {
  std::uint32_t number = 0;  ///< 0: the first one of the account
  std::uint32_t month = 0;   ///< of the history, in which it was due
  bool left = false;
};

/// The renewals of an account that came in month `first`. Terms of which only a part is known are left out.
[[nodiscard]] std::vector<past_renewal> renewals_of(const account_months& history, std::size_t account, std::size_t first,
                                                    const account_term& term);

/// The number of the renewal that is due in that month.
[[nodiscard]] constexpr std::uint32_t renewal_number(std::size_t month, std::size_t first, std::size_t every) noexcept {
  const std::size_t terms = (month - first) / every;
  return terms == 0 ? 0 : static_cast<std::uint32_t>(terms - 1);
}

}  // namespace sojourn::inline v0_1::detail
