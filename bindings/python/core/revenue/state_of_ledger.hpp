// The state of movements of a ledger, whichever it is: of one currency, or of several with what rates did.
#pragma once

#include <span>
#include <variant>

#include "sojourn/revenue/currency_movements.hpp"
#include "sojourn/revenue/parts/revenue_partial.hpp"

namespace sojourn::python {

using state_of_ledger = std::variant<revenue_partial, currency_revenue_state>;

template <executor E>
state_of_ledger tally_state(const keyed_ledger& l, std::span<const account> some, const period_grid& grid,
                            const revenue_policy& policy, E&& host) {
  if (l.in != nullptr) return tally_revenue(l, some, grid, policy, host);
  return tally_partial(l, some, grid, policy, host);
}

}  // namespace sojourn::python
