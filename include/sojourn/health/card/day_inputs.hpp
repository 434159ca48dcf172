// Which columns of a card hold days.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <cstdint>
#include <string>
#include <vector>

#include "sojourn/health/card/scorecard.hpp"
#include "sojourn/input/column.hpp"

namespace sojourn::inline v0_1 {
namespace health SOJOURN_EXPORT {

/// The columns that scoring reads as days: signals by recency, and the days on which values were observed. In the order of
/// the signals; a column that serves several is listed once.
[[nodiscard]] std::vector<std::string> day_inputs(const scorecard& card);

/// Days as callers write them lie in 1900-01-01 .. 2199-12-31, as those of rows do; what else a column holds is a number of
/// days that somebody computed. Throws `data_error` with the row.
void require_calendar_days(const column<std::int32_t>& days, const std::string& name);

}  // namespace health SOJOURN_EXPORT
}  // namespace sojourn::inline v0_1
