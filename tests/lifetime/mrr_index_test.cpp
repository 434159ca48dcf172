#include "sojourn/lifetime/mrr_index.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <limits>

using namespace sojourn;
using doctest::Approx;

TEST_CASE("mrr_index: equals (1 - c)^n multiplied out in long double") {
  const std::array<double, 7> rates{0, 1e-12, 0.01, 0.03, 0.05, 0.5, 1};
  const auto table = mrr_index(rates, 60);
  for (std::size_t rate = 0; rate < rates.size(); ++rate) {
    long double left = 1;
    for (std::int32_t month = 0; month <= 60; ++month) {
      REQUIRE(table.at(rate, month) == Approx(static_cast<double>(left)).epsilon(1e-14));
      left *= 1.0L - static_cast<long double>(rates[rate]);
    }
  }
}

TEST_CASE("mrr_index: 3 % a month leaves 48.1 % after two years, 5 % leaves 29.2 %") {
  const std::array<double, 2> rates{0.03, 0.05};
  const auto table = mrr_index(rates);
  CHECK(table.months == 24);
  CHECK(table.remaining.size() == 50);
  CHECK(table.at(0, 24) == Approx(0.4814).epsilon(1e-4));
  CHECK(table.at(1, 24) == Approx(0.2920).epsilon(1e-4));
}

TEST_CASE("mrr_index: all gone and none gone are exact, month 0 is always 1") {
  const std::array<double, 2> rates{0, 1};
  const auto table = mrr_index(rates, 2);
  CHECK(table.remaining == std::vector<double>{1, 1, 1, 1, 0, 0});
  CHECK(mrr_index({}, 3).remaining.empty());
}

TEST_CASE("mrr_index: a rate in percent is refused with its row") {
  for (const double wrong : {3.0, -0.01, std::numeric_limits<double>::quiet_NaN()}) {
    const std::array<double, 2> rates{0.03, wrong};
    try {
      (void)mrr_index(rates);
      FAIL("accepted");
    } catch (const data_error& e) {
      CHECK(e.row() == 1);
      CHECK(e.column() == "churn_rates");
    }
  }
  CHECK_THROWS_AS((void)mrr_index(std::array<double, 1>{0.1}, -1), schema_error);
}

TEST_CASE("mrr_index: a missing rate of a column is refused with its row, and the table has a long form") {
  const std::vector<double> rates{0.5, 0, 0.1};
  const std::uint8_t second_missing = 0b101;
  try {
    (void)mrr_index(column<double>(rates, &second_missing, 0, "monthly"));
    FAIL("accepted");
  } catch (const data_error& e) {
    CHECK(e.row() == 1);
    CHECK(e.column() == "monthly");
  }
  const auto table = mrr_index(column<double>(rates), 1);
  CHECK(table.rate_column() == std::vector<double>{0.5, 0.5, 0, 0, 0.1, 0.1});
  CHECK(table.month_column() == std::vector<std::int32_t>{0, 1, 0, 1, 0, 1});
  CHECK(table.remaining.size() == 6);
  CHECK(table.at(0, 1) == 0.5);
}
