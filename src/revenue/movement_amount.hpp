// Which field of a waterfall a movement adds to.
// Layer: 5. Needs: links sojourn.
#pragma once

#include "sojourn/detail/int128.hpp"
#include "sojourn/revenue/account_history.hpp"

namespace sojourn::inline v0_1::detail {

/// The field of `sums`, of whatever it is the waterfall.
template <class Sums>
[[nodiscard]] int128& amount_of(Sums& sums, movement_kind kind) noexcept {
  switch (kind) {
    case movement_kind::new_business:
      return sums.new_business;
    case movement_kind::reactivation:
      return sums.reactivation;
    case movement_kind::expansion:
      return sums.expansion;
    case movement_kind::contraction:
      return sums.contraction;
    case movement_kind::churn:
      break;
  }
  return sums.churn;
}

}  // namespace sojourn::inline v0_1::detail
