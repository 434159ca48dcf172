// A log of purchases as what the models of purchases need of each customer.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>
#include <vector>

#include "sojourn/domain/calendar.hpp"
#include "sojourn/input/column.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// One row per purchase, in any order. A missing account or day, or a missing amount where amounts are given, leaves the row
/// out, and the result counts it.
struct purchase_log {
  column<std::uint32_t> account;  ///< dense numbers from 0 on
  column<std::int32_t> date;      ///< days since the epoch
  column<double> amount{};        ///< >= 0, in a unit of the caller's choice; 0 is a purchase, too
};

/// A week is seven days: a time of 10 days is 10/7 weeks.
enum class purchase_unit : std::uint8_t { day, week };
constexpr std::array<std::string_view, 2> values_of(purchase_unit) {
  return {"day", "week"};
}

struct purchase_history {
  std::uint32_t account = 0;
  std::int64_t x = 0;  ///< days with a purchase, less the first
  double t_x = 0;      ///< from the first purchase to the last, in the unit
  double T = 0;        ///< from the first purchase to the last day watched
  double mean =
      std::numeric_limits<double>::quiet_NaN();  ///< amount per repeat purchase; NaN without one, or without amounts
  day first_day{};
};

struct purchase_histories {
  std::vector<purchase_history> accounts;  ///< in the order of their numbers
  day until{};                             ///< the last day watched
  std::int64_t rows_missing = 0;
  std::int64_t rows_later = 0;      ///< purchases after `until`
  std::int64_t accounts_later = 0;  ///< left out: their first purchase came after `until`
};

/// Purchases of one account on one day are one, with the sum of their amounts. `until` is the last day watched, by default
/// that of the last purchase in the log. Throws `data_error` for a negative amount, `schema_error` for columns of different
/// lengths and for a log without a purchase where `until` is not given. O(rows log rows).
[[nodiscard]] purchase_histories purchase_summary(const purchase_log& log, purchase_unit unit,
                                                  std::optional<day> until = std::nullopt);

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
