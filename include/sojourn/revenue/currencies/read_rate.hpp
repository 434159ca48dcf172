// Exact exchange rates from what tables hold: text, decimals, floats.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sojourn/domain/calendar.hpp"
#include "sojourn/revenue/currencies/exchange_rates.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// Where a rate stands, for errors.
struct rate_cell {
  std::string column = "rate";
  std::size_t row = 0;
};

/// "1.0834" or "5417/5000", as it stands: digits with at most one point, or two whole numbers; no sign, no exponent. Throws
/// `data_error` for anything else, for 0 and for more digits than 64 bits hold.
[[nodiscard]] exchange_rate rate_from_text(std::string_view text, const rate_cell& where = {});

/// The shortest decimal that is nearest to this float: 1.0834 is 5417/5000, not the binary fraction behind it. Errors as
/// `rate_from_text`.
[[nodiscard]] exchange_rate rate_from_float(double value, const rate_cell& where = {});
[[nodiscard]] exchange_rate rate_from_float(float value, const rate_cell& where = {});

/// `unscaled` x 10^-scale. Throws `data_error` for more than 18 places and unless it is positive.
[[nodiscard]] exchange_rate rate_from_decimal(std::int64_t unscaled, int scale, const rate_cell& where = {});

/// The first day on which a rate holds: "2024-01-15", or "2024-01" for the first day of the month. Throws `data_error`.
[[nodiscard]] day rate_day_from_text(std::string_view text, const rate_cell& where = {});

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
