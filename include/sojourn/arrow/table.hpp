// Columns with names: what an Arrow stream holds and what a result is exported as.
// Layer: 4. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <string>
#include <string_view>
#include <vector>

#include "sojourn/arrow/any_column.hpp"

namespace sojourn::inline v0_1 {
namespace arrow SOJOURN_EXPORT {

/// Columns of equal length; `names[i]` names `columns[i]`.
struct table {
  std::vector<std::string> names;
  std::vector<any_column> columns;

  [[nodiscard]] std::size_t rows() const noexcept { return columns.empty() ? 0 : columns.front().size(); }
  /// The column of that name; a `schema_error` that lists the names when there is none or more than one.
  [[nodiscard]] const any_column& operator[](std::string_view name) const;
};

}  // namespace arrow SOJOURN_EXPORT
}  // namespace sojourn::inline v0_1
