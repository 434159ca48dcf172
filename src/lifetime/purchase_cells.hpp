// Customers with the same purchases counted together, in an order that does not depend on that of the rows.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <vector>

#include "sojourn/exec/any_executor.hpp"
#include "sojourn/input/purchase_rows.hpp"
#include "stats/jet.hpp"

namespace sojourn::inline v0_1 {
namespace detail {

/// Derivatives are by the parameters themselves, in their order.
using purchase_jet = jet<4>;
using purchase_params = std::array<double, 4>;

struct purchase_cell {
  static constexpr std::uint32_t none = std::numeric_limits<std::uint32_t>::max();

  std::int64_t x = 0;
  double t_x = 0, T = 0;
  std::int64_t count = 1;
};

struct purchase_cells {
  std::vector<purchase_cell> cells;   ///< by x, t_x, T
  std::vector<std::uint32_t> of_row;  ///< the cell of each row, `none` where a value is missing; only where asked for
  std::int64_t customers = 0;
  std::int64_t purchases = 0;
  std::int64_t rows_missing = 0;
  double watched = 0;  ///< sum of T over customers
};

/// Throws the first broken rule as `data_error`; with `whole`, times are whole numbers of opportunities, of which x are
/// taken. O(n log n).
[[nodiscard]] purchase_cells count_cells(const purchase_rows& rows, bool whole, bool with_rows);

}  // namespace detail
}  // namespace sojourn::inline v0_1
