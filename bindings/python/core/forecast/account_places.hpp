// Keys of accounts, as Python has them, as places in a ledger.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sojourn/arrow/any_column.hpp"
#include "sojourn/domain/account.hpp"

namespace sojourn::python {

/// One place per row. Throws `data_error` for a row without a key, and for a key that the ledger does not have.
[[nodiscard]] std::vector<std::uint32_t> places_of(const arrow::any_column& keys, const account_index& index,
                                                   const std::string& name);

}  // namespace sojourn::python
