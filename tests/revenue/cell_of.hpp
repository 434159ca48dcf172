// One amount or count of a period's movements by the name of its cell.
#pragma once

#include <cstddef>

#include "sojourn/detail/int128.hpp"
#include "sojourn/revenue/explain/contributors.hpp"
#include "sojourn/revenue/period_movements.hpp"

namespace sojourn::test {

/// Of cells that are no rate.
inline sojourn::detail::int128 cell_of(revenue_cell cell, const period_movements& m) {
  const sojourn::detail::int128 cells[] = {m.opening,
                                           m.new_business,
                                           m.reactivation,
                                           m.expansion,
                                           m.contraction,
                                           m.churn,
                                           m.fx,
                                           m.closing,
                                           m.accounts_opening,
                                           m.accounts_new,
                                           m.accounts_reactivated,
                                           m.accounts_churned,
                                           m.accounts_closing};
  return cells[static_cast<std::size_t>(cell)];
}

}  // namespace sojourn::test
