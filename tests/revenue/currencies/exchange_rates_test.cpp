#include "sojourn/revenue/currencies/exchange_rates.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <random>

#include "subscription_table.hpp"

using namespace sojourn;
using namespace sojourn::test;

namespace {

struct quote_table {
  std::vector<std::uint32_t> currency;
  std::vector<std::int32_t> since;
  std::vector<std::int64_t> numerator, denominator;

  quote_table& add(std::uint32_t which, const std::string& date, std::int64_t over, std::int64_t under) {
    currency.push_back(which), since.push_back(on(date)), numerator.push_back(over), denominator.push_back(under);
    return *this;
  }
  [[nodiscard]] exchange_quotes view() const {
    return {column<std::uint32_t>(currency, "currency"), column<std::int32_t>(since, "since"),
            column<std::int64_t>(numerator, "rate"), column<std::int64_t>(denominator, "per")};
  }
};

const std::vector<currency_unit> units{{"USD", 2}, {"EUR", 2}, {"JPY", 0}, {"KWD", 3}};

}  // namespace

TEST_CASE("exchange: halves go to even, and what is positive stays positive") {
  const auto half = [](std::int64_t ticks) { return converted(mrr::from_ticks(ticks), {1, 2}).ticks(); };
  CHECK(half(2) == 1);
  CHECK(half(3) == 2);  // 1.5
  CHECK(half(5) == 2);  // 2.5
  CHECK(half(7) == 4);  // 3.5
  CHECK(half(-3) == -2);
  CHECK(half(-5) == -2);
  CHECK(half(1) == 1);  // 0.5 would be nobody
  CHECK(half(0) == 0);
  CHECK(converted(mrr::from_ticks(1), {1, 1'000'000}).ticks() == 1);
  CHECK_THROWS_AS((void)converted(mrr::from_ticks(INT64_MAX), {2, 1}), overflow_error);
  std::mt19937_64 random(91);
  for (int round = 0; round < 20'000; ++round) {
    const auto ticks = static_cast<std::int64_t>(random() % 2'000'001) - 1'000'000;
    const exchange_rate rate{static_cast<std::int64_t>(random() % 30 + 1), static_cast<std::int64_t>(random() % 30 + 1)};
    const std::int64_t found = converted(mrr::from_ticks(ticks), rate).ticks();
    // |found - exact| <= 1/2, in whole numbers, and even where it is 1/2.
    const std::int64_t off = 2 * (found * rate.denominator - ticks * rate.numerator);
    if (ticks > 0 && found == 1) continue;
    REQUIRE(std::abs(off) <= rate.denominator);
    if (std::abs(off) == rate.denominator) REQUIRE(found % 2 == 0);
  }
}

TEST_CASE("exchange: minor units of currencies count") {
  quote_table t;
  t.add(1, "2024-01-01", 10834, 10000).add(2, "2024-01-01", 67, 10000).add(3, "2024-01-01", 325, 100);
  const rate_table rates(t.view(), units, {});
  const day when = at("2024-01-15");
  CHECK(rates.on(0, when) == exchange_rate{});
  CHECK(rates.on(1, when) == exchange_rate{5417, 5000});
  CHECK(rates.on(2, when) == exchange_rate{67, 100});  // one yen is 0.67 cents
  CHECK(rates.on(3, when) == exchange_rate{13, 40});   // one fils is 0.325 cents
  CHECK(converted(mrr::from_minor(1000), rates.on(2, when)) == mrr::from_minor(670));
}

TEST_CASE("exchange: a rate bridges a weekend, not a month") {
  quote_table daily;
  daily.add(1, "2024-01-31", 11, 10).add(1, "2024-02-05", 12, 10);
  const rate_table rates(daily.view(), units, {});
  CHECK(rates.on(1, at("2024-01-31")) == exchange_rate{11, 10});
  CHECK(rates.on(1, at("2024-02-04")) == exchange_rate{11, 10});
  CHECK(rates.on(1, at("2024-02-05")) == exchange_rate{6, 5});
  CHECK(rates.on(1, at("2024-02-29")) == exchange_rate{6, 5});
  CHECK(rates.on(1, at("2024-02-12")) == exchange_rate{6, 5});
  CHECK_THROWS_WITH_AS((void)rates.on(1, at("2024-03-01")), doctest::Contains("EUR 2024-03"), data_error);
  CHECK_THROWS_WITH_AS((void)rates.on(1, at("2024-01-30")), doctest::Contains("EUR 2024-01"), data_error);
  CHECK_THROWS_AS((void)rates.on(2, at("2024-02-01")), data_error);
  // The mean counts days: 4 at 1.1, 25 at 1.2.
  CHECK(rates.mean(1, at("2024-02-01"), at("2024-03-01")) == exchange_rate::of(4 * 11 + 25 * 12, 290, "EUR"));
}

TEST_CASE("exchange: bad rates are refused with their row, and equal tables have one name") {
  quote_table zero;
  zero.add(1, "2024-01-01", 11, 10).add(1, "2024-02-01", 0, 10);
  CHECK_THROWS_WITH_AS(rate_table(zero.view(), units, {}), doctest::Contains("row 1"), data_error);
  quote_table twice;
  twice.add(1, "2024-01-01", 11, 10).add(1, "2024-01-01", 12, 10);
  CHECK_THROWS_WITH_AS(rate_table(twice.view(), units, {}), doctest::Contains("EUR has two"), data_error);
  quote_table unknown;
  unknown.add(9, "2024-01-01", 11, 10);
  CHECK_THROWS_AS(rate_table(unknown.view(), units, {}), data_error);
  CHECK_THROWS_AS(rate_table({}, units, {7, 7}), schema_error);
  quote_table a, b, c;
  a.add(1, "2024-01-01", 11, 10).add(2, "2024-01-01", 1, 100);
  b.add(2, "2024-01-01", 2, 200).add(1, "2024-01-01", 22, 20);
  c.add(2, "2024-01-01", 2, 200).add(1, "2024-01-01", 23, 20);
  CHECK(rate_table(a.view(), units, {}).fingerprint() == rate_table(b.view(), units, {}).fingerprint());
  CHECK(rate_table(a.view(), units, {}).fingerprint() != rate_table(c.view(), units, {}).fingerprint());
  CHECK(rate_table(a.view(), units, {}).fingerprint() != rate_table(a.view(), units, {3, 7}).fingerprint());
}
