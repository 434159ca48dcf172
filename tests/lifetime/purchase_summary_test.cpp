#include "sojourn/lifetime/purchase_summary.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <random>

#include "sojourn/domain/error.hpp"

using namespace sojourn;

namespace {

struct log_columns {
  std::vector<std::uint32_t> account;
  std::vector<std::int32_t> date;
  std::vector<double> amount{};

  [[nodiscard]] purchase_log view() const { return {account, date, amount}; }
};

}  // namespace

TEST_CASE("a log of purchases: one day is one purchase, the first is not counted, an amount of 0 is one") {
  const log_columns log{{0, 1, 0, 0, 1, 0, 2}, {10, 13, 20, 20, 34, 31, 40}, {20, 8, 12, 3, 0, 5, 9}};
  const purchase_histories found = purchase_summary(log.view(), purchase_unit::week, day{34});
  REQUIRE(found.accounts.size() == 2);
  const purchase_history &first = found.accounts[0], &second = found.accounts[1];
  CHECK(first.x == 2);
  CHECK(first.t_x == 21.0 / 7);
  CHECK(first.T == 24.0 / 7);
  CHECK(first.mean == 10);  // 15 on day 20, 5 on day 31
  CHECK(first.first_day == day{10});
  CHECK(second.x == 1);
  CHECK(second.mean == 0);
  CHECK(second.T == second.t_x);
  CHECK(found.rows_later == 1);
  CHECK(found.accounts_later == 1);
  CHECK(found.until == day{34});
  CHECK(purchase_summary(log.view(), purchase_unit::day).until == day{40});
  CHECK(purchase_summary(log.view(), purchase_unit::day).accounts[0].T == 30);
  const log_columns bare{{0, 0}, {1, 5}};
  CHECK(std::isnan(purchase_summary(bare.view(), purchase_unit::day).accounts[0].mean));
}

TEST_CASE("random logs in any order equal a count account by account") {
  std::mt19937_64 random(3);
  for (int trial = 0; trial < 200; ++trial) {
    log_columns log;
    std::map<std::uint32_t, std::map<std::int32_t, double>> by_account;
    const std::int32_t until = 50;
    for (std::size_t i = 0, n = random() % 60 + 1; i < n; ++i) {
      log.account.push_back(static_cast<std::uint32_t>(random() % 8));
      log.date.push_back(static_cast<std::int32_t>(random() % 70) - 5);
      log.amount.push_back(static_cast<double>(random() % 100));
      if (log.date.back() <= until) by_account[log.account.back()][log.date.back()] += log.amount.back();
    }
    const auto found = purchase_summary(log.view(), purchase_unit::day, day{until});
    REQUIRE(found.accounts.size() == by_account.size());
    std::size_t k = 0;
    for (const auto& [account, days] : by_account) {
      const purchase_history& one = found.accounts[k++];
      double spent = 0;
      for (const auto& [date, amount] : days) spent += date == days.begin()->first ? 0 : amount;
      CHECK(one.account == account);
      CHECK(one.x == static_cast<std::int64_t>(days.size()) - 1);
      CHECK(one.t_x == days.rbegin()->first - days.begin()->first);
      CHECK(one.T == until - days.begin()->first);
      if (one.x > 0) CHECK(one.mean == spent / static_cast<double>(one.x));
    }
  }
}

TEST_CASE("a log that breaks a rule says so, and missing cells are counted") {
  CHECK_THROWS_AS((void)purchase_summary(log_columns{{0, 0}, {1, 2}, {1, -1}}.view(), purchase_unit::day), data_error);
  CHECK_THROWS_AS((void)purchase_summary(log_columns{{0, 0}, {1}}.view(), purchase_unit::day), schema_error);
  CHECK_THROWS_AS((void)purchase_summary({}, purchase_unit::day), schema_error);
  CHECK(purchase_summary({}, purchase_unit::day, day{3}).accounts.empty());
  CHECK(purchase_summary(log_columns{{0, 0}, {1, 2}, {1, std::nan("")}}.view(), purchase_unit::day).rows_missing == 1);
}
