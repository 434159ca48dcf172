// The rates at the boundaries of periods, asked only for currencies in which somebody has MRR there.
// Layer: 5. Needs: links sojourn.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "sojourn/exec/any_executor.hpp"
#include "sojourn/revenue/currencies/exchange_rates.hpp"
#include "sojourn/revenue/currencies/valuation.hpp"
#include "sojourn/revenue/ledger/ledger.hpp"
#include "sojourn/revenue/period_grid.hpp"
#include "sojourn/revenue/rates.hpp"

namespace sojourn::inline v0_1::detail {

/// Periods [cuts[p], cuts[p + 1]) and, for boundary b, one rate per currency: cuts[b] opens period b and closes the one
/// before. `before` is the first day of the period before the first, over which a mean is taken.
struct valued_spans {
  day before;
  std::vector<day> cuts;
  std::vector<std::vector<exchange_rate>> rates;

  [[nodiscard]] std::size_t periods() const noexcept { return cuts.size() - 1; }
};

[[nodiscard]] valued_spans spans_of(const period_grid& grid);
/// One period of any days. The one before it has as many months where these are whole months, else as many days.
[[nodiscard]] valued_spans spans_of(day_window window);

/// Fills in the rates that the accounts of `some`, or all, need. Throws `data_error` that names currency and month for one
/// that is missing.
void value(valued_spans& spans, const ledger& book, const rate_table& rates, period_rates at,
           const std::optional<std::span<const account>>& some, const any_executor& host);

}  // namespace sojourn::inline v0_1::detail
