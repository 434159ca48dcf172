#include "sojourn/lifetime/decay_curve.hpp"

#include <algorithm>
#include <boost/math/quadrature/exp_sinh.hpp>
#include <cmath>
#include <limits>
#include <string>

#include "lifetime/decay_families.hpp"
#include "lifetime/decay_terms.hpp"
#include "stats/special_functions.hpp"

namespace sojourn::inline v0_1 {
namespace {

using detail::exact_lifetime;
using detail::require_rate;
using detail::require_renewals;

/// Lifetimes sum so many renewals one by one; the rest is an integral.
constexpr std::int64_t summed = 2'000;

/// log Gamma(x + step) - log Gamma(x), without the cancellation of two large logarithms.
double log_gamma_rise(double x, double step) {
  if (x < 20) return detail::log_gamma(x + step) - detail::log_gamma(x);
  const auto stirling = [](double y) { return (1.0 / 12 - (1.0 / 360 - 1 / (1260 * y * y)) / (y * y)) / y; };
  return (x - 0.5) * std::log1p(step / x) + step * (std::log(x + step) - 1) + (stirling(x + step) - stirling(x));
}

/// log S of bdw. A difference of logarithms of gamma functions loses eight digits after 500 renewals; a quotient of ratios
/// over the smaller step none.
double log_survival_of_bdw(double gamma, double delta, double log_reached) {
  const double reached = std::exp(log_reached);
  if (!(reached < 1e15 * (1 + gamma + delta)))  // Gamma(reached + delta) / Gamma(reached + delta + gamma) is a power
    return log_gamma_rise(delta, gamma) - gamma * log_reached;
  const double step = std::min(gamma, reached), other = std::max(gamma, reached);
  const double above = detail::gamma_ratio(delta + other, step);
  const double below = detail::gamma_ratio(delta, step);
  if (above > 0 && below > 0 && std::isfinite(above) && std::isfinite(below)) return std::log(above / below);
  return log_gamma_rise(delta, step) - log_gamma_rise(delta + other, step);
}

bool lives_for_ever_on_average(const decay_curve& model) {
  const auto& p = model.parameters;
  switch (model.family) {
    case decay_family::bdw:
    case decay_family::weibull_gamma:
      return p[0] * p[2] <= 1;
    case decay_family::lomax:
      return p[0] <= 1;
    case decay_family::loglogistic:
      return p[1] <= 1;
    case decay_family::gompertz:
      return p[1] < 0;
    case decay_family::cure:
      return p[0] > 0;
    default:
      return false;
  }
}

/// Sum over k >= 0 of S(first + k)/S(given) z^k, z = 1/(1 + rate): terms one by one, and then Euler and Maclaurin's formula.
double sum_of_survival(const decay_curve& model, std::int64_t first, std::int64_t given, double rate) {
  const double log_given = log_survival(model, static_cast<double>(given)), log_z = -std::log1p(rate);
  if (std::isinf(log_given)) return 0;  // hazards that rise without end: nobody is left to renew
  const auto term = [&](double k) {
    return std::exp(log_survival(model, static_cast<double>(first) + k) - log_given + k * log_z);
  };
  double sum = 0;
  for (std::int64_t k = 0; k < summed; ++k) {
    const double one = term(static_cast<double>(k));
    sum += one;
    // Retention may still fall, but never rises above 1: what is left out is below one (1 + rate)/rate.
    if (rate > 0 && one * (1 + rate) < sum * rate * 1e-16) return sum;
    if (one < sum * 1e-300) return sum;
  }
  // k = from e^u, so that a tail that falls as a power of k falls exponentially.
  const double from = static_cast<double>(summed);
  boost::math::quadrature::exp_sinh<double, detail::numbers_only> integrator;
  const double tail = integrator.integrate(
      [&](double u) {
        const double k = from * std::exp(u), area = term(k) * k;
        return std::isfinite(area) ? area : 0.0;
      },
      1e-13);
  const double slope = (term(from + 1) - term(from - 1)) / 2;
  return sum + tail + term(from) / 2 - slope / 12;
}

}  // namespace

std::span<const std::string_view> parameter_names(decay_family family) {
  return detail::parameters_of(family).names;
}

void require_parameters(decay_family family, std::span<const double> parameters) {
  const detail::family_parameters shape = detail::parameters_of(family);
  if (parameters.size() != shape.names.size()) {
    throw schema_error("decay: " + std::string(to_string(family)) + " has " + std::to_string(shape.names.size()) +
                       " parameters, not " + std::to_string(parameters.size()));
  }
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const double p = parameters[i];
    const auto refuse = [&](const char* rule) {
      throw schema_error("decay: " + std::string(to_string(family)) + ": " + std::string(shape.names[i]) + " is " + rule);
    };
    if (!std::isfinite(p)) refuse("a finite number");
    if (shape.ranges[i] == detail::parameter_range::positive && !(p > 0)) refuse("above 0");
    if (shape.ranges[i] == detail::parameter_range::share && !(p > 0 && p < 1)) refuse("between 0 and 1");
  }
  if (family == decay_family::two_segment && parameters[1] > parameters[2]) {
    throw schema_error("decay: two_segment: theta_1 is at most theta_2; share is that of the segment that stays longer");
  }
}

double log_survival(const decay_curve& model, double renewals) {
  if (!(renewals >= 0)) throw schema_error("decay: renewals are counted from 0");
  if (renewals == 0) return 0;
  if (model.family == decay_family::bdw) {
    const auto& p = model.parameters;
    return log_survival_of_bdw(p[0], p[1], p[2] * std::log(renewals));
  }
  return detail::log_survival_at<double>(model.family, detail::coordinates_of(model), renewals);
}

double survival(const decay_curve& model, std::int64_t renewals) {
  require_renewals(renewals, 0);
  return std::exp(log_survival(model, static_cast<double>(renewals)));
}

double retention(const decay_curve& model, std::int64_t renewal) {
  require_renewals(renewal, 1);
  const double t = static_cast<double>(renewal);
  const double before = log_survival(model, t - 1);
  if (std::isinf(before)) return 0;  // hazards that rise without end
  return std::min(1.0, std::exp(log_survival(model, t) - before));
}

double log_likelihood(const decay_curve& model, const decay_state& observed) {
  return detail::log_likelihood_at<double>(model.family, detail::coordinates_of(model), observed);
}

estimate discounted_lifetime(const decay_curve& model, double rate) {
  require_rate(rate);
  if (rate == 0 && lives_for_ever_on_average(model)) {
    return undefined_estimate(undefined_reason::infinite).as(decay_lifetime_label);
  }
  return exact_lifetime(sum_of_survival(model, 0, 0, rate));
}

estimate discounted_residual_lifetime(const decay_curve& model, std::int64_t renewals, double rate) {
  require_rate(rate);
  require_renewals(renewals, 0);
  if (rate == 0 && lives_for_ever_on_average(model)) {
    return undefined_estimate(undefined_reason::infinite).as(decay_lifetime_label);
  }
  return exact_lifetime(sum_of_survival(model, renewals + 1, renewals, rate));
}

}  // namespace sojourn::inline v0_1
