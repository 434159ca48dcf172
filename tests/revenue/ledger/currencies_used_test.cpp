// Several currencies of a book: how rows are valued, corrections whose errors name accounts, parts, and counts by name.
#include "sojourn/revenue/ledger/currencies_used.hpp"

#include <doctest/doctest.h>

#include "revenue/book/ledger_in_currencies.hpp"
#include "sojourn/revenue/currency_movements.hpp"
#include "sojourn/state_bytes.hpp"

using namespace sojourn;
using namespace sojourn::test;

namespace {

mrr level_in(const ledger& book, std::uint16_t lane, account who, day when) {
  mrr level;
  for (const mrr_step& step : book.steps(who)) {
    if (step.lane == lane && step.when <= when) level = step.level;
  }
  return level;
}

}  // namespace

TEST_CASE("several currencies of a book: rows at rates of their own are one currency, others stay apart") {
  const three_payers payers;
  const std::vector<std::int32_t> bought{on("2024-03-01"), on("2024-03-01"), on("2024-01-01")};
  const auto made = [&](fx_rule fx, std::int32_t lapse_grace = 0) {
    const named_rate_table rates = dollars_and_euros{}.rates();
    return read(book_in_currencies(payers.view(), payers.keys, rates, column<std::int32_t>(bought)),
                view_in_currencies(rates, fx, at("2024-07-01"), lapse_grace))
        .ledger;
  };
  const auto by_start = made(fx_rule::service_start);
  CHECK(by_start.book.level(account{1}, at("2024-04-01")) == mrr::from_minor(22'000));
  CHECK(by_start.book.level(account{2}, at("2024-04-01")) == mrr::from_minor(36'000));
  CHECK(!by_start.prepared.has_value());
  const auto by_purchase = made(fx_rule::purchase, 3);
  CHECK(by_purchase.book.level(account{1}, at("2024-04-01")) == mrr::from_minor(24'000));
  CHECK(by_purchase.book.level(account{2}, at("2024-04-01")) == mrr::from_minor(33'000));
  CHECK(made(fx_rule::period_mean).in->at == period_rates::mean);
  CHECK(made(fx_rule::period_open_rate).in->at == period_rates::closing_day);
}

TEST_CASE("tally_revenue of a keyed currency ledger: that of its parts, with its own rates and valuation") {
  const keyed_ledger l = three_payers{}.book();
  const period_grid grid = period_grid::between(in("2024-01"), in("2024-06"));
  const currency_revenue_state whole = tally_revenue(l, grid);
  CHECK(whole == tally_revenue(l.book, l.in->rates.rates, grid));
  currency_revenue_state sum;
  for (std::uint32_t i = 0; i < 2; ++i) sum += tally_revenue(share(l, i, 2), grid);
  CHECK(to_bytes(sum) == to_bytes(whole));
  const std::vector<account> some{{2}, {0}};
  CHECK(tally_revenue(l, some, grid) == tally_revenue(only(l, some), grid));
  CHECK_THROWS_AS((void)share(l, 2, 2), schema_error);
  const rate_options options;
  CHECK(rate_of(whole, 2, period_rate::arpa, options).value == doctest::Approx((10'000 + 24'000 + 36'000) / 3.0));
  CHECK(rate_of(whole, 4, period_rate::logo_churn, options).value == doctest::Approx(1.0 / 3));
}

TEST_CASE("corrections in several currencies: errors name the account, and nothing has changed") {
  const three_payers payers;
  const named_rate_table rates = dollars_and_euros{}.rates();
  book held = book_in_currencies(payers.view(), payers.keys, rates);
  reading now = read(held, view_in_currencies(rates, fx_rule::period_open_rate, at("2024-07-01")));
  reading* follow[] = {&now};
  (void)held.keys().intern(std::string_view("hooli"));
  const std::vector<std::uint32_t> dollars{0};
  table row;
  row.add(3, "2024-02-01", "", 500);
  const facts late{.rows = row.view(), .currency = {column<std::uint32_t>(dollars, "currency"), {"USD"}}};
  const auto lane = [&](const char* code) {
    for (std::uint16_t i = 0; i < now.lanes.size(); ++i) {
      if (now.lanes[i].currency == code) return i;
    }
    return std::uint16_t{UINT16_MAX};
  };
  CHECK_THROWS_WITH_AS(retract(held, late, std::nullopt, follow), doctest::Contains("value hooli"), data_error);
  CHECK_THROWS_WITH_AS(split(held, late, account{0}, earliest_day, follow), doctest::Contains("value hooli"), data_error);
  apply(held, late, follow);
  CHECK(level_in(now.ledger.book, lane("USD"), account{3}, at("2024-03-01")) == mrr::from_minor(500));
  CHECK_THROWS_WITH_AS(merge(held, {account{3}, account{3}}, follow), doctest::Contains("value hooli"), data_error);
  split(held, late, account{0}, earliest_day, follow);
  CHECK(level_in(now.ledger.book, lane("USD"), account{0}, at("2024-03-01")) == mrr::from_minor(10'500));
  merge(held, {account{2}, account{1}}, follow);
  CHECK(level_in(now.ledger.book, lane("EUR"), account{1}, at("2024-04-01")) == mrr::from_minor(50'000));
}

TEST_CASE("a ledger of several currencies: first day, currencies in use, counts, and the keys of some accounts") {
  const keyed_ledger l = three_payers{}.book();
  CHECK(first_day(l.book) == at("2024-01-01"));
  CHECK(currencies_used(l) == std::vector<std::string>{"EUR", "USD"});
  CHECK(counts_by_name(l).front() == named_count{"rows", 3});
  const std::vector<account> some{{2}};
  const keyed_ledger few = only(l, some);
  CHECK(few.keys->key(account{0}) == "initech");
  CHECK(first_day(few.book) == at("2024-03-01"));
}
