// Tables that hold each account once.
// Layer: 4. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <string>
#include <string_view>

#include "sojourn/arrow/any_column.hpp"
#include "sojourn/exec/any_executor.hpp"

namespace sojourn::inline v0_1 {
namespace arrow SOJOURN_EXPORT {

/// One row per account: a second one is a `data_error` that names both rows and `table`. O(rows); keys that rise from row to
/// row are told apart without a table of them.
void require_one_row_each(const any_column& accounts, const std::string& name, std::string_view table,
                          const any_executor& host = {});

}  // namespace arrow SOJOURN_EXPORT
}  // namespace sojourn::inline v0_1
