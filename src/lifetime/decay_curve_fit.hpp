// Maximum likelihood of the families that `decay_curve` holds.
#pragma once

#include "lifetime/decay_families.hpp"
#include "sojourn/lifetime/decay.hpp"
#include "stats/trust_region.hpp"

namespace sojourn::inline v0_1 {
namespace detail {

/// A jet of the first `count` coordinates as the search takes it.
[[nodiscard]] smooth_value smooth_of(const curve_jet& from, Eigen::Index count);
[[nodiscard]] std::array<curve_jet, 3> variables_at(const Eigen::VectorXd& coordinates);

/// Any fitted model by its family and parameters.
[[nodiscard]] decay_curve curve_of(const decay_fit& fit);

/// Status, parameters, covariance. `observed` has losses, and at least as many renewals as the family has parameters.
[[nodiscard]] decay_fit fit_curve(const decay_state& observed, decay_family family);

}  // namespace detail
}  // namespace sojourn::inline v0_1
