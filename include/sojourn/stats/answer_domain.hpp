// Answers on a scale as a sample with clusters and strata, of which scores are read by segment.
// Layer: 1. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <cstdint>
#include <memory>
#include <optional>

#include "sojourn/domain/rating_scale.hpp"
#include "sojourn/stats/net_share.hpp"
#include "sojourn/stats/weighted_sample.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// One segment of a sample of answers, which keeps the whole sample in its variance: that a segment has as many answers as
/// it has is chance too. `nps`, `csat` and `ces` take it in the place of counts. Values of the rows are answers; NaN = no
/// score. Copies share the sample.
struct answer_domain {
  std::shared_ptr<const weighted_sample> sample;
  rating_scale asked{0, 10};
  std::uint32_t code = 0;  ///< of the segment in the rows of the sample

  /// The declared scale; empty where the segment has no answer.
  [[nodiscard]] std::optional<rating_scale> scale() const;
};

/// plus - minus of the segment, with the linearised error over clusters and strata. Where all of its answers agree, its
/// `n_effective` is the smaller of Kish's of its answers and of its clusters.
[[nodiscard]] net_share net_share_of(const answer_domain& answers, answer_range plus, answer_range minus,
                                     no_score_rule no_score = no_score_rule::excluded);
[[nodiscard]] weighted_estimate score_mean_with_error(const answer_domain& answers, confidence_level level = {});

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
