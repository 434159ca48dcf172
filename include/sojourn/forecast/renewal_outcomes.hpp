// What contracts that come due leave behind, exactly: every possible MRR with its probability.
// Layer: 4. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "sojourn/stats/estimate.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// A contract whose account leaves at each renewal with 1 - probability.
struct due_contract {
  std::int64_t mrr = 0;        ///< minor units
  std::int32_t renews_in = 0;  ///< months; 0 and below are over
  std::int32_t every = 0;      ///< months from renewal to renewal; 0: it is asked once
  double probability = 1;
};

struct outcome {
  std::int64_t mrr = 0;
  double probability = 0;
  friend constexpr bool operator==(const outcome&, const outcome&) = default;
};

struct renewal_outcomes {
  std::int64_t opening = 0;
  double expected = 0;
  double variance = 0;
  std::vector<outcome> outcomes{};  ///< rising MRR; empty where there are more than `most_outcomes`
  /// Quantiles by the inverse distribution function; NaN without outcomes.
  double low = std::numeric_limits<double>::quiet_NaN();
  double high = std::numeric_limits<double>::quiet_NaN();
};

inline constexpr std::size_t most_outcomes = 100'000;

/// After the renewals of the next `horizon` months, accounts independent of each other. Variance = sum m^2 p (1 - p), p the
/// probability that all renewals of an account go well. Throws `data_error` for a probability outside [0, 1] or a negative
/// amount or term. O(contracts x outcomes).
/// What it does not tell you: that accounts leave together, or that the probabilities are guesses; a forecast draws both.
[[nodiscard]] renewal_outcomes outcomes_of_renewals(std::span<const due_contract> contracts, std::int32_t horizon,
                                                    confidence_level level = {});

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
