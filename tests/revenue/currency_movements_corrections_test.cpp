// Corrections, mergers, splits and lapses in several currencies equal a recompute.
#include <doctest/doctest.h>

#include <algorithm>
#include <optional>
#include <random>

#include "random_money.hpp"
#include "sojourn/revenue/currency_movements.hpp"
#include "sojourn/revenue/ledger/account_errors.hpp"
#include "sojourn/revenue/sources/pricing.hpp"
#include "sojourn/state_bytes.hpp"

using namespace sojourn;
using namespace sojourn::test;

TEST_CASE("currencies: corrections and mergers equal a recompute, and what is refused changes nothing") {
  std::mt19937_64 random(99);
  for (int round = 0; round < 150; ++round) {
    money_table held = random_money(random, 6, 12);
    const rate_table rates = some_rates(random).table();
    ledger book = ledger_of(held.view(), currencies, {}, {known, 6});
    const money_table more = random_money(random, 6, 5);
    apply(book, more.view(), 6);
    const auto rows = more.rows.slow_rows();
    for (std::size_t i = 0; i < rows.size(); ++i) {
      held.rows.add(rows[i].account, rows[i].start, rows[i].end, rows[i].amount);
      held.currency.push_back(more.currency[i]);
    }
    const ledger full = ledger_of(held.view(), currencies, {}, {known, 6});
    REQUIRE(to_bytes(tally_revenue(book, rates, grid)) == to_bytes(tally_revenue(full, rates, grid)));
    for (std::uint32_t who = 0; who < 6; ++who)
      REQUIRE(std::ranges::equal(book.rows_of(account{who}), full.rows_of(account{who})));
    const auto before = to_bytes(tally_revenue(book, rates, grid));
    money_table wrong = more;
    wrong.rows.add(3, "2020-01-01", "", 900'000'000), wrong.currency.push_back(2);
    CHECK_THROWS_AS(retract(book, wrong.view()), account_data_error);
    try {
      retract(book, wrong.view());
    } catch (const account_data_error& e) {
      REQUIRE(e.who().index == 3);
    }
    REQUIRE(to_bytes(tally_revenue(book, rates, grid)) == before);
    retract(book, more.view());
    book.merge(account{1}, account{2});
    money_table merged = held;
    for (std::size_t i = 0; i < rows.size(); ++i) merged.currency.pop_back();
    money_table restated;
    restated.rows.accounts = 6;
    const auto all = merged.rows.slow_rows();
    for (std::size_t i = 0; i < merged.currency.size(); ++i) {
      restated.rows.add(all[i].account == 1 ? 2 : all[i].account, all[i].start, all[i].end, all[i].amount);
      restated.currency.push_back(merged.currency[i]);
    }
    const ledger again = ledger_of(restated.view(), currencies, {}, {known, 6});
    REQUIRE(to_bytes(tally_revenue(book, rates, grid)) == to_bytes(tally_revenue(again, rates, grid)));
  }
}

