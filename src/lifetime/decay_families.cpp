#include "lifetime/decay_families.hpp"

namespace sojourn::inline v0_1 {
namespace detail {
namespace {

using enum parameter_range;
using names = std::array<std::string_view, 3>;

constexpr std::array<names, 12> all_names = {names{"theta"},      {"alpha", "beta"},  {"gamma", "delta", "c"},
                                             {"rate", "shape"},   {"theta", "c"},     {"a", "b"},
                                             {"scale", "shape"},  {"mu", "sigma"},    {"r", "alpha"},
                                             {"r", "alpha", "c"}, {"cured", "theta"}, {"share", "theta_1", "theta_2"}};

constexpr std::array<parameter_range, 3> ranges_of(decay_family family) {
  switch (family) {
    case decay_family::geometric:
      return {share, any, any};
    case decay_family::dweibull:
      return {share, positive, any};
    case decay_family::gompertz:
      return {positive, any, any};
    case decay_family::lognormal:
      return {any, positive, any};
    case decay_family::cure:
    case decay_family::two_segment:
      return {share, share, share};
    default:
      return {positive, positive, positive};
  }
}

double to_coordinate(parameter_range range, double parameter) {
  if (range == positive) return std::log(parameter);
  return range == share ? std::log(parameter) - std::log1p(-parameter) : parameter;
}
}  // namespace

double to_parameter(parameter_range range, double coordinate) {
  if (range == positive) return std::exp(coordinate);
  return range == share ? 1 / (1 + std::exp(-coordinate)) : coordinate;
}

family_parameters parameters_of(decay_family family) {
  const names& all = all_names[static_cast<std::size_t>(family)];
  std::size_t count = 0;
  while (count < all.size() && !all[count].empty()) ++count;
  return {std::span(all).first(count), ranges_of(family)};
}

decay_coordinates coordinates_of(const decay_curve& curve) {
  const family_parameters shape = parameters_of(curve.family);
  decay_coordinates at{};
  for (std::size_t i = 0; i < shape.names.size(); ++i) at[i] = to_coordinate(shape.ranges[i], curve.parameters[i]);
  return at;
}

decay_curve curve_at(decay_family family, const decay_coordinates& at) {
  const family_parameters shape = parameters_of(family);
  decay_curve curve{family, {}};
  for (std::size_t i = 0; i < shape.names.size(); ++i) curve.parameters[i] = to_parameter(shape.ranges[i], at[i]);
  return curve;
}

double stretch(parameter_range range, double parameter) {
  if (range == positive) return parameter;
  return range == share ? parameter * (1 - parameter) : 1;
}

curve_jet log_gamma(const curve_jet& x) {
  return x.apply(log_gamma(x.value), digamma(x.value), trigamma(x.value));
}

}  // namespace detail

}  // namespace sojourn::inline v0_1
