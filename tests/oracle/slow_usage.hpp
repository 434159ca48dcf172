// Usage as the mean of the months before, again: every day of every month is looked at, and nothing is remembered.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "sojourn/detail/int128.hpp"
#include "sojourn/domain/calendar.hpp"

namespace sojourn::oracle {

struct slow_usage_row {
  std::uint32_t account = 0;
  int from = 0;
  std::optional<int> to;
  long long ticks = 0;  // a month
};

/// What the rows of an account bring in a month, each to the nearest tick.
inline long long slow_usage_mean(const std::vector<slow_usage_row>& rows, std::uint32_t account, month when,
                                 int months_back) {
  const auto covers = [](const slow_usage_row& row, int d) { return row.from <= d && (!row.to || d < *row.to); };
  std::optional<month> first;
  for (const slow_usage_row& row : rows) {
    if (row.account != account || (row.to && *row.to <= row.from)) continue;
    const month m = month::of(day{row.from});
    if (!first || m < *first) first = m;
  }
  if (!first || when <= *first) return 0;
  const int seen = std::min(months_back, (when - *first).count);
  long long sum = 0;
  for (const slow_usage_row& row : rows) {
    if (row.account != account) continue;
    // Over a common denominator of all lengths of months.
    const long long common = 28LL * 29 * 30 * 31;
    long long parts = 0;
    for (int back = 1; back <= seen; ++back) {
      const month m = when - months{back};
      const int start = m.first_day().since_epoch, end = (m + months{1}).first_day().since_epoch;
      for (int d = start; d < end; ++d) parts += covers(row, d) ? common / (end - start) : 0;
    }
    const detail::int128 over = detail::int128{row.ticks} * parts, under = detail::int128{common} * seen;
    sum += static_cast<long long>((2 * over + under) / (2 * under));
  }
  return sum;
}

}  // namespace sojourn::oracle
