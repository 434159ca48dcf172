// Who is whose: accounts that turn out to be one customer, rows that turn out to be another's, and parents.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <cstdint>

#include "sojourn/domain/account.hpp"
#include "sojourn/domain/calendar.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// When a fact about accounts was learned, and until when it was believed.
struct recorded {
  day from = earliest_day;
  day until = day{latest_day.since_epoch + 1};
  [[nodiscard]] constexpr bool on(day known) const noexcept { return from <= known && known < until; }
  friend constexpr bool operator==(const recorded&, const recorded&) = default;
};

/// From `since` on what `from` pays is paid by `into`.
struct merger {
  account from;
  account into;
  day since = earliest_day;
  recorded known{};
  friend constexpr bool operator==(const merger&, const merger&) = default;
};

/// From `since` on the account belongs to `parent`, until a later row says otherwise.
struct parent_fact {
  account child;
  account parent;
  day since = earliest_day;
  recorded known{};
  friend constexpr bool operator==(const parent_fact&, const parent_fact&) = default;
};

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
