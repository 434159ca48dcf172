// The bootstrap of a ratio without chance: every resample of few accounts.
// Layer: 1. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <cstddef>
#include <span>

#include "sojourn/stats/draws.hpp"
#include "sojourn/stats/ratio.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

inline constexpr std::size_t most_enumerated_accounts = 10;

/// Sum of numerators / sum of denominators over all n^n ways to draw n accounts with replacement, numerator and denominator
/// of an account together: what `bootstrap_ratio` comes to with ever more replicates. `standard_error` is the standard
/// deviation over all ways, limits are by the inverse distribution function, so each is a ratio that can occur. Ways whose
/// denominators add up to 0 have no ratio and are left out; NaN where none is left.
///
/// Throws `schema_error` for more than `most_enumerated_accounts` accounts. O(binomial(2n - 1, n)): 92,378 different
/// resamples of ten accounts. What it does not tell you: anything that these accounts do not show.
[[nodiscard]] draw_summary every_resample(std::span<const ratio_part> accounts, confidence_level level = {});

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
