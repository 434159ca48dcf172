// Usual targets of unit economics, by the names of the numbers.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <limits>
#include <string_view>

#include "sojourn/stats/target_check.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

struct economics_target {
  std::string_view metric;
  target_range target;
};

/// Rules of thumb of subscription software. LTV:CAC from 3 to 5: below 3 winning a customer costs too much, above 5 growth
/// is left undone. Payback within 12 months. At most 5 % of customers lost a month (of a monthly rate, no other). What they
/// do not tell you: what is right for you. Enterprise contracts pay back later and lose 5 % a year.
inline constexpr economics_target economics_targets[] = {
    {"ltv_to_cac", {3, 5}},
    {"payback_months", {-std::numeric_limits<double>::infinity(), 12}},
    {"payback_months_per_customer", {-std::numeric_limits<double>::infinity(), 12}},
    {"monthly_churn", {-std::numeric_limits<double>::infinity(), 0.05}},
};

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
