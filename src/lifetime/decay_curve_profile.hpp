// Limits by profile likelihood of what a fitted decay curve says.
#pragma once

#include <array>
#include <functional>

#include "lifetime/decay_families.hpp"
#include "sojourn/lifetime/decay.hpp"

namespace sojourn::inline v0_1 {
namespace detail {

/// Limits of a smooth function of the coordinates by the profile likelihood: the farthest that it can be where the
/// likelihood is at most z^2/2 below its maximum.
struct profile_range {
  double low, high;
};
using coordinate_function = std::function<curve_jet(const std::array<curve_jet, 3>&)>;
[[nodiscard]] profile_range profile_of(const decay_fit& fit, const decay_curve& model, const coordinate_function& of,
                                       double z);

}  // namespace detail
}  // namespace sojourn::inline v0_1
