// Rows in several currencies between Python and the core.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sojourn/arrow/any_column.hpp"
#include "sojourn/input/amount_period.hpp"
#include "sojourn/revenue/currencies/named_quotes.hpp"
#include "sojourn/revenue/sources/currency_rows.hpp"

namespace sojourn::python {

/// Rows of the ledger, decoded. Amounts are whole minor units of their own currency.
struct held_currency_rows {
  arrow::held_column<std::uint32_t> account;
  arrow::held_column<std::int32_t> start, end;
  arrow::held_column<std::int64_t> amount;
  currency_codes currency;
  std::int64_t ticks_per_unit;

  held_currency_rows(account_index& keys, const named_rate_table& rates, const arrow::any_column& accounts,
                     const arrow::any_column& starts, const arrow::any_column& ends, const arrow::any_column& amounts,
                     const arrow::segment_codes& currencies, const std::vector<std::string>& names)
      : account(arrow::as_accounts(accounts, keys, names.at(0))),
        start(arrow::as_day(starts, names.at(1))),
        end(arrow::as_day(ends, names.at(2))),
        amount(arrow::as_int64(amounts, names.at(3))),
        currency(rates.numbers_of({currencies.codes.view(), currencies.labels})),
        ticks_per_unit(ticks_per_minor_of(names.at(3))) {}

  [[nodiscard]] currency_subscriptions view() const {
    return {{account.view(), start.view(), end.view(), amount.view(), ticks_per_unit}, currency.view()};
  }
};

}  // namespace sojourn::python
