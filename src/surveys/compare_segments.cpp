#include "sojourn/surveys/compare_segments.hpp"

#include <vector>

namespace sojourn::inline v0_1 {
namespace {

template <class State>
group_comparison compared_nps(std::span<const State> segments, const nps_comparison_options& options) {
  std::vector<net_share> shares;
  shares.reserve(segments.size());
  for (const State& one : segments) {
    shares.push_back(nps_shares(one, {.no_score = options.no_score, .breaks = options.breaks}));
  }
  group_comparison found = compare_net_share_groups(shares, options.level, options.method);
  for (estimate& one : found.groups) one = detail::times_100(one, nps_label.name);
  for (compared_pair& one : found.pairs) {
    one.result.first = found.groups[one.first];
    one.result.second = found.groups[one.second];
    one.result.difference = detail::times_100(one.result.difference, "nps_difference");
  }
  return found;
}

template <class State>
group_comparison compared_csat(std::span<const State> segments, const csat_options& options) {
  std::vector<net_share> shares;
  shares.reserve(segments.size());
  for (const State& one : segments) shares.push_back(net_share_of(one, {csat(one, options).satisfied_from, 127}, {}));
  group_comparison found = compare_share_groups(shares, options.level);
  for (estimate& one : found.groups) one = one.as(csat_label);
  for (compared_pair& one : found.pairs) {
    one.result.difference = one.result.difference.as({"csat_difference", csat_label.unit});
  }
  return found;
}

}  // namespace

group_comparison compare_nps_segments(std::span<const score_counts> segments, const nps_comparison_options& options) {
  return compared_nps(segments, options);
}
group_comparison compare_nps_segments(std::span<const weighted_score_counts> segments,
                                      const nps_comparison_options& options) {
  return compared_nps(segments, options);
}

group_comparison compare_csat_segments(std::span<const score_counts> segments, const csat_options& options) {
  return compared_csat(segments, options);
}
group_comparison compare_csat_segments(std::span<const weighted_score_counts> segments, const csat_options& options) {
  return compared_csat(segments, options);
}

}  // namespace sojourn::inline v0_1
