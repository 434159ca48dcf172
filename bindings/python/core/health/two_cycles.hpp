// Two cycles of one book: accounts matched by key, tiers by name.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "sojourn/arrow/any_column.hpp"
#include "sojourn/health/card/tiers.hpp"

namespace sojourn::python {

/// One account's way from the previous cycle into this one: its row there, or `absent`.
inline constexpr std::size_t absent = static_cast<std::size_t>(-1);

/// The row of every account that `index` knows; it learns those of `keys`. An account that occurs twice is a `data_error`.
std::vector<std::size_t> rows_of(const arrow::any_column& keys, account_index& index, const char* which);

/// Positions in the transition matrix, from names: tiers in the order given, "unknown", and missing = not there.
std::vector<health::tier_code> tier_codes(const arrow::any_column& tiers, const std::vector<std::string>& order,
                                          const char* which);

/// Both cycles over the union of their accounts.
void join(const arrow::any_column& before, const arrow::any_column& now, std::vector<health::tier_code>& previous,
          std::vector<health::tier_code>& current);

}  // namespace sojourn::python
