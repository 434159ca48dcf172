// Maximum likelihood of the decay families.
#include "sojourn/lifetime/decay.hpp"

#include <algorithm>
#include <cmath>

#include "lifetime/decay_curve_fit.hpp"

namespace sojourn::inline v0_1 {
namespace {

// Beyond these sizes of alpha + beta the likelihood is flat to the last bit: equal accounts, or two extremes.
constexpr double equal_accounts = 14;  // log 1.2e6
constexpr double two_extremes = -14;
constexpr int most_steps = 100;

struct totals {
  double lost = 0, faced = 0;
  std::size_t renewals_seen = 0;
};

totals totals_of(const decay_state& observed) {
  totals sum;
  for (const auto& period : observed.periods) {
    sum.lost += static_cast<double>(period.lost);
    sum.faced += static_cast<double>(period.at_risk());
    if (period.at_risk() != 0) ++sum.renewals_seen;
  }
  return sum;
}

/// Gradient and Hessian: by (alpha, beta), or by (logit mean churn, log(alpha + beta)).
struct slopes {
  double g0 = 0, g1 = 0, h00 = 0, h01 = 0, h11 = 0;
};

/// LL = sum over renewals of R log(beta + j) + L log(alpha) - N log(alpha + beta + j): derivatives without gamma functions.
slopes slopes_by_parameters(const sbg& model, const decay_state& observed) {
  slopes s;
  double lost = 0, kept = model.beta;
  for (const auto& period : observed.periods) {
    const double per_kept = 1 / kept, per_all = 1 / (model.alpha + kept);
    const double r = static_cast<double>(period.renewed) * per_kept;
    const double n = static_cast<double>(period.at_risk()) * per_all;
    lost += static_cast<double>(period.lost);
    s.g0 -= n;
    s.g1 += r - n;
    s.h01 += n * per_all;
    s.h11 -= r * per_kept;
    kept += 1;
  }
  s.g0 += lost / model.alpha;
  s.h00 = s.h01 - lost / (model.alpha * model.alpha);
  s.h11 += s.h01;
  return s;
}

struct coordinates {
  double mean_logit, log_size;

  [[nodiscard]] sbg model() const {
    const double size = std::exp(log_size);
    return {size / (1 + std::exp(-mean_logit)), size / (1 + std::exp(mean_logit))};
  }
};

/// The slopes `s` by parameters, in the other coordinates.
slopes slopes_by_coordinates(const sbg& model, const slopes& s) {
  const double size = model.alpha + model.beta;
  const double turn = model.alpha * model.beta / size;           // d alpha / d logit = -d beta / d logit
  const double bend = turn * (model.beta - model.alpha) / size;  // its derivative by the logit
  slopes c;
  c.g0 = turn * (s.g0 - s.g1);
  c.g1 = model.alpha * s.g0 + model.beta * s.g1;
  c.h00 = turn * turn * (s.h00 - 2 * s.h01 + s.h11) + bend * (s.g0 - s.g1);
  c.h01 = turn * (model.alpha * s.h00 + (model.beta - model.alpha) * s.h01 - model.beta * s.h11) + c.g0;
  c.h11 = model.alpha * model.alpha * s.h00 + 2 * model.alpha * model.beta * s.h01 + model.beta * model.beta * s.h11 + c.g1;
  return c;
}

/// Under sbg 1 / churn_j = (alpha + beta + j - 1) / alpha is a line in j: its weighted regression starts Newton.
coordinates start_values(const decay_state& observed) {
  double w = 0, wx = 0, wy = 0, wxx = 0, wxy = 0, x = 0;
  for (const auto& period : observed.periods) {
    const double n = static_cast<double>(period.at_risk());
    const double lost = static_cast<double>(period.lost);
    if (lost > 0) {
      const double weight = lost * lost * lost / (n * n);
      w += weight;
      wx += weight * x;
      wy += weight * n / lost;
      wxx += weight * x * x;
      wxy += weight * x * n / lost;
    }
    x += 1;
  }
  const double spread = w * wxx - wx * wx;
  const double slope = spread > 0 ? (w * wxy - wx * wy) / spread : 0;
  const totals sum = totals_of(observed);
  if (!(slope > 0.01)) return {std::log(sum.lost / std::max(sum.faced - sum.lost, 0.5)), std::log(100.0)};
  const double size = std::clamp((wy - slope * wx) / w / slope, 0.05, 1e3);
  const double churn = std::clamp(1 / (slope * size), 1e-4, 1 - 1e-4);
  return {std::log(churn / (1 - churn)), std::log(size)};
}

struct symmetric2 {
  double a, b, d;  // [a b; b d]

