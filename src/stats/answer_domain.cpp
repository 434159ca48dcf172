#include "sojourn/stats/answer_domain.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <vector>

#include "detail/nan.hpp"

namespace sojourn::inline v0_1 {
namespace {

using detail::nan;

/// Kish's n of the clusters: what is left of many answers that all agree inside each of few accounts.
double kish_n_of_clusters(std::span<const sampled_row> rows) {
  double all = 0, squares = 0;
  for (std::size_t i = 0; i < rows.size();) {
    const std::size_t first = i;
    double cluster = 0;
    for (; i < rows.size() && rows[i].stratum == rows[first].stratum && rows[i].cluster == rows[first].cluster; ++i)
      cluster += std::isnan(rows[i].value) ? 0 : static_cast<double>(rows[i].times) * rows[i].weight;
    all += cluster;
    squares += cluster * cluster;
  }
  return all * (all / squares);
}

}  // namespace

std::optional<rating_scale> answer_domain::scale() const {
  const std::span<const sampled_row> rows = sample->domain(code);
  const bool answered = std::ranges::any_of(rows, [](const sampled_row& row) { return !std::isnan(row.value); });
  return answered ? std::optional(asked) : std::nullopt;
}

net_share net_share_of(const answer_domain& answers, answer_range plus, answer_range minus, no_score_rule no_score) {
  const std::span<const sampled_row> all = answers.sample->domain(answers.code);
  std::vector<sampled_row> rows(all.begin(), all.end());
  double of_plus = 0, of_minus = 0, weight = 0;
  for (sampled_row& row : rows) {
    if (std::isnan(row.value)) {
      row.value = no_score == no_score_rule::in_denominator ? 0 : nan;
    } else {
      const auto answer = static_cast<std::int32_t>(row.value);
      row.value = plus.contains(answer) ? 1 : minus.contains(answer) ? -1 : 0;
    }
    if (std::isnan(row.value)) continue;
    const double w = static_cast<double>(row.times) * row.weight;
    weight += w;
    if (row.value > 0) of_plus += w;
    if (row.value < 0) of_minus += w;
  }
  const sampled_ratio found = ratio_in(*answers.sample, rows);
  net_share share;
  share.n = found.n;
  if (!(weight > 0)) return share;
  share.plus = of_plus / weight;
  share.minus = of_minus / weight;
  share.deff = found.deff();
  share.n_effective = found.n_effective();
  share.degrees_of_freedom = std::isnan(found.variance) ? 0 : found.degrees_of_freedom;
  if (share.degrees_of_freedom < 1) {
    share.deff = nan;
    return share;
  }
  share.standard_error = std::sqrt(found.variance);
  if (share.variance() <= 0 && answers.sample->drawn() == sampling_unit::cluster) {
    share.n_effective = std::min(share.n_effective, kish_n_of_clusters(rows));
    share.deff = static_cast<double>(share.n) / share.n_effective;
  }
  return share;
}

weighted_estimate score_mean_with_error(const answer_domain& answers, confidence_level level) {
  weighted_estimate mean = weighted_mean(*answers.sample, {.level = level, .domain = answers.code});
  mean.result = mean.result.as(csat_mean_label);
  mean.result.low = std::max<double>(mean.result.low, answers.asked.low());
  mean.result.high = std::min<double>(mean.result.high, answers.asked.high());
  return mean;
}

}  // namespace sojourn::inline v0_1
