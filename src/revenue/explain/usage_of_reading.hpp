// The usage that a reading counts, and which commitment covers which consumption.
// Layer: 5. Needs: links sojourn.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <vector>

#include "revenue/sources/commitment_draws.hpp"
#include "sojourn/revenue/book/read.hpp"

namespace sojourn::inline v0_1::detail {

/// The usage that a reading counts, and who draws on what.
struct usage_of_reading {
  std::vector<usage_fact> facts;
  std::vector<account> customer;  ///< of each fact: whose it is in the end, by account, parent or subscription
  std::vector<bool> mine;         ///< of each fact: whether its customer is one of the reading's
  commitment_draws draws;
  day as_of;
  std::shared_ptr<const valuation> in{};  ///< of a reading that reports in one of several currencies
  std::vector<exchange_rate> rates{};     ///< of each fact, where each is valued once; else `in` values periods
  std::map<std::uint32_t, std::uint32_t> rate_codes{};  ///< by currency of the facts, where `in` is
};

/// Whether amounts of several currencies can be shown: as they are only one at a time.
enum class usage_currencies : std::uint8_t { one, at_rates };

/// Throws `schema_error` without usage, for several currencies without rates, and under `one` for a reading that reports in
/// one of several.
[[nodiscard]] usage_of_reading usage_of(const book& of, const reading& how, usage_currencies shown);

}  // namespace sojourn::inline v0_1::detail
