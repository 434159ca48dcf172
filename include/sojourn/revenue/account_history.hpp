// What an account has been through so far, and what its next change of MRR is called.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "sojourn/revenue/ledger/ledger.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// What a change of an account is called. A customer without MRR (free, paused, in a trial) is a customer: new business and
/// reactivation are the first day and a later return as a customer, with or without MRR; churn ends that. A free customer
/// who begins to pay is an expansion, a paying one who is paused a contraction.
enum class movement_kind : std::uint8_t { new_business, reactivation, expansion, contraction, churn };

constexpr std::array<std::string_view, 5> values_of(movement_kind) {
  return {"new", "reactivation", "expansion", "contraction", "churn"};
}

[[nodiscard]] constexpr std::string_view to_string(movement_kind kind) noexcept {
  return values_of(kind)[static_cast<std::size_t>(kind)];
}

namespace detail {

/// What an account is at the end of the day before `when`; absent where it has no step before.
[[nodiscard]] constexpr mrr_step last_before(std::span<const mrr_step> steps, day when) noexcept {
  mrr_step last;
  for (const mrr_step& step : steps) {
    if (step.when >= when) break;
    last = step;
  }
  return last;
}

struct account_history {
  std::int64_t level = 0;      // ticks
  bool present = false;        // a customer now
  bool ever = false;           // a customer now or before
  std::int32_t lapsed_on = 0;  // meaningful when ever and not present

  [[nodiscard]] constexpr bool without_mrr() const noexcept { return present && level == 0; }

  constexpr void follow(const mrr_step& step) noexcept {
    level = step.level.ticks();
    present = step.present();
    ever = ever || present;
    if (!present) lapsed_on = step.when.since_epoch;
  }

  /// What becoming a customer would be: the first time, or a return?
  [[nodiscard]] constexpr bool is_new(day when, std::int32_t reactivation_max_gap) const noexcept {
    return !ever || when.since_epoch - lapsed_on > reactivation_max_gap;
  }

  /// Whether a step changes nothing that is counted: a customer without MRR of another kind.
  [[nodiscard]] constexpr bool same_as(const mrr_step& step) const noexcept {
    return present == step.present() && level == step.level.ticks();
  }

  /// The name of a change, which is not `same_as` before.
  [[nodiscard]] constexpr movement_kind name_of(const mrr_step& step, std::int32_t reactivation_max_gap) const noexcept {
    if (!present) return is_new(step.when, reactivation_max_gap) ? movement_kind::new_business : movement_kind::reactivation;
    if (!step.present()) return movement_kind::churn;
    return step.level.ticks() > level ? movement_kind::expansion : movement_kind::contraction;
  }
};

}  // namespace detail
}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
