// What is a customer without a contract worth? Purchases ahead x amount per purchase x margin, discounted.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <array>
#include <limits>
#include <vector>

#include "sojourn/exec/any_executor.hpp"
#include "sojourn/lifetime/purchases.hpp"
#include "sojourn/lifetime/spend.hpp"
#include "sojourn/stats/estimate.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

struct customer_value_options {
  double horizon = 0;  ///< how far ahead, in the unit of the data; for bgbb in opportunities. Must be given
  /// Discount rate per unit of time: purchases of the j-th unit ahead are paid at its end and divided by (1 + rate)^j; what
  /// lies in a last, partial unit at the horizon. Must be given: 0 or more.
  double rate = std::numeric_limits<double>::quiet_NaN();
  double margin = std::numeric_limits<double>::quiet_NaN();  ///< share of the amount that is left, 0 to 1. Must be given
  confidence_level level{};
};

/// A model of purchases and one of amounts. NaN in a covariance: no limits.
struct customer_models {
  purchase_parameters purchases{};
  std::array<double, 16> purchases_covariance{};
  spend_parameters spend{};
  std::array<double, 9> spend_covariance{};
};

/// NaN where a value is missing.
struct customer_worth {
  static constexpr double undefined = std::numeric_limits<double>::quiet_NaN();

  double p_alive = undefined;
  double purchases = undefined;    ///< within the horizon, not discounted
  double mean_amount = undefined;  ///< expected per purchase
  double value = undefined;
  double low = undefined;
  double high = undefined;
};

/// value = margin x expected amount x sum over units j of (purchases expected in unit j)/(1 + rate)^j, per row. The limits
/// hold for the expectation: they show how little the parameters are known (delta method on the logarithm of the value, the
/// two models independent), not how far single customers scatter. `rows.count` is not looked at. O(distinct rows x horizon).
/// Throws `schema_error` unless horizon, rate and margin are given and q > 1.
[[nodiscard]] std::vector<customer_worth> customer_value(const customer_models& models, const purchase_rows& rows,
                                                         const column<double>& mean, const customer_value_options& options,
                                                         const any_executor& host = {});

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
