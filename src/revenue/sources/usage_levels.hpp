// MRR of facts of usage under a policy.
// Layer: 5. Needs: links sojourn.
#pragma once

#include <vector>

#include "revenue/sources/commitment_draws.hpp"
#include "sojourn/revenue/ledger/mrr_rows.hpp"
#include "sojourn/revenue/policy.hpp"

namespace sojourn::inline v0_1::detail {

/// What `rows_from_usage` says, of facts that may have several owners; `source` counts the facts. Rows of consumption bear
/// the cause `usage` at both ends.
[[nodiscard]] mrr_rows usage_levels(const std::vector<usage_fact>& facts, const revenue_policy& policy, day as_of);

}  // namespace sojourn::inline v0_1::detail
