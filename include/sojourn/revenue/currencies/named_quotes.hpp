// A rate table from columns that name their currencies by code.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "sojourn/input/column.hpp"
#include "sojourn/revenue/currencies/exchange_rates.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// Codes of currencies ("EUR", in any case) in the caller's column: each row holds a place in `labels`.
struct currency_names {
  column<std::uint32_t> place;
  std::span<const std::string> labels;
};

/// One row per currency and day, or per currency and month (its first day).
struct named_quotes {
  currency_names currency;
  column<std::int32_t> since;
  std::span<const exchange_rate> rate;
};

/// A column of currencies in the numbers of a rate table; owns its memory.
struct currency_codes {
  std::vector<std::uint32_t> code;
  std::vector<std::uint8_t> present;  ///< validity bitmap
  std::string name;
  [[nodiscard]] column<std::uint32_t> view() const {
    return {std::span<const std::uint32_t>(code), present.data(), 0, name};
  }
};

/// A rate table and the numbers of its currencies, the reporting one first.
struct named_rate_table {
  rate_table rates;
  std::map<std::string, std::uint32_t, std::less<>> codes;

  /// Throws `data_error` for a currency that the table does not know, and for what is no code.
  [[nodiscard]] currency_codes numbers_of(const currency_names& names) const;
};

/// The table of these quotes. It also knows the currencies of `others`, which need no rate until somebody pays in them.
/// Codes are read by `read_currency`, so that "jpy" is JPY and has no decimals. Throws as `rate_table`, and `schema_error`
/// for an unknown code and for columns whose lengths differ.
[[nodiscard]] named_rate_table rates_by_name(const named_quotes& quotes, const std::string& report_in,
                                             std::span<const std::string> others);

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
