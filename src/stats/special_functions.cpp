#include "stats/special_functions.hpp"

#include <boost/math/special_functions/beta.hpp>
#include <boost/math/special_functions/digamma.hpp>
#include <boost/math/special_functions/gamma.hpp>
#include <boost/math/special_functions/trigamma.hpp>

namespace sojourn::inline v0_1::detail {

double log_gamma(double x) {
  return boost::math::lgamma(x, numbers_only{});
}
double digamma(double x) {
  return boost::math::digamma(x, numbers_only{});
}
double trigamma(double x) {
  return boost::math::trigamma(x, numbers_only{});
}
double gamma_ratio(double x, double step) {
  return boost::math::tgamma_delta_ratio(x, step, numbers_only{});
}
double gamma_below(double a, double x) {
  return boost::math::gamma_p(a, x, numbers_only{});
}
double gamma_above(double a, double x) {
  return boost::math::gamma_q(a, x, numbers_only{});
}
double gamma_quantile(double a, double share) {
  return boost::math::gamma_p_inv(a, share, numbers_only{});
}
double beta_function(double a, double b) {
  return boost::math::beta(a, b, numbers_only{});
}
double beta_below(double a, double b, double x) {
  return boost::math::ibeta(a, b, x, numbers_only{});
}

}  // namespace sojourn::inline v0_1::detail
