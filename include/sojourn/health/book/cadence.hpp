// How often an account is looked at: large ones every month, small ones every quarter, and who is overdue.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sojourn/domain/calendar.hpp"
#include "sojourn/input/column.hpp"

namespace sojourn::inline v0_1 {
namespace health SOJOURN_EXPORT {

enum class cadence_unit : std::uint8_t { months, days };
constexpr std::array<std::string_view, 2> values_of(cadence_unit) {
  return {"months", "days"};
}

/// Every n calendar months or days, n at least 1.
struct cadence {
  std::int32_t every = 3;
  cadence_unit unit = cadence_unit::months;
  friend bool operator==(const cadence&, const cadence&) = default;
};

/// "3 months", "1 month", "14 days". Throws a `schema_error` for any other text.
[[nodiscard]] cadence read_cadence(std::string_view text);

/// The cadence of every segment by its name; segments that are not named keep to `otherwise`.
[[nodiscard]] std::vector<cadence> cadences_of(std::span<const std::string> segments,
                                               const std::map<std::string, std::string>& by_segment, cadence otherwise);

/// `last` plus the cadence. Calendar months keep the day of the month and clamp to the month's end: 31 January plus one
/// month is 29 February 2024. Throws `schema_error` for a cadence below 1 and `data_error` when the result leaves the
/// calendar.
[[nodiscard]] day next_due(day last, cadence every);

struct review_plan {
  std::vector<std::int32_t> next_due;      ///< days since 1970; never reviewed: `as_of`
  std::vector<std::int32_t> days_overdue;  ///< as_of - next_due where that is positive, else 0
  std::int64_t overdue = 0;                ///< accounts with as_of > next_due
  std::int64_t due_now = 0;                ///< accounts due on `as_of` itself, never reviewed ones included
  std::int64_t never_reviewed = 0;

  /// 1 per account whose review is overdue, else 0.
  [[nodiscard]] std::vector<std::uint8_t> is_overdue() const;
};

/// Next review of every account. `segment` holds codes into `by_segment`; without a segment, or with an empty column, an
/// account keeps to `otherwise`. A last review after `as_of` is a `data_error`: a review cannot lie in the future. O(rows).
/// What it does not tell you: who needs a review before it is due; that is what alerts are for.
[[nodiscard]] review_plan plan_reviews(column<std::int32_t> last_review, column<std::uint32_t> segment,
                                       std::span<const cadence> by_segment, cadence otherwise, day as_of);

}  // namespace health SOJOURN_EXPORT
}  // namespace sojourn::inline v0_1
