// Account keys that come in order, batch after batch, as numbers.
// Layer: 4. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <cstdint>
#include <string>

#include "sojourn/arrow/any_column.hpp"

namespace sojourn::inline v0_1 {
namespace arrow SOJOURN_EXPORT {

/// Numbers that rise with the keys: integers are their own; text and dictionaries, in ascending order of their bytes over
/// all batches, are counted. One key is held, whatever their number. A key that is less than the one before it is a
/// `data_error` with its row over all batches; a missing one stays missing.
class ordered_accounts {
 public:
  [[nodiscard]] held_column<std::int64_t> number(const any_column& keys, const std::string& name);

 private:
  std::string last_;
  std::int64_t number_ = -1;
  std::size_t rows_ = 0;
};

}  // namespace arrow SOJOURN_EXPORT
}  // namespace sojourn::inline v0_1
