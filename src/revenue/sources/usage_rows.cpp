#include "sojourn/revenue/sources/usage_rows.hpp"

#include <algorithm>

#include "revenue/sources/row_checks.hpp"
#include "revenue/sources/usage_facts.hpp"
#include "revenue/sources/usage_levels.hpp"

namespace sojourn::inline v0_1 {

mrr_rows rows_from_usage(const usage_lines& lines, const usage_options& options) {
  detail::require_customers(lines.account, lines.subscription, options.policy);
  const std::size_t universe = options.accounts != 0 ? options.accounts : lines.account.size();
  const auto facts = detail::usage_facts_of(lines, universe);
  mrr_rows checked;
  if (options.policy.unit == customer_unit::subscription) {
    for (std::size_t row = 0; row < facts.size(); ++row) {
      detail::take_account(checked, lines.subscription, row, universe);
    }
  }
  const day as_of = detail::day_after_usage(facts, options.as_of).value_or(earliest_day);
  mrr_rows rows = detail::usage_levels(facts, options.policy, as_of);
  rows.accounts = std::max(rows.accounts, checked.accounts);
  return rows;
}

}  // namespace sojourn::inline v0_1
