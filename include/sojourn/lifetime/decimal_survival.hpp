// Kaplan-Meier for ages and weights that have decimals.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <cstdint>
#include <optional>
#include <vector>

#include "sojourn/input/exits.hpp"
#include "sojourn/lifetime/logrank.hpp"
#include "sojourn/lifetime/survival.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// Lifetimes in which an age is counted by its rank among all ages at exit: a curve depends on the order of ages only. The
/// states do not merge with others, whose ranks mean other ages; whole ages have states that do.
struct ranked_lifetimes {
  std::vector<double> age;  ///< of rank 1, 2, ... in ascending order
  survival_by_segment states;
};

/// Does an age or a weight have decimals, so that `lifetimes` cannot hold the rows? O(n).
[[nodiscard]] bool has_decimals(const exits& rows);

/// Every cause of leaving is an event. Weights are brought to whole numbers by a common power of two: a curve of weights
/// does not depend on their unit, and 50 bits of the largest are kept. `group` holds codes below `groups`; rows without one
/// stand in `without_segment`, and without `group` all rows are one segment. Throws `data_error` for the first broken rule.
/// O(n log n).
[[nodiscard]] ranked_lifetimes rank_lifetimes(const exits& rows, const column<std::uint32_t>& group = {},
                                              std::size_t groups = 1);

/// The rank of the last age not after this one; 0 before all.
[[nodiscard]] std::int32_t rank_of(const ranked_lifetimes& lifetimes, double age);

/// A curve whose `time` counts ranks, and the ages of its rows.
struct decimal_survival_curve {
  survival_curve ranks;
  std::vector<double> time;
  std::optional<double> died_out_at;
};

/// As of whole ages, for one of the states of `lifetimes`; `given_age` is an age.
[[nodiscard]] decimal_survival_curve kaplan_meier(const ranked_lifetimes& lifetimes, const survival_state& state,
                                                  survival_options options = {});
[[nodiscard]] estimate survival_at(const decimal_survival_curve& curve, double age);
[[nodiscard]] estimate survival_quantile(const decimal_survival_curve& curve, double share = 0.5);
[[nodiscard]] estimate restricted_mean(const ranked_lifetimes& lifetimes, const survival_state& state, double horizon,
                                       survival_options options = {});

/// As the log-rank test of survival states, between the segments; `given_age` is an age.
[[nodiscard]] logrank_test logrank(const ranked_lifetimes& lifetimes, const logrank_options& options = {},
                                   std::optional<double> given_age = {});

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
