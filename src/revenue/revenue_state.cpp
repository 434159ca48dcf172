#include "sojourn/revenue/revenue_state.hpp"

#include <algorithm>
#include <utility>

#include "revenue/revenue_tally.hpp"
#include "sojourn/exec/sharded.hpp"

namespace sojourn::inline v0_1::detail {
namespace {

/// `at(i)` names the i-th of `accounts` accounts.
template <class AccountAt>
revenue_state tally_revenue_of(const ledger& book, std::size_t accounts, const AccountAt& at, const period_grid& grid,
                               const revenue_policy& policy, const any_executor& host) {
  if (grid.count <= 0 || grid.months_each <= 0) throw schema_error("tally_revenue: a grid needs at least one period");
  require_one_lane(book);
  const period_finder finder(grid);
  return tally_sharded(
      accounts,
      [&](std::size_t first, std::size_t last) {
        revenue_state state{grid, book.known_until(), policy,
                            std::vector<revenue_period>(static_cast<std::size_t>(grid.count))};
        revenue_tally tally(finder, state);
        for (std::size_t i = first; i < last; ++i) tally.add(book.steps(at(i)));
        tally.finish();
        return state;
      },
      host);
}

}  // namespace

revenue_state tally_revenue(const ledger& book, const period_grid& grid, const revenue_policy& policy,
                            const any_executor& host) {
  return tally_revenue_of(
      book, book.accounts(), [](std::size_t i) { return account{static_cast<std::uint32_t>(i)}; }, grid, policy, host);
}

revenue_state tally_revenue(const ledger& book, std::span<const account> some, const period_grid& grid,
                            const revenue_policy& policy, const any_executor& host) {
  return tally_revenue_of(book, some.size(), [&](std::size_t i) { return some[i]; }, grid, policy, host);
}

}  // namespace sojourn::inline v0_1::detail

namespace sojourn::inline v0_1 {

revenue_state& revenue_state::operator+=(const revenue_state& o) {
  if (!aligned_with(o)) return *this;
  std::vector<revenue_period> sums = periods;  // an overflow leaves the state as it was
  for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += o.periods[i];
  periods = std::move(sums);
  return *this;
}

revenue_state& revenue_state::operator-=(const revenue_state& o) {
  if (!aligned_with(o)) return *this;
  std::vector<revenue_period> rests = periods;
  for (std::size_t i = 0; i < rests.size(); ++i) rests[i] -= o.periods[i];
  periods = std::move(rests);
  return *this;
}

bool operator==(const revenue_state& a, const revenue_state& b) {
  if (a.nothing_counted() || b.nothing_counted()) return a.nothing_counted() && b.nothing_counted();
  return a.grid == b.grid && a.known_until == b.known_until && a.policy == b.policy && a.periods == b.periods;
}

bool revenue_state::nothing_counted() const {
  return std::all_of(periods.begin(), periods.end(), [](const revenue_period& p) { return p == revenue_period{}; });
}

bool revenue_state::canonical() const {
  if (periods.empty()) return grid == period_grid{} && known_until == earliest_day && policy == revenue_policy{};
  return !nothing_counted() && grid.canonical() && periods.size() == static_cast<std::size_t>(grid.count) &&
         policy.canonical() &&
         std::all_of(periods.begin(), periods.end(), [](const revenue_period& p) { return p.canonical(); });
}

bool revenue_state::aligned_with(const revenue_state& o) {
  if (o.periods.empty()) return false;
  if (periods.empty()) {
    grid = o.grid, known_until = o.known_until, policy = o.policy;
    periods.resize(o.periods.size());
  }
  if (grid != o.grid || known_until != o.known_until || policy != o.policy) {
    throw state_error("revenue_state: states of different periods, policies or as-of days do not add up");
  }
  return true;
}

revenue_state tally_revenue(const ledger& book, std::span<const account> some, const period_grid& grid,
                            const revenue_policy& policy) {
  serial_executor host;
  return detail::tally_revenue(book, some, grid, policy, any_executor(host));
}

}  // namespace sojourn::inline v0_1
