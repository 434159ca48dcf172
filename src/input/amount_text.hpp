// Text of an amount: a number, perhaps with separated thousands and the sign or code of a currency.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "sojourn/input/read_money.hpp"

namespace sojourn::inline v0_1::detail {

/// The digits of an integer that counts units of 10^-scale.
struct written_decimal {
  bool negative = false;
  std::string digits{};
  long scale = 0;
};

/// Why text is no amount; `none` where it is one.
enum class amount_flaw : std::uint8_t { none, no_number, two_readings, other_currency };

struct parsed_amount {
  amount_flaw flaw = amount_flaw::none;
  written_decimal value{};
};

/// Reads trimmed text that is not empty.
[[nodiscard]] parsed_amount parse_amount(std::string_view text, const iso_currency& currency, decimal_mark mark);

/// Blanks of ASCII, the no-break space and the narrow no-break space around text.
[[nodiscard]] std::string_view without_blanks(std::string_view text) noexcept;

}  // namespace sojourn::inline v0_1::detail
