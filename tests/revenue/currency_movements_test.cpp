// Several currencies against the same question asked day by day with a map; and the laws of the state.
#include "sojourn/revenue/currency_movements.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <numeric>
#include <random>

#include "laws.hpp"
#include "oracle/slow_converted.hpp"
#include "random_money.hpp"
#include "sojourn/revenue/economics.hpp"
#include "sojourn/revenue/ledger/account_errors.hpp"
#include "sojourn/revenue/ledger/constant_rates.hpp"
#include "sojourn/revenue/rates.hpp"
#include "sojourn/revenue/sources/currency_rows.hpp"
#include "sojourn/state_bytes.hpp"

using namespace sojourn;
using namespace sojourn::test;
using detail::int128;

namespace {

struct slow_flow {
  int128 opening = 0, added = 0, returned = 0, expansion = 0, contraction = 0, churn = 0, closing = 0;
  long long accounts_new = 0, accounts_reactivated = 0, accounts_churned = 0, accounts_opening = 0;
};

class slow_currencies {
 public:
  slow_currencies(const money_table& t, int first, int last, int as_of) : first_(first) {
    for (std::uint32_t c = 0; c < currencies; ++c) {
      std::vector<oracle::slow_row> mine;
      const auto rows = t.rows.slow_rows();
      for (std::size_t i = 0; i < rows.size(); ++i) {
        if (t.currency[i] == c) mine.push_back(rows[i]);
        accounts_ = std::max(accounts_, rows[i].account + 1);
      }
      books_.emplace_back(mine, first, last, as_of);
    }
  }
  int128 on(std::uint32_t who, int day_, const std::vector<exchange_rate>& rates) const {
    int128 sum = 0;
    for (std::uint32_t c = 0; c < currencies; ++c) {
      if (books_[c].accounts().count(who) == 0) continue;
      const int128 native = int128{books_[c].on(who, day_)} * mrr::ticks_per_minor;
      if (native != 0) sum += oracle::slow_converted(native, rates[c]);
    }
    return sum;
  }
  slow_flow flow(int from, int to, const std::vector<exchange_rate>& opening,
                 const std::vector<exchange_rate>& closing) const {
    slow_flow f;
    for (std::uint32_t who = 0; who < accounts_; ++who) {
      f.opening += on(who, from - 1, opening);
      f.closing += on(who, to - 1, closing);
      f.accounts_opening += on(who, from - 1, opening) > 0 ? 1 : 0;
      bool ever = false;
      for (int d = first_; d < from; ++d) ever = ever || on(who, d, opening) > 0;
      for (int d = from; d < to; ++d) {
        const int128 before = on(who, d - 1, opening), now = on(who, d, opening);
        if (before == 0 && now > 0) {
          (ever ? f.returned : f.added) += now;
          ++(ever ? f.accounts_reactivated : f.accounts_new);
        }
        if (before > 0 && now == 0) f.churn += before, ++f.accounts_churned;
        if (before > 0 && now > before) f.expansion += now - before;
        if (now > 0 && now < before) f.contraction += before - now;
        ever = ever || now > 0;
      }
    }
    return f;
  }

 private:
  int first_;
  std::uint32_t accounts_ = 0;
  std::vector<oracle::slow_ledger> books_;
};

std::vector<exchange_rate> rates_on(const rate_table& rates, day when) {
  return {rates.on(0, when), rates.on(1, when), rates.on(2, when)};
}
day eve(day when) {
  return day{when.since_epoch - 1};
}

}  // namespace

