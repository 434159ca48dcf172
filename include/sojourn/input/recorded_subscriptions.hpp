// Subscription periods with the days on which somebody learned of them.
// Layer: 2. Needs: std only.
#pragma once

#include "sojourn/export.hpp"

#include <cstdint>

#include "sojourn/input/subscriptions.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// Two kinds of time. `rows.start` and `rows.end` say when something is so; `known_from` and `known_until` say when it was
/// believed: a row counts in what was known on day d when known_from <= d < known_until. A correction is the wrong row with
/// a `known_until` and the right one with that day as `known_from`.
struct recorded_subscriptions {
  subscriptions rows;
  column<std::int32_t> known_from;   ///< day on which the row was recorded; missing, or no column = always known
  column<std::int32_t> known_until;  ///< first day on which it was not believed any more; missing = still believed
};

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