TEST_CASE("lapse_grace: a lapse is one of the account over all currencies, day by day") {
  std::mt19937_64 random(103);
  std::int64_t bridged = 0;
  for (int round = 0; round < 400; ++round) {
    money_table t = random_money(random, 5, 14);
    const rate_table rates = some_rates(random).table();
    revenue_policy policy;
    policy.lapse_grace = 1 + static_cast<int>(random() % 60);
    const ledger book = ledger_of(t.view(), currencies, policy, {known, 5});
    // What each account pays in each currency on each day; runs of days without anything are rows of what went before.
    money_table filled = t;
    const auto rows = t.rows.slow_rows();
    const int first = on("2019-11-01"), last = on("2021-01-01");
    std::vector<oracle::slow_ledger> days;
    for (std::uint32_t c = 0; c < currencies; ++c) {
      std::vector<oracle::slow_row> mine;
      for (std::size_t i = 0; i < rows.size(); ++i) {
        if (t.currency[i] == c) mine.push_back(rows[i]);
      }
      days.emplace_back(mine, first, last, last);
    }
    const auto pays = [&](std::uint32_t c, std::uint32_t who, int d) {
      return days[c].accounts().count(who) == 0 ? 0 : days[c].on(who, d);
    };
    for (std::uint32_t who = 0; who < 5; ++who) {
      const auto nothing = [&](int d) { return pays(0, who, d) + pays(1, who, d) + pays(2, who, d) == 0; };
      for (int d = first + 1; d < last; ++d) {
        if (!nothing(d) || nothing(d - 1)) continue;
        int back = d;
        while (back < last && nothing(back)) ++back;
        if (back == last || back - d > policy.lapse_grace) continue;
        for (std::uint32_t c = 0; c < currencies; ++c) {
          if (pays(c, who, d - 1) == 0) continue;
          filled.rows.add(who, d, back, pays(c, who, d - 1)), filled.currency.push_back(c);
          ++bridged;
        }
      }
    }
    const ledger expected = ledger_of(filled.view(), currencies, {}, {known, 5});
    REQUIRE(to_bytes(tally_revenue(book, rates, grid)) == to_bytes(tally_revenue(expected, rates, grid)));
    const ledger plain = ledger_of(t.view(), currencies, {}, {known, 5});
    const auto bridges = static_cast<std::int64_t>(filled.currency.size() - t.currency.size());
    REQUIRE(book.counts().rows == plain.counts().rows + bridges);
    for (std::uint32_t who = 0; who < 5; ++who) {
      std::vector<std::uint32_t> of_table(book.rows_of(account{who}).begin(), book.rows_of(account{who}).end());
      std::erase_if(of_table, [&](std::uint32_t row) { return row >= t.currency.size(); });
      REQUIRE(std::ranges::equal(of_table, plain.rows_of(account{who})));
    }
    REQUIRE(to_bytes(tally_revenue(book.part(0, 2), rates, grid) += tally_revenue(book.part(2, 5), rates, grid)) ==
            to_bytes(tally_revenue(book, rates, grid)));
    // In one currency it is the lapse of a plain ledger.
    std::fill(t.currency.begin(), t.currency.end(), 0u);
    const ledger dollars = ledger_of(t.view(), currencies, policy, {known, 5});
    const ledger one = ledger_of(t.rows.view(), policy, {known, 5});
    for (std::uint32_t who = 0; who < 5; ++who)
      REQUIRE(std::ranges::equal(dollars.steps(account{who}), one.steps(account{who})));
  }
  CHECK(bridged > 100);
}

TEST_CASE("currencies: a split equals the rows under two accounts, and what is refused changes nothing") {
  std::mt19937_64 random(104);
  for (int round = 0; round < 200; ++round) {
    const money_table held = random_money(random, 6, 14);
    const rate_table rates = some_rates(random).table();
    const account into{static_cast<std::uint32_t>(random() % 7)};  // one of them, or the next
    const day since = random() % 2 == 0 ? earliest_day : day{on("2020-01-01") + static_cast<int>(random() % 300)};
    money_table moving, restated;
    restated.rows.accounts = moving.rows.accounts = 7;
    const auto rows = held.rows.slow_rows();
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const auto& row = rows[i];
      const auto add = [&](money_table& to, std::uint32_t who, int from, std::optional<int> until) {
        to.rows.add(who, from, until, row.amount), to.currency.push_back(held.currency[i]);
      };
      if (row.account == into.index || random() % 2 == 0) {
        add(restated, row.account, row.start, row.end);
        continue;
      }
      add(moving, row.account, row.start, row.end);
      const int cut = std::max(row.start, row.end ? std::min(since.since_epoch, *row.end) : since.since_epoch);
      add(restated, row.account, row.start, cut);
      add(restated, into.index, cut, row.end);
    }
    ledger book = ledger_of(held.view(), currencies, {}, {known, 6});
    split(book, moving.view(), into, since, 7);
    const ledger full = ledger_of(restated.view(), currencies, {}, {known, 7});
    REQUIRE(to_bytes(tally_revenue(book, rates, grid)) == to_bytes(tally_revenue(full, rates, grid)));

    const auto before = to_bytes(tally_revenue(book, rates, grid));
    money_table wrong = moving;
    const std::uint32_t other = into.index == 3 ? 2 : 3;
    wrong.rows.add(other, "2020-01-01", "", 900'000'000), wrong.currency.push_back(2);
    CHECK_THROWS_AS(split(book, wrong.view(), into, since, 7), account_data_error);
    CHECK_THROWS_AS(split(book, moving.view(), account{90}, since), account_data_error);
    REQUIRE(to_bytes(tally_revenue(book, rates, grid)) == before);
  }
}
