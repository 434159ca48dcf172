#include "sojourn/revenue/snapshot_tally.hpp"

#include <utility>

namespace sojourn::inline v0_1 {

// Made beside the state: the second of its parts may throw.
snapshot_state& snapshot_state::operator+=(const snapshot_state& o) {
  snapshot_state sum = *this;
  return *this = std::move(detail::add_fields(sum, o, "snapshot_state"));
}

snapshot_state& snapshot_state::operator-=(const snapshot_state& o) {
  snapshot_state rest = *this;
  return *this = std::move(detail::subtract_fields(rest, o, "snapshot_state"));
}

bool operator==(const snapshot_state&, const snapshot_state&) = default;

bool snapshot_state::canonical() const {
  return revenue.canonical() && cohorts.canonical() &&
         (revenue.periods.empty() || cohorts.start.empty() || revenue.grid == cohorts.grid);
}

}  // namespace sojourn::inline v0_1
