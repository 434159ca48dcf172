// What a rate table holds, for bytes of it and for tables that know more currencies.
// Layer: 5. Needs: links sojourn.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "sojourn/revenue/currencies/exchange_rates.hpp"

namespace sojourn::inline v0_1::detail {

struct rate_table_access {
  using quotes = std::vector<rate_table::quote>;

  [[nodiscard]] static const quotes& quotes_of(const rate_table& table, std::uint32_t currency) {
    return table.quotes_.at(currency);
  }
  [[nodiscard]] static std::int32_t days_beyond_month(const rate_table& table) noexcept { return table.days_beyond_month_; }

  static void set_days_beyond_month(rate_table& table, std::int32_t days) noexcept { table.days_beyond_month_ = days; }
  /// One more currency, with rates in order of days. The first one is that of the reports.
  static void add(rate_table& table, currency_unit unit, quotes rates) {
    table.units_.push_back(std::move(unit));
    table.quotes_.push_back(std::move(rates));
  }
  static void add_quote(quotes& to, std::int32_t since, exchange_rate rate) { to.push_back({since, rate}); }
};

}  // namespace sojourn::inline v0_1::detail
