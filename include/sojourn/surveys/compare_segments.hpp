// NPS or CSAT of many segments: do they differ at all, and which two do?
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <span>
#include <vector>

#include "sojourn/stats/group_comparison.hpp"
#include "sojourn/surveys/csat.hpp"
#include "sojourn/surveys/nps.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// NPS of independent segments, in points; see `compare_net_share_groups`.
template <answer_state State>
[[nodiscard]] group_comparison compare_nps_segments(std::span<const State> segments,
                                                    const nps_comparison_options& options = {}) {
  std::vector<net_share> shares;
  for (const State& one : segments)
    shares.push_back(nps_shares(one, {.no_score = options.no_score, .breaks = options.breaks}));
  group_comparison found = compare_net_share_groups(shares, options.level, options.method);
  for (estimate& one : found.groups) one = detail::times_100(one, nps_label.name);
  for (compared_pair& one : found.pairs) {
    one.result.first = found.groups[one.first];
    one.result.second = found.groups[one.second];
    one.result.difference = detail::times_100(one.result.difference, "nps_difference");
  }
  return found;
}

/// Shares of satisfied answers of independent segments; see `compare_share_groups`.
template <answer_state State>
[[nodiscard]] group_comparison compare_csat_segments(std::span<const State> segments, const csat_options& options = {}) {
  std::vector<net_share> shares;
  for (const State& one : segments) shares.push_back(net_share_of(one, {csat(one, options).satisfied_from, 127}, {}));
  group_comparison found = compare_share_groups(shares, options.level);
  for (estimate& one : found.groups) one = one.as(csat_label);
  for (compared_pair& one : found.pairs)
    one.result.difference = one.result.difference.as({"csat_difference", csat_label.unit});
  return found;
}

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
