// Time in stage: who is where since when, who is stuck, and how long a stay takes.
#include "sojourn/health/book/stages.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "sojourn/domain/error.hpp"

using namespace sojourn;
using namespace sojourn::health;

namespace {

constexpr double no_limit = std::numeric_limits<double>::quiet_NaN();

struct entries {
  std::vector<std::uint32_t> account, stage;
  std::vector<std::int32_t> when;

  entries& add(std::uint32_t who, std::uint32_t what, std::int32_t on) {
    account.push_back(who);
    stage.push_back(what);
    when.push_back(on);
    return *this;
  }
  [[nodiscard]] stage_table on(std::int32_t today, const std::vector<double>& longest, std::size_t accounts) const {
    return time_in_stage({account, stage, when, accounts, longest.size()}, longest, day{today});
  }
};

}  // namespace

TEST_CASE("an account is in the stage that it entered last, and stuck after its longest stay") {
  entries some;
  some.add(0, 1, 20).add(0, 0, 0).add(1, 0, 0).add(2, 0, 99);
  const stage_table table = some.on(30, {30, 10, no_limit}, 3);
  CHECK(table.accounts[0].stage == 1);
  CHECK(table.accounts[0].since == day{20});
  CHECK(table.accounts[0].days == 10);
  CHECK(table.accounts[0].moves == 1);
  CHECK(table.accounts[0].pace == stage_pace::on_time);  // the last day allowed is on time
  CHECK(table.accounts[1].pace == stage_pace::on_time);
  CHECK(table.accounts[2].pace == stage_pace::before);
  CHECK(table.accounts[2].stage == no_stage);
  CHECK(some.on(31, {30, 10, no_limit}, 3).accounts[0].pace == stage_pace::stuck);
  CHECK(some.on(1000, {no_limit, no_limit, no_limit}, 3).accounts[1].pace == stage_pace::on_time);
}

TEST_CASE("steps back, one day's entries, and entering where one is") {
  entries some;
  some.add(0, 1, 0).add(0, 0, 5).add(0, 0, 7).add(0, 0, 9).add(0, 2, 9);
  const account_stage now = some.on(10, {no_limit, no_limit, no_limit}, 1).accounts[0];
  CHECK(now.stage == 2);
  CHECK(now.moves == 2);
  CHECK(now.steps_back == 1);
  CHECK(now.days == 1);
}

TEST_CASE("the median of a stay counts those that go on") {
  entries some;
  some.add(0, 0, 0).add(0, 1, 10).add(1, 0, 0).add(1, 1, 20).add(2, 0, 0).add(3, 0, 0);
  // Stays 10 and 20 ended, two go on at 30: 3/4 after 10, 2/4 after 20.
  const stage_line line = some.on(30, {no_limit, no_limit}, 4).stages[0];
  CHECK(line.entered == 4);
  CHECK(line.in_it == 2);
  CHECK(line.left == 2);
  CHECK(line.median_days == 20);
  CHECK(std::isnan(some.on(15, {no_limit, no_limit}, 4).stages[0].median_days));
}

TEST_CASE("entries that do not fit are refused") {
  entries some;
  some.add(0, 3, 0);
  CHECK_THROWS_AS((void)some.on(1, {no_limit}, 1), data_error);
  CHECK_THROWS_AS((void)some.on(1, {no_limit, no_limit, no_limit, no_limit}, 0), data_error);
  CHECK_THROWS_AS((void)time_in_stage({some.account, some.stage, {}, 1, 4}, std::vector<double>(4), day{1}), schema_error);
  CHECK_THROWS_AS((void)time_in_stage({some.account, some.stage, some.when, 1, 4}, std::vector<double>(3), day{1}),
                  schema_error);
}
