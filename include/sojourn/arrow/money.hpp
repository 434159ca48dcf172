// Columns of money and of currencies, from whatever type they come in.
// Layer: 4. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sojourn/arrow/any_column.hpp"
#include "sojourn/domain/currency.hpp"
#include "sojourn/input/read_money.hpp"

namespace sojourn::inline v0_1 {
namespace arrow SOJOURN_EXPORT {

/// How a column of money is read. `amounts` is "minor" or "major"; empty takes what the column's name states and asks where
/// it states nothing (`amount_unit_of`).
struct money_options {
  std::string_view amounts{};
  iso_currency currency{};
  decimal_mark decimal = decimal_mark::unstated;
};

/// A column of currency codes: a place in `currencies` for each row. Codes that differ in case or blanks are one currency.
struct currency_column {
  held_column<std::uint32_t> place;
  std::vector<iso_currency> currencies;
};

/// The currencies of a column of text. A cell that is no code of ISO 4217 is a `data_error` with its row; so is a missing
/// one.
[[nodiscard]] currency_column as_currencies(const any_column& source, std::string name);

/// The currency of a column in which one occurs. Several are a `schema_error`: amounts of two currencies are never added.
/// Where `stated` names a currency, any other one is a `data_error` with its row. A column without rows, or in which every
/// cell is missing, gives `stated`, USD where that is empty.
[[nodiscard]] iso_currency only_currency(const any_column& source, const std::string& name, std::string_view stated = {});

/// Amounts in minor units, exactly: integers of any width, decimals of any scale, floats (units of the currency only; NaN is
/// missing) and text. Integers that count minor units are not copied. Errors as in `read_money.hpp`.
[[nodiscard]] held_column<std::int64_t> as_money(const any_column& source, std::string name, const money_options& options);

/// The same where every row has a currency of its own, and with it its own number of decimals.
[[nodiscard]] held_column<std::int64_t> as_money(const any_column& source, std::string name, const money_options& options,
                                                 const currency_column& currencies);

/// Amounts in minor units, whatever the column's name; `exponent` is how many decimals the currency has.
[[nodiscard]] held_column<std::int64_t> as_minor(const any_column& source, std::string name, int exponent = 2);

}  // namespace arrow SOJOURN_EXPORT
}  // namespace sojourn::inline v0_1
