// Accounts of one and of two cycles, from columns of keys.
// Needs: std only.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "frames/account_keys.hpp"
#include "sojourn/arrow/any_column.hpp"
#include "sojourn/domain/account.hpp"
#include "sojourn/health/book/two_cycles.hpp"

namespace sojourn::python {

/// The accounts of both cycles, matched; `index` learns their keys.
health::two_cycles match(const arrow::any_column& before, const arrow::any_column& now);

/// The row of every account of `keys`; `index` learns them. `cycle` names the table in errors.
std::vector<std::size_t> rows_of(const arrow::any_column& keys, account_index& index, const char* cycle);

/// Row numbers as Python counts them: -1 for `not_there`.
std::vector<std::int64_t> signed_rows(std::span<const std::size_t> rows);

}  // namespace sojourn::python
