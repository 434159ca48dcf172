// The columns of a table of movements, by the names that every language has for them.
// Layer: 4. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include "sojourn/revenue/movements.hpp"

namespace sojourn::inline v0_1 {
namespace arrow SOJOURN_EXPORT {

/// Adds them to whatever takes a name and a field of `movement_row`.
template <class Columns>
Columns& add_movements(Columns& to) {
  to.add("period", &movement_row::period);
  to.add("opening", &movement_row::opening);
  to.add("new", &movement_row::new_business);
  to.add("reactivation", &movement_row::reactivation);
  to.add("expansion", &movement_row::expansion);
  to.add("contraction", &movement_row::contraction);
  to.add("churn", &movement_row::churn);
  to.add("fx", &movement_row::fx);
  to.add("closing", &movement_row::closing);
  to.add("accounts_opening", &movement_row::accounts_opening);
  to.add("accounts_new", &movement_row::accounts_new);
  to.add("accounts_reactivated", &movement_row::accounts_reactivated);
  to.add("accounts_churned", &movement_row::accounts_churned);
  to.add("accounts_closing", &movement_row::accounts_closing);
  return to;
}

}  // namespace arrow SOJOURN_EXPORT
}  // namespace sojourn::inline v0_1
