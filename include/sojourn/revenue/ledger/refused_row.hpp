// Rows of periods that are refused, by codes that may be stored and sent.
// Layer: 3. Needs: std only.
#pragma once

#include "sojourn/export.hpp"

#include <array>
#include <cstdint>
#include <string_view>

#include "sojourn/domain/error.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// Why a row of periods is refused. The numbers stay: they may be stored and sent.
enum class row_fault : std::uint8_t {
  account_missing = 1,
  account_unknown = 2,  ///< a number that no key stands behind
  start_missing = 3,
  start_out_of_range = 4,  ///< outside 1900-2199
  end_out_of_range = 5,
  end_before_start = 6,
  amount_missing = 7,
  amount_negative = 8,
  amount_too_large = 9,  ///< 5.5e13 minor units a month and more
};
/// By number; 0 is no fault.
constexpr std::array<std::string_view, 10> values_of(row_fault) {
  return {"none",
          "account_missing",
          "account_unknown",
          "start_missing",
          "start_out_of_range",
          "end_out_of_range",
          "end_before_start",
          "amount_missing",
          "amount_negative",
          "amount_too_large"};
}

/// A row that a stream left out: its number among all rows that were added, why, and the words of a `data_error`.
struct refused_row {
  row_fault fault = row_fault::account_missing;
  problem what;  ///< `what.row` counts all rows of the stream from 0
};

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
