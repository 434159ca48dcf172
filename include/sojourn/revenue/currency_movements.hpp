// A ledger in more than one currency: movements at the rate of the opening, and what rates did to the rest as `fx`.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "sojourn/exec/any_executor.hpp"
#include "sojourn/revenue/currencies/exchange_rates.hpp"
#include "sojourn/revenue/ledger/mrr_rows.hpp"
#include "sojourn/revenue/movements.hpp"
#include "sojourn/revenue/policy.hpp"
#include "sojourn/revenue/revenue_state.hpp"
#include "sojourn/stats/mergeable.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// Subscription periods with a currency a row; amounts in minor units of that currency.
struct currency_subscriptions {
  subscriptions periods;
  column<std::uint32_t> currency;  ///< dense code, as in the `rate_table`
};

/// What every account pays in each currency on every day: one ledger per currency over the same accounts. Rows in any order.
class currency_ledger {
 public:
  currency_ledger() = default;
  /// Throws as `ledger` does, with the rows of the whole table, and `data_error` for a missing or unknown currency.
  currency_ledger(const currency_subscriptions& rows, std::size_t currencies, const ledger_options& options = {});

  [[nodiscard]] std::size_t accounts() const noexcept { return accounts_; }
  [[nodiscard]] std::size_t currencies() const noexcept { return books_.size(); }
  [[nodiscard]] day known_until() const noexcept { return known_until_; }
  [[nodiscard]] ledger_counts counts() const;
  /// Rows that `ledger_of` added for `lapse_grace`; in no count of the caller's rows.
  [[nodiscard]] std::int64_t bridges() const noexcept { return bridges_; }
  /// The amounts of one currency as they are.
  [[nodiscard]] const ledger& native(std::uint32_t currency) const { return books_.at(currency); }
  [[nodiscard]] std::vector<std::uint32_t> rows_of(account who) const;

  /// As those of `ledger`, currency by currency. When one is refused nothing has changed.
  void apply(const currency_subscriptions& rows, std::size_t universe = 0);
  void retract(const currency_subscriptions& rows);
  void merge(account from, account into, day since = earliest_day);
  void split(const currency_subscriptions& rows, account into, day since = earliest_day, std::size_t universe = 0);
  [[nodiscard]] currency_ledger part(std::size_t first, std::size_t last) const;
  [[nodiscard]] currency_ledger only(std::span<const account> some) const;

  /// All amounts at one rate per currency, as one ledger: a number in constant currency is what it gives. An amount is
  /// converted account by account and currency by currency (see `converted`), so parts add up to the whole. Throws
  /// `overflow_error` as `ledger`.
  [[nodiscard]] ledger at(std::span<const exchange_rate> rates) const;
  /// At the rates of a day: `at` with `rates.on`, asked only for currencies in which somebody paid before `until`.
  [[nodiscard]] ledger on(const rate_table& rates, day when, day until = latest_day) const;

 private:
  friend currency_ledger ledger_of(const currency_subscriptions& rows, std::size_t currencies, const revenue_policy& policy,
                                   const ledger_options& options);
  void build(const currency_subscriptions& rows, std::size_t currencies, const ledger_options& options,
             std::int32_t lapse_grace);
  template <class Edit>
  void edit(const currency_subscriptions& rows, std::optional<account> into, const Edit& one);
  void same_universe();

  std::vector<ledger> books_;
  std::vector<std::vector<std::uint32_t>> sources_;  ///< rows of the caller's table by row of each ledger
  std::size_t accounts_ = 0;
  std::size_t rows_seen_ = 0;
  std::int64_t bridges_ = 0;
  day known_until_ = earliest_day;
};

/// The ledger under the policy's `lapse_grace`: a lapse is one of the account, a time in which it pays in no currency, and
/// what it paid in each the day before goes on. One that lasts until `as_of` is left, as by `bridge_lapses`. Corrections of
/// such a ledger look for no lapses again: build it anew. Errors as the constructor.
[[nodiscard]] currency_ledger ledger_of(const currency_subscriptions& rows, std::size_t currencies,
                                        const revenue_policy& policy, const ledger_options& options = {});

/// At which rates the opening and closing of periods are valued; movements stand at those of the opening, the rest is `fx`.
enum class period_rates : std::uint8_t {
  closing_day,  ///< the rate of the last day: opening = that of the day before the period, as openings are counted
  mean,         ///< the mean of the rates of the period's days; the opening at the mean of the period before
};

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
    return closing.at(period).ticks - revenue.periods.at(period).closing();
  }
  [[nodiscard]] bool nothing_counted() const;

  static constexpr std::uint16_t bytes_kind = 48;
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
  friend bool operator==(const currency_revenue_state& a, const currency_revenue_state& b);
};
static_assert(mergeable<currency_revenue_state>);

/// The valuation that is `asked` for, else that of the policy's `fx`. Throws `schema_error` when both are given and differ,
/// and for `service_start` and `purchase`, which value rows and not periods: see `rows_at_rates`.
[[nodiscard]] period_rates valuation_of(const revenue_policy& policy, std::optional<period_rates> asked = std::nullopt);

namespace detail {

/// `at(i)` names the i-th of `accounts` accounts; empty: all of the ledger.
[[nodiscard]] currency_revenue_state tally_currencies(const currency_ledger& book, const rate_table& rates,
                                                      const period_grid& grid, const revenue_policy& policy,
                                                      period_rates valuation,
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
[[nodiscard]] currency_revenue_state tally_revenue(const currency_ledger& book, const rate_table& rates,
                                                   const period_grid& grid, const revenue_policy& policy = {},
                                                   std::optional<period_rates> valuation = std::nullopt, E&& host = {}) {
  return detail::tally_currencies(book, rates, grid, policy, valuation_of(policy, valuation), std::nullopt,
                                  any_executor(host));
}
template <executor E = serial_executor>
[[nodiscard]] currency_revenue_state tally_revenue(const currency_ledger& book, std::span<const account> some,
                                                   const rate_table& rates, const period_grid& grid,
                                                   const revenue_policy& policy = {},
                                                   std::optional<period_rates> valuation = std::nullopt, E&& host = {}) {
  return detail::tally_currencies(book, rates, grid, policy, valuation_of(policy, valuation), some, any_executor(host));
}

/// The waterfall with fx in its own column; rows close as shown, as those of one currency do.
[[nodiscard]] std::vector<movement_row> movements(const currency_revenue_state& state);

/// The period as its end is valued: for averages over the customers of the closing.
[[nodiscard]] revenue_period at_closing_rates(const currency_revenue_state& state, std::size_t period);

/// Every row at the rate of one day, for good: its own start (`service_start`), or the day of `priced_on` (`purchase`). Then
/// there is one currency, nothing is ever revalued and fx is 0. Ticks a unit is 1. Throws as `currency_ledger` for
/// currencies and as `rate_table::on`.
[[nodiscard]] mrr_rows rows_at_rates(const currency_subscriptions& rows, const rate_table& rates,
                                     const column<std::int32_t>& priced_on = {});

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
