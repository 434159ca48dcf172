// What was up for renewal in several currencies, account by account.
#include "sojourn/revenue/ledger/constant_rates.hpp"

#include <doctest/doctest.h>

#include <random>
#include <set>

#include "revenue/ledger/random_currencies.hpp"
#include "sojourn/revenue/available_to_renew.hpp"
#include "sojourn/state_bytes.hpp"

using namespace sojourn;
using namespace sojourn::test;

TEST_CASE("several currencies: what was up for renewal keeps and loses money at the rates of the day before the window") {
  std::mt19937_64 random(407);
  int due_accounts = 0;
  for (int round = 0; round < 60; ++round) {
    const world w(random, 1 + static_cast<std::uint32_t>(round % 4));
    const day from = at("2020-04-01"), to = at("2020-10-01");
    const auto rates = w.rates_on(eve(from));
    const due_options options{known, accounts, round % 2 == 0 ? due_loss::at_end : due_loss::no_later_term};
    const reading how = w.reading_under(fx_rule::period_open_rate);
    const retention_state found = tally_available_to_renew(rows_under(w.all_facts(), how), w.rates.rates, from, to, options);
    const retention_state in_one = tally_available_to_renew(w.rows.view(), from, to, options);
    REQUIRE(found.accounts_opening == in_one.accounts_opening);
    REQUIRE(found.accounts_lost == in_one.accounts_lost);
    // Account by account: the rows taken as terms say who is due, the day map what they paid.
    retention_state expected;
    std::set<std::uint32_t> ends, crosses;
    for (const oracle::slow_row& row : w.rows.slow_rows()) {
      if (!row.end || *row.end == row.start || row.amount == 0 || row.start >= known.since_epoch) {
        if (!row.end && row.amount != 0 && row.start < from.since_epoch) crosses.insert(row.account);
        continue;
      }
      const int end = *row.end >= known.since_epoch ? to.since_epoch + 1 : *row.end;
      if (end >= from.since_epoch && end < to.since_epoch) ends.insert(row.account);
      if (row.start < from.since_epoch && end > to.since_epoch) crosses.insert(row.account);
    }
    for (const std::uint32_t who : ends) {
      if (crosses.count(who) != 0) continue;
      ++due_accounts;
      const auto opening = static_cast<std::int64_t>(w.worth(who, from.since_epoch - 1, rates));
      if (opening > 0)
        expected.add(opening, static_cast<std::int64_t>(w.worth(who, to.since_epoch - 1, rates)));
      else
        ++expected.accounts_opening;
    }
    expected.accounts_lost = found.accounts_lost;
    REQUIRE(to_bytes(found) == to_bytes(expected));
  }
  CHECK(due_accounts > 30);
}
