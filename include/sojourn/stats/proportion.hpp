// A share of n: churned of opening accounts, promoters of answers, renewed of due contracts.
// Layer: 1. Needs: links sojourn (Boost.Math behind it).
#pragma once

#include "sojourn/export.hpp"

#include <array>
#include <cstdint>
#include <string_view>

#include "sojourn/stats/estimate.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

enum class proportion_interval : std::uint8_t { wilson, clopper_pearson, jeffreys, wald };
constexpr std::array<std::string_view, 4> values_of(proportion_interval) {
  return {"wilson", "clopper_pearson", "jeffreys", "wald"};
}

struct proportion_options {
  confidence_level level{};
  proportion_interval interval = proportion_interval::wilson;
};

/// successes / n with its interval, both in [0, 1].
///
/// Wilson is the default: close to its nominal coverage for every n, never outside [0, 1]. Clopper-Pearson never covers
/// less than promised and is wider; Jeffreys is the equal-tailed Beta(1/2, 1/2) interval; Wald is offered for comparison
/// with other tools only. n = 0 is undefined (`no_observations`). Throws `schema_error` unless 0 <= successes <= n.
/// What it does not tell you: whether the n accounts are alike; a share over a mixed book hides its segments.
[[nodiscard]] estimate proportion(std::int64_t successes, std::int64_t n, proportion_options options = {});

/// A share whose observations carry weights: `effective_n` is the number of equally weighted observations that would be as
/// informative, `n` how many there are. Same intervals as above. `effective_n` = 0 is undefined.
[[nodiscard]] estimate weighted_proportion(double share, double effective_n, std::int64_t n,
                                           proportion_options options = {});

/// first - second with Newcombe's score interval (the Wilson limits of both parts), in [-1, 1]. The `n` of the result
/// is n1 + n2. An undefined part makes the difference undefined.
[[nodiscard]] estimate compare_proportions(std::int64_t successes1, std::int64_t n1, std::int64_t successes2,
                                           std::int64_t n2, confidence_level level = {});

/// The same for two independent shares with their limits at hand.
[[nodiscard]] estimate compare_proportions(const estimate& first, const estimate& second);

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
