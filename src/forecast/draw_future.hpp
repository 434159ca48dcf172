// One future of all accounts of today.
// Layer: 5. Needs: links sojourn.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "forecast/learned.hpp"

namespace sojourn::inline v0_1::detail {

/// An account that is a customer at the end of the last month.
struct account_today {
  std::uint32_t account = 0;  ///< in the ledger
  std::uint32_t segment = 0;
  std::uint32_t fate = 0;  ///< accounts with the same fate leave together
  std::uint32_t age = 0;   ///< of the rate in the first month ahead
  std::uint8_t band = 0;
  std::int64_t ticks = 0;
  std::int32_t due = 0;  ///< the month ahead in which its contract comes due; 0: it has none
  std::int32_t every = 0;
  double probability = 0;            ///< of the renewal; NaN: the curve says
  std::uint32_t renewal_number = 0;  ///< of the one that is due next
};

/// What one segment does in one month of one draw, in ticks.
struct month_of_draw {
  std::int64_t opening = 0, churn = 0, contraction = 0, expansion = 0, won = 0, closing = 0;
  std::int64_t capped = 0;  ///< closing, no account above its MRR of today
  std::int64_t due = 0, under_contract = 0, accounts = 0;
  double expected = 0;  ///< closing on average, given the rules of the draw
};

struct future_of_draw {
  std::vector<month_of_draw> cells;       ///< month x segment, new business last
  std::vector<std::int64_t> churn_cause;  ///< month x segment x cause
  std::vector<std::int64_t> largest;      ///< last MRR of the accounts that have a scenario
};

struct future_input {
  const std::vector<account_today>& accounts;
  const records& seen;
  const forecast_options& options;
  std::size_t fates = 0;
  double shock_sd = 0;
  std::span<const std::uint32_t> largest;  ///< places in `accounts`
};

[[nodiscard]] future_of_draw draw_future(const future_input& in, const std::vector<segment_rules>& rules,
                                         std::uint64_t draw);

}  // namespace sojourn::inline v0_1::detail
