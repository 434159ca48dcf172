// The usage that a reading counts, and which commitment covers which consumption.
// Layer: 5. Needs: links sojourn.
#pragma once

#include <cstdint>
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
};

/// Throws `schema_error` without usage, and where it is in several currencies or in another one than the reading reports.
[[nodiscard]] usage_of_reading usage_of(const book& of, const reading& how);

}  // namespace sojourn::inline v0_1::detail
