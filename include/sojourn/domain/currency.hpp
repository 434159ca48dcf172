// Currencies of ISO 4217: their codes, and how many decimals their minor unit has.
// Layer: 1. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <compare>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// A currency and the decimals of its minor unit: USD has 2 (cents), JPY none, KWD 3, CLF 4.
struct iso_currency {
  std::string_view code = "USD";
  int exponent = 2;
  friend bool operator==(const iso_currency&, const iso_currency&) = default;
};

/// The currency of a code in any case, with or without blanks around it; nothing for a code that ISO 4217 does not have, and
/// for the codes that stand for no money with a minor unit (gold, special drawing rights, tests). The text of `code` lives
/// as long as the program.
[[nodiscard]] std::optional<iso_currency> find_currency(std::string_view text) noexcept;

/// The same; any other text is a `schema_error` that names codes near to it. `option` says what was read.
[[nodiscard]] iso_currency read_currency(std::string_view text, std::string_view option = "currency");

/// The same for a cell of a column: any other text is a `data_error` with its row.
[[nodiscard]] iso_currency read_currency_in(std::string_view column, std::size_t row, std::string_view text);

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
