// Closes of several currencies as known on two days, against ledgers of the rows that were known then.
#include "sojourn/revenue/explain/restatement.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <random>
#include <string>

#include "sojourn/revenue/currency_movements.hpp"
#include "sojourn/revenue/sources/currency_rows.hpp"
#include "subscription_table.hpp"

using namespace sojourn;
using namespace sojourn::test;

namespace {

constexpr std::uint32_t accounts = 6;
constexpr std::uint32_t currencies = 3;
const day known = at("2021-01-01");

struct known_money {
  table rows;
  std::vector<std::uint32_t> currency;
  std::vector<std::int32_t> from, until;

  explicit known_money(std::mt19937_64& random) : rows(random_table(random, accounts, 4 + random() % 20)) {
    for (std::size_t row = 0; row < rows.account.size(); ++row) {
      currency.push_back(static_cast<std::uint32_t>(random() % currencies));
      from.push_back(on("2020-07-01") + static_cast<int>(random() % 150));
      until.push_back(from.back() + static_cast<int>(random() % 200));
    }
  }
  [[nodiscard]] book facts_of() const {
    auto keys = std::make_shared<account_index>();
    for (std::uint32_t who = 0; who < accounts; ++who) (void)keys->intern("a" + std::to_string(who));
    book made(fact_source::periods, keys, std::make_shared<account_index>());
    apply(made, {.rows = rows.view(),
                 .recorded_from = column<std::int32_t>(from, "known_from"),
                 .recorded_until = column<std::int32_t>(until, "known_until"),
                 .currency = {column<std::uint32_t>(currency, "currency"), {"USD", "EUR", "GBP"}}});
    return made;
  }
  [[nodiscard]] ledger close(day when, const revenue_policy& policy) const {
    table picked;
    picked.accounts = accounts;
    std::vector<std::uint32_t> codes;
    const auto all = rows.slow_rows();
    for (std::size_t row = 0; row < all.size(); ++row) {
      if (when.since_epoch < from[row] || when.since_epoch >= until[row]) continue;
      picked.add(all[row].account, all[row].start, all[row].end, all[row].amount);
      codes.push_back(currency[row]);
    }
    return ledger_of({picked.view(), column<std::uint32_t>(codes)}, currencies, policy, {known, accounts});
  }
};

valuation monthly(std::mt19937_64& random, period_rates how) {
  std::vector<std::uint32_t> place;
  std::vector<std::int32_t> since;
  std::vector<exchange_rate> rate;
  const std::vector<std::string> quoted{"EUR", "GBP"};
  for (month m = in("2019-06"); m < in("2021-03"); m = m + months{1}) {
    for (std::uint32_t c = 0; c < 2; ++c) {
      place.push_back(c), since.push_back(m.first_day().since_epoch);
      rate.push_back({8'000 + static_cast<std::int64_t>(random() % 5'000), 10'000});
    }
  }
  return {rates_by_name({{column<std::uint32_t>(place), quoted}, column<std::int32_t>(since), rate}, "USD", {}), how};
}

}  // namespace

TEST_CASE("compare_closes in several currencies: the difference of the two ledgers, with fx, account by account") {
  std::mt19937_64 random(71);
  const period_grid grid = period_grid::between(in("2020-02"), in("2020-06"));
  int moved = 0;
  for (int round = 0; round < 60; ++round) {
    const known_money money(random);
    const valuation in = monthly(random, round % 2 == 0 ? period_rates::closing_day : period_rates::mean);
    revenue_policy policy;
    if (round % 3 == 1) policy.lapse_grace = 15;
    const view how{.policy = policy,
                   .as_of = known,
                   .currencies = currency_view{std::make_shared<const named_rate_table>(in.rates), in.at}};
    const day first = day{on("2020-08-01") + static_cast<int>(random() % 60)};
    const day second = day{first.since_epoch + static_cast<int>(random() % 90)};
    const restatement found = compare_closes(money.facts_of(), first, second, grid, how);
    const auto tally = [&](day when) {
      return tally_revenue(money.close(when, policy), in.rates.rates, grid, policy, in.at);
    };
    const currency_revenue_state was = tally(first), is = tally(second);
    for (std::size_t p = 0; p < 5; ++p) {
      period_movements expected = period_movements::of(is.revenue.periods[p], is.fx(p));
      expected -= period_movements::of(was.revenue.periods[p], was.fx(p));
      REQUIRE(found.change[p] == expected);
      moved += expected.fx != 0 ? 1 : 0;
      period_movements sum;
      for (const restated_account& one : found.accounts) {
        for (const restated_period& change : one.periods) {
          if (change.period == static_cast<std::int32_t>(p)) sum += change.change;
        }
      }
      REQUIRE(sum == expected);
    }
  }
  CHECK(moved > 50);
}
