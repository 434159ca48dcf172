// Movements of a ledger whose lanes are currencies: at the rates of the opening, and what rates did to the rest as `fx`.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "sojourn/domain/element.hpp"
#include "sojourn/exec/any_executor.hpp"
#include "sojourn/revenue/currencies/exchange_rates.hpp"
#include "sojourn/revenue/currencies/valuation.hpp"
#include "sojourn/revenue/ledger/ledger.hpp"
#include "sojourn/revenue/movements.hpp"
#include "sojourn/revenue/named_rates.hpp"
#include "sojourn/revenue/policy.hpp"
#include "sojourn/revenue/revenue_state.hpp"
#include "sojourn/stats/mergeable.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// The closing MRR of a period, at the rates of its end.
struct closing_value {
  detail::int128 ticks = 0;
  detail::wide_int square{};  ///< of all accounts

  template <class Self, class Visit>
  static constexpr void all(Self& s, const Visit& visit) {
    visit(s.ticks, s.square);
  }
  template <class Archive, class Self>
  static void fields(Archive& archive, Self& self) {
    detail::archive_fields(archive, self);
  }
  constexpr closing_value& operator+=(const closing_value& o) { return detail::add_fields(*this, o, "closing_value"); }
  constexpr closing_value& operator-=(const closing_value& o) { return detail::subtract_fields(*this, o, "closing_value"); }
  friend constexpr bool operator==(const closing_value&, const closing_value&) = default;
};

/// Movements of several currencies. Each period of `revenue` is at the rates of its opening, so its churn, NRR and GRR
/// are those in constant currency; `closing` is what its end is worth then, and the next opening. States of disjoint
/// accounts under the same rates add up; others throw `state_error`.
struct currency_revenue_state {
  revenue_state revenue;
  std::vector<closing_value> closing;
  std::uint64_t rates = 0;  ///< fingerprint of rates and valuation

  /// What the change of rates did to the closing: opening + movements + fx = closing, in ticks.
  [[nodiscard]] detail::int128 fx(std::size_t period) const {
    return detail::element(closing, period, "period").ticks - detail::element(revenue.periods, period, "period").closing();
  }
  [[nodiscard]] bool nothing_counted() const;

  static constexpr std::uint16_t bytes_kind = 50;
  template <class Archive, class Self>
  static void fields(Archive& archive, Self& self) {
    if constexpr (std::is_const_v<Self>) {
      // Equal states have equal bytes: one in which nothing was counted is written as the neutral one.
      const currency_revenue_state neutral;
      const currency_revenue_state& s = self.nothing_counted() ? neutral : self;
      archive(s.revenue, s.closing, s.rates);
    } else {
      archive(self.revenue, self.closing, self.rates);
    }
  }
  [[nodiscard]] bool canonical() const;

  currency_revenue_state& operator+=(const currency_revenue_state& o);
  currency_revenue_state& operator-=(const currency_revenue_state& o);
  friend SOJOURN_EXPORT bool operator==(const currency_revenue_state& a, const currency_revenue_state& b);
};

/// The valuation that is `asked` for, else that of the policy's `fx`. Throws `schema_error` when both are given and differ,
/// and for `service_start` and `purchase`, which value rows and not periods: see `rows_at_rates`.
[[nodiscard]] period_rates valuation_of(const revenue_policy& policy, std::optional<period_rates> asked = std::nullopt);

namespace detail {

/// `at(i)` names the i-th of `accounts` accounts; empty: all of the ledger.
[[nodiscard]] currency_revenue_state tally_currencies(const ledger& book, const rate_table& rates, const period_grid& grid,
                                                      const revenue_policy& policy, period_rates valuation,
                                                      const std::optional<std::span<const account>>& some,
                                                      const any_executor& host);

}  // namespace detail

