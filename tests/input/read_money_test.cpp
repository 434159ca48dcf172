#include "sojourn/input/read_money.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "sojourn/domain/error.hpp"

using namespace sojourn;

namespace {

constexpr amount_place here{"mrr", 3};

money_reading major(std::string_view code, decimal_mark decimal = decimal_mark::unstated) {
  return {amount_unit::major, read_currency(code), decimal};
}
constexpr money_reading minor{};

std::string rule_of(auto&& call) {
  try {
    (void)call();
  } catch (const data_error& e) {
    CHECK(e.column() == "mrr");
    CHECK(e.row() == 3);
    return e.rule();
  }
  return "no error";
}

}  // namespace

TEST_CASE("money: a name states minor units, or nothing") {
  for (const std::string_view name : {"mrr_minor", "MRR_Cents", "cents", "amount minor", "minor", "Value (cents)"}) {
    CAPTURE(name);
    CHECK(unit_by_name(name) == amount_unit::minor);
  }
  for (const std::string_view name : {"mrr", "amount", "percents", "minority", "cents_per_unit", ""}) {
    CAPTURE(name);
    CHECK_FALSE(unit_by_name(name).has_value());
  }
}

TEST_CASE("money: a name that states nothing asks, and lists both readings") {
  const iso_currency usd{};
  CHECK(amount_unit_of("mrr", "major", usd) == amount_unit::major);
  CHECK(amount_unit_of("mrr_minor", "major", usd) == amount_unit::major);
  CHECK(amount_unit_of("mrr_minor", "", usd) == amount_unit::minor);
  CHECK_THROWS_WITH_AS((void)amount_unit_of("mrr", "", usd, "4900"),
                       "column \"mrr\": are these amounts of USD, or of its minor unit (cents)? Say amounts=\"major\" or "
                       "amounts=\"minor\": 4900 is USD 4900 with amounts=\"major\", USD 49.00 with amounts=\"minor\". A "
                       "column whose name ends in _minor or _cents holds minor units",
                       schema_error);
  CHECK_THROWS_WITH_AS((void)amount_unit_of("mrr", "cents", usd), "amounts \"cents\" is not one of minor, major",
                       schema_error);
}

