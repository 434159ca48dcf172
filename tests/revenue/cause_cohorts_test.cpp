// Cohorts by cause of leaving: with the customers who are left they add up to the cohort, cell by cell.
#include "sojourn/revenue/cause_cohorts.hpp"

#include <doctest/doctest.h>

#include <random>

#include "revenue/random_causes.hpp"
#include "sojourn/exec/executor.hpp"
#include "subscription_table.hpp"

using namespace sojourn;
using namespace sojourn::test;

TEST_CASE("who left for a cause, over all causes and with who is left, is the cohort") {
  std::mt19937_64 random(5);
  const period_grid grid = period_grid::between(in("2019-10"), in("2020-12"));
  std::size_t left = 0;
  for (const cohort_presence who : {cohort_presence::active_at_end, cohort_presence::never_churned}) {
    for (const cohort_index ages : {cohort_index::calendar_period, cohort_index::tenure_days}) {
      for (int round = 0; round < 60; ++round) {
        const ledger book = random_rows(random, 8).book(at("2020-11-20"));
        const cohort_state kept = tally_cohorts(book, grid, {who, ages});
        std::vector<cohort_state> causes;
        for (const change_cause why : random_cause_words) causes.push_back(tally_leavers(book, grid, why, {who, ages}));
        for (std::int32_t c = 0; c < grid.count; ++c) {
          for (std::int32_t a = 0; c + a < grid.count; ++a) {
            const auto stayed = cohort_count(kept, c, a);
            std::int64_t sum = stayed.value_or(0);
            for (const cohort_state& one : causes) {
              REQUIRE(one.start == kept.start);
              REQUIRE(cohort_count(one, c, a).has_value() == stayed.has_value());
              const std::int64_t gone = cohort_count(one, c, a).value_or(0);
              REQUIRE(gone >= 0);
              sum += gone, left += static_cast<std::size_t>(gone);
            }
            if (stayed) REQUIRE(sum == kept.start[static_cast<std::size_t>(c)].accounts);
          }
        }
      }
    }
  }
  CHECK(left > 1000);
}

TEST_CASE("who returns is in no cell until it leaves again, for its new cause") {
  using enum change_cause;
  mrr_rows rows;
  rows.accounts = 1;
  rows.add(0, on("2020-01-05"), on("2020-02-10"), true, 166'320, 0, {0, account_presence::absent, unknown, price});
  rows.add(0, on("2020-04-10"), on("2020-05-20"), true, 166'320, 1, {0, account_presence::absent, unknown, voluntary});
  const ledger book = rows.book(at("2020-07-01"));
  const period_grid grid = period_grid::between(in("2020-01"), in("2020-06"));
  const auto row = [&](change_cause why, cohort_presence who) {
    const cohort_state state = tally_leavers(book, grid, why, {who});
    std::vector<std::int64_t> counts;
    for (std::int32_t age = 0; age < 6; ++age) counts.push_back(cohort_count(state, 0, age).value());
    return counts;
  };
  using list = std::vector<std::int64_t>;
  CHECK(row(price, cohort_presence::active_at_end) == list{0, 1, 1, 0, 0, 0});
  CHECK(row(voluntary, cohort_presence::active_at_end) == list{0, 0, 0, 0, 1, 1});
  CHECK(row(price, cohort_presence::never_churned) == list{0, 1, 1, 1, 1, 1});
  CHECK(row(voluntary, cohort_presence::never_churned) == list{0, 0, 0, 0, 0, 0});
}

TEST_CASE("leavers: any executor gives the same bytes") {
  std::mt19937_64 random(6);
  const ledger book = random_rows(random, 400).book(at("2020-11-20"));
  const period_grid grid = period_grid::between(in("2019-10"), in("2020-12"));
  CHECK(tally_leavers(book, grid, change_cause::price, {}, thread_executor(3)) ==
        tally_leavers(book, grid, change_cause::price));
}
