// Lifetime value of a customer: contribution a period, times the discounted periods it stays.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "sojourn/lifetime/decay.hpp"
#include "sojourn/stats/estimate.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// When the payments fall. They differ by a factor of up to (1 + d) / r, so there is no default. With contribution m,
/// retention r = 1 - churn and discount rate d a period:
enum class payment_timing : std::uint8_t {
  new_customer_pays_now,  ///< m (1 + d) / (1 + d - r): the first payment is certain and due today
  just_paid,              ///< m r / (1 + d - r): the next payment is due in one period, if the customer renews
  period_end,             ///< m / (1 + d - r): the first payment is certain and due at the end of the first period
  renewal_due,            ///< m r (1 + d) / (1 + d - r): the next payment is due now, if the customer renews
};
constexpr std::array<std::string_view, 4> values_of(payment_timing) {
  return {"new_customer_pays_now", "just_paid", "period_end", "renewal_due"};
}

/// Contribution margin as a share of revenue, at most 1. A type of its own because lifetime value without a margin is
/// lifetime revenue: it has to be given. Throws `schema_error` for NaN, infinities and values above 1.
class contribution_margin {
 public:
  constexpr explicit contribution_margin(double share) : share_(share) {
    if (!(share <= 1 && share > -1e9)) throw schema_error("a contribution margin is a share of revenue, for example 0.8");
  }
  [[nodiscard]] constexpr double share() const noexcept { return share_; }

 private:
  double share_;
};

struct cltv_options {
  double discount_rate = 0;                   ///< per period of the churn rate, >= 0
  double acquisition_cost = 0;                ///< subtracted once (CAC), in the unit of `arpa`
  std::optional<std::int32_t> cap_periods{};  ///< count only this many periods from the start; none = all
};

inline constexpr metric_label cltv_label{"cltv", "minor units"};

/// arpa x margin x discounted expected periods - acquisition cost, in the unit of `arpa` (revenue per account and period).
///
/// With d = 0 and `new_customer_pays_now` this is the familiar ARPA x margin / churn. The interval carries over that of
/// `churn` (value falls as churn rises), with ARPA and margin taken as known; NaN when churn has none. Zero churn with d = 0
/// has no finite value: undefined (`zero_loss`) unless `cap_periods` is set; an undefined churn stays undefined. Throws
/// `schema_error` for a churn outside [0, 1], a negative discount rate or cap, and values that are not finite. Source: Fader
/// and Hardie 2012, "Reconciling and clarifying CLV formulas". What it does not tell you: with accounts that differ, 1 /
/// (average churn) misstates lifetime, often by half; use the overload on a fitted curve.
[[nodiscard]] estimate cltv(double arpa, contribution_margin margin, const estimate& churn, payment_timing timing,
                            cltv_options options = {});
[[nodiscard]] estimate cltv(double arpa, contribution_margin margin, double churn, payment_timing timing,
                            cltv_options options = {});

/// The same from a fitted retention curve: a new customer's discounted expected lifetime (`new_customer_pays_now`;
/// `just_paid` leaves the first payment out, `period_end` discounts every payment by one period more, `renewal_due` leaves
/// the first payment out and discounts the others by one period less). Undefined
/// (`infinite`) when d = 0, there is no cap and the curve has no finite mean (sbg with alpha <= 1).
[[nodiscard]] estimate cltv(double arpa, contribution_margin margin, const decay_fit& retention, payment_timing timing,
                            cltv_options options = {});

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
