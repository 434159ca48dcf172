#include "sojourn/arrow/one_row_each.hpp"

#include <algorithm>
#include <cstddef>
#include <functional>
#include <limits>
#include <vector>

#include "sojourn/domain/account.hpp"
#include "sojourn/domain/error.hpp"

namespace sojourn::inline v0_1::arrow {
namespace {

/// Whether each key is greater than the one before it; false also for columns that are not looked at.
bool rises(const any_column& accounts) {
  const auto rising = []<class T>(const column<T>& keys) {
    if (keys.may_have_missing()) return false;
    return std::ranges::adjacent_find(keys.values(), std::ranges::greater_equal{}) == keys.values().end();
  };
  if (accounts.type() == kind::text) return rising(accounts.view<std::string_view>());
  return accounts.type() == kind::int64 && rising(accounts.view<std::int64_t>());
}

}  // namespace

void require_one_row_each(const any_column& accounts, const std::string& name, std::string_view table,
                          const any_executor& host) {
  if (rises(accounts)) return;
  const nameless_accounts numbers = as_nameless_accounts(accounts, name, host);
  const auto number = numbers.numbers.view();
  constexpr auto nowhere = std::numeric_limits<std::size_t>::max();
  std::vector<std::size_t> first(numbers.below, nowhere);
  for (std::size_t row = 0; row < number.size(); ++row) {
    std::size_t& before = first[number[row]];
    if (before == nowhere) {
      before = row;
      continue;
    }
    account_index index;
    const auto keys = as_accounts(accounts, index, name);
    throw data_error({name, row, index.key(account{keys.view()[row]}),
                      "occurs twice in " + std::string(table) + ", first in row " + std::to_string(before),
                      "give one row per account: a join may have repeated it"});
  }
}

}  // namespace sojourn::inline v0_1::arrow
