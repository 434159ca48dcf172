// One row of a waterfall in exact ticks: of a whole ledger, of one account, or the difference of two.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <cstdint>

#include "sojourn/revenue/revenue_state.hpp"
#include "sojourn/stats/fieldwise.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// Ticks without rounding, and accounts. It adds up over accounts, and a difference of two of them still closes: opening +
/// new_business + reactivation + expansion - contraction - churn + fx = closing.
struct period_movements {
  detail::int128 opening = 0;
  detail::int128 new_business = 0;
  detail::int128 reactivation = 0;
  detail::int128 expansion = 0;
  detail::int128 contraction = 0;
  detail::int128 churn = 0;
  detail::int128 fx = 0;
  detail::int128 closing = 0;
  std::int64_t accounts_opening = 0;
  std::int64_t accounts_new = 0;
  std::int64_t accounts_reactivated = 0;
  std::int64_t accounts_churned = 0;
  std::int64_t accounts_closing = 0;

  /// `fx` is what rates did to the closing.
  [[nodiscard]] static constexpr period_movements of(const revenue_period& p, detail::int128 fx = 0) {
    period_movements m{p.opening(),
                       p.new_business,
                       p.reactivation,
                       p.expansion,
                       p.contraction,
                       p.churn,
                       0,
                       p.closing(),
                       p.base.accounts_opening,
                       p.accounts_new,
                       p.accounts_reactivated,
                       p.accounts_churned,
                       p.accounts_closing()};
    m.closing += fx;
    m.fx = m.closing - m.opening - m.new_business - m.reactivation - m.expansion + m.contraction + m.churn;
    return m;
  }

  template <class Self, class Visit>
  static constexpr void all(Self& s, const Visit& visit) {
    visit(s.opening, s.new_business, s.reactivation, s.expansion, s.contraction, s.churn, s.fx, s.closing,
          s.accounts_opening, s.accounts_new, s.accounts_reactivated, s.accounts_churned, s.accounts_closing);
  }
  constexpr period_movements& operator+=(const period_movements& o) {
    return detail::add_fields(*this, o, "period_movements");
  }
  constexpr period_movements& operator-=(const period_movements& o) {
    return detail::subtract_fields(*this, o, "period_movements");
  }
  friend constexpr bool operator==(const period_movements&, const period_movements&) = default;
};

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
