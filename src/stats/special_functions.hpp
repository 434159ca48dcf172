// Special functions as this library calls them: an infinity or NaN where there is no finite value, never an exception, so
// that a search can step back and a hostile argument gives no number.
#pragma once

#include <boost/math/policies/policy.hpp>

namespace sojourn::inline v0_1 {
namespace detail {

/// What Boost's functions, rules of quadrature and roots are told.
using numbers_only =
    boost::math::policies::policy<boost::math::policies::domain_error<boost::math::policies::ignore_error>,
                                  boost::math::policies::pole_error<boost::math::policies::ignore_error>,
                                  boost::math::policies::overflow_error<boost::math::policies::ignore_error>,
                                  boost::math::policies::rounding_error<boost::math::policies::ignore_error>,
                                  boost::math::policies::indeterminate_result_error<boost::math::policies::ignore_error>,
                                  boost::math::policies::evaluation_error<boost::math::policies::ignore_error>>;

[[nodiscard]] double log_gamma(double x);
[[nodiscard]] double digamma(double x);
[[nodiscard]] double trigamma(double x);
/// Gamma(x) / Gamma(x + step)
[[nodiscard]] double gamma_ratio(double x, double step);
/// The shares of a gamma distribution of shape `a` below and above x.
[[nodiscard]] double gamma_below(double a, double x);
[[nodiscard]] double gamma_above(double a, double x);
/// Where a gamma distribution of shape `a` has that share below.
[[nodiscard]] double gamma_quantile(double a, double share);

/// Gamma(a) Gamma(b) / Gamma(a + b)
[[nodiscard]] double beta_function(double a, double b);
/// The share of a beta distribution below x.
[[nodiscard]] double beta_below(double a, double b, double x);

}  // namespace detail
}  // namespace sojourn::inline v0_1