TEST_CASE("currencies: movements and fx are those of a day by day count, and close in ticks") {
  std::mt19937_64 random(95);
  for (int round = 0; round < 25; ++round) {
    const money_table t = random_money(random, 4, 1 + random() % 14);
    const rate_table rates = some_rates(random).table();
    const period_rates valuation = round % 2 == 0 ? period_rates::closing_day : period_rates::mean;
    const ledger book = ledger_of(t.view(), currencies, {}, {known, 4});
    const currency_revenue_state state = tally_revenue(book, rates, grid, {}, valuation);
    const slow_currencies slow(t, on("2019-12-01"), on("2021-01-02"), known.since_epoch);
    const auto at_boundary = [&](std::int32_t b) {
      if (valuation == period_rates::closing_day) return rates_on(rates, eve(grid.start(b)));
      std::vector<exchange_rate> all;
      for (std::uint32_t c = 0; c < currencies; ++c) all.push_back(rates.mean(c, grid.start(b - 1), grid.start(b)));
      return all;
    };
    for (std::int32_t p = 0; p < grid.count; ++p) {
      const slow_flow f = slow.flow(grid.start(p).since_epoch, grid.end(p).since_epoch, at_boundary(p), at_boundary(p + 1));
      const revenue_period& ours = state.revenue.periods[static_cast<std::size_t>(p)];
      REQUIRE(ours.opening() == f.opening);
      REQUIRE(ours.new_business == f.added);
      REQUIRE(ours.reactivation == f.returned);
      REQUIRE(ours.expansion == f.expansion);
      REQUIRE(ours.contraction == f.contraction);
      REQUIRE(ours.churn == f.churn);
      REQUIRE(ours.accounts_new == f.accounts_new);
      REQUIRE(ours.accounts_reactivated == f.accounts_reactivated);
      REQUIRE(ours.accounts_churned == f.accounts_churned);
      REQUIRE(ours.base.accounts_opening == f.accounts_opening);
      REQUIRE(state.closing[static_cast<std::size_t>(p)].ticks == f.closing);
      REQUIRE(ours.opening() + ours.new_business + ours.reactivation + ours.expansion - ours.contraction - ours.churn +
                  state.fx(static_cast<std::size_t>(p)) ==
              f.closing);
      if (p + 1 < grid.count) REQUIRE(f.closing == state.revenue.periods[static_cast<std::size_t>(p) + 1].opening());
    }
    for (const movement_row& row : movements(state)) {
      REQUIRE(row.opening + row.new_business + row.reactivation + row.expansion - row.contraction - row.churn + row.fx ==
              row.closing);
    }
  }
}

TEST_CASE("currencies: one currency at rate 1 is the plain ledger, bit for bit") {
  std::mt19937_64 random(96);
  for (int round = 0; round < 100; ++round) {
    money_table t = random_money(random, 6, 20);
    std::fill(t.currency.begin(), t.currency.end(), 0u);
    const rate_table none({}, units, {});
    revenue_policy policy;
    if (round % 2 == 1) policy.movements = movement_mode::net_endpoints;
    if (round % 3 == 1) policy.reactivation_max_gap = 30;
    const ledger book = ledger_of(t.view(), currencies, {}, {known, 6});
    const currency_revenue_state state = tally_revenue(book, none, grid, policy);
    const ledger plain = t.rows.book(known);
    const revenue_state expected = tally_revenue(plain, grid, policy);
    REQUIRE(to_bytes(state.revenue) == to_bytes(expected));
    for (std::size_t p = 0; p < state.closing.size(); ++p) REQUIRE(state.fx(p) == 0);
    REQUIRE(movements(state) == movements(expected));
    const ledger constant = at_rates(book, none, at("2020-05-01"));
    for (std::uint32_t who = 0; who < 6; ++who) {
      REQUIRE(std::ranges::equal(constant.steps(account{who}), plain.steps(account{who})));
      REQUIRE(std::ranges::equal(constant.rows_of(account{who}), plain.rows_of(account{who})));
      REQUIRE(std::ranges::equal(book.rows_of(account{who}), plain.rows_of(account{who})));
    }
    REQUIRE(book.counts() == plain.counts());
    REQUIRE(arpa(at_closing_rates(state, 5)).value == doctest::Approx(arpa(expected.periods[5]).value).epsilon(1e-15));
  }
}

TEST_CASE("currencies: constant currency, the same in the state and in a ledger at the opening's rates") {
  std::mt19937_64 random(97);
  for (int round = 0; round < 60; ++round) {
    const money_table t = random_money(random, 6, 20);
    const rate_table rates = some_rates(random).table();
    const ledger book = ledger_of(t.view(), currencies, {}, {known, 6});
    const currency_revenue_state state = tally_revenue(book, rates, grid);
    for (const std::int32_t p : {0, 4, 11}) {
      const ledger constant = at_rates(book, rates, eve(grid.start(p)), grid.end(p));
      const revenue_state alone = tally_revenue(constant, period_grid{grid.first_month(p), 1, 1});
      REQUIRE(alone.periods.front() == state.revenue.periods[static_cast<std::size_t>(p)]);
      const estimate ours = nrr(state.revenue.periods[static_cast<std::size_t>(p)].base);
      const estimate theirs = nrr(tally_retention(constant, grid.start(p), grid.end(p)));
      REQUIRE((ours.value == theirs.value || !ours.defined()));
    }
  }
}

