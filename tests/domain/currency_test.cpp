#include "sojourn/domain/currency.hpp"

#include <doctest/doctest.h>

#include <map>
#include <string>

#include "sojourn/domain/error.hpp"

using namespace sojourn;

TEST_CASE("currency: codes in any case, trimmed, with their decimals") {
  CHECK(find_currency("USD") == iso_currency{"USD", 2});
  CHECK(find_currency("jpy") == iso_currency{"JPY", 0});
  CHECK(find_currency(" Kwd\t") == iso_currency{"KWD", 3});
  CHECK(find_currency("clf") == iso_currency{"CLF", 4});
  for (const std::string_view gone : {"HRK", "BGN", "ANG", "BYR", "ZWL"}) CHECK(find_currency(gone).has_value());
  for (const std::string_view text : {"", "US", "USDX", "USX", "XAU", "XXX", "XTS", "U D", "currency", "$"}) {
    CAPTURE(text);
    CHECK_FALSE(find_currency(text).has_value());
  }
}

TEST_CASE("currency: list one of ISO 4217 of 2026-01-01 and the codes withdrawn since 2009, by their decimals") {
  std::map<int, int> codes;
  for (char a = 'A'; a <= 'Z'; ++a) {
    for (char b = 'A'; b <= 'Z'; ++b) {
      for (char c = 'A'; c <= 'Z'; ++c) {
        if (const auto found = find_currency(std::string{a, b, c})) ++codes[found->exponent];
      }
    }
  }
  CHECK(codes == std::map<int, int>{{0, 17 + 1}, {2, 139 + 14}, {3, 7}, {4, 2}});
}

TEST_CASE("currency: an unknown code is refused and names codes near to it") {
  CHECK(read_currency("eur").code == "EUR");
  CHECK_THROWS_WITH_AS((void)read_currency("Euro"), "currency \"Euro\" is not a currency of ISO 4217; did you mean EUR?",
                       schema_error);
  CHECK_THROWS_WITH_AS((void)read_currency("GPB", "report_in"),
                       "report_in \"GPB\" is not a currency of ISO 4217; did you mean GBP?", schema_error);
  CHECK_THROWS_WITH_AS(
      (void)read_currency("credits"),
      "currency \"credits\" is not a currency of ISO 4217; write the code of three letters, as in USD or EUR", schema_error);
  try {
    (void)read_currency_in("ccy", 7, "RMB");
    FAIL("no error");
  } catch (const data_error& e) {
    CHECK(e.column() == "ccy");
    CHECK(e.row() == 7);
    CHECK(e.where().advice == "did you mean CNY?");
  }
}
