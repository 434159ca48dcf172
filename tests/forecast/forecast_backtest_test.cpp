#include "sojourn/forecast/forecast_backtest.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <string_view>
#include <vector>

#include "sojourn/input/subscriptions.hpp"

using namespace sojourn;
using doctest::Approx;

namespace {

judged_forecast drawn(int vintage, std::size_t ahead, double actual, std::vector<double> draws) {
  return {.vintage = month{vintage}, .ahead = ahead, .point = 10, .actual = actual, .crps = 1, .draws = std::move(draws)};
}

judged_forecast ruled(int vintage, std::size_t ahead, double point, double actual) {
  return {.vintage = month{vintage},
          .ahead = ahead,
          .method = backtest_method::flat,
          .point = point,
          .actual = actual,
          .crps = std::fabs(point - actual)};
}

keyed_ledger book_until(const char* as_of) {
  keyed_ledger made{.book = {}, .keys = std::make_shared<account_index>()};
  std::vector<std::uint32_t> who;
  for (const char* key : {"a", "b"}) who.push_back(made.keys->intern(std::string_view(key)).index);
  const auto on = [](const char* text) { return parse_day(text).value().since_epoch; };
  const std::vector<std::int32_t> start{on("2024-01-01"), on("2024-01-01")}, end{on("2199-01-01"), on("2024-05-10")};
  const std::vector<std::int64_t> minor{100, 50};
  const subscriptions rows{.account = who, .start = start, .end = end, .amount = minor};
  made.book = ledger(rows, {.as_of = parse_day(as_of).value()});
  return made;
}

}  // namespace

TEST_CASE("forecast_backtest: a forecast of then beside every rule, for months that are known today") {
  const keyed_ledger then = book_until("2024-04-01"), today = book_until("2024-06-01");
  const mrr_forecast made = forecast_mrr(months_of(then.book), {}, {}, {.horizon = 3, .draws = 20});
  const std::vector<std::size_t> horizons{2, 1, 3};
  const std::vector<judged_forecast> rows = judge_forecast(today, then, made, horizons);
  REQUIRE(rows.size() == 8);  // June is not known
  for (std::size_t row = 0; row < rows.size(); ++row) {
    CHECK(static_cast<std::size_t>(rows[row].method) == row % 4);
    CHECK(rows[row].vintage == month::from_ym(2024, 3));
    CHECK(rows[row].actual == (row < 4 ? 100 : 150));
  }
  CHECK(rows[0].point == made.total.rows[1].closing);
  CHECK(rows[0].draws == made.closings[1]);
  CHECK(rows[1].point == 150);
  CHECK(rows[1].crps == 50);
  CHECK_THROWS_AS((void)judge_forecast(today, then, made, std::vector<std::size_t>{4}), schema_error);
  CHECK_THROWS_AS((void)judge_forecast(today, then, made, std::vector<std::size_t>{0}), schema_error);
  CHECK_THROWS_WITH_AS((void)judge_forecast(today, then, made, std::vector<std::size_t>{1, 2, 1}),
                       "back-test: 1 months ahead are asked for twice", schema_error);
}

TEST_CASE("forecast_backtest: vintages count as independent only where no two of them share a month") {
  std::vector<judged_forecast> rows;
  for (const int vintage : {0, 4, 8, 12}) rows.push_back(drawn(vintage, 6, 10, {9, 11}));
  CHECK(backtest_lines(rows)[0].independent == 2);  // 0 and 8; the months of 4 and 12 overlap theirs
  rows.push_back(drawn(14, 6, 10, {9, 11}));
  CHECK(backtest_lines(rows)[0].independent == 3);
  rows = {drawn(5, 1, 10, {9, 11}), drawn(5, 1, 10, {9, 11})};
  CHECK(backtest_lines(rows)[0].independent == 1);
}

TEST_CASE("forecast_backtest: a line has coverage, width, scores and bias; the rule gets limits from its own errors") {
  const std::vector<judged_forecast> rows{drawn(0, 3, 11, {8, 9, 11, 12}), ruled(0, 3, 10, 11),
                                          drawn(3, 3, 20, {8, 9, 11, 12}), ruled(3, 3, 18, 20)};
  const std::vector<backtest_limits> limits = limits_of_backtest(rows, confidence_level(0.95));
  CHECK(limits[0].low == 8);
  CHECK(limits[0].high == 12);
  CHECK(limits[1].low == 8);  // the larger of both errors, 2
  CHECK(limits[3].high == 20);
  const std::vector<backtest_line> lines = backtest_lines(rows);
  REQUIRE(lines.size() == 2);
  CHECK(lines[0].n == 2);
  CHECK(lines[0].independent == 2);
  CHECK(lines[0].scores[1].coverage == 0.5);
  CHECK(lines[0].scores[1].mean_width == 4);
  CHECK(lines[0].scores[1].score == Approx(4 + 2 / 0.05 * 8 / 2));
  CHECK(lines[0].bias == Approx(-5.5));
  CHECK(lines[0].coverage[1].low < 0.5);
  CHECK(lines[1].scores[1].coverage == 1);
  CHECK(lines[1].crps == Approx(1.5));
  const std::vector<std::string> said = backtest_verdicts(lines);
  REQUIRE(said.size() == 1);
  CHECK(said[0] ==
        "3 ahead: 95 % limits held 50% of 2; cannot be calibrated yet: 2 vintages share no month, and it takes 8 of them; "
        "does not beat flat by interval score");
}

TEST_CASE("forecast_backtest: eight vintages that share no month can be calibrated") {
  std::vector<judged_forecast> rows;
  rows.reserve(8);
  for (int vintage = 0; vintage < 8; ++vintage) rows.push_back(drawn(vintage, 1, 10, {9, 11}));
  CHECK(backtest_verdicts(backtest_lines(rows))[0] == "1 ahead: 95 % limits held 100% of 8");
  CHECK(calibrate_backtest(rows, 1, confidence_level(0.5)).n == 8);
  CHECK(calibrate_backtest(rows, 1, confidence_level(0.5)).limit == factor_limit::narrowest);
  CHECK(std::isnan(calibrate_backtest(rows, 2).factor));
}
