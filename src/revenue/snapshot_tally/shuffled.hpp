// Month snapshots whose rows come in any order. Layer: 5. Needs: links sojourn.
#pragma once

#include <cstdint>

#include "revenue/snapshot_tally/snapshot_rows.hpp"
#include "sojourn/exec/any_executor.hpp"

namespace sojourn::inline v0_1::detail {

/// Rows in any order.
[[nodiscard]] snapshot_state tally_shuffled(const snapshot_question& asked, const account_cells<std::uint32_t>& who,
                                            const any_executor& host);
[[nodiscard]] snapshot_state tally_shuffled(const snapshot_question& asked, const account_cells<std::int64_t>& who,
                                            const any_executor& host);

}  // namespace sojourn::inline v0_1::detail
