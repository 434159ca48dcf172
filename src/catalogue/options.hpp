// Options that several metrics share, and how lists of them are joined.
// Layer: 4. Needs: std only.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>

#include "sojourn/catalogue.hpp"

namespace sojourn::inline v0_1::catalogue {

template <std::size_t... N>
constexpr auto join(const std::array<metric_option, N>&... parts) {
  std::array<metric_option, (N + ...)> all{};
  auto to = all.begin();
  ((to = std::copy(parts.begin(), parts.end(), to)), ...);
  return all;
}

template <class... Option>
constexpr std::array<metric_option, sizeof...(Option)> list(const Option&... options) {
  return {options...};
}

inline constexpr metric_option level{"level", "0.95", "confidence level of the interval"};
inline constexpr metric_option period{"period", "", "a month, quarter or year: 2024-12, 2024-Q4, 2024"};
inline constexpr metric_option first{"first", "", "the first period shown"};
inline constexpr metric_option last{"last", "", "the last period shown"};
inline constexpr metric_option by{"by", "month", "length of a period: month, quarter, year"};
inline constexpr metric_option threads{"threads", "0", "0 is one per processor"};
inline constexpr metric_option interval{"method", "score", "interval: score, linearised"};
inline constexpr metric_option policy{"policy", "None", "the conventions to follow; None: the defaults"};
inline constexpr metric_option amounts{"amounts", "None", "unit of the amounts: minor, major; None: what their names state"};
inline constexpr metric_option currency{"currency", "None",
                                        "code of ISO 4217 or column of codes; None: a column called currency, else USD"};
inline constexpr metric_option scalar_amounts{"amounts", "minor", "unit of the amounts: minor, major"};
inline constexpr metric_option scalar_currency{"currency", "USD", "the currency of the amounts (ISO 4217)"};
inline constexpr metric_option as_of{
    "as_of", "None", "the first day that is not known; None: today or the day after the latest date, whichever is earlier"};
inline constexpr metric_option timezone{"timezone", "None", "the zone whose days count, where columns hold moments"};
inline constexpr metric_option date_format{"date_format", "None", "the order of days in text, as %d/%m/%Y; None: ISO"};
inline constexpr metric_option account{"account", "account_id", "column of the account"};
inline constexpr metric_option found_account{"account", "None", "column of the account; None: that of a usual name"};

inline constexpr auto only_level = list(level);

}  // namespace sojourn::inline v0_1::catalogue