  [[nodiscard]] double determinant() const { return a * d - b * b; }
  /// The test is relative: far out on the ridge of equal accounts a tiny `d` is right.
  [[nodiscard]] bool positive() const { return a > 0 && d > 0 && determinant() > 1e-8 * a * d; }
  [[nodiscard]] double smallest() const { return (a + d) / 2 - std::hypot((a - d) / 2, b); }
  [[nodiscard]] double largest() const { return (a + d) / 2 + std::hypot((a - d) / 2, b); }
};

struct ascent {
  coordinates at;
  slopes slope;
  double log_likelihood;
  int steps = 0;
  bool converged = false;
};

/// Newton's method; where the information is not positive each coordinate climbs on its own, by at most 2. A step that
/// lowers the likelihood is halved.
ascent climb(coordinates at, const decay_state& observed) {
  ascent state{at, {}, log_likelihood(at.model(), observed)};
  bool current = true;  // whether the likelihood is that of `at`
  for (; state.steps < most_steps; ++state.steps) {
    const sbg model = state.at.model();
    state.slope = slopes_by_coordinates(model, slopes_by_parameters(model, observed));
    symmetric2 information{-state.slope.h00, -state.slope.h01, -state.slope.h11};
    const bool bowl = information.positive();
    if (!bowl) {
      information = {std::max(std::abs(information.a), std::abs(state.slope.g0) / 2), 0,
                     std::max(std::abs(information.d), std::abs(state.slope.g1) / 2)};
    }
    const double determinant = information.determinant();
    double step0 = (information.d * state.slope.g0 - information.b * state.slope.g1) / determinant;
    double step1 = (information.a * state.slope.g1 - information.b * state.slope.g0) / determinant;
    // Twice the rise that is left: the only stopping rule that does not depend on the units of the counts.
    const double rise = step0 * state.slope.g0 + step1 * state.slope.g1;
    const double shrink = std::max({1.0, std::abs(step0) / 2, std::abs(step1) / 2});
    step0 /= shrink;
    step1 /= shrink;
    coordinates next{state.at.mean_logit + step0, state.at.log_size + step1};
    // A full step within a small fraction of a standard error cannot lower the likelihood, so it is not computed.
    if (bowl && shrink == 1 && rise < 1e-3) {
      current = false;
    } else {
      if (!current) state.log_likelihood = log_likelihood(state.at.model(), observed);
      double reached = log_likelihood(next.model(), observed);
      for (int halving = 0; !(reached >= state.log_likelihood || rise < 1e-6) && halving < 40; ++halving) {
        step0 /= 2;
        step1 /= 2;
        next = {state.at.mean_logit + step0, state.at.log_size + step1};
        reached = log_likelihood(next.model(), observed);
      }
      state.log_likelihood = reached;
      current = true;
    }
    state.at = next;
    // Convergence is quadratic: a rise of 1e-9 before the step is rounding after it.
    state.converged = rise < 1e-9;
    if (state.converged || std::abs(state.at.log_size) > equal_accounts) break;
  }
  if (!current) state.log_likelihood = log_likelihood(state.at.model(), observed);
  return state;
}

decay_fit fit_geometric(const decay_state& observed, fit_status status) {
  const totals sum = totals_of(observed);
  const geometric model{sum.lost / sum.faced};
  decay_fit fit;
  fit.model = model;
  fit.status = status;
  fit.log_likelihood = log_likelihood(model, observed);
  fit.gradient_norm = 0;
  fit.condition_number = 1;
  fit.covariance = {model.theta * (1 - model.theta) / sum.faced};
  fit.observed = observed;
  return fit;
}

decay_fit fit_sbg(const decay_state& observed) {
  const totals sum = totals_of(observed);
  decay_fit equal = fit_geometric(observed, fit_status::no_heterogeneity);
  if (sum.lost == sum.faced) return equal;
  const ascent top = climb(start_values(observed), observed);
  equal.iterations = top.steps;
  if (top.at.log_size > equal_accounts || (top.converged && top.log_likelihood <= equal.log_likelihood)) return equal;
  const sbg model = top.at.model();
  const slopes raw = slopes_by_parameters(model, observed);
  const slopes end = slopes_by_coordinates(model, raw);
  const symmetric2 information{-end.h00, -end.h01, -end.h11};
  decay_fit fit;
  fit.model = model;
  fit.status = top.converged && top.at.log_size > two_extremes ? fit_status::converged : fit_status::not_converged;
  fit.log_likelihood = top.log_likelihood;
  fit.gradient_norm = std::hypot(end.g0, end.g1) / sum.faced;
  fit.condition_number = information.largest() / information.smallest();
  fit.iterations = top.steps + 1;
  const double determinant = raw.h00 * raw.h11 - raw.h01 * raw.h01;
  fit.covariance = {-raw.h11 / determinant, raw.h01 / determinant, raw.h01 / determinant, -raw.h00 / determinant};
  fit.observed = observed;
  return fit;
}

}  // namespace

decay_fit fit_decay(const decay_state& observed, decay_options options) {
  const totals sum = totals_of(observed);
  if (sum.lost <= 0 || sum.renewals_seen < parameter_names(options.family).size()) {
    decay_fit refused;
    refused.observed = observed;
    return refused;
  }
  if (options.family == decay_family::geometric) return fit_geometric(observed, fit_status::converged);
  return options.family == decay_family::sbg ? fit_sbg(observed) : detail::fit_curve(observed, options.family);
}

decay_fit decay_of(decay_family family, std::span<const double> parameters, const decay_state& observed) {
  require_parameters(family, parameters);
  decay_fit stated;
  stated.status = fit_status::given;
  stated.observed = observed;
  if (family == decay_family::geometric) {
    stated.model = geometric{parameters[0]};
  } else if (family == decay_family::sbg) {
    stated.model = sbg{parameters[0], parameters[1]};
  } else {
    decay_curve curve{family, {}};
    std::copy(parameters.begin(), parameters.end(), curve.parameters.begin());
    stated.model = curve;
  }
  if (!observed.periods.empty()) {
    stated.log_likelihood = std::visit([&](const auto& model) { return log_likelihood(model, observed); }, stated.model);
  }
  return stated;
}

decay_family family_of(const decay_fit& fit) {
  if (const auto* curve = std::get_if<decay_curve>(&fit.model)) return curve->family;
  return std::holds_alternative<sbg>(fit.model) ? decay_family::sbg : decay_family::geometric;
}

double survival(const decay_fit& fit, std::int64_t renewals) {
  if (fit.status == fit_status::refused) return std::numeric_limits<double>::quiet_NaN();
  return std::visit([&](const auto& model) { return survival(model, renewals); }, fit.model);
}

double retention(const decay_fit& fit, std::int64_t renewal) {
  if (fit.status == fit_status::refused) return std::numeric_limits<double>::quiet_NaN();
  return std::visit([&](const auto& model) { return retention(model, renewal); }, fit.model);
}

estimate discounted_lifetime(const decay_fit& fit, double rate) {
  if (!fit.usable()) return undefined_estimate(undefined_reason::not_converged).as(decay_lifetime_label);
  estimate lifetime = std::visit([&](const auto& model) { return discounted_lifetime(model, rate); }, fit.model);
  lifetime.n = fit.accounts();
  return lifetime;
}

estimate discounted_residual_lifetime(const decay_fit& fit, std::int64_t renewals, double rate) {
  if (!fit.usable()) return undefined_estimate(undefined_reason::not_converged).as(decay_lifetime_label);
  estimate lifetime =
      std::visit([&](const auto& model) { return discounted_residual_lifetime(model, renewals, rate); }, fit.model);
  lifetime.n = fit.accounts();
  return lifetime;
}

estimate expected_lifetime(const decay_fit& fit) {
  return discounted_lifetime(fit, 0);
}

}  // namespace sojourn::inline v0_1
