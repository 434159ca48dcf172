// How good forecasts of the past were, made with what was known then: coverage, scores, and rules without a model beside
// them. Layer: 4. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sojourn/domain/calendar.hpp"
#include "sojourn/forecast/mrr_forecast.hpp"
#include "sojourn/revenue/ledger/keyed_ledger.hpp"
#include "sojourn/stats/estimate.hpp"
#include "sojourn/stats/forecast_score.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// Whose expectation a row is: the forecast's, or that of a `naive_rule`.
enum class backtest_method : std::uint8_t { forecast, flat, last_year, last_churn };
constexpr std::array<std::string_view, 4> values_of(backtest_method) {
  return {"forecast", "flat", "last_year", "last_churn"};
}

/// Levels of the limits that are judged.
inline constexpr std::array<double, 2> backtest_levels{0.8, 0.95};
/// Vintages that share no month, below which nothing can be calibrated.
inline constexpr std::int64_t vintages_to_calibrate = 8;

/// What one method said at one vintage about one month, and what came; minor units.
struct judged_forecast {
  month vintage{};        ///< the last month that was known then
  std::size_t ahead = 0;  ///< months after it
  backtest_method method = backtest_method::forecast;
  double point = 0, actual = 0;
  double crps = 0;              ///< of a rule, which has no draws, the absolute error
  std::vector<double> draws{};  ///< closings that the forecast drew; none of a rule
};

struct backtest_limits {
  double low = std::numeric_limits<double>::quiet_NaN(), high = std::numeric_limits<double>::quiet_NaN();
};

/// All vintages of one method and number of months ahead. Scores are means in minor units, smaller is better.
struct backtest_line {
  std::size_t ahead = 0;
  backtest_method method = backtest_method::forecast;
  std::int64_t n = 0;                                       ///< vintages whose month is known today
  std::int64_t independent = 0;                             ///< the most of them that share no month
  std::array<estimate, backtest_levels.size()> coverage{};  ///< shares of what came within the limits; n is `independent`'s
  std::array<interval_score, backtest_levels.size()> scores{};
  double crps = 0;
  double bias = 0;  ///< forecast - actual
};

/// Judges a forecast that was made of `then` by what the same accounts paid later, as `today` knows it; and beside it what
/// each `naive_rule` would have said. Months that `today` does not know have no row. Throws `schema_error` for months ahead
/// that are 0 or beyond the forecast. O(accounts x longest horizon + horizons x draws log draws).
[[nodiscard]] std::vector<judged_forecast> judge_forecast(const keyed_ledger& today, const keyed_ledger& then,
                                                          const mrr_forecast& made, std::span<const std::size_t> horizons);

/// The limits of each row. Those of a forecast are of its draws; a rule gets the level-quantile of its own absolute errors
/// for these months ahead in this very back-test, which flatters it. O(rows^2 + draws log draws).
[[nodiscard]] std::vector<backtest_limits> limits_of_backtest(std::span<const judged_forecast> rows, confidence_level level);

/// One line per months ahead and method, in order of first appearance. The interval of a coverage counts only independent
/// vintages.
[[nodiscard]] std::vector<backtest_line> backtest_lines(std::span<const judged_forecast> rows);

/// In words, per number of months ahead: what the 95 % limits held, whether that can be calibrated, which rules do better.
[[nodiscard]] std::vector<std::string> backtest_verdicts(std::span<const backtest_line> lines);

/// The factor by which limits so many months ahead would have had to be stretched. For vintages after these only.
[[nodiscard]] interval_factor calibrate_backtest(std::span<const judged_forecast> rows, std::size_t ahead,
                                                 confidence_level level = {});

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
