// Customers without MRR are customers only after they have paid.
// Layer: 5. Needs: links sojourn.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "sojourn/revenue/ledger/mrr_rows.hpp"

namespace sojourn::inline v0_1::detail {

/// `presence` holds the positions of rows that keep a customer without MRR: a pause, a free plan. Such a row continues a
/// customer who pays and never makes one: it counts from the day on which its customer pays, or from its own start where
/// that follows paid time after at most `grace_days` days. Before that it is left without effect and counted as
/// `never_paid`. A customer who never pays is therefore neither new nor churned. O(rows log rows) of such customers.
void drop_unpaid_presence(mrr_rows& rows, const std::vector<std::size_t>& presence, std::int32_t grace_days);

}  // namespace sojourn::inline v0_1::detail
