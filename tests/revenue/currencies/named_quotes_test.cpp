// Rates by the codes of their currencies.
#include "sojourn/revenue/currencies/named_quotes.hpp"

#include <doctest/doctest.h>

#include "subscription_table.hpp"

using namespace sojourn;
using namespace sojourn::test;

TEST_CASE("rates_by_name: the reporting currency comes first, then those of rates, then those of rows") {
  const std::vector<std::string> quoted{"EUR", "JPY"}, others{"GBP", "EUR"};
  const std::vector<std::uint32_t> place{1, 0};
  const std::vector<std::int32_t> since(2, on("2024-01-01"));
  const std::vector<exchange_rate> rate{{67, 10000}, {11, 10}};
  const named_quotes quotes{{column<std::uint32_t>(place, "currency"), quoted}, column<std::int32_t>(since), rate};
  const named_rate_table table = rates_by_name(quotes, "USD", others);
  CHECK(table.codes.at("USD") == 0);
  CHECK(table.codes.at("EUR") == 1);
  CHECK(table.codes.at("JPY") == 2);
  CHECK(table.codes.at("GBP") == 3);
  CHECK(table.rates.on(1, at("2024-01-05")) == exchange_rate{11, 10});
  CHECK(table.rates.on(2, at("2024-01-05")) == exchange_rate{67, 100});  // a yen has no cents
  CHECK_THROWS_WITH_AS((void)table.rates.on(3, at("2024-01-05")), doctest::Contains("GBP"), data_error);
  const std::vector<exchange_rate> too_few{{1, 1}};
  CHECK_THROWS_AS((void)rates_by_name({quotes.currency, quotes.since, too_few}, "USD", {}), schema_error);
}

TEST_CASE("numbers_of: codes of rows become numbers of the table, missing ones stay missing, unknown ones are named") {
  const named_rate_table table = rates_by_name({}, "USD", std::vector<std::string>{"EUR"});
  const std::vector<std::string> labels{"EUR", "USD", "CHF"};
  const std::vector<std::uint32_t> place{0, 1, 0};
  const std::uint8_t first_two = 0x3;
  const column<std::uint32_t> rows(std::span<const std::uint32_t>(place), &first_two, 0, "paid_in");
  const currency_codes found = table.numbers_of({rows, labels});
  CHECK(found.view()[0] == 1);
  CHECK(found.view()[1] == 0);
  CHECK(!found.view().present(2));
  CHECK(found.view().name() == "paid_in");
  const std::vector<std::string> small{"eur", " usd", "Eur"};
  CHECK(table.numbers_of({rows, small}).view()[0] == 1);
  CHECK(table.numbers_of({rows, small}).view()[1] == 0);
  const std::vector<std::uint32_t> unknown{0, 2};
  CHECK_THROWS_WITH_AS((void)table.numbers_of({column<std::uint32_t>(unknown, "paid_in"), labels}),
                       doctest::Contains("column \"paid_in\", row 1, value CHF"), data_error);
}

TEST_CASE("edge B03: codes of rates in small letters are the currencies that they name") {
  const std::vector<std::string> quoted{"jpy", "JPY"};
  const std::vector<std::uint32_t> place{0, 1};
  const std::vector<std::int32_t> since{on("2024-01-01"), on("2024-02-01")};
  const std::vector<exchange_rate> rate(2, {67, 10000});
  const named_quotes quotes{{column<std::uint32_t>(place, "currency"), quoted}, column<std::int32_t>(since), rate};
  const named_rate_table table = rates_by_name(quotes, "usd", {});
  CHECK(table.codes.size() == 2);
  CHECK(table.rates.on(table.codes.at("JPY"), at("2024-02-05")) == exchange_rate{67, 100});
  CHECK_THROWS_AS((void)rates_by_name(quotes, "dollars", {}), schema_error);
}
