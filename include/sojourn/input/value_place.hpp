// Where a value stands that a reader refuses.
// Layer: 2. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <cstddef>
#include <string>
#include <string_view>

#include "sojourn/domain/error.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// A cell of a column, or without a row an argument.
struct value_place {
  std::string_view name;
  std::size_t row = problem::no_row;
};

/// Throws what is wrong with the value there: a `data_error` for a cell, a `schema_error` for an argument.
[[noreturn]] void refuse_value(const value_place& where, std::string value, std::string rule, std::string advice = "");

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
