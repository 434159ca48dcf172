// What a tally of this folder reads: rows of whole numbers, some of them missing. `column<std::int64_t>` is one.
// Layer: 1. Needs: std only.
#pragma once

#include "sojourn/export.hpp"

#include <concepts>
#include <cstddef>
#include <cstdint>

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// Statistics take numbers, not tables: any type that has a length and, per row, a value and whether it is present.
template <class R>
concept integer_rows = requires(const R& rows, std::size_t row) {
  { rows.size() } -> std::convertible_to<std::size_t>;
  { rows.present(row) } -> std::convertible_to<bool>;
  { rows[row] } -> std::convertible_to<std::int64_t>;
};

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
