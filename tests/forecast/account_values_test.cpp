#include "sojourn/forecast/account_values.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <memory>
#include <string_view>
#include <vector>

#include "sojourn/domain/error.hpp"
#include "sojourn/revenue/ledger/mrr_rows.hpp"

using namespace sojourn;
using doctest::Approx;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

day on(const char* text) {
  return parse_day(text).value();
}

std::int64_t renewed(const char* first, const char* last) {
  return months_renewed(on(first), on(last));
}

/// "old" since January, "young" since mid-March, "free" pays nothing, "gone" left in May after two and a half months.
keyed_ledger four_accounts() {
  keyed_ledger made{.book = {}, .keys = std::make_shared<account_index>()};
  for (const char* key : {"old", "young", "free", "gone"}) (void)made.keys->intern(std::string_view(key));
  mrr_rows rows;
  rows.accounts = 4;
  const auto add = [&](std::uint32_t who, const char* start, std::int64_t minor, row_marks marks) {
    rows.add(who, on(start).since_epoch, 0, false, minor * mrr::ticks_per_minor, who, marks);
  };
  add(0, "2024-01-01", 10'000, {});
  add(1, "2024-03-15", 5'000, {});
  add(2, "2024-05-31", 0, {.kept = account_presence::free});
  rows.add(3, on("2024-02-20").since_epoch, on("2024-05-06").since_epoch, true, 700 * mrr::ticks_per_minor, 3);
  made.book = rows.book(on("2025-01-01"));
  return made;
}

decay_fit one_rate() {
  const std::vector<double> theta{0.2};
  return decay_of(decay_family::geometric, theta);
}

account_value_options terms(double margin, double rate) {
  return {.margin = contribution_margin{margin}, .residual = {.rate = rate}};
}

}  // namespace

TEST_CASE("account_values: months renewed end with the day of the first one's number, or with a shorter month") {
  CHECK(renewed("2024-01-01", "2024-01-31") == 0);
  CHECK(renewed("2024-01-01", "2024-02-01") == 1);
  CHECK(renewed("2024-01-15", "2024-12-14") == 10);
  CHECK(renewed("2024-01-15", "2024-12-15") == 11);
  CHECK(renewed("2024-01-31", "2024-02-28") == 0);
  CHECK(renewed("2024-01-31", "2024-02-29") == 1);
  CHECK(renewed("2024-02-29", "2025-02-28") == 12);
  CHECK(renewed("2024-05-05", "2024-05-04") == 0);
}

TEST_CASE("account_values: the decisions of a ledger by hand") {
  const keyed_ledger book = four_accounts();
  const decay_state found = months_decided(tenure(book), book.book.known_until()).counts();
  // Until 2024-12-31 old has decided 11 times, young 9, free 7; gone renewed twice and was lost at the third.
  REQUIRE(found.periods.size() == 11);
  CHECK(found.periods[0] == decay_period{4, 0});
  CHECK(found.periods[1] == decay_period{4, 0});
  CHECK(found.periods[2] == decay_period{3, 1});
  CHECK(found.periods[6] == decay_period{3, 0});
  CHECK(found.periods[7] == decay_period{2, 0});
  CHECK(found.periods[9] == decay_period{1, 0});
  CHECK(found.periods[10] == decay_period{1, 0});
  const decay_sample money = months_decided(tenure(book), book.book.known_until(), decay_measure::mrr);
  CHECK(money.weighted);
  CHECK(money.accounts() == 3);  // free has no MRR to keep
}

TEST_CASE("account_values: MRR x margin x residual lifetime at the age of each customer, by hand") {
  const keyed_ledger book = four_accounts();
  const auto found = account_values(book, on("2025-01-01"), one_rate(), terms(0.5, 0.1));
  REQUIRE(found.size() == 3);  // gone is no customer any more
  const double payments = 0.8 / (1 - 0.8 / 1.1);
  CHECK(found[0].renewals == 11);
  CHECK(found[0].first == on("2024-01-01"));
  CHECK(found[0].level == mrr::from_minor(10'000));
  CHECK(found[0].residual_lifetime == Approx(4));
  CHECK(found[0].value == Approx(5'000 * payments));
  CHECK(found[1].renewals == 9);
  CHECK(found[1].value == Approx(2'500 * payments));
  CHECK(found[2].value == 0);
  // At the end of April gone was still there, and the ages are younger.
  const auto april = account_values(book, on("2024-05-01"), one_rate(), terms(0.5, 0.1));
  REQUIRE(april.size() == 3);
  CHECK(april[2].renewals == 2);
  CHECK(april[2].value == Approx(350 * payments));
}

TEST_CASE("account_values: infinite where the curve is, except for accounts that pay nothing") {
  const std::vector<double> heavy{0.7, 1.2};
  const decay_fit curve = decay_of(decay_family::sbg, heavy);
  const auto found = account_values(four_accounts(), on("2025-01-01"), curve, terms(0.5, 0));
  CHECK(found[0].value == infinity);
  CHECK(found[2].residual_lifetime == infinity);
  CHECK(found[2].value == 0);
  CHECK(account_values(four_accounts(), on("2025-01-01"), curve, terms(0, 0))[0].value == 0);
  const std::vector<double> sure{0.0, 0.5, 1.0};
  const std::vector<double> risk = value_at_risk(found, sure);
  CHECK(risk[0] == 0);
  CHECK(risk[1] == infinity);
  CHECK(risk[2] == 0);
}

TEST_CASE("account_values: older accounts are worth more under a curve of unlike accounts, with limits of the fit") {
  const std::vector<std::int64_t> survivors{1000, 869, 743, 653, 593, 551, 517, 491};
  const decay_fit curve = fit_decay(tally_decay(survivors));
  const auto found = account_values(four_accounts(), on("2025-01-01"), curve, terms(1, 0.01));
  CHECK(found[0].value / 10'000 > found[1].value / 5'000);
  const auto age = residual_payments_by_age(curve, 11, {.rate = 0.01})[11];
  CHECK(found[0].low == Approx(10'000 * age.low));
  CHECK(found[0].high == Approx(10'000 * age.high));
  const auto costs = account_values(four_accounts(), on("2025-01-01"), curve, terms(-0.1, 0.01));
  CHECK(costs[0].low < costs[0].value);
  CHECK(costs[0].value < costs[0].high);
}

TEST_CASE("account_values: value at risk is probability x value, and a missing probability stays missing") {
  const auto found = account_values(four_accounts(), on("2025-01-01"), one_rate(), terms(0.5, 0.1));
  const std::vector<double> some{0.25, std::nan(""), 1.0};
  const std::vector<double> risk = value_at_risk(found, some);
  CHECK(risk[0] == Approx(found[0].value / 4));
  CHECK(std::isnan(risk[1]));
  CHECK(risk[2] == 0);
  const std::vector<double> within = leaving_probabilities(found, one_rate(), 3);
  for (const double p : within) CHECK(p == Approx(1 - 0.8 * 0.8 * 0.8));
  const std::vector<double> few{0.5}, wrong{0.5, 1.5, 0.5}, negative{0.5, -0.1, 0.5};
  CHECK_THROWS_AS((void)value_at_risk(found, few), schema_error);
  CHECK_THROWS_AS((void)value_at_risk(found, wrong), data_error);
  CHECK_THROWS_AS((void)value_at_risk(found, negative), data_error);
}
