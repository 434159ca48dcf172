#include "sojourn/health/evaluation/panel_window.hpp"

#include "sojourn/domain/error.hpp"

namespace sojourn::inline v0_1::health {

panel_window::panel_window(const tier_panel& rows, day from, std::optional<day> until) {
  require_same_length(rows.as_of, "as_of", rows.left_on, "left_on");
  require_same_length(rows.as_of, "as_of", rows.account, "account");
  if (rows.tier.size() != rows.as_of.size()) throw schema_error("tiers and rows differ in number");
  for (std::size_t row = 0; row < rows.as_of.size(); ++row) {
    if (!rows.as_of.present(row)) continue;
    const day when{rows.as_of[row]};
    if (when < from || (until && when >= *until)) continue;
    const std::size_t at = as_of_.size();
    as_of_.push_back(when.since_epoch);
    account_.push_back(rows.account[row]);
    tier_.push_back(rows.tier[row]);
    left_bits_.resize(at / 8 + 1, 0);
    const bool left = rows.left_on.present(row);
    left_on_.push_back(left ? rows.left_on[row] : 0);
    if (left) left_bits_[at / 8] = static_cast<std::uint8_t>(left_bits_[at / 8] | (1u << (at % 8)));
  }
}

tier_panel panel_window::rows() const noexcept {
  return {column<std::int32_t>(as_of_), column<std::uint32_t>(account_), tier_,
          column<std::int32_t>(left_on_, left_bits_.data())};
}

}  // namespace sojourn::inline v0_1::health
