// Unit economics: what an account brings, what it costs to win one, and how the two relate.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <cstdint>

#include "sojourn/domain/money.hpp"
#include "sojourn/revenue/revenue_state.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

inline constexpr metric_label arpa_label{"arpa", "minor units per month"};
inline constexpr metric_label average_sale_price_label{"average_sale_price", "minor units per month"};
inline constexpr metric_label quick_ratio_label{"quick_ratio", "ratio"};
inline constexpr metric_label customer_lifetime_label{"customer_lifetime", "periods"};
inline constexpr metric_label acquisition_cost_label{"acquisition_cost", "minor units"};
inline constexpr metric_label payback_months_label{"payback_months", "months"};
inline constexpr metric_label payback_months_per_customer_label{"payback_months_per_customer", "months"};
inline constexpr metric_label ltv_to_cac_label{"ltv_to_cac", "ratio"};

/// Average MRR of a paying customer at the end of the period, in minor units; customers on free plans and paused ones are
/// not among them. Interval: normal, over accounts; revenue is heavy-tailed, so with few accounts it is rough. Nobody pays:
/// undefined. What it does not tell you: what a typical customer pays; that is a median.
[[nodiscard]] estimate arpa(const revenue_period& period, const rate_options& options = {});

/// Average first MRR of the customers that were new in the period and paid from their first day, in minor units; one who
/// joins free and pays later is none of them. No such customers: undefined.
[[nodiscard]] estimate average_sale_price(const revenue_period& period);

/// MRR won over MRR lost: (new + expansion [+ reactivation]) / (contraction + churn). Above 1 the book grows (when
/// reactivation is included). Nothing lost: undefined (`zero_loss`), not 0 and not infinite. `n` is the number of customers
/// at the start. What it does not tell you: speed. 4 / 1 and 4M / 1M are the same ratio.
[[nodiscard]] estimate quick_ratio(const revenue_period& period, const rate_options& options = {});

/// Expected customer lifetime under a constant churn rate: 1 / churn, in the periods of the rate; limits turned over. No
/// churn: undefined (`infinite`). What it does not tell you: churn falls with age, so for a young book it is too short.
[[nodiscard]] estimate customer_lifetime(const estimate& churn);

/// What winning customers cost in a period and what it won. Take the spend of the period that caused the wins (a lag of one
/// sales cycle); the caller chooses it, since no rule fits all.
struct acquisition {
  money spend{};               ///< all sales and marketing cost
  std::int64_t customers = 0;  ///< new customers
  mrr new_mrr{};               ///< their first MRR
};

/// Spend for one new customer, in minor units. No customers: undefined.
[[nodiscard]] estimate acquisition_cost(const acquisition& won);

/// Months of gross margin that pay back the spend. For the period as a whole: spend / (new MRR x margin) (SaaS Metrics
/// Standards Board). For an average customer: (spend / customers) / (ARPA x margin). Multiplying by the margin instead, as
/// one widely copied formula does, is wrong. `gross_margin` has no default: 1 is as much a statement as 0.8. The interval
/// per customer is that of the ARPA. Throws `data_error` unless 0 < gross_margin <= 1. Nothing won: undefined.
[[nodiscard]] estimate payback_months(const acquisition& won, double gross_margin);
[[nodiscard]] estimate payback_months_per_customer(const acquisition& won, const estimate& arpa_minor, double gross_margin);

/// Whichever of the two the policy's `payback` names.
[[nodiscard]] estimate payback_months(const acquisition& won, const estimate& arpa_minor, double gross_margin,
                                      const revenue_policy& policy);

/// Lifetime value over acquisition cost, both in minor units and for one customer. Undefined parts stay undefined. Interval:
/// that of the lifetime value, with the cost taken as known.
[[nodiscard]] estimate ltv_to_cac(const estimate& lifetime_value_minor, const acquisition& won);

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
