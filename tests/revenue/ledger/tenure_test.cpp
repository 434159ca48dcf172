// Tenure: entry, exit and why, of accounts in one currency and in several.
#include "sojourn/revenue/ledger/tenure.hpp"

#include <doctest/doctest.h>

#include <random>

#include "sojourn/revenue/ledger/constant_rates.hpp"
#include "sojourn/revenue/ledger/mrr_rows.hpp"
#include "subscription_table.hpp"

using namespace sojourn;
using namespace sojourn::test;

TEST_CASE("tenure: entry, days, and why an account left for the last time") {
  using enum change_cause;
  mrr_rows rows;
  rows.accounts = 3;
  const auto row = [&](std::uint32_t who, const char* from, const char* to, std::int64_t minor, change_cause ended) {
    rows.add(who, on(from), to == nullptr ? 0 : on(to), to != nullptr, minor * mrr::ticks_per_minor,
             static_cast<std::uint32_t>(rows.account.size()), {0, account_presence::absent, unknown, ended});
  };
  row(0, "2020-01-01", "2020-02-01", 100, payment_failed);  // returns, and leaves for another reason
  row(0, "2020-03-01", "2020-04-01", 60, voluntary);
  row(0, "2020-03-01", "2020-04-01", 40, price);
  row(1, "2020-01-15", nullptr, 100, unknown);
  row(2, "2020-02-01", "2020-02-11", 10, expired);
  const survival_input all = tenure(rows.book(at("2020-06-01")));
  CHECK(all.first_day == std::vector<std::int32_t>{on("2020-01-01"), on("2020-01-15"), on("2020-02-01")});
  CHECK(all.duration_days == std::vector<std::int32_t>{91, on("2020-06-01") - on("2020-01-15"), 10});
  CHECK(all.churned == std::vector<std::uint8_t>{1, 0, 1});
  CHECK(all.cause == std::vector<change_cause>{voluntary, unknown, expired});
}

TEST_CASE("at_rates: the causes of several currencies share a day at its rates, in ticks that add up to the step") {
  std::mt19937_64 random(11);
  const std::vector<exchange_rate> rates{{1, 1}, {7, 3}, {1, 90}};
  constexpr change_cause causes[] = {change_cause::unknown, change_cause::price, change_cause::seats,
                                     change_cause::voluntary};
  std::size_t several = 0;
  for (int round = 0; round < 400; ++round) {
    mrr_rows rows;
    rows.accounts = 2, rows.lanes = 3;
    for (std::uint32_t i = 0; i < 14; ++i) {
      const std::int32_t start = on("2020-01-01") + static_cast<int>(random() % 9);
      rows.add(
          static_cast<std::uint32_t>(random() % 2), start, start + static_cast<int>(random() % 9), random() % 3 != 0,
          static_cast<std::int64_t>(random() % 5000), i,
          {static_cast<std::uint16_t>(random() % 3), account_presence::absent, causes[random() % 4], causes[random() % 4]});
    }
    const ledger valued = at_rates(rows.book(at("2020-02-01")), rates);
    for (std::uint32_t who = 0; who < valued.accounts(); ++who) {
      mrr before;
      for (const mrr_step& step : valued.steps(account{who})) {
        std::int64_t sum = 0;
        std::size_t parts = 0;
        for (const cause_share& share : valued.shares(account{who})) {
          if (share.when == step.when) sum += share.ticks, ++parts;
        }
        CHECK((parts > 1) == (step.cause == change_cause::several));
        if (parts > 0) CHECK(sum == step.level.ticks() - before.ticks());
        several += parts > 1 ? 1 : 0;
        before = step.level;
      }
    }
  }
  CHECK(several > 100);
}
