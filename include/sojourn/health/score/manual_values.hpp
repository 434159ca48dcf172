// Values given by hand, by account, brought to the rows of a book of accounts.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "sojourn/health/score/score.hpp"

namespace sojourn::inline v0_1 {
namespace health SOJOURN_EXPORT {

/// Values for the accounts of one book, and where each stood in the table it came from.
struct placed_manual_values {
  std::vector<manual_value> values;
  std::vector<std::int64_t> place;
};

/// `given[i].row` is an account number; it becomes the row of that account. Values for accounts that are not in the book are
/// left out: `place` says which are in. `row_of` is `rows_by_account` of the book. O(values).
[[nodiscard]] placed_manual_values place_manual_values(std::span<const manual_value> given,
                                                       std::span<const std::size_t> row_of);

}  // namespace health SOJOURN_EXPORT
}  // namespace sojourn::inline v0_1
