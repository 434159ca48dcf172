// Tiers by their names, as tables and people have them.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sojourn/health/card/scorecard.hpp"
#include "sojourn/health/card/tiers.hpp"
#include "sojourn/input/column.hpp"

namespace sojourn::inline v0_1 {
namespace health SOJOURN_EXPORT {

/// How tables call an account without a score.
inline constexpr std::string_view unknown_tier_name = "unknown";

/// The names of a card's tiers, worst first.
[[nodiscard]] std::vector<std::string> tier_names(const scorecard& card);

/// The code of a tier. `names` are all tiers, worst first. Throws a `schema_error` that lists them when the name is none of
/// them.
[[nodiscard]] tier_code tier_named(std::span<const std::string> names, std::string_view name);

/// Codes of names: "unknown" is `unknown_tier`, and a name that is none of `names` becomes `otherwise`.
[[nodiscard]] std::vector<tier_code> codes_of_names(std::span<const std::string> given, std::span<const std::string> names,
                                                    tier_code otherwise);

/// A column of names, as codes into `labels`, read as tiers; a missing cell becomes `missing`. Throws a `data_error` with
/// the row for a name that is none of `names`, and a `schema_error` for more than `max_tiers` names.
[[nodiscard]] std::vector<tier_code> read_tiers(const column<std::uint32_t>& given, std::span<const std::string> labels,
                                                std::span<const std::string> names, tier_code missing);

}  // namespace health SOJOURN_EXPORT
}  // namespace sojourn::inline v0_1
