#include "sojourn/revenue.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <numeric>
#include <random>

#include "subscription_table.hpp"

using namespace sojourn;

namespace {

std::int64_t cents(const price& p, discount off = {}, discount_rule rule = discount_rule::recurring) {
  return round_to_minor(mrr_from_price(p, off, rule).value.ticks());
}

}  // namespace

TEST_CASE("mrr-01: 100 at 100 a month and 50 at 600 a year are 12,500; with the misprinted 800 they are not") {
  const auto monthly = mrr_from_price({.amount_minor = 10'000, .quantity = 100});
  const auto yearly = mrr_from_price({.amount_minor = 60'000, .unit = billing_unit::year, .quantity = 50});
  const auto misprint = mrr_from_price({.amount_minor = 80'000, .unit = billing_unit::year, .quantity = 50});
  CHECK((monthly.value + yearly.value) == mrr::from_minor(1'250'000));
  CHECK(round_to_minor((monthly.value + misprint.value).ticks()) == 1'333'333);
}

TEST_CASE("mrr-02, mrr-04: an annual price is divided by 12") {
  CHECK(mrr_from_price({.amount_minor = 120'000, .unit = billing_unit::year}).value == mrr::from_minor(10'000));
  CHECK(mrr_from_price({.amount_minor = 12'000, .unit = billing_unit::year}).value == mrr::from_minor(1'000));
}

TEST_CASE("mrr-05: 10 a month with a lifetime coupon of 50 % is 5; a one-time coupon changes nothing by default") {
  const price plan{.amount_minor = 1'000};
  CHECK(cents(plan, {.basis_points = 5'000}) == 500);
  CHECK(cents(plan, {.basis_points = 5'000, .term = discount_term::one_time}) == 1'000);
  CHECK(cents(plan, {.basis_points = 5'000, .term = discount_term::one_time}, discount_rule::all) == 500);
  CHECK(cents(plan, {.basis_points = 5'000}, discount_rule::none) == 1'000);
  CHECK(cents(plan, {.basis_points = 5'000, .amount_minor = 200}) == 300);
  CHECK(cents(plan, {.amount_minor = 1'500}) == 0);
}

TEST_CASE("mrr-07: 90 for 3 months is 30") {
  CHECK(mrr_from_price({.amount_minor = 9'000, .every = 3}).value == mrr::from_minor(3'000));
  CHECK(mrr_from_price({.amount_minor = 9'000, .unit = billing_unit::quarter}).value == mrr::from_minor(3'000));
}

TEST_CASE("mrr-08: a seat added in the middle of a month adds its price, not its prorated charge") {
  test::table seats;
  seats.add(0, "2016-01-01", "", 5'000).add(0, "2016-03-16", "", 5'000);
  const ledger book = seats.book(test::at("2016-04-01"));
  CHECK(book.level(account{0}, test::at("2016-03-15")) == mrr::from_minor(5'000));
  CHECK(book.level(account{0}, test::at("2016-03-16")) == mrr::from_minor(10'000));
}

TEST_CASE("mrr-10 (negative): a terminated subscription and its successor are not counted twice") {
  test::table rows;
  rows.add(0, "2024-01-01", "2024-03-01", 10'000).add(0, "2024-03-01", "", 10'000);
  CHECK(rows.book(test::at("2024-06-01")).level(account{0}, test::at("2024-03-01")) == mrr::from_minor(10'000));
}

TEST_CASE("mrr-11: annual prices to four decimals; the exact value gives the price back, the rounded one does not") {
  const std::int64_t yearly[] = {1829, 1995, 2995, 4900, 5900, 15995, 18329, 45829, 59995, 229900, 549900};
  const std::int64_t shown[] = {15242, 16625, 24958, 40833, 49167, 133292, 152742, 381908, 499958, 1915833, 4582500};
  for (std::size_t i = 0; i < std::size(yearly); ++i) {
    const auto found = mrr_from_price({.amount_minor = yearly[i], .unit = billing_unit::year});
    CHECK(found.exact());
    // Ten-thousandths of a major unit are hundredths of a minor one.
    CHECK((found.value.ticks() * 100 * 2 + mrr::ticks_per_minor) / (2 * mrr::ticks_per_minor) == shown[i]);
    CHECK(arr_from_mrr(found.value) == mrr::from_minor(yearly[i]));
  }
  CHECK(12 * 15242 != 182900);
}

TEST_CASE("mrr-13: rounding once at the end; two prices of one month give 183.33 and an average of 91.67") {
  const mrr total = mrr_from_price({.amount_minor = 10'000}).value +
                    mrr_from_price({.amount_minor = 100'000, .unit = billing_unit::year}).value;
  CHECK(round_to_minor(total.ticks()) == 18'333);
  CHECK(round_to_minor(total.ticks() / 2) == 9'167);
}

TEST_CASE("mrr-14: several months, several years, two weeks at 52/12") {
  CHECK(cents({.amount_minor = 30'000, .every = 3}) == 10'000);
  CHECK(cents({.amount_minor = 240'000, .every = 2, .unit = billing_unit::year}) == 10'000);
  CHECK(cents({.amount_minor = 5'000, .every = 2, .unit = billing_unit::week}) == 10'833);
}

TEST_CASE("mrr-16, mrr-17: a trial has no MRR; an end on the 1st is not in force in that month") {
  test::table rows;
  rows.add(0, "2024-01-01", "", 10'000).add(1, "2024-02-01", "2024-03-01", 10'000);
  rows.add(2, "2024-01-01", "2024-03-01", 0).add(2, "2024-03-01", "", 10'000);
  const ledger book = rows.book(test::at("2024-04-01"));
  const auto total = [&](const std::string& day) {
    return (book.level(account{0}, test::at(day)) + book.level(account{1}, test::at(day)) +
            book.level(account{2}, test::at(day)))
        .minor();
  };
  CHECK(total("2024-01-31") == 10'000);
  CHECK(total("2024-02-29") == 20'000);
  CHECK(total("2024-03-31") == 20'000);
  CHECK(book.level(account{1}, test::at("2024-03-01")) == mrr{});
  CHECK(book.counts().free_periods == 1);
}

TEST_CASE("mrr-19: 68.75 to 87.50 is a change of 18.75, exactly") {
  CHECK((mrr::from_minor(8'750) - mrr::from_minor(6'875)) == mrr::from_minor(1'875));
}

TEST_CASE("mrr_from_price: every usual term is exact, and 12 x MRR is the price of a year") {
  const auto exact = [](std::int32_t every, billing_unit unit) {
    for (const std::int64_t amount : {1, 99, 1999, 123457}) {
      CAPTURE(every);
      CHECK(mrr_from_price({.amount_minor = amount, .every = every, .unit = unit}).exact());
    }
  };
  for (const int n : {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 24, 36, 48, 60, 72, 84, 120}) exact(n, billing_unit::month);
  for (const int n : {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 26, 52}) exact(n, billing_unit::week);
  for (const int n : {1, 7, 10, 14, 15, 28, 30, 45, 60, 90, 180, 365}) exact(n, billing_unit::day);
  CHECK(arr_from_mrr(mrr_from_price({.amount_minor = 1'999, .unit = billing_unit::week}).value) ==
        mrr::from_minor(52 * 1'999));
  CHECK(arr_from_mrr(mrr_from_price({.amount_minor = 1'999, .unit = billing_unit::day}).value) ==
        mrr::from_minor(365 * 1'999));
}

TEST_CASE("mrr_from_price: an odd term is the nearest tick, and the residue says by how much") {
  std::mt19937_64 random(11);
  for (int round = 0; round < 2000; ++round) {
    const price p{.amount_minor = static_cast<std::int64_t>(random() % 1'000'000),
                  .every = static_cast<std::int32_t>(random() % 400 + 1),
                  .unit = static_cast<billing_unit>(random() % 5),
                  .quantity = static_cast<std::int64_t>(random() % 50)};
    const auto found = mrr_from_price(p);
    // value + residue = amount * quantity * 166320 * terms / every, checked by cross multiplication.
    const std::int64_t up[] = {365, 52, 12, 4, 1};
    const auto unit = static_cast<std::size_t>(p.unit);
    const detail::int128 left =
        (detail::int128{found.value.ticks()} * found.residue_denominator + found.residue_numerator) * 12 * p.every;
    const detail::int128 right =
        detail::int128{p.amount_minor} * p.quantity * mrr::ticks_per_minor * up[unit] * found.residue_denominator;
    REQUIRE(left == right);
    REQUIRE(2 * std::abs(found.residue_numerator) <= found.residue_denominator);
    REQUIRE(std::gcd(found.residue_numerator, found.residue_denominator) == 1);
  }
  CHECK_FALSE(mrr_from_price({.amount_minor = 100, .every = 13}).exact());
}

TEST_CASE("mrr_from_price: bad prices name their column, too large ones overflow") {
  CHECK_THROWS_AS((void)mrr_from_price({.amount_minor = -1}), data_error);
  CHECK_THROWS_AS((void)mrr_from_price({.amount_minor = 1, .every = 0}), data_error);
  CHECK_THROWS_AS((void)mrr_from_price({.amount_minor = 1, .quantity = -1}), data_error);
  CHECK_THROWS_AS((void)mrr_from_price({.amount_minor = 1}, {.basis_points = 10'001}), data_error);
  CHECK_THROWS_AS((void)mrr_from_price({.amount_minor = INT64_MAX}), overflow_error);
  CHECK_THROWS_AS((void)mrr_from_price({.amount_minor = INT64_MAX / 2, .quantity = 3}), overflow_error);
  try {
    (void)mrr_from_price({.amount_minor = 1, .every = 0});
  } catch (const data_error& e) {
    CHECK(e.column() == "every");
    CHECK(e.value() == "0");
  }
}
