// Several causes of one change: what each keeps after they have taken back from each other.
// Layer: 5. Needs: std only.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
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

/// The parts of a step that changed the level by so much; `shares` are those of its account.
inline void add_step_parts(std::vector<cause_part>& parts, const mrr_step& step, std::int64_t change,
                           std::span<const cause_share> shares) {
  if (step.cause != change_cause::several) return add_part(parts, step.cause, change);
  for (const cause_share& share : shares) {
    if (share.when == step.when && share.lane == step.lane) add_part(parts, share.cause, share.ticks);
  }
}

inline int128 size_of(const cause_part& part) noexcept {
  return part.ticks < 0 ? -part.ticks : part.ticks;
}

/// The cause of the largest part, of equal ones the first; `otherwise` where there is none.
inline change_cause largest_cause(std::span<const cause_part> parts, change_cause otherwise) {
  const cause_part* largest = nullptr;
  for (const cause_part& part : parts) {
    if (largest == nullptr || size_of(part) > size_of(*largest)) largest = &part;
  }
  return largest != nullptr ? largest->cause : otherwise;
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
