// What one account or parent did, day by day, where what changes hands is a transfer.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "sojourn/revenue/book/read.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

enum class unit_change_kind : std::uint8_t {
  new_business,
  reactivation,
  expansion,
  contraction,
  churn,
  transfer_in,   ///< from another customer
  transfer_out,  ///< to another customer
};
constexpr std::array<std::string_view, 7> values_of(unit_change_kind) {
  return {"new", "reactivation", "expansion", "contraction", "churn", "transfer_in", "transfer_out"};
}

/// One change of one customer; on a day with a transfer what is left of its change follows.
struct unit_change {
  day when;
  unit_change_kind kind = unit_change_kind::expansion;
  mrr before;
  mrr after;
  friend constexpr bool operator==(const unit_change&, const unit_change&) = default;
};

struct unit_explanation {
  mrr opening;
  mrr closing;
  std::vector<unit_change> changes;
  std::vector<std::uint32_t> rows;  ///< of the caller's table
};

/// The changes of a customer of the reading in [from, to): an account, or a parent of a reading by parent. Summed over all
/// customers they are `tally_units` under `movement_mode::gross_events`. Throws as `tally_units`, and `data_error` for a
/// customer that the reading does not have. O(rows log rows).
[[nodiscard]] unit_explanation explain_customer(const book& of, const reading& how, account who, day from, day to);

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
