// What the rows of a table have in common: rows that repeat, and how the periods of an account follow each other.
// Layer: 4. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <cstddef>
#include <cstdint>
#include <span>

#include "sojourn/arrow/any_column.hpp"
#include "sojourn/exec/any_executor.hpp"

namespace sojourn::inline v0_1 {
namespace arrow SOJOURN_EXPORT {

/// Rows that equal an earlier row in every column.
struct repeated_rows {
  std::int64_t count = 0;
  std::size_t row = 0;      ///< the first of them
  std::size_t repeats = 0;  ///< the row that it repeats
};

/// Values are compared as they are stored, and missing values are equal. All columns have the same number of rows. O(cells),
/// with about 6 bytes a row, or without where the rows ascend by their first column.
[[nodiscard]] repeated_rows find_repeated_rows(std::span<const any_column> columns, const any_executor& host = {});

/// From the end of a period to the start of the account's next one; periods that overlap have no gap.
struct period_gaps {
  std::int64_t gaps = 0;     ///< also of no day: the next period starts on the day on which the one before ends
  std::int64_t one_day = 0;  ///< the next period starts on the day after
};

/// Of a table of at most `most_rows` rows all gaps, of a larger one those of some accounts, which depend on their keys
/// alone. Throws as `as_day`.
[[nodiscard]] period_gaps find_period_gaps(const any_column& account, const any_column& start, const any_column& end,
                                           std::size_t most_rows = 1 << 12);

}  // namespace arrow SOJOURN_EXPORT
}  // namespace sojourn::inline v0_1
