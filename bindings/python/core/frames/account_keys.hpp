// Keys of accounts as they came in.
#pragma once

#include <cstdint>
#include <span>

#include "sojourn/arrow/any_column.hpp"
#include "sojourn/domain/account.hpp"

namespace sojourn::python {

/// The keys of these accounts, text or numbers as they came in.
arrow::any_column keys_of(const account_index& index, std::span<const std::uint32_t> accounts);

}  // namespace sojourn::python
