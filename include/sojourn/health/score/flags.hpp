// What was odd about a score, as bits and in words.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace sojourn::inline v0_1 {
namespace health SOJOURN_EXPORT {

/// Bits of `scores::flags`.
namespace flag {
inline constexpr std::uint16_t no_data = 1;           ///< nothing with weight was present
inline constexpr std::uint16_t low_coverage = 2;      ///< coverage below the card's `min_coverage`: no score
inline constexpr std::uint16_t required_missing = 4;  ///< a signal with policy `fail` was missing: no score
inline constexpr std::uint16_t imputed = 8;        ///< a policy put a value in (neutral, worst, best, impute, carry_forward)
inline constexpr std::uint16_t irregular = 16;     ///< a value was infinite, unknown, or outside its range or domain
inline constexpr std::uint16_t card_changed = 32;  ///< the previous tier is none of this card's: hysteresis forgot it
inline constexpr std::uint16_t excluded = 64;      ///< a rule took the score away
inline constexpr std::uint16_t adjusted = 128;     ///< a rule or a manual value moved the score
inline constexpr std::uint16_t undecided_rule = 256;  ///< a condition compared something missing
}  // namespace flag

/// The words of the bits, the lowest first.
inline constexpr std::array<std::string_view, 9> flag_words = {"no_data",  "low_coverage", "required_missing",
                                                               "imputed",  "irregular",    "card_changed",
                                                               "excluded", "adjusted",     "undecided_rule"};

/// The words of all bits that are set, with "|" between them; empty for none.
[[nodiscard]] std::string flag_text(std::uint16_t flags);

}  // namespace health SOJOURN_EXPORT
}  // namespace sojourn::inline v0_1
