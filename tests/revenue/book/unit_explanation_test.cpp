// What one parent did: its changes add up to its movements, transfers included.
#include "sojourn/revenue/book/unit_explanation.hpp"

#include <doctest/doctest.h>

#include <random>

#include "revenue/book/random_books.hpp"
#include "sojourn/revenue/book/unit_movements.hpp"

using namespace sojourn;
using namespace sojourn::test;

namespace {

unit_sums sums_of(const unit_explanation& found) {
  unit_sums sums;
  for (const unit_change& one : found.changes) {
    const std::int64_t change = one.after.ticks() - one.before.ticks();
    switch (one.kind) {
      case unit_change_kind::new_business:
        sums.new_business += change, ++sums.accounts_new;
        break;
      case unit_change_kind::reactivation:
        sums.reactivation += change, ++sums.accounts_reactivated;
        break;
      case unit_change_kind::expansion:
        sums.expansion += change;
        break;
      case unit_change_kind::contraction:
        sums.contraction -= change;
        break;
      case unit_change_kind::churn:
        sums.churn -= change, ++sums.accounts_churned;
        break;
      case unit_change_kind::transfer_in:
        sums.transfer_in += change;
        break;
      case unit_change_kind::transfer_out:
        sums.transfer_out -= change;
        break;
    }
  }
  sums.opening = found.opening.ticks();
  return sums;
}

}  // namespace

TEST_CASE("the changes of parents, and of accounts that are merged, add up to their movements") {
  std::mt19937_64 random(21);
  const period_grid grid{month::of(day{first_day_of_all}), 3, 6};
  for (int round = 0; round < 60; ++round) {
    std::vector<row> rows;
    for (std::uint32_t i = 0; i < 25; ++i) {
      row one = random_row(random, fact_source::periods, i);
      one.known_from = 0;
      rows.push_back(one);
    }
    book held = book_of(fact_source::periods, rows);
    set_parent(held, {{0}, {accounts}, day{first_day_of_all + 100}});
    set_parent(held, {{1}, {accounts + 1}, day{first_day_of_all + 150}});
    merge(held, {{2}, {3}, day{first_day_of_all + 60}});
    view under{.as_of = day{as_of}};
    if (round % 2 == 0) under.unit = book_unit::parent;
    const reading how = read(held, under);
    const movements_of_units found = tally_units(held, how, grid, {.customers = true});
    const unit_movements& all = round % 2 == 0 ? *found.parents : *found.accounts;
    for (const customer_sums& one : all.customers) {
      const unit_explanation why = explain_customer(held, how, one.who, grid.start(one.period), grid.end(one.period));
      unit_sums sums = sums_of(why), wanted = one.sums;
      sums.accounts_opening = wanted.accounts_opening;
      sums.accounts_in = wanted.accounts_in, sums.accounts_out = wanted.accounts_out;  // no change of its own says so
      REQUIRE(sums == wanted);
      REQUIRE(why.closing.ticks() == wanted.closing());
    }
  }
}

TEST_CASE("a span without days and subscriptions are refused") {
  const book held = book_of(fact_source::prices, {{0, first_day_of_all, 0, 100}});
  view under{.as_of = day{as_of}};
  const reading how = read(held, under);
  CHECK_THROWS_AS((void)explain_customer(held, how, {0}, day{as_of}, day{as_of}), schema_error);
  CHECK_THROWS_AS((void)explain_customer(held, how, {99}, day{first_day_of_all}, day{as_of}), data_error);
  under.policy.unit = customer_unit::subscription;
  CHECK_THROWS_WITH_AS((void)explain_customer(held, read(held, under), {0}, day{first_day_of_all}, day{as_of}),
                       doctest::Contains("changes no hands"), schema_error);
}
