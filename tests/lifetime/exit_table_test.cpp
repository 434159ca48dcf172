#include "sojourn/lifetime/exit_table.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <random>

#include "exit_columns.hpp"
#include "laws.hpp"
#include "sojourn/domain/error.hpp"

using namespace sojourn;
using namespace sojourn::test;
using doctest::Approx;

namespace {

const std::vector<std::string> reasons{"price", "failed payment", "closed"};
const std::vector<std::string> plans{"pro", "basic", "free"};

/// Whole ages and weights.
exit_columns whole_exits(std::mt19937_64& random, bool late, bool weighted) {
  exit_columns rows = random_exits(random, 3, late, weighted);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    rows.time[i] *= 8;
    if (late) rows.entry[i] = std::floor(rows.entry[i] * 8);
    if (weighted) rows.weight[i] *= 8;
  }
  return rows;
}

exit_table tally(const exit_columns& rows) {
  return tally_exits(rows.view(), reasons, rows.group, plans);
}

void check_near(const std::vector<double>& found, const std::vector<double>& wanted) {
  REQUIRE(found.size() == wanted.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (std::isnan(wanted[i]))
      REQUIRE(std::isnan(found[i]));
    else
      REQUIRE(found[i] == Approx(wanted[i]).epsilon(1e-9).scale(1e-6));
  }
}

/// Rows of some groups as a part of its own, whose words may stand in another order.
exit_table part_of(const exit_columns& rows, std::uint32_t left_out) {
  exit_columns part;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (i % 3 != left_out) continue;
    part.append(rows, i);
    if (part.cause.back() != 0) part.cause.back() = 4 - part.cause.back();
    part.group.back() = 2 - part.group.back();
  }
  const std::vector<std::string> causes(reasons.rbegin(), reasons.rend()), groups(plans.rbegin(), plans.rend());
  return tally_exits(part.view(), causes, part.group, groups);
}

}  // namespace

TEST_CASE("exit_table: the laws") {
  check_laws<exit_table>([](std::mt19937_64& random) {
    exit_columns rows = whole_exits(random, random() % 2 == 0, random() % 2 == 0);
    for (double& weight : rows.weight) weight *= 1e9;
    exit_table table = tally(rows);
    table.rows_missing = static_cast<std::int64_t>(random() % 5);
    return table;
  });
}

TEST_CASE("exit_table: parts that number their causes and groups differently merge to the whole") {
  std::mt19937_64 random(81);
  for (int round = 0; round < 100; ++round) {
    const exit_columns rows = whole_exits(random, round % 2 == 0, round % 3 == 0);
    exit_table sum = part_of(rows, 2);
    sum += part_of(rows, 0);
    sum += part_of(rows, 1);
    const exit_table whole = tally(rows);
    REQUIRE(sum == whole);
    REQUIRE(to_bytes(sum) == to_bytes(whole));
    REQUIRE(sum.canonical());
    sum -= part_of(rows, 0);
    sum -= part_of(rows, 1);
    REQUIRE(sum == part_of(rows, 2));  // words that nothing has any more are gone
  }
}

TEST_CASE("exit_table: curves, tests and lifetimes are those of the rows") {
  std::mt19937_64 random(82);
  for (int round = 0; round < 300; ++round) {
    CAPTURE(round);
    const bool late = round % 2 == 0, weighted = round % 3 == 0;
    exit_columns rows = whole_exits(random, late, weighted);
    for (std::size_t i = 0; i < rows.size(); ++i) rows.count.push_back(static_cast<std::int64_t>(random() % 3));
    const exit_table table = tally(rows);
    incidence_options options;
    if (round % 5 == 0) options.given_age = 20;
    const auto measure = weighted ? survival_measure::weight : survival_measure::accounts;
    const auto found = cumulative_incidence(table, options, measure);
    const auto wanted = cumulative_incidence_by(rows.view(), 3, rows.group, 3, options);
    REQUIRE(found.groups.size() == table.groups.size());
    for (std::size_t g = 0; g < table.groups.size(); ++g) {
      const auto at = std::find(plans.begin(), plans.end(), table.groups[g]) - plans.begin();
      const incidence_curves &one = found.groups[g], &other = wanted.groups[static_cast<std::size_t>(at)];
      REQUIRE(one.time == other.time);
      REQUIRE(one.at_risk == other.at_risk);
      REQUIRE(one.censored == other.censored);
      check_near(one.survival, other.survival);
      for (std::size_t k = 0; k < table.causes.size(); ++k) {
        const auto cause =
            static_cast<std::size_t>(std::find(reasons.begin(), reasons.end(), table.causes[k]) - reasons.begin());
        REQUIRE(one.causes[k].events == other.causes[cause].events);
        check_near(one.causes[k].incidence, other.causes[cause].incidence);
        check_near(one.causes[k].standard_error, other.causes[cause].standard_error);
      }
    }
    if (weighted) continue;
    exit_columns any = rows;
    for (auto& cause : any.cause) cause = cause == 0 ? 0 : 1;
    const logrank_test alike = logrank(lifetimes_of(table)), of_rows = logrank(any.view(), any.group, 3);
    check_near({alike.statistic, alike.p_value}, {of_rows.statistic, of_rows.p_value});
    for (std::uint32_t k = 1; k <= table.causes.size(); ++k) {
      const auto cause =
          static_cast<std::uint32_t>(std::find(reasons.begin(), reasons.end(), table.causes[k - 1]) - reasons.begin()) + 1;
      const logrank_test rate = cause_logrank(table, k);
      const logrank_test rate_of_rows = logrank(exits_of_cause(rows.view(), cause).rows(), rows.group, 3);
      check_near({rate.statistic}, {rate_of_rows.statistic});
      if (late) continue;
      check_near({gray_test(table, k).statistic}, {gray_test(rows.view(), cause, rows.group, 3).statistic});
    }
  }
}

