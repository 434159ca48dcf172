// Changes of MRR in any order become a step function: sorted by day, changes of one day joined, levels instead of changes.
// Layer: 5. Needs: links sojourn.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "sojourn/detail/int128.hpp"
#include "sojourn/revenue/ledger/account_errors.hpp"
#include "sojourn/revenue/ledger/ledger.hpp"

namespace sojourn::inline v0_1::detail {

[[noreturn]] inline void throw_too_much(std::size_t who, day when) {
  throw account_overflow(account{static_cast<std::uint32_t>(who)},
                         "ledger: account {account} passes 5.5e13 minor units a month on " + to_string(when));
}

inline void sort_by_day(std::span<mrr_step> changes) {
  constexpr std::size_t few = 12;
  const std::size_t n = changes.size();
  if (n < 2) return;
  if (n > few) {
    std::sort(changes.begin(), changes.end(), [](const mrr_step& a, const mrr_step& b) { return a.when < b.when; });
    return;
  }
  // Every change counts how many come before it: days of a few rows are in no order that a branch could learn. Copies are
  // words, since an array of steps would be filled with zeros first.
  struct words {
    std::uint64_t first, second;
  };
  static_assert(sizeof(words) == sizeof(mrr_step));
  words copy[few];
  std::int32_t days[few];
  std::uint32_t place[few] = {};
  for (std::size_t i = 0; i < n; ++i) {
    copy[i] = std::bit_cast<words>(changes[i]);
    days[i] = changes[i].when.since_epoch;
    for (std::size_t j = 0; j < i; ++j) {
      const std::uint32_t earlier = days[i] < days[j] ? 1 : 0;
      place[j] += earlier;
      place[i] += 1 - earlier;
    }
  }
  for (std::size_t i = 0; i < n; ++i) changes[place[i]] = std::bit_cast<mrr_step>(copy[i]);
}

/// `changes` of one account, sorted by day, become steps at `out` (which may be where they are). `Sum` is int64 where no sum
/// of some of them can leave it. Returns how many steps; `lowest` becomes the lowest level.
template <class Sum>
std::size_t accumulate(std::span<const mrr_step> changes, std::size_t who, mrr_step* out, Sum& lowest) {
  std::size_t kept = 0;
  Sum level = 0;
  for (std::size_t i = 0; i < changes.size();) {
    const day when = changes[i].when;
    const Sum before = level;
    do level += changes[i++].level.ticks();
    while (i < changes.size() && changes[i].when == when);
    if (level == before) continue;
    if constexpr (sizeof(Sum) > sizeof(std::int64_t)) {
      if (level > INT64_MAX) throw_too_much(who, when);
    }
    lowest = std::min(lowest, level);
    out[kept++] = {when, mrr::from_ticks(static_cast<std::int64_t>(level))};
  }
  return kept;
}

}  // namespace sojourn::inline v0_1::detail
