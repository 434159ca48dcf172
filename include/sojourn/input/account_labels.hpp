// What plan, region or channel an account belongs to, as its rows say it.
// Layer: 2. Needs: std only.
#pragma once

#include "sojourn/export.hpp"

#include <cstdint>

#include "sojourn/input/column.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// One row per account, or several that may differ: the rows of a ledger with one more column, or a table of accounts.
struct account_labels {
  column<std::uint32_t> account;  ///< dense account index
  column<std::uint32_t> label;    ///< dense code below the number of labels; missing: the row does not say
  column<std::int32_t> since{};   ///< from which day on it holds; empty or missing: from the beginning
};

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