TEST_CASE("exit_table: the decay table counts by definition") {
  std::mt19937_64 random(83);
  for (int round = 0; round < 100; ++round) {
    const exit_columns rows = whole_exits(random, round % 2 == 0, false);
    const exit_table table = tally(rows);
    for (const exit_table_row& row : exit_table_rows(table)) {
      exit_table_row wanted{.events = std::vector<std::int64_t>(table.causes.size())};
      for (std::size_t i = 0; i < rows.size(); ++i) {
        if (plans[rows.group[i]] != table.groups[row.group]) continue;
        if (rows.at_risk(i, row.time)) ++wanted.at_risk;
        if (!rows.entry.empty() && rows.entry[i] == row.time) ++wanted.entries;
        if (rows.time[i] != row.time) continue;
        if (rows.cause[i] == 0) {
          ++wanted.censored;
          continue;
        }
        const auto word = std::find(table.causes.begin(), table.causes.end(), reasons[rows.cause[i] - 1]);
        ++wanted.events[static_cast<std::size_t>(word - table.causes.begin())];
      }
      REQUIRE(row.at_risk == wanted.at_risk);
      REQUIRE(row.entries == wanted.entries);
      REQUIRE(row.censored == wanted.censored);
      REQUIRE(row.events == wanted.events);
    }
  }
}

TEST_CASE("exit_table: accounts without a group are kept apart; what is missing is counted; wrong input is named") {
  const exit_columns rows{.time = {3, 5, 5, missing_number}, .cause = {1, 0, 2, 1}, .weight = {10, 20, 0, 1}};
  const exit_table table = tally_exits(rows.view(), reasons);
  CHECK(table.groups.empty());
  CHECK(table.causes == std::vector<std::string>{"price"});
  CHECK(table.accounts() == 2);  // a row of weight 0 is as if absent
  CHECK(table.rows_missing == 1);
  const incidence_curves curves = cumulative_incidence(table, {}, survival_measure::weight).without_group;
  CHECK(curves.rows_missing == 1);
  CHECK(curves.causes[0].incidence[0] == Approx(1.0 / 3));
  CHECK(kaplan_meier(lifetimes_of(table).without_segment).survival[0] == 0.5);
  const auto refuses = [](const exit_columns& wrong, const char* what) {
    CHECK_THROWS_WITH_AS((void)tally_exits(wrong.view(), reasons), doctest::Contains(what), data_error);
  };
  refuses({.time = {1.5}, .cause = {1}}, "whole number");
  refuses({.time = {1}, .cause = {1}, .entry = {0.5}}, "whole number");
  refuses({.time = {1}, .cause = {1}, .weight = {19.99}}, "whole number");
  refuses({.time = {3e9}, .cause = {1}}, "below 2^31");
  refuses({.time = {1}, .cause = {4}}, "a word for each cause");
  CHECK_THROWS_AS((void)gray_test(table, 0), schema_error);
  CHECK_THROWS_AS((void)cumulative_incidence(table, {.given_age = -1}), schema_error);
  CHECK(gray_test(table, 9).reason != no_test::tested);
}
