// Steps of accounts from rows, with a map of days: the ledger without sorting, packing or threads.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "oracle/slow_ledger.hpp"
#include "sojourn/revenue/ledger/ledger.hpp"

namespace sojourn::oracle {

inline std::vector<std::vector<mrr_step>> slow_steps(const std::vector<slow_row>& rows, std::size_t accounts, int as_of) {
  std::vector<std::map<int, std::int64_t>> changes(accounts);
  for (const slow_row& row : rows) {
    if (row.start >= as_of) continue;
    changes[row.account][row.start] += row.amount;
    if (row.end && (*row.end < as_of || *row.end == row.start)) changes[row.account][*row.end] -= row.amount;
  }
  std::vector<std::vector<mrr_step>> steps(accounts);
  for (std::size_t who = 0; who < accounts; ++who) {
    std::int64_t level = 0;
    for (const auto& [when, change] : changes[who]) {
      if (change == 0) continue;
      level += change;
      steps[who].push_back({day{when}, mrr::from_minor(level)});
    }
  }
  return steps;
}

}  // namespace sojourn::oracle
