#include "revenue/sources/line_causes.hpp"

#include <algorithm>

#include "revenue/ledger/cell_checks.hpp"
#include "revenue/sources/price_ticks.hpp"

namespace sojourn::inline v0_1::detail {

bool line_comparison::bills_usage(compared_row row) const {
  return value_or(t_.kind, row.row, std::uint8_t{0}) == static_cast<std::uint8_t>(line_kind::usage);
}

std::int64_t line_comparison::gross(compared_row row) const {
  const std::int64_t tax = policy_.tax == tax_rule::exclude ? value_or(t_.tax_minor, row.row, std::int64_t{0}) : 0;
  return t_.amount[row.row] - tax;
}

std::int64_t line_comparison::off(compared_row row) const {
  const auto term = static_cast<discount_term>(value_or(t_.discount_term, row.row, std::uint8_t{0}));
  if (!lowers_mrr(term, policy_.discounts)) return 0;
  return std::min(value_or(t_.discount_minor, row.row, std::int64_t{0}), gross(row));
}

void line_comparison::operator()(compared_row before, compared_row after, std::vector<cause_part>& parts) const {
  const int128 whole = int128{after.ticks} - before.ticks;
  // Rows of usage beside lines bill none.
  const bool billed = holds(t_.amount, before.row) && holds(t_.amount, after.row);
  if (!billed) return add_part(parts, change_cause::unknown, whole);
  if (bills_usage(before) && bills_usage(after)) return add_part(parts, change_cause::usage, whole);
  const std::int64_t gross_before = gross(before), gross_after = gross(after);
  const std::int64_t net_before = gross_before - off(before), net_after = gross_after - off(after);
  const bool same_gross = gross_before == gross_after;
  const bool no_discount = net_before == gross_before && net_after == gross_after;
  if (no_discount || (!same_gross && (net_before <= 0 || net_after <= 0)) || (net_before <= 0 && net_after <= 0)) {
    return add_part(parts, change_cause::unknown, whole);
  }
  // Without their discounts.
  const auto full = [](compared_row row, std::int64_t all, std::int64_t net) { return int128{row.ticks} * all / net; };
  const int128 full_before = net_before > 0 ? full(before, gross_before, net_before) : full(after, gross_after, net_after);
  const int128 full_after = net_after > 0 ? full(after, gross_after, net_after) : full_before;
  int128 rest = full_after - full_before;
  if (rest <= 2 && rest >= -2) rest = 0;  // rounding
  const int128 discount = whole - rest;
  add_part(parts, change_cause::unknown, rest);
  add_part(parts, discount > 0 ? change_cause::discount_end : change_cause::price, discount);
}

}  // namespace sojourn::inline v0_1::detail
