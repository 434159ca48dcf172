// Intervals of a fitted decay curve by drawing its accounts, or its cohorts, again.
// Layer: 3. Needs: links sojourn (Boost.Math behind it).
#pragma once

#include "sojourn/export.hpp"

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "sojourn/lifetime/decay_sample.hpp"
#include "sojourn/stats/bootstrap.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// What is drawn with replacement. `cohorts` keeps what the accounts of one cohort share (a price, a campaign) together; it
/// needs several cohorts, and is rough with fewer than about 20.
enum class decay_resampling : std::uint8_t { accounts, cohorts };
constexpr std::array<std::string_view, 2> values_of(decay_resampling) {
  return {"accounts", "cohorts"};
}

/// The fit of the sample itself, and the models of as many samples drawn from it.
struct decay_draws {
  decay_fit fit;
  std::vector<decay_model> models{};
  std::int64_t refused = 0;  ///< draws without a model: nobody left in them, or no optimum was found
  confidence_level level{};

  /// Draws without a model are not like the others: with more than one in twenty there are no limits.
  [[nodiscard]] bool limits_hold() const noexcept {
    return models.size() > 1 && refused * 20 <= static_cast<std::int64_t>(models.size()) + refused;
  }
};

/// Draws as many accounts (or cohorts) as there are, with replacement, and fits the family again, `plan.replicates` times.
/// An account is drawn with its weight, so that curves of money have errors of accounts. Each replicate has a stream of
/// random numbers of its own: threads change no bit. Throws `schema_error` for negative replicates, and for `cohorts` with
/// fewer than two. O(replicates x (min(accounts, cells x log accounts) + a fit)).
[[nodiscard]] decay_draws bootstrap_decay(const decay_sample& sample, decay_options options = {},
                                          const bootstrap_plan& plan = {},
                                          decay_resampling drawn = decay_resampling::accounts, const bulk_draws& bulk = {});

/// What the fit says, with percentile limits of the draws: uncertainty of the curve, to which the chance of future renewals
/// comes on top. No limits where the draws all agree, or `limits_hold` says no.
[[nodiscard]] estimate survival_estimate(const decay_draws& draws, std::int64_t renewals);
[[nodiscard]] estimate retention_estimate(const decay_draws& draws, std::int64_t renewal);
/// By name. Where a draw of sbg found equal accounts, alpha and beta are infinite in it.
[[nodiscard]] estimate parameter_estimate(const decay_draws& draws, std::string_view name);
/// Lifetimes that are infinite in a draw are: the upper limit may be infinite where the value is not.
[[nodiscard]] estimate discounted_lifetime(const decay_draws& draws, double rate);
[[nodiscard]] estimate discounted_residual_lifetime(const decay_draws& draws, std::int64_t renewals, double rate);
/// The curve for renewals 0 .. `periods`. Throws `schema_error` when `periods` is negative.
[[nodiscard]] decay_projection project(const decay_draws& draws, std::int32_t periods = 24);

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
