// Several causes of one change: what each keeps after they have taken back from each other.
// Layer: 5. Needs: std only.
#pragma once

#include <algorithm>
#include <vector>

#include "sojourn/detail/int128.hpp"
#include "sojourn/revenue/ledger/step.hpp"

namespace sojourn::inline v0_1::detail {

struct cause_part {
  change_cause cause;
  int128 ticks;
};

inline void add_part(std::vector<cause_part>& parts, change_cause cause, int128 ticks) {
  const auto found = std::find_if(parts.begin(), parts.end(), [&](const auto& one) { return one.cause == cause; });
  if (found != parts.end())
    found->ticks += ticks;
  else
    parts.push_back({cause, ticks});
}

/// The net change belongs to the causes that push its way; what others take back comes off the largest first. The parts that
/// are left add up to the net change and are in order of causes; a net change of 0 has none.
inline void net_causes(std::vector<cause_part>& parts) {
  int128 net = 0;
  for (const auto& one : parts) net += one.ticks;
  const int sign = net < 0 ? -1 : 1;
  int128 against = 0;
  for (const auto& one : parts) against += one.ticks * sign < 0 ? -one.ticks * sign : 0;
  std::erase_if(parts, [&](const auto& one) { return one.ticks * sign <= 0; });
  const auto size = [&](const cause_part& one) { return one.ticks * sign; };
  std::sort(parts.begin(), parts.end(),
            [&](const auto& a, const auto& b) { return size(a) != size(b) ? size(a) > size(b) : a.cause < b.cause; });
  for (auto& one : parts) {
    const int128 taken = std::min(against, size(one));
    one.ticks -= sign * taken;
    against -= taken;
  }
  std::erase_if(parts, [](const auto& one) { return one.ticks == 0; });
  std::sort(parts.begin(), parts.end(), [](const auto& a, const auto& b) { return a.cause < b.cause; });
}

/// The cause of a change with these parts; of several the parts are written to `shares`. Parts are netted by this.
inline change_cause record_parts(std::vector<cause_part>& parts, day when, std::uint16_t lane,
                                 std::vector<cause_share>& shares) {
  if (parts.size() == 1) return parts.front().cause;
  net_causes(parts);
  if (parts.size() == 1) return parts.front().cause;
  for (const auto& one : parts) shares.push_back({when, one.cause, lane, static_cast<std::int64_t>(one.ticks)});
  return parts.empty() ? change_cause::unknown : change_cause::several;
}

}  // namespace sojourn::inline v0_1::detail
