// What an account has been through so far, and what its next change of MRR is called.
// Layer: 3. Needs: std only.
#pragma once

#include "sojourn/export.hpp"

#include <array>
#include <cstdint>
#include <string_view>

#include "sojourn/revenue/ledger/ledger.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// Why an account's MRR changed.
enum class movement_kind : std::uint8_t { new_business, reactivation, expansion, contraction, churn };

constexpr std::array<std::string_view, 5> values_of(movement_kind) {
  return {"new", "reactivation", "expansion", "contraction", "churn"};
}

[[nodiscard]] constexpr std::string_view to_string(movement_kind kind) noexcept {
  return values_of(kind)[static_cast<std::size_t>(kind)];
}

namespace detail {

struct account_history {
  std::int64_t level = 0;      // ticks
  bool ever = false;           // had MRR before
  std::int32_t lapsed_on = 0;  // meaningful when level == 0 and ever

  constexpr void follow(const mrr_step& step) noexcept {
    level = step.level.ticks();
    ever = ever || level > 0;
    if (level == 0) lapsed_on = step.when.since_epoch;
  }

  /// What MRR from now on would be: a first customer relation, or a return?
  [[nodiscard]] constexpr bool is_new(day when, std::int32_t reactivation_max_gap) const noexcept {
    return !ever || when.since_epoch - lapsed_on > reactivation_max_gap;
  }

  /// The name of a change to `to` ticks, which differs from `level`.
  [[nodiscard]] constexpr movement_kind name_of(std::int64_t to, day when,
                                                std::int32_t reactivation_max_gap) const noexcept {
    if (level == 0) return is_new(when, reactivation_max_gap) ? movement_kind::new_business : movement_kind::reactivation;
    if (to == 0) return movement_kind::churn;
    return to > level ? movement_kind::expansion : movement_kind::contraction;
  }
};

}  // namespace detail
}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
