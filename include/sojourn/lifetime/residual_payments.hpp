// What accounts of each age are still expected to pay, by a fitted curve.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <cstdint>
#include <limits>
#include <vector>

#include "sojourn/lifetime/cltv.hpp"
#include "sojourn/lifetime/decay.hpp"
#include "sojourn/stats/estimate.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

struct residual_options {
  double rate = std::numeric_limits<double>::quiet_NaN();  ///< discount per renewal: 0, or at least 1e-6. Must be given
  payment_timing timing = payment_timing::renewal_due;
  confidence_level level{};
};

/// An account that has renewed n times and is still there; numbers are payments of one each.
struct residual_payments {
  double lifetime = 0;  ///< expected further payments, not discounted; infinite where the mean is
  double payments = 0;  ///< the same discounted, as the timing says
  double low = std::numeric_limits<double>::quiet_NaN(), high = std::numeric_limits<double>::quiet_NaN();  ///< of `payments`
};

/// For n = 0 .. `longest` renewals behind an account. With r_n the retention at renewal n and z = 1 / (1 + rate)
///
///   R(n) = sum over k >= 0 of S(n + 1 + k) / S(n) z^k,   R(n - 1) = r_n (1 + z R(n))
///
/// so one sum serves all ages. Payments: `renewal_due` R, `just_paid` z R, `new_customer_pays_now` 1 + z R (the next payment
/// is certain and due now), `period_end` z (1 + z R). Limits: delta method on the logarithm, for the parameters of the curve
/// only; NaN for stated parameters and where payments are 0 or infinite. Throws `schema_error` for a rate that is not given
/// or out of range, a negative `longest`, and a fit that is not usable. O(parameters x (one sum + longest)). What it does
/// not tell you: whether the curve holds beyond the ages that were seen; most of the sum lies there.
[[nodiscard]] std::vector<residual_payments> residual_payments_by_age(const decay_fit& fit, std::int64_t longest,
                                                                      const residual_options& options);

/// The probability that an account that has renewed `renewals` times is gone after `within` more: 1 - S(n + within) / S(n).
/// Throws `schema_error` for negative renewals, `within` below 1, and a fit that is not usable. O(within).
[[nodiscard]] double leaving_probability(const decay_fit& fit, std::int64_t renewals, std::int64_t within);

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
