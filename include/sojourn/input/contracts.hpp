// Contracts with terms, for renewal rates.
// Layer: 2. Needs: std only.
#pragma once

#include "sojourn/export.hpp"

#include <cstdint>

#include "sojourn/input/column.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// One row a contract term that ends. A renewal is linked by its own row: when it started and at what value.
struct contracts {
  column<std::uint32_t> account;       ///< dense account index
  column<std::int32_t> term_end;       ///< day after the last day of the expiring term
  column<std::int64_t> value;          ///< value of the expiring term a year, in minor units
  column<std::int32_t> renewed_on;     ///< first day of the renewal term; missing = not renewed (yet)
  column<std::int64_t> renewed_value;  ///< value of the renewal term a year, in minor units
};

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
