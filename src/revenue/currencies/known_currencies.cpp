#include "sojourn/revenue/currencies/known_currencies.hpp"

#include "revenue/currencies/rate_table_access.hpp"
#include "sojourn/domain/currency.hpp"

namespace sojourn::inline v0_1 {

named_rate_table with_currencies(named_rate_table rates, std::span<const std::string> codes) {
  for (const std::string& written : codes) {
    const iso_currency one = read_currency(written);
    const auto number = static_cast<std::uint32_t>(rates.rates.currencies());
    if (!rates.codes.emplace(std::string(one.code), number).second) continue;
    detail::rate_table_access::add(rates.rates, {std::string(one.code), one.exponent}, {});
  }
  return rates;
}

}  // namespace sojourn::inline v0_1
