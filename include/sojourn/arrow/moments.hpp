// Columns of moments and months: from timestamps, dates and text.
// Layer: 4. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <optional>
#include <string>
#include <string_view>

#include "sojourn/arrow/any_column.hpp"

namespace sojourn::inline v0_1 {
namespace arrow SOJOURN_EXPORT {

struct moment_columns {
  any_column day;                        ///< dates
  std::optional<any_column> nanosecond;  ///< of the day; none where the column holds dates only
};

/// Timestamps, and text of which at least one cell has a time of day, as days and nanoseconds of the day; other columns as
/// `as_day` reads them. What is read as a moment, and in which time zone, `reading` says; see `read_moment`. Errors name the
/// column as `name`.
[[nodiscard]] moment_columns as_moments(const any_column& source, const std::string& name, const date_reading& reading = {});

/// Months since 1970-01 of dates, timestamps and text ("2024-01", or one of its dates). Any other text is a `data_error`
/// with its row.
[[nodiscard]] any_column as_months(const any_column& source, const std::string& name, const date_reading& reading = {});

/// The first day of each of these months.
[[nodiscard]] any_column first_days_of_months(const any_column& source, const std::string& name,
                                              const date_reading& reading = {});

/// The day after each: the last day with MRR becomes the first without.
[[nodiscard]] any_column days_after(const any_column& last);

/// A cell of text, a dictionary's too; nothing where it is missing or the column holds something else.
[[nodiscard]] std::optional<std::string_view> text_at(const any_column& source, std::size_t row);

}  // namespace arrow SOJOURN_EXPORT
}  // namespace sojourn::inline v0_1
