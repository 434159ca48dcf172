#include "frames/account_keys.hpp"

#include <string>
#include <utility>
#include <vector>

namespace sojourn::python {

using arrow::any_column;

any_column keys_of(const account_index& index, std::span<const std::uint32_t> accounts) {
  if (!index.holds_text()) {
    std::vector<std::int64_t> ids;
    for (const std::uint32_t one : accounts) ids.push_back(index.id(account{one}));
    return any_column::from(std::move(ids));
  }
  std::vector<std::string> names;
  for (const std::uint32_t one : accounts) names.push_back(index.key(account{one}));
  return any_column::from(std::move(names));
}

}  // namespace sojourn::python
