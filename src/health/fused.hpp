// The usual card in one pass: ramps and short lines whose missing values leave (`redistribute`), weighted means of signals and
// groups, no rules, no age, no cycle before. Bit for bit what the general path computes, at a fraction of its cost.
// Layer: 5. Needs: links sojourn.
#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include "inputs.hpp"

namespace sojourn::health::detail {

/// Whether every part of the card is of the usual kind: asked once, when it is compiled.
[[nodiscard]] bool is_usual(const plan& card);
/// Whether columns and options are, too.
[[nodiscard]] bool fuses(const bound_inputs& inputs);

/// Scores rows [first, last) the general way.
using general_rows = std::function<std::vector<signal_counters>(std::size_t first, std::size_t last)>;

/// `score_rows` for what `fuses`. A tile that holds an infinity is left to `general`.
std::vector<signal_counters> score_fused(const bound_inputs& inputs, std::size_t first, std::size_t last, scores& result, contributions* parts,
                                         const general_rows& general);

}  // namespace sojourn::health::detail
