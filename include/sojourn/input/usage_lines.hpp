// Usage: what customers committed to, and what they consumed.
// Layer: 2. Needs: std only.
#pragma once

#include "sojourn/export.hpp"

#include <array>
#include <cstdint>
#include <string_view>

#include "sojourn/input/column.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// What a row of usage says.
enum class usage_kind : std::uint8_t {
  consumption,  ///< the customer consumed for so much on a day, or in a month
  minimum,      ///< it pays at least so much for each month of the term
  prepaid,      ///< it paid so much for the term, and consumption draws it down
};
constexpr std::array<std::string_view, 3> values_of(usage_kind) {
  return {"consumption", "minimum", "prepaid"};
}

/// One row per commitment and per record of consumption. `account`, `start` and `amount` are required, a prepaid commitment
/// has an `end` too; any other column may be empty or have missing cells.
struct usage_lines {
  column<std::uint32_t> account{};  ///< dense account index
  column<std::int32_t> start{};     ///< first day of the term, or of the days in which it was consumed
  column<std::int64_t> amount{};    ///< minor units: consumed, of each month (minimum), of the whole term (prepaid)

  column<std::uint8_t> kind{};           ///< `usage_kind`; missing: consumption
  column<std::int32_t> end{};            ///< day after the last one; missing: a minimum runs on, consumption is of one day
  column<std::uint32_t> subscription{};  ///< dense index; a commitment without one covers all usage of its account
};

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
