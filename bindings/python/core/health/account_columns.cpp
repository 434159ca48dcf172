#include "health/account_columns.hpp"

#include <string>
#include <utility>

namespace sojourn::python {

using arrow::any_column;
namespace h = health;

h::two_cycles match(const any_column& before, const any_column& now) {
  account_index index;
  const auto then = arrow::as_accounts(before, index, "account");
  const auto here = arrow::as_accounts(now, index, "account");
  return {then.view(), here.view(), index};
}

std::vector<std::size_t> rows_of(const any_column& keys, account_index& index, const char* cycle) {
  const auto accounts = arrow::as_accounts(keys, index, "account");
  return h::rows_by_account(accounts.view(), index, cycle);
}

std::vector<std::int64_t> signed_rows(std::span<const std::size_t> rows) {
  std::vector<std::int64_t> result;
  result.reserve(rows.size());
  for (const std::size_t row : rows) result.push_back(row == h::not_there ? -1 : static_cast<std::int64_t>(row));
  return result;
}

}  // namespace sojourn::python