/// Opening, movements and fx of every period. A movement is the change of an account's MRR with every currency at the rate
/// of the period's opening: a change of rates alone moves nothing, a change of currency at equal worth neither. Rounding
/// happens once per account and currency, in ticks, half to even; opening + movements + fx = closing = the next opening
/// holds in integers, for any subset of accounts.
///
/// `valuation` is by default that of the policy's `fx`, see `valuation_of`. Throws `data_error` that names currency and
/// month where a rate is missing that somebody's MRR needs. O(steps + accounts x periods): unlike in one currency, what does
/// not change is worth something else each period. Parallel over accounts, the same bytes for any executor. What it does not
/// tell you: whether prices followed the rates.
template <executor E = serial_executor>
[[nodiscard]] currency_revenue_state tally_revenue(const ledger& book, const rate_table& rates, const period_grid& grid,
                                                   const revenue_policy& policy = {},
                                                   std::optional<period_rates> valuation = std::nullopt, E&& host = {}) {
  return detail::tally_currencies(book, rates, grid, policy, valuation_of(policy, valuation), std::nullopt,
                                  any_executor(host));
}
template <executor E = serial_executor>
[[nodiscard]] currency_revenue_state tally_revenue(const ledger& book, std::span<const account> some,
                                                   const rate_table& rates, const period_grid& grid,
                                                   const revenue_policy& policy = {},
                                                   std::optional<period_rates> valuation = std::nullopt, E&& host = {}) {
  return detail::tally_currencies(book, rates, grid, policy, valuation_of(policy, valuation), some, any_executor(host));
}

/// The waterfall with fx in its own column; rows close as shown, as those of one currency do.
[[nodiscard]] std::vector<movement_row> movements(const currency_revenue_state& state);

/// One period: its movements at the rates of the opening, and what its end is worth then.
struct valued_period {
  revenue_period movements;
  closing_value closing;

  [[nodiscard]] detail::int128 fx() const { return closing.ticks - movements.closing(); }
};

/// The period as its end is valued: for averages over the customers of the closing.
[[nodiscard]] revenue_period at_closing_rates(const valued_period& period);
[[nodiscard]] revenue_period at_closing_rates(const currency_revenue_state& state, std::size_t period);

namespace detail {

[[nodiscard]] currency_revenue_state tally_keyed_currencies(const keyed_ledger& book, const period_grid& grid,
                                                            const revenue_policy& policy,
                                                            const std::optional<std::span<const account>>& some,
                                                            const any_executor& host);

/// In one currency where `in` is null.
[[nodiscard]] valued_period tally_period(const ledger& book, const valuation* in, day_window window,
                                         const revenue_policy& policy, const any_executor& host);

}  // namespace detail

/// The days [from, to) as one period, of a ledger in one currency or in several. The mean rates of an opening are those of
/// as many months before, or of as many days where these are not whole months.
template <executor E = serial_executor>
[[nodiscard]] valued_period tally_period(const keyed_ledger& book, day from, day to, const revenue_policy& policy = {},
                                         E&& host = {}) {
  return with_keys(*book.keys,
                   [&] { return detail::tally_period(book.book, book.in.get(), {from, to}, policy, any_executor(host)); });
}

/// `tally_revenue` at the rates and the valuation of the ledger: of all accounts, or of some. Throws `schema_error` for a
/// ledger in one currency, whose state is a `revenue_state`.
template <executor E = serial_executor>
[[nodiscard]] currency_revenue_state tally_revenue(const keyed_ledger& book, const period_grid& grid,
                                                   const revenue_policy& policy = {}, E&& host = {}) {
  return detail::tally_keyed_currencies(book, grid, policy, std::nullopt, any_executor(host));
}
template <executor E = serial_executor>
[[nodiscard]] currency_revenue_state tally_revenue(const keyed_ledger& book, std::span<const account> some,
                                                   const period_grid& grid, const revenue_policy& policy = {},
                                                   E&& host = {}) {
  return detail::tally_keyed_currencies(book, grid, policy, some, any_executor(host));
}

/// A rate of one period: at the rates of its opening, ARPA at those of its end.
[[nodiscard]] estimate rate_of(const currency_revenue_state& state, std::size_t period, period_rate rate,
                               const rate_options& options);

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
