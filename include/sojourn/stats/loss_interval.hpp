// Score intervals for the share of revenue lost or kept. They keep their level where few accounts carry the money or few
// have left. Layer: 1. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include "sojourn/stats/estimate.hpp"
#include "sojourn/stats/ratio.hpp"
#include "sojourn/stats/ratio_interval.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// Lost over opening: sum y / sum x of accounts with x > 0 and 0 <= y <= x. In [0, 1], with a score interval.
///
/// Wald's interval takes its variance from the losses that happened. Where few accounts hold the money, or few have left,
/// there are few losses: the interval is too short, and empty when nothing was lost. Here the variance is a function of the
/// rate p itself, V(p) = p (s - p) / n_eff, so the interval is Wilson's, of p / s, among n_eff = (sum x)^2 / sum x^2
/// accounts of equal size (Kish). s is the share of itself that an account loses when it loses anything: sum y^2 / sum x y,
/// mixed with four accounts that lose all, because after few losses a large one is still to come. Where the linearised
/// variance is larger than V(p), n_eff is reduced by that factor: large accounts leave more often than small ones.
///
/// n = 1 has a value without interval. O(1), from the same exact sums as `ratio`.
/// Source: Kish (1965), Wilson (1927), Franco et al. (2019) on score intervals with effective sizes; `bench/coverage`
/// measures it. What it does not tell you: losses of a kind that has not happened yet. When only the few largest accounts
/// are at risk it is too short, like every other interval.
[[nodiscard]] estimate loss_share(const ratio_state& loss, confidence_level level = {});

/// Kept and grown over opening: 1 - sum y / sum x + sum g / sum x, where g is what an account gained (0 when it lost). At
/// least 0.
///
/// Loss and gain have score intervals of their own (for gains s = sum g^2 / sum x g). They are joined by squares (MOVER),
/// with the correlation that an account which loses does not gain. Undefined, n = 1 and complexity as `loss_share`. Source:
/// Newcombe (1998), Zou and Donner (2008).
[[nodiscard]] estimate kept_share(const ratio_state& loss, const ratio_state& gain, confidence_level level = {});

/// (sum x)^2 / sum x^2: how many accounts of equal size would be as informative as these. NaN without accounts.
[[nodiscard]] double effective_accounts(const ratio_state& state);

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
