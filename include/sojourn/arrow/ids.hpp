// Which columns may hold ids: of accounts, subscriptions, parents.
// Layer: 4. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <string>

#include "sojourn/arrow/any_column.hpp"

namespace sojourn::inline v0_1 {
namespace arrow SOJOURN_EXPORT {

/// Text, dictionaries and integers hold ids. Floats are refused, whole ones too: they round long ids, and what pandas makes
/// of integers with gaps is for the caller to undo. A column without any value holds no id and passes. A `schema_error`
/// names the column, what it holds and the remedy.
void require_ids(const any_column& source, const std::string& name);

}  // namespace arrow SOJOURN_EXPORT
}  // namespace sojourn::inline v0_1
