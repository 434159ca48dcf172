// Ratios of gamma functions in logarithms.
#pragma once

#include <cstdint>

namespace sojourn::inline v0_1 {
namespace detail {

/// log(a (a+1) ... (a+n-1)) = log Gamma(a+n)/Gamma(a) with its derivatives by a.
struct rising {
  double value = 0, first = 0, second = 0;
};
[[nodiscard]] rising log_rising(double a, std::int64_t n);

}  // namespace detail
}  // namespace sojourn::inline v0_1
