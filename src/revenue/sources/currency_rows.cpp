#include "sojourn/revenue/sources/currency_rows.hpp"

#include <algorithm>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "revenue/ledger/rows.hpp"

namespace sojourn::inline v0_1 {
namespace {

std::uint16_t currency_of(const currency_subscriptions& table, std::size_t row, std::size_t currencies) {
  const bool present = table.currency.present(row);
  if (present && table.currency[row] < currencies) return static_cast<std::uint16_t>(table.currency[row]);
  throw data_error({table.currency.name_or("currency"), row, present ? std::to_string(table.currency[row]) : "missing",
                    present ? "a currency is a code below " + std::to_string(currencies) : "every row has a currency", ""});
}

void require_currency_table(const currency_subscriptions& table) {
  detail::require_table(table.periods);
  require_same_length(table.periods.account, "account", table.currency, "currency");
}

std::vector<std::uint16_t> lanes_of(const currency_subscriptions& table, std::size_t currencies) {
  require_currency_table(table);
  if (currencies > std::size_t{std::numeric_limits<std::uint16_t>::max()} + 1)
    throw schema_error("currencies: at most 65,536");
  std::vector<std::uint16_t> lanes(table.currency.size());
  for (std::size_t row = 0; row < lanes.size(); ++row) lanes[row] = currency_of(table, row, currencies);
  return lanes;
}

}  // namespace

mrr_rows rows_in_currencies(const currency_subscriptions& table, std::size_t currencies, std::size_t accounts) {
  const std::vector<std::uint16_t> lanes = lanes_of(table, currencies);
  const subscriptions& periods = table.periods;
  const std::size_t universe = accounts != 0 ? accounts : periods.account.size();
  const detail::row_facts facts = detail::facts_of(periods, 0, periods.account.size(), universe);
  detail::require_good(facts, periods, universe);
  mrr_rows rows;
  rows.lanes = currencies;
  rows.ticks_per_unit = periods.ticks_per_unit;
  rows.accounts = std::max(accounts, facts.accounts);
  rows.counts.rows = static_cast<std::int64_t>(periods.account.size());
  for (std::size_t row = 0; row < periods.account.size(); ++row) {
    const bool ends = periods.end.present(row);
    rows.add(periods.account[row], periods.start[row], ends ? periods.end[row] : 0, ends, periods.amount[row],
             static_cast<std::uint32_t>(row), {.lane = lanes[row]});
  }
  return rows;
}

ledger ledger_of(const currency_subscriptions& table, std::size_t currencies, const revenue_policy& policy,
                 const ledger_options& options) {
  mrr_rows rows = rows_in_currencies(table, currencies, options.accounts);
  bridge_lapses(rows, policy.lapse_grace, options.as_of);
  return rows.book(options.as_of);
}

mrr_rows rows_at_rates(const currency_subscriptions& table, const rate_table& rates, const column<std::int32_t>& priced_on) {
  const subscriptions& rows = table.periods;
  require_currency_table(table);
  if (!priced_on.empty()) require_same_length(rows.account, "account", priced_on, "priced_on");
  mrr_rows out;
  out.counts.rows = static_cast<std::int64_t>(rows.account.size());
  for (std::size_t row = 0; row < rows.account.size(); ++row) {
    if (auto found = detail::row_problem(rows, row, UINT32_MAX)) throw data_error(*found);
    const std::uint32_t currency = currency_of(table, row, rates.currencies());
    const day when{!priced_on.empty() && priced_on.present(row) ? priced_on[row] : rows.start[row]};
    const mrr native = mrr::from_ticks(rows.amount[row] * rows.ticks_per_unit);
    const mrr amount = native == mrr{} ? native : converted(native, rates.on(currency, when));
    const bool ends = rows.end.present(row);
    out.add(rows.account[row], rows.start[row], ends ? rows.end[row] : 0, ends, amount.ticks(),
            static_cast<std::uint32_t>(row));
    out.accounts = std::max(out.accounts, std::size_t{rows.account[row]} + 1);
  }
  return out;
}

void apply(ledger& book, const currency_subscriptions& rows, std::size_t universe) {
  book.apply(rows.periods, universe, lanes_of(rows, book.lanes()));
}

void retract(ledger& book, const currency_subscriptions& rows) {
  book.retract(rows.periods, lanes_of(rows, book.lanes()));
}

void split(ledger& book, const currency_subscriptions& rows, account into, day since, std::size_t universe) {
  book.split(rows.periods, into, since, universe, lanes_of(rows, book.lanes()));
}

}  // namespace sojourn::inline v0_1
