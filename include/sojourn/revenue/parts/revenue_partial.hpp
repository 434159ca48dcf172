// A revenue state that says which accounts it covers: what travels between machines.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <cstdint>
#include <span>

#include "sojourn/revenue/ledger/keyed_ledger.hpp"
#include "sojourn/revenue/ledger/ownership.hpp"
#include "sojourn/revenue/revenue_state.hpp"
#include "sojourn/stats/mergeable.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// A revenue state and whose it is: what travels between machines. States of partials that share an account do not add up,
/// and say so; those of a correction (`tally_revenue` of some accounts) go in and out through `revenue`.
struct revenue_partial {
  account_ownership accounts;
  revenue_state revenue;

  static constexpr std::uint16_t bytes_kind = 51;
  template <class Archive, class Self>
  static void fields(Archive& archive, Self& self) {
    archive(self.accounts, self.revenue);
  }
  [[nodiscard]] bool canonical() const { return accounts.canonical() && revenue.canonical(); }

  revenue_partial& operator+=(const revenue_partial& o);
  revenue_partial& operator-=(const revenue_partial& o);
  friend bool operator==(const revenue_partial&, const revenue_partial&) = default;
};

/// `tally_revenue` of a ledger that holds accounts of `owned` only. Throws `data_error` for another (see `require_owned`),
/// because it may be in a second partial too.
template <executor E = serial_executor>
[[nodiscard]] revenue_partial tally_partial(const ledger& book, const account_index& keys, const account_ownership& owned,
                                            const period_grid& grid, const revenue_policy& policy = {}, E&& host = {}) {
  require_owned(book, keys, owned);
  return {owned, tally_revenue(book, grid, policy, host)};
}

/// The state of a keyed ledger and its accounts: the shard that it was declared to be, else its accounts one by one.
template <executor E = serial_executor>
[[nodiscard]] revenue_partial tally_partial(const keyed_ledger& book, const period_grid& grid,
                                            const revenue_policy& policy = {}, E&& host = {}) {
  return {accounts_owned(book), tally_revenue(book.book, grid, policy, host)};
}

/// What some accounts, each named once, contribute to it. A declared shard keeps standing for all of its accounts, so that
/// what corrections take out and put in leaves it as it is.
template <executor E = serial_executor>
[[nodiscard]] revenue_partial tally_partial(const keyed_ledger& book, std::span<const account> some, const period_grid& grid,
                                            const revenue_policy& policy = {}, E&& host = {}) {
  return {accounts_owned(book, some), detail::tally_revenue(book.book, some, grid, policy, any_executor(host))};
}

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
