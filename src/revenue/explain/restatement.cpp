#include "sojourn/revenue/explain/restatement.hpp"

#include <algorithm>
#include <iterator>

#include "revenue/explain/account_periods.hpp"

namespace sojourn::inline v0_1 {
namespace {

void require_closed(const std::optional<day>& as_of, day first, day second, const period_grid& grid) {
  if (grid.count <= 0 || grid.months_each <= 0) throw schema_error("compare_closes: a grid needs at least one period");
  const day end = grid.end(grid.count - 1);
  const std::string last = grid.label(grid.count - 1);
  for (const day known : {first, second}) {
    if (known.since_epoch + 1 >= end.since_epoch) continue;
    throw schema_error("compare_closes: " + last + " was not over on " + to_string(known) +
                       "; a close is of periods that are over, so ask for an earlier one or for a later day of knowledge");
  }
  if (as_of && *as_of < end) {
    throw schema_error("compare_closes: as_of " + to_string(*as_of) + " cuts " + last +
                       "; ask for an earlier period or set a later as_of");
  }
}

view known_on(view how, day when) {
  how.known_on = when;
  if (!how.as_of) how.as_of = latest_day;
  return how;
}

std::vector<std::uint32_t> without(const std::vector<std::uint32_t>& rows, const std::vector<std::uint32_t>& others) {
  std::vector<std::uint32_t> left;
  std::set_difference(rows.begin(), rows.end(), others.begin(), others.end(), std::back_inserter(left));
  return left;
}

}  // namespace

restatement compare_closes(const book& of, day first, day second, const period_grid& grid, view how) {
  require_closed(how.as_of, first, second, grid);
  const view then = known_on(how, first), now = known_on(how, second);
  const revenue_policy& policy = how.policy;
  const auto periods = static_cast<std::size_t>(grid.count);
  restatement found{grid, first, second, std::vector<period_movements>(periods), {}, 0};
  const detail::period_finder finder(grid);
  detail::account_periods before(finder, periods, policy);
  detail::account_periods after(finder, periods, policy);
  for (const account who : of.accounts_changed(first, second)) {
    const auto was = before.of(steps_of(of, who, then));
    const auto is = after.of(steps_of(of, who, now));
    restated_account moved;
    for (std::size_t p = 0; p < periods; ++p) {
      period_movements change = period_movements::of(is[p]);
      change -= period_movements::of(was[p]);
      if (change == period_movements{}) continue;
      found.change[p] += change;
      moved.periods.push_back({static_cast<std::int32_t>(p), change});
    }
    if (moved.periods.empty()) {
      ++found.accounts_without_effect;
      continue;
    }
    const auto old_rows = of.rows_of(who, first);
    const auto new_rows = of.rows_of(who, second);
    moved.who = who;
    moved.learned = without(new_rows, old_rows);
    moved.dropped = without(old_rows, new_rows);
    found.accounts.push_back(std::move(moved));
  }
  return found;
}

}  // namespace sojourn::inline v0_1
