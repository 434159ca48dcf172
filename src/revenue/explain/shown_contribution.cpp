#include "sojourn/revenue/explain/shown_contribution.hpp"

#include "sojourn/revenue/movements.hpp"
#include "sojourn/revenue/shown_as.hpp"

namespace sojourn::inline v0_1 {
namespace {

using detail::int128;

bool base_counts_accounts(revenue_cell cell) {
  return counts_accounts(cell) || cell == revenue_cell::arpa;
}

std::int64_t in_unit(int128 value, bool accounts) {
  return accounts ? static_cast<std::int64_t>(value) : round_to_minor(value);
}

std::vector<std::int64_t> entries(const contribution& found, int128 contributor::* part, int128 others, bool accounts,
                                  std::int64_t total) {
  std::vector<int128> values;
  values.reserve(found.top.size() + 1);
  for (const contributor& one : found.top) values.push_back(one.*part);
  values.push_back(others);
  if (!accounts) return shown_as(values, total);
  std::vector<std::int64_t> counts;
  counts.reserve(values.size());
  for (const int128 value : values) counts.push_back(static_cast<std::int64_t>(value));
  return counts;
}

shown_contribution shown(const contribution& found, std::int64_t amount, bool amount_in_accounts, bool base_in_accounts) {
  const std::int64_t base = in_unit(found.base, base_in_accounts);
  return {amount, base, entries(found, &contributor::amount, found.others_amount, amount_in_accounts, amount),
          entries(found, &contributor::base, found.others_base, base_in_accounts, base)};
}

/// The cell of the period as the waterfall shows it, where it does.
std::int64_t shown_total(const contribution& found, revenue_cell cell) {
  const movement_row row = detail::row_of(found.whole, found.fx);
  switch (cell) {
    case revenue_cell::new_business:
      return row.new_business;
    case revenue_cell::reactivation:
      return row.reactivation;
    case revenue_cell::expansion:
      return row.expansion;
    case revenue_cell::contraction:
      return row.contraction;
    case revenue_cell::churn:
      return row.churn;
    case revenue_cell::fx:
      return row.fx;
    default:
      return shown_amount(found.amount, cell);
  }
}

}  // namespace

std::int64_t shown_amount(int128 amount, revenue_cell cell) {
  return in_unit(amount, counts_accounts(cell));
}

std::int64_t shown_base(int128 base, revenue_cell cell) {
  return in_unit(base, base_counts_accounts(cell));
}

shown_contribution shown(const contribution& found, revenue_cell cell) {
  return shown(found, shown_total(found, cell), counts_accounts(cell), base_counts_accounts(cell));
}

shown_contribution shown(const contribution& found, cohort_measure measure) {
  const bool counted = measure == cohort_measure::accounts;
  return shown(found, in_unit(found.amount, counted), counted, counted);
}

}  // namespace sojourn::inline v0_1
