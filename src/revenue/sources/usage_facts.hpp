// Rows of usage, checked.
// Layer: 5. Needs: links sojourn.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "revenue/sources/commitment_draws.hpp"
#include "sojourn/revenue/ledger/as_of_day.hpp"

namespace sojourn::inline v0_1::detail {

/// One fact per row. Throws `data_error` with the row, `schema_error` for lengths that differ; see `rows_from_usage`.
[[nodiscard]] std::vector<usage_fact> usage_facts_of(const usage_lines& lines, std::size_t universe);

/// The day that was named, else the day after the latest consumption; without any the day after the latest date. None: no
/// rows. Throws `as_of_not_named` where a commitment ends after the last start; what was consumed has happened.
[[nodiscard]] std::optional<day> day_after_usage(const std::vector<usage_fact>& facts, const as_of_day& asked);

}  // namespace sojourn::inline v0_1::detail
