// Rates are exact: what stands in a table is what is calculated with, digit by digit.
#include "sojourn/revenue/currencies/read_rate.hpp"

#include <doctest/doctest.h>

#include <limits>
#include <random>
#include <string>

#include "sojourn/domain/error.hpp"

using namespace sojourn;

TEST_CASE("rate_from_text: decimals and fractions as they stand") {
  CHECK(rate_from_text("1.0834") == exchange_rate{10834, 10000});
  CHECK(rate_from_text("5417/5000") == exchange_rate{5417, 5000});
  CHECK(rate_from_text("7") == exchange_rate{7, 1});
  CHECK(rate_from_text("0.0067") == exchange_rate{67, 10000});
  CHECK(rate_from_text("0.000000000000000001") == exchange_rate{1, 1'000'000'000'000'000'000});
  CHECK(rate_from_text("9223372036854775807") == exchange_rate{INT64_MAX, 1});
}

TEST_CASE("rate_from_text: anything else is refused with its column and row") {
  for (const char* text : {"",
                           "0",
                           "0.0",
                           "-1",
                           "-1.5",
                           "+1",
                           "1e3",
                           "1.2.3",
                           "1,5",
                           "1/0",
                           "0/1",
                           "1/-2",
                           "/2",
                           "1/",
                           "1/2/3",
                           " 1",
                           "1 ",
                           "0x1",
                           "nan",
                           "inf",
                           "0.0000000000000000001",
                           "9223372036854775808"}) {
    CAPTURE(text);
    CHECK_THROWS_AS((void)rate_from_text(text), data_error);
  }
  CHECK_THROWS_WITH_AS(
      (void)rate_from_text("1e3", {"fx", 4}),
      "column \"fx\", row 4, value 1e3: a rate is a positive decimal or fraction of at most 18 digits; write "
      "1.0834 or 5417/5000",
      data_error);
}

TEST_CASE("rate_from_float: the shortest decimal, of the float as it is wide") {
  CHECK(rate_from_float(1.0834) == exchange_rate{10834, 10000});
  CHECK(rate_from_float(1.0834f) == exchange_rate{10834, 10000});
  CHECK(rate_from_float(static_cast<double>(1.1f)) != rate_from_float(1.1f));
  CHECK(rate_from_float(150.0) == exchange_rate{150, 1});
  for (const double value : {0.0, -1.5, std::numeric_limits<double>::infinity(), std::numeric_limits<double>::quiet_NaN(),
                             std::numeric_limits<double>::denorm_min(), std::numeric_limits<double>::max()}) {
    CHECK_THROWS_AS((void)rate_from_float(value), data_error);
  }
  std::mt19937_64 random(12);
  for (int round = 0; round < 2000; ++round) {
    const auto digits = static_cast<std::int64_t>(random() % 1'000'000 + 1);
    const exchange_rate found = rate_from_float(static_cast<double>(digits) / 10000);
    REQUIRE(detail::int128{found.numerator} * 10000 == detail::int128{digits} * found.denominator);
  }
}

TEST_CASE("rate_from_decimal: unscaled digits over a power of ten") {
  CHECK(rate_from_decimal(10834, 4) == exchange_rate{10834, 10000});
  CHECK(rate_from_decimal(5, 0) == exchange_rate{5, 1});
  CHECK(rate_from_decimal(1, 18) == exchange_rate{1, 1'000'000'000'000'000'000});
  CHECK_THROWS_WITH_AS((void)rate_from_decimal(1, 19), doctest::Contains("at most 18 decimals"), data_error);
  CHECK_THROWS_AS((void)rate_from_decimal(0, 2), data_error);
  CHECK_THROWS_AS((void)rate_from_decimal(-3, 2), data_error);
}

TEST_CASE("rate_day_from_text: a day, or the first of a month") {
  CHECK(rate_day_from_text("2024-01-15") == parse_day("2024-01-15").value());
  CHECK(rate_day_from_text("2024-02") == parse_day("2024-02-01").value());
  CHECK_THROWS_WITH_AS((void)rate_day_from_text("2024-13", {"since", 2}), doctest::Contains("column \"since\", row 2"),
                       data_error);
}
