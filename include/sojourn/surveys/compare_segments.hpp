// NPS or CSAT of many segments: do they differ at all, and which two do?
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <span>

#include "sojourn/stats/group_comparison.hpp"
#include "sojourn/surveys/csat.hpp"
#include "sojourn/surveys/nps.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// NPS of independent segments, in points; see `compare_net_share_groups`.
[[nodiscard]] group_comparison compare_nps_segments(std::span<const score_counts> segments,
                                                    const nps_comparison_options& options = {});
[[nodiscard]] group_comparison compare_nps_segments(std::span<const weighted_score_counts> segments,
                                                    const nps_comparison_options& options = {});

/// Shares of satisfied answers of independent segments; see `compare_share_groups`.
[[nodiscard]] group_comparison compare_csat_segments(std::span<const score_counts> segments,
                                                     const csat_options& options = {});
[[nodiscard]] group_comparison compare_csat_segments(std::span<const weighted_score_counts> segments,
                                                     const csat_options& options = {});

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
