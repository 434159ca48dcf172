// One change of what an account is: a customer or not, at which MRR, and why.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "sojourn/domain/calendar.hpp"
#include "sojourn/domain/mrr.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// Whether an account is a customer, and of which kind. It is never read from an amount: a customer on a free plan has no
/// MRR and is one.
enum class account_presence : std::uint8_t { absent, paying, free, paused, trial };

constexpr std::array<std::string_view, 5> values_of(account_presence) {
  return {"absent", "paying", "free", "paused", "trial"};
}
[[nodiscard]] constexpr std::string_view to_string(account_presence presence) noexcept {
  return values_of(presence)[static_cast<std::size_t>(presence)];
}

/// Why MRR changed. Codes from `first_own_cause` on are the caller's own words, which a `cause_table` maps to one of these.
enum class change_cause : std::uint8_t {
  unknown,
  voluntary,         ///< the customer left
  payment_failed,    ///< nobody paid
  expired,           ///< the term was not renewed
  paused,            ///< the subscription rests
  price,             ///< another price for the same
  seats,             ///< another quantity
  product,           ///< another plan, product or subscription
  usage,             ///< another consumption
  discount_end,      ///< a discount began or ended
  refund,            ///< money went back
  dispute,           ///< a payment was charged back
  new_subscription,  ///< first MRR
  reactivated,       ///< MRR again after none
  unpaused,          ///< the subscription goes on after a pause
  recovered,         ///< a failed payment came in after all
  other,
  several,  ///< more than one on that day: `ledger::shares` has the parts
  fx,       ///< exchange rates: what they did to what did not change otherwise
};
constexpr std::array<std::string_view, 19> values_of(change_cause) {
  return {"unknown",   "voluntary", "payment_failed",   "expired",     "paused",
          "price",     "seats",     "product",          "usage",       "discount_end",
          "refund",    "dispute",   "new_subscription", "reactivated", "unpaused",
          "recovered", "other",     "several",          "fx"};
}
[[nodiscard]] constexpr std::string_view to_string(change_cause cause) noexcept {
  return values_of(cause)[static_cast<std::size_t>(cause)];
}
/// Whether rows may name this cause: the last two stand for more than one fact.
[[nodiscard]] constexpr bool named_by_rows(change_cause cause) noexcept {
  return cause <= change_cause::other;
}
inline constexpr std::uint8_t first_own_cause = 64;

/// From `when` on the account pays `level` in this lane, until the next step of the lane. A lane is a currency or a label
/// of the account's; a ledger with one lane has only lane 0. `presence` is that of the account after all changes of the day.
struct mrr_step {
  day when;
  account_presence presence = account_presence::absent;
  change_cause cause = change_cause::unknown;
  std::uint16_t lane = 0;
  mrr level;

  constexpr mrr_step() = default;
  /// A step of an account with one lane, whose only customers are those who pay.
  constexpr mrr_step(day from, mrr monthly) noexcept
      : when(from), presence(monthly > mrr{} ? account_presence::paying : account_presence::absent), level(monthly) {}
  constexpr mrr_step(day from, account_presence now, change_cause why, std::uint16_t in, mrr monthly) noexcept
      : when(from), presence(now), cause(why), lane(in), level(monthly) {}

  /// Whether the account is a customer from then on.
  [[nodiscard]] constexpr bool present() const noexcept { return presence != account_presence::absent; }
  friend constexpr bool operator==(const mrr_step&, const mrr_step&) = default;
};
static_assert(sizeof(mrr_step) == 16);

/// The part of one cause in the change of a lane on a day that has several. The parts of a day have the sign of its change
/// and add up to it.
struct cause_share {
  day when;
  change_cause cause = change_cause::unknown;
  std::uint16_t lane = 0;
  std::int64_t ticks = 0;
  friend constexpr bool operator==(const cause_share&, const cause_share&) = default;
};

/// The cause of a step; of several the one with the largest part, of equal ones the first. `shares` are those of its
/// account.
[[nodiscard]] constexpr change_cause main_cause(const mrr_step& step, std::span<const cause_share> shares) noexcept {
  if (step.cause != change_cause::several) return step.cause;
  const auto size = [](std::int64_t ticks) { return ticks < 0 ? -ticks : ticks; };
  cause_share largest;
  for (const cause_share& share : shares) {
    if (share.when == step.when && share.lane == step.lane && size(share.ticks) > size(largest.ticks)) largest = share;
  }
  return largest.cause;
}

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
