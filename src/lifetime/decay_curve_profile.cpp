#include "lifetime/decay_curve_profile.hpp"

#include <boost/math/tools/roots.hpp>
#include <cmath>
#include <limits>

#include "lifetime/decay_curve_fit.hpp"

namespace sojourn::inline v0_1::detail {
namespace {

using Eigen::Index;
using Eigen::VectorXd;

Index parameter_count(decay_family family) {
  return static_cast<Index>(parameter_names(family).size());
}

/// Points on the profile of a quantity q: the maxima of LL + pull x q, which have the largest likelihood of all with their
/// q.
class pulled_maximum {
 public:
  pulled_maximum(const decay_fit& fit, const decay_curve& model, const coordinate_function& of)
      : fit_(fit), family_(model.family), of_(of), at_(VectorXd(parameter_count(model.family))) {
    const decay_coordinates start = coordinates_of(model);
    for (Index i = 0; i < at_.size(); ++i) at_[i] = start[static_cast<std::size_t>(i)];
  }

  /// How far the likelihood has fallen at that pull; NaN where there is no maximum. Leaves `value` there.
  double fall(double pull) {
    const auto function = [&](const VectorXd& at) {
      const std::array<curve_jet, 3> x = variables_at(at);
      return smooth_of(log_likelihood_at<curve_jet>(family_, x, fit_.observed) + curve_jet(pull) * of_(x), at.size());
    };
    const search_result best = maximise_smooth(function, at_);
    if (best.end != search_end::converged) return std::numeric_limits<double>::quiet_NaN();
    // The search stops where the sum is right; one more step makes the quantity as right.
    at_ = best.at + (-best.found.hessian).ldlt().solve(best.found.gradient);
    const std::array<curve_jet, 3> x = variables_at(at_);
    value = of_(x).value;
    return fit_.log_likelihood - log_likelihood_at<curve_jet>(family_, x, fit_.observed).value;
  }

  double value = std::numeric_limits<double>::quiet_NaN();

 private:
  const decay_fit& fit_;
  decay_family family_;
  const coordinate_function& of_;
  VectorXd at_;
};

/// On one side: the pull grows until the likelihood has fallen by `target`, and is then narrowed down. Infinite where it
/// never falls so far.
double limit(const decay_fit& fit, const decay_curve& model, const coordinate_function& of, double first_pull,
             double target) {
  const double infinite = std::copysign(std::numeric_limits<double>::infinity(), first_pull);
  pulled_maximum walk(fit, model, of);
  double inside = 0, outside = first_pull, at_inside = -target, at_outside = walk.fall(outside) - target;
  for (int doubling = 0; at_outside < 0; ++doubling) {
    if (doubling == 40) return infinite;
    inside = outside, at_inside = at_outside, outside *= 1.5;
    at_outside = walk.fall(outside) - target;
  }
  if (std::isnan(at_outside)) return infinite;
  if (at_outside == 0) return walk.value;
  std::uintmax_t most = 60;
  const auto bracket = boost::math::tools::toms748_solve(
      [&](double pull) { return walk.fall(pull) - target; }, std::min(inside, outside), std::max(inside, outside),
      inside < outside ? at_inside : at_outside, inside < outside ? at_outside : at_inside,
      boost::math::tools::eps_tolerance<double>(40), most, numbers_only{});
  (void)walk.fall((bracket.first + bracket.second) / 2);
  return walk.value;
}

}  // namespace

profile_range profile_of(const decay_fit& fit, const decay_curve& model, const coordinate_function& of, double z) {
  const decay_coordinates at = coordinates_of(model);
  const Index n = parameter_count(model.family);
  const VectorXd here = Eigen::Map<const VectorXd>(at.data(), n);
  const VectorXd slope = smooth_of(of(variables_at(here)), n).gradient;
  const smooth_value likelihood = smooth_of(log_likelihood_at<curve_jet>(model.family, variables_at(here), fit.observed), n);
  const double variance = slope.dot((-likelihood.hessian).ldlt().solve(slope));
  if (!(variance > 0)) return {of(variables_at(here)).value, of(variables_at(here)).value};
  // On a parabola the likelihood falls by target at this pull.
  const double pull = z / std::sqrt(variance), target = z * z / 2;
  return {limit(fit, model, of, -pull, target), limit(fit, model, of, pull, target)};
}

}  // namespace sojourn::inline v0_1::detail
