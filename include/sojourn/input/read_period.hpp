// Calendar periods by their labels: "2024-12" is a month, "2024-Q4" a quarter, "2024" a year.
// Layer: 2. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <cstdint>
#include <string_view>

#include "sojourn/domain/calendar.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// Whole months from `first` on.
struct month_span {
  month first{};
  months length{1};
  friend bool operator==(const month_span&, const month_span&) = default;
};

/// The months that a label stands for. Throws a `schema_error` for any other text.
[[nodiscard]] month_span read_period(std::string_view label);

/// Periods of equal length, one after the other.
struct period_run {
  month first{};
  std::int32_t months_each = 1;
  std::int32_t count = 0;
  friend bool operator==(const period_run&, const period_run&) = default;
};

/// The periods of `by` ("month", "quarter" or "year") from the start of `first` to the end of `last`. Throws a
/// `schema_error` when `last` comes before `first`, when the months are no whole number of periods, and for any other word.
[[nodiscard]] period_run read_periods(std::string_view first, std::string_view last, std::string_view by);

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