TEST_CASE("currencies: rates alone move nothing but fx, and segments add up") {
  const auto build = [](std::int64_t january) {
    money_table t;
    t.rows.add(0, "2020-01-10", "", 10'000).add(1, "2020-01-10", "", 10'000);
    t.currency = {1, 0};
    const std::vector<std::uint32_t> which{1, 1, 1, 1};
    const std::vector<std::int32_t> since{on("2019-12-01"), on("2020-01-01"), on("2020-02-01"), on("2020-03-01")};
    const std::vector<std::int64_t> over{100, january, 120, 110}, under{100, 100, 100, 100};
    const rate_table rates(
        {column<std::uint32_t>(which), column<std::int32_t>(since), column<std::int64_t>(over), column<std::int64_t>(under)},
        units, {});
    return movements(tally_revenue(ledger_of(t.view(), currencies, {}, {at("2020-04-01"), 2}), rates,
                                   period_grid::between(in("2020-01"), in("2020-03"))));
  };
  const auto rows = build(115);
  CHECK(rows[0].new_business == 20'000);  // at the opening's rate of 1.00
  CHECK(rows[0].fx == 1'500);
  CHECK(rows[0].closing == 21'500);  // EUR at 1.15
  CHECK(rows[1].expansion == 0);
  CHECK(rows[1].fx == 500);
  CHECK(rows[2].fx == -1'000);
  CHECK(rows[2].closing == 21'000);
  CHECK(rows[2].accounts_churned == 0);
}

TEST_CASE("fx: the policy names the valuation, and two answers are refused") {
  std::mt19937_64 random(100);
  revenue_policy mean;
  mean.fx = fx_rule::period_mean;
  int differ = 0;
  for (int round = 0; round < 40; ++round) {
    const money_table t = random_money(random, 6, 20);
    const rate_table rates = some_rates(random).table();
    const ledger book = ledger_of(t.view(), currencies, {}, {known, 6});
    currency_revenue_state asked = tally_revenue(book, rates, grid, {}, period_rates::mean);
    const currency_revenue_state named = tally_revenue(book, rates, grid, mean);
    REQUIRE(tally_revenue(book, rates, grid, mean, period_rates::mean) == named);
    asked.revenue.policy = mean;
    REQUIRE(asked == named);
    differ += tally_revenue(book, rates, grid).closing != named.closing ? 1 : 0;
    CHECK_THROWS_WITH_AS((void)tally_revenue(book, rates, grid, mean, period_rates::closing_day),
                         doctest::Contains("one of the two"), schema_error);
    for (const fx_rule once : {fx_rule::service_start, fx_rule::purchase}) {
      revenue_policy rows;
      rows.fx = once;
      CHECK_THROWS_WITH_AS((void)tally_revenue(book, rates, grid, rows), doctest::Contains("rows_at_rates"), schema_error);
    }
  }
  CHECK(differ > 10);
}

TEST_CASE("currencies: a missing rate names currency and month, but only where somebody needs it") {
  money_table t;
  t.rows.add(0, "2020-01-10", "2020-03-10", 10'000);
  t.currency = {1};
  const std::vector<std::uint32_t> which{1, 1, 1};
  const std::vector<std::int32_t> since{on("2019-12-01"), on("2020-01-01"), on("2020-02-01")};
  const std::vector<std::int64_t> over{1, 1, 1}, under{1, 1, 1};
  const rate_table rates(
      {column<std::uint32_t>(which), column<std::int32_t>(since), column<std::int64_t>(over), column<std::int64_t>(under)},
      units, {});
  const ledger book = ledger_of(t.view(), currencies, {}, {known, 1});
  CHECK_NOTHROW((void)tally_revenue(book, rates, grid));  // nobody pays at the end of March
  t.rows.end[0] = on("2020-04-10");
  const ledger longer = ledger_of(t.view(), currencies, {}, {known, 1});
  CHECK_THROWS_WITH_AS((void)tally_revenue(longer, rates, grid), doctest::Contains("EUR 2020-03"), data_error);
  CHECK_THROWS_WITH_AS((void)at_rates(longer, rates, at("2020-05-01")), doctest::Contains("EUR 2020-05"), data_error);
}

TEST_CASE("currencies: scaling all rates scales all money; another order of rows or more threads change no byte") {
  std::mt19937_64 random(98);
  for (int round = 0; round < 40; ++round) {
    money_table t = random_money(random, 6, 20);
    // Amounts without the reporting currency, whose own rate cannot be scaled.
    for (auto& c : t.currency) c = 1 + c % 2;
    const std::uint64_t seed = random();
    std::mt19937_64 one(seed), other(seed);
    const rate_table once = some_rates(one).table(), thrice = some_rates(other, 10'000).table();
    const ledger book = ledger_of(t.view(), currencies, {}, {known, 6});
    const auto a = tally_revenue(book, once, grid), b = tally_revenue(book, thrice, grid);
    for (std::size_t p = 0; p < a.closing.size(); ++p) {
      // 10,000 times, up to the rounding of each converted level.
      const int128 off = 10'000 * a.closing[p].ticks - b.closing[p].ticks;
      CHECK((off < 0 ? -off : off) <= 10'000 * 20);
      CHECK(a.revenue.periods[p].accounts_churned == b.revenue.periods[p].accounts_churned);
    }
    std::vector<std::size_t> order(t.currency.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::shuffle(order.begin(), order.end(), random);
    money_table shuffled{t.rows.rearranged(order, {0, 1, 2, 3, 4, 5}), {}};
    for (const std::size_t i : order) shuffled.currency.push_back(t.currency[i]);
    REQUIRE(to_bytes(tally_revenue(ledger_of(shuffled.view(), currencies, {}, {known, 6}), once, grid)) == to_bytes(a));
    REQUIRE(to_bytes(tally_revenue(book, once, grid, {}, period_rates::closing_day, thread_executor(3))) == to_bytes(a));
    currency_revenue_state parts;
    const account first[] = {{0}, {2}, {5}}, rest[] = {{1}, {3}, {4}};
    parts += tally_revenue(book, first, once, grid);
    parts += tally_revenue(book, rest, once, grid);
    REQUIRE(to_bytes(parts) == to_bytes(a));
    REQUIRE(to_bytes(tally_revenue(book.only(first), once, grid)) == to_bytes(tally_revenue(book, first, once, grid)));
    REQUIRE(to_bytes(tally_revenue(book.part(0, 3), once, grid) += tally_revenue(book.part(3, 6), once, grid)) ==
            to_bytes(a));
  }
}

TEST_CASE("currencies: rows at the rate of their start, or of a purchase, make one currency without fx") {
  money_table t;
  t.rows.add(0, "2020-01-10", "", 10'000).add(0, "2020-02-10", "", 10'000).add(1, "2020-02-10", "", 500);
  t.currency = {1, 1, 0};
  const std::vector<std::uint32_t> which{1, 1};
  const std::vector<std::int32_t> since{on("2020-01-01"), on("2020-02-01")};
  const std::vector<std::int64_t> over{110, 120}, under{100, 100};
  const rate_table rates(
      {column<std::uint32_t>(which), column<std::int32_t>(since), column<std::int64_t>(over), column<std::int64_t>(under)},
      units, {});
  const ledger at_start = rows_at_rates(t.view(), rates).book();
  CHECK(at_start.level(account{0}, at("2020-02-20")) == mrr::from_minor(23'000));
  CHECK(at_start.level(account{1}, at("2020-02-20")) == mrr::from_minor(500));
  const std::vector<std::int32_t> bought{on("2020-01-05"), on("2020-01-05"), on("2020-01-05")};
  const ledger at_purchase = rows_at_rates(t.view(), rates, column<std::int32_t>(bought)).book();
  CHECK(at_purchase.level(account{0}, at("2020-02-20")) == mrr::from_minor(22'000));
  t.currency[2] = 7;
  CHECK_THROWS_AS((void)rows_at_rates(t.view(), rates), data_error);
  CHECK_THROWS_AS((void)ledger_of(t.view(), currencies), data_error);
  t.currency.pop_back();
  CHECK_THROWS_AS((void)ledger_of(t.view(), currencies), schema_error);
}

TEST_CASE("currencies: an error of one currency names the row of the whole table and the account") {
  money_table t;
  t.rows.add(0, "2020-01-10", "", 1)
      .add(1, "2020-01-10", "", 30'000'000'000'000)
      .add(1, "2020-01-11", "", 30'000'000'000'000);
  t.currency = {0, 1, 1};
  CHECK_THROWS_WITH_AS((void)ledger_of(t.view(), currencies), doctest::Contains("account 1 passes"), account_overflow);
  t.rows.amount[2] = -5;
  CHECK_THROWS_WITH_AS((void)ledger_of(t.view(), currencies), doctest::Contains("row 2"), data_error);
}

TEST_CASE("currency_revenue_state: the laws") {
  check_laws<currency_revenue_state>([](std::mt19937_64& random) {
    std::mt19937_64 fixed(5);
    const rate_table rates = some_rates(fixed).table();
    return tally_revenue(ledger_of(random_money(random, 4, 12).view(), currencies, {}, {known, 4}), rates, grid);
  });
  currency_revenue_state a, b;
  std::mt19937_64 random(6);
  const money_table t = random_money(random, 4, 12);
  const ledger book = ledger_of(t.view(), currencies, {}, {known, 4});
  a = tally_revenue(book, some_rates(random).table(), grid);
  b = tally_revenue(book, some_rates(random).table(), grid);
  CHECK_THROWS_WITH_AS(a += b, doctest::Contains("different exchange rates"), state_error);
}
