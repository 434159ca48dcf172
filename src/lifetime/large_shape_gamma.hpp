// The tails of a gamma distribution whose shape is so large that it is nearly normal.
// Layer: 5. Needs: links sojourn.
#pragma once

namespace sojourn::inline v0_1::detail {

/// From this shape on.
inline constexpr double large_shape = 1e4;

/// e^x - 1 - x, without cancellation.
[[nodiscard]] double exp_beyond_line(double x);

/// log of the share above (`above`) or below k e^x of a gamma distribution of shape k >= `large_shape`, right in both tails.
/// Temme's uniform expansion: a fixed number of terms where series and continued fractions take up to millions. Source:
/// Temme 1979; DLMF 8.12.
[[nodiscard]] double log_large_shape_tail(double k, double x, bool above);

}  // namespace sojourn::inline v0_1::detail
