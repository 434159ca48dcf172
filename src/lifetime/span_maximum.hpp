// The maximum of the likelihood of a survival family.
#pragma once

#include <Eigen/Dense>

#include "lifetime/span_rows.hpp"
#include "lifetime/survival_families.hpp"

namespace sojourn::inline v0_1 {
namespace detail {

struct span_likelihood {
  double value = 0;
  Eigen::VectorXd slope;
  Eigen::MatrixXd curve;
  Eigen::MatrixXd squares;  ///< sum of outer products of the slopes of accounts
};

struct span_maximum {
  bool found = false;
  coordinates at{};
  span_likelihood likelihood;
};

/// Not `found` where the likelihood rises without end or is flat. O(n) per step.
[[nodiscard]] span_maximum maximise(const span_data& data, survival_family family);

}  // namespace detail
}  // namespace sojourn::inline v0_1
