// Usage as the mean of the months before.
// Layer: 5. Needs: links sojourn.
#pragma once

#include "sojourn/revenue/ledger/mrr_rows.hpp"

namespace sojourn::inline v0_1::detail {

/// Adds to `out` what the rows of `usage` bring under `usage_rule::trailing_mean`. The usage of a row in a month is its MRR
/// times the share of the month's days that it covers; in each month it counts as the mean of that over the `months` months
/// before, of which those before the customer's first month with usage do not exist. To the nearest tick, row by row.
void add_usage_means(const mrr_rows& usage, std::int32_t months, mrr_rows& out);

}  // namespace sojourn::inline v0_1::detail