TEST_CASE("money: whole numbers and decimals, exactly") {
  CHECK(amount_from_integer(49, major("USD"), here) == 4900);
  CHECK(amount_from_integer(49, major("jpy"), here) == 49);
  CHECK(amount_from_integer(49, major("KWD"), here) == 49'000);
  CHECK(amount_from_integer(49, major("CLF"), here) == 490'000);
  CHECK(amount_from_integer(-49, minor, here) == -49);
  CHECK(rule_of([] { return amount_from_integer(INT64_MAX / 10, major("USD"), here); }) == "leaves 64 bits in minor units");
  // The scale of a decimal says nothing about the unit.
  CHECK(amount_from_decimal(4900, 0, minor, here) == 4900);
  CHECK(amount_from_decimal(4900, 0, major("USD"), here) == 490'000);
  CHECK(amount_from_decimal(490'000, 2, minor, here) == 4900);
  CHECK(amount_from_decimal(4999, 2, major("USD"), here) == 4999);
  CHECK(amount_from_decimal(4'999'000, 5, major("USD"), here) == 4999);
  CHECK(amount_from_decimal(0, 60, major("USD"), here) == 0);
  CHECK(rule_of([] { return amount_from_decimal(1999, 2, minor, here); }) == "is not a whole number of minor units of USD");
  CHECK(rule_of([] { return amount_from_decimal(1'255, 3, major("USD"), here); }) ==
        "has more places than the currency (USD: 2)");
  CHECK(rule_of([] { return amount_from_decimal(1, 60, major("USD"), here); }) ==
        "has more places than the currency (USD: 2)");
  CHECK(rule_of([] { return amount_from_decimal(500, 1, major("JPY"), here); }) == "no error");
  CHECK(rule_of([] { return amount_from_decimal(505, 1, major("JPY"), here); }) ==
        "has more places than the currency (JPY: 0)");
}

TEST_CASE("money: floats by their shortest decimal") {
  CHECK(amount_from_float(49.99, major("USD"), here) == 4999);
  CHECK(amount_from_float(49.99F, major("USD"), here) == 4999);
  CHECK(amount_from_float(0.3, major("USD"), here) == 30);
}

TEST_CASE("money: floats that are no decimals of the currency are refused") {
  CHECK(rule_of([] { return amount_from_float(0.1 + 0.2, major("USD"), here); }) ==
        "has more places than the currency (USD: 2)");
  CHECK(rule_of([] { return amount_from_float(19.995, major("USD"), here); }) ==
        "has more places than the currency (USD: 2)");
  CHECK(rule_of([] { return amount_from_float(1e300, major("USD"), here); }) == "leaves 64 bits in minor units");
  CHECK(rule_of([] { return amount_from_float(HUGE_VAL, major("USD"), here); }) == "is not an amount");
  CHECK(rule_of([] { return amount_from_float(1.5, major("JPY"), here); }) == "has more places than the currency (JPY: 0)");
  CHECK_FALSE(amount_from_float(std::nan(""), major("USD"), here).has_value());
  CHECK(amount_from_float(-0.0, major("USD"), here) == 0);
  CHECK(amount_from_float(9'007'199'254'740.99, major("USD"), here) == 900'719'925'474'099);
  CHECK(amount_from_float(1e16, major("USD"), here) == 1'000'000'000'000'000'000);
  CHECK_THROWS_AS((void)amount_from_float(4900.0, minor, here), schema_error);
}

TEST_CASE("money: every cent below a thousand dollars comes back from its float") {
  for (std::int64_t cents = -100'000; cents <= 100'000; ++cents) {
    const std::string text = std::to_string(cents) + "e-2";
    const double value = std::stod(text);
    const float narrow = std::stof(text);
    if (amount_from_float(value, major("USD"), here) != cents) FAIL_CHECK("double " << text);
    if (amount_from_float(narrow, major("USD"), here) != cents) FAIL_CHECK("float " << text);
  }
}

TEST_CASE("money: text") {
  const auto dollars = [](std::string_view text, decimal_mark mark = decimal_mark::unstated) {
    return amount_from_text(text, major("USD", mark), here);
  };
  CHECK(dollars("49.99") == 4999);
  CHECK(dollars(" 49.9 ") == 4990);
  CHECK(dollars("-5") == -500);
  CHECK(dollars("+5") == 500);
  CHECK(dollars("\xE2\x88\x92"
                "5.00") == -500);
  CHECK(dollars("0.500") == 50);
  CHECK(dollars(".5") == 50);
  CHECK(dollars("1e3") == 100'000);
  CHECK(dollars("1.5E+3") == 150'000);
  CHECK(dollars("1000000.00") == 100'000'000);
  CHECK(dollars("$49.99") == 4999);
  CHECK(dollars("-$ 49.99") == -4999);
  CHECK(dollars("49.99 usd") == 4999);
  CHECK(dollars("USD 49.99") == 4999);
  CHECK(amount_from_text("4900", minor, here) == 4900);
  CHECK(amount_from_text("4900.00", minor, here) == 4900);
  CHECK(amount_from_text("10000", major("JPY"), here) == 10'000);
  CHECK_FALSE(dollars("").has_value());
  CHECK_FALSE(dollars("  ").has_value());
  CHECK(dollars("1,234.56", decimal_mark::point) == 123'456);
  CHECK(dollars("1.234,56", decimal_mark::comma) == 123'456);
  CHECK(dollars("1,000", decimal_mark::point) == 100'000);
  CHECK(dollars("1,00", decimal_mark::comma) == 100);
  CHECK(dollars("1.000", decimal_mark::point) == 100);
  CHECK(dollars("12,34,567.5", decimal_mark::point) == 123'456'750);
  CHECK(dollars("1'234'567.89", decimal_mark::point) == 123'456'789);
  CHECK(dollars("1\xE2\x80\x99"
                "234\xE2\x80\x99"
                "567.89",
                decimal_mark::point) == 123'456'789);
  CHECK(dollars("1\xC2\xA0"
                "234,5 $",
                decimal_mark::comma) == 123'450);
}

TEST_CASE("money: text that is no amount, or has two readings, is refused") {
  const auto rule = [](std::string_view text, decimal_mark mark = decimal_mark::unstated) {
    return rule_of([&] { return amount_from_text(text, major("USD", mark), here); });
  };
  for (const std::string_view text : {"abc", "1.2.3", "--5", "5-", "1e", "e5", "NaN", "inf", "0x10", "1_000", "(5)", "-"}) {
    CAPTURE(text);
    CHECK(rule(text) == "is not an amount");
  }
  for (const std::string_view text : {"1,234", "1.234", "12.345", "1,234.56", "1.234,56", "49,99", "1 234"}) {
    CAPTURE(text);
    CHECK(rule(text) == "has two readings: its separator may mark thousands or decimals");
  }
  for (const std::string_view text : {"\xE2\x82\xAC 5", "5 EUR", "EUR 5",
                                      "\xC2\xA3"
                                      "5"}) {
    CAPTURE(text);
    CHECK(rule(text) == "is not an amount of USD");
  }
  CHECK(rule("1,23,4", decimal_mark::point) == "is not an amount");
  CHECK(rule("1,234", decimal_mark::comma) == "has more places than the currency (USD: 2)");
  CHECK(rule("49.995") == "has two readings: its separator may mark thousands or decimals");
  CHECK(rule("0.005") == "has more places than the currency (USD: 2)");
  CHECK(rule("99999999999999999999") == "leaves 64 bits in minor units");
  CHECK(rule_of([] { return amount_from_text("19.99", minor, here); }) == "is not a whole number of minor units of USD");
}
