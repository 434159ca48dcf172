// Random rows with causes, and random policies, for tests of what adds up over causes.
#pragma once

#include <cstdint>
#include <random>

#include "sojourn/revenue/ledger/mrr_rows.hpp"
#include "sojourn/revenue/policy.hpp"
#include "subscription_table.hpp"

namespace sojourn::test {

/// Those of `random_rows`; the last is a word of the caller's own.
inline constexpr change_cause random_cause_words[] = {change_cause::unknown, change_cause::voluntary, change_cause::price,
                                                      change_cause::seats, static_cast<change_cause>(70)};

inline mrr_rows random_rows(std::mt19937_64& random, std::uint32_t accounts) {
  mrr_rows rows;
  rows.accounts = accounts;
  for (std::uint32_t i = 0; i < 8 * accounts; ++i) {
    const std::int32_t start = on("2019-10-01") + static_cast<int>(random() % 500);
    const bool ends = random() % 4 != 0;
    const bool kept = random() % 2 == 0;  // a customer, should it have no MRR
    const row_marks marks{0, kept ? account_presence::free : account_presence::absent, random_cause_words[random() % 5],
                          random_cause_words[random() % 5]};
    rows.add(static_cast<std::uint32_t>(random() % accounts), start, start + static_cast<int>(random() % 90), ends,
             static_cast<std::int64_t>(random() % 4) * 166'320 + static_cast<std::int64_t>(random() % 2), i, marks);
  }
  return rows;
}

inline revenue_policy random_policy(std::mt19937_64& random) {
  revenue_policy policy;
  if (random() % 2 == 0) policy.movements = movement_mode::net_endpoints;
  if (random() % 3 == 0) policy.reactivation_max_gap = 20;
  if (random() % 3 == 0) policy.new_and_churned = same_period_new_churn::drop;
  return policy;
}

}  // namespace sojourn::test
