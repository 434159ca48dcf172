// Amounts of money as they come in: whole numbers, decimals, floats and text, in minor units or in units of the currency.
// Layer: 2. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "sojourn/domain/currency.hpp"
#include "sojourn/domain/error.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// What an amount of 1 stands for: a minor unit of the currency (a cent), or the currency's own unit (a dollar).
enum class amount_unit : std::uint8_t { minor, major };
[[nodiscard]] constexpr std::array<std::string_view, 2> values_of(amount_unit) noexcept {
  return {"minor", "major"};
}

/// How text writes decimals. `unstated` reads 1234.56 and asks where separators leave two readings; the others also take
/// separated thousands: 1,234.56 with `point`, 1.234,56 with `comma`.
enum class decimal_mark : std::uint8_t { unstated, point, comma };
[[nodiscard]] constexpr std::array<std::string_view, 3> values_of(decimal_mark) noexcept {
  return {"unstated", "point", "comma"};
}

/// How amounts are read.
struct money_reading {
  amount_unit unit = amount_unit::minor;
  iso_currency currency{};
  decimal_mark decimal = decimal_mark::unstated;
};

/// Where an amount stands, for errors: a row of a column, or an argument.
struct amount_place {
  std::string_view name = "amount";
  std::size_t row = problem::no_row;
};

/// The unit that a column's name states: names that end in `_minor` or `_cents`, and "cents", hold minor units, in any case
/// and however their words are separated. Nothing for other names.
[[nodiscard]] std::optional<amount_unit> unit_by_name(std::string_view name) noexcept;

/// `stated` ("minor" or "major") where it is given, else what the name states. Where neither says it, a `schema_error` lists
/// both readings; `sample` is an amount of the column as text for it.
[[nodiscard]] amount_unit amount_unit_of(std::string_view name, std::string_view stated, const iso_currency& currency,
                                         std::string_view sample = {});

// Each gives whole minor units, exactly. A fraction of a minor unit, and an amount beyond 64 bits, is a `data_error` that
// names column, row, value and what to do.

[[nodiscard]] std::int64_t amount_from_integer(std::int64_t value, const money_reading& reading, const amount_place& where);

/// `unscaled` x 10^-scale. A scale of 0 says nothing about the unit: SUM of whole cents comes as a decimal without places.
[[nodiscard]] std::int64_t amount_from_decimal(std::int64_t unscaled, int scale, const money_reading& reading,
                                               const amount_place& where);

/// The shortest decimal that is nearest to the float: 49.99 is 4999 cents. NaN is nothing; infinite is an error. Floats hold
/// units of the currency only; in minor units they are a `schema_error`, since whole numbers with gaps are what they often
/// were.
[[nodiscard]] std::optional<std::int64_t> amount_from_float(double value, const money_reading& reading,
                                                            const amount_place& where);
[[nodiscard]] std::optional<std::int64_t> amount_from_float(float value, const money_reading& reading,
                                                            const amount_place& where);

/// "1234.56", "-5", "1e3"; with a sign or code of the reading's currency before or behind; with separated thousands where
/// `reading.decimal` says which sign is which. Blank is nothing. Anything else is an error, also the sign or code of another
/// currency, and 1,234 or 1.234 where nobody said which separator that is.
[[nodiscard]] std::optional<std::int64_t> amount_from_text(std::string_view text, const money_reading& reading,
                                                           const amount_place& where);

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
