// A reconciliation as tables show it: every step in minor units that add up to what the waterfall shows before and after it.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <cstdint>
#include <string>
#include <vector>

#include "sojourn/revenue/explain/reconcile.hpp"
#include "sojourn/revenue/movements.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

struct shown_step {
  std::string option, from, to;
  movement_row after;                  ///< the period under this and all options before it
  std::vector<account> who;            ///< whom the option changed
  std::vector<movement_row> accounts;  ///< their changes; amounts add up to `after` less the step before
};

struct shown_reconciliation {
  movement_row under_a;
  movement_row under_b;
  std::vector<shown_step> steps;
};

[[nodiscard]] shown_reconciliation shown(const reconciliation& found);

/// What one account adds to a rate before and after a step: minor units, or accounts where the part counts them.
struct shown_rate_part {
  account who;
  std::int64_t amount_before = 0, amount_after = 0;
  std::int64_t base_before = 0, base_after = 0;
};

[[nodiscard]] std::vector<shown_rate_part> shown(const rate_step& step, revenue_cell rate);

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
