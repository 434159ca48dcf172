#include "sojourn/forecast/forecast_backtest.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <optional>
#include <utility>

#include "sojourn/domain/error.hpp"
#include "sojourn/domain/words.hpp"
#include "sojourn/forecast/vintage.hpp"
#include "sojourn/stats/draws.hpp"
#include "sojourn/stats/proportion.hpp"

namespace sojourn::inline v0_1 {
namespace {

using backtest_rows = std::span<const judged_forecast>;

constexpr std::array<std::pair<naive_rule, backtest_method>, 3> rivals{
    {{naive_rule::flat, backtest_method::flat},
     {naive_rule::last_year, backtest_method::last_year},
     {naive_rule::last_churn, backtest_method::last_churn}}};

std::vector<judged_forecast> rows_of_method(backtest_rows rows, std::size_t ahead, backtest_method method) {
  std::vector<judged_forecast> found;
  for (const judged_forecast& row : rows) {
    if (row.ahead == ahead && row.method == method) found.push_back(row);
  }
  return found;
}

backtest_limits limits_of_draws(const judged_forecast& row, confidence_level level) {
  const draw_summary found = summary_of_draws(row.draws, level);
  return {found.low, found.high};
}

/// The smallest distance that holds a share `level` of the errors of a rule.
double half_width_of_rule(backtest_rows rows, const judged_forecast& of, confidence_level level) {
  std::vector<double> errors;
  for (const judged_forecast& row : rows) {
    if (row.ahead == of.ahead && row.method == of.method) errors.push_back(std::fabs(row.point - row.actual));
  }
  std::ranges::sort(errors);
  const auto held = static_cast<std::size_t>(std::ceil(level.value() * static_cast<double>(errors.size())));
  return errors[std::clamp<std::size_t>(held, 1, errors.size()) - 1];
}

/// The most vintages of which no two share a month ahead: the earliest one, then each that begins after the one before ends.
std::int64_t independent_vintages(backtest_rows rows, std::size_t ahead) {
  std::vector<month> vintages;
  for (const judged_forecast& row : rows) vintages.push_back(row.vintage);
  std::ranges::sort(vintages);
  std::int64_t found = 0;
  std::optional<month> end;
  for (const month one : vintages) {
    if (end && one < *end) continue;
    ++found;
    end = one + months{static_cast<std::int32_t>(ahead)};
  }
  return found;
}

backtest_line backtest_line_of(backtest_rows rows, std::size_t ahead, backtest_method method) {
  const std::vector<judged_forecast> mine = rows_of_method(rows, ahead, method);
  backtest_line line{.ahead = ahead,
                     .method = method,
                     .n = static_cast<std::int64_t>(mine.size()),
                     .independent = independent_vintages(mine, ahead)};
  std::vector<double> actual;
  for (const judged_forecast& row : mine) {
    actual.push_back(row.actual);
    line.crps += row.crps / static_cast<double>(mine.size());
    line.bias += (row.point - row.actual) / static_cast<double>(mine.size());
  }
  for (std::size_t which = 0; which < backtest_levels.size(); ++which) {
    const confidence_level level(backtest_levels[which]);
    std::vector<double> low, high;
    for (const backtest_limits& limits : limits_of_backtest(mine, level))
      low.push_back(limits.low), high.push_back(limits.high);
    line.scores[which] = score_intervals(low, high, actual, level);
    line.coverage[which] =
        weighted_proportion(line.scores[which].coverage, static_cast<double>(line.independent), line.scores[which].n);
  }
  return line;
}

std::string per_cent(double share) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.0f%%", 100 * share);
  return text.data();
}

}  // namespace

std::vector<judged_forecast> judge_forecast(const keyed_ledger& today, const keyed_ledger& then, const mrr_forecast& made,
                                            std::span<const std::size_t> horizons) {
  const std::size_t longest = made.closings.size();
  for (std::size_t i = 0; i < horizons.size(); ++i) {
    const std::size_t ahead = horizons[i];
    const std::span<const std::size_t> before = horizons.first(i);
    if (std::ranges::find(before, ahead) != before.end())
      throw schema_error("back-test: " + std::to_string(ahead) + " months ahead are asked for twice");
    if (ahead < 1 || ahead > longest)
      throw schema_error("back-test: months ahead are 1 to " + std::to_string(longest) + " of this forecast, not " +
                         std::to_string(ahead));
  }
  const std::vector<double> came = later_mrr(today, then, longest);
  const account_months history = months_of(then.book);
  const month vintage = history.first + months{static_cast<std::int32_t>(history.months) - 1};
  std::vector<judged_forecast> rows;
  for (const std::size_t ahead : horizons) {
    const double actual = came[ahead - 1];
    if (std::isnan(actual)) continue;
    const std::vector<double>& draws = made.closings[ahead - 1];
    rows.push_back({.vintage = vintage,
                    .ahead = ahead,
                    .point = made.total.rows[ahead - 1].closing,
                    .actual = actual,
                    .crps = crps(draws, actual),
                    .draws = draws});
    for (const auto& [rule, method] : rivals) {
      const double point = naive_forecast(history, rule, ahead);
      rows.push_back({.vintage = vintage,
                      .ahead = ahead,
                      .method = method,
                      .point = point,
                      .actual = actual,
                      .crps = std::fabs(point - actual)});
    }
  }
  return rows;
}

std::vector<backtest_limits> limits_of_backtest(std::span<const judged_forecast> rows, confidence_level level) {
  std::vector<backtest_limits> found;
  for (const judged_forecast& row : rows) {
    if (row.method == backtest_method::forecast) {
      found.push_back(limits_of_draws(row, level));
    } else {
      const double half = half_width_of_rule(rows, row, level);
      found.push_back({row.point - half, row.point + half});
    }
  }
  return found;
}

std::vector<backtest_line> backtest_lines(std::span<const judged_forecast> rows) {
  std::vector<backtest_line> lines;
  for (const judged_forecast& row : rows) {
    const auto same = [&](const backtest_line& line) { return line.ahead == row.ahead && line.method == row.method; };
    if (std::ranges::none_of(lines, same)) lines.push_back(backtest_line_of(rows, row.ahead, row.method));
  }
  return lines;
}

std::vector<std::string> backtest_verdicts(std::span<const backtest_line> lines) {
  constexpr std::size_t at_95 = 1;
  std::vector<std::string> verdicts;
  for (const backtest_line& line : lines) {
    if (line.method != backtest_method::forecast) continue;
    std::string text = std::to_string(line.ahead) + " ahead: 95 % limits held " + per_cent(line.scores[at_95].coverage) +
                       " of " + std::to_string(line.n);
    if (line.independent < vintages_to_calibrate)
      text += "; cannot be calibrated yet: " + std::to_string(line.independent) + " vintages share no month, and it takes " +
              std::to_string(vintages_to_calibrate) + " of them";
    for (const backtest_line& rival : lines) {
      if (rival.ahead == line.ahead && rival.scores[at_95].score < line.scores[at_95].score)
        text += "; does not beat " + std::string(word_of(rival.method)) + " by interval score";
    }
    verdicts.push_back(std::move(text));
  }
  return verdicts;
}

interval_factor calibrate_backtest(std::span<const judged_forecast> rows, std::size_t ahead, confidence_level level) {
  std::vector<double> errors, halves;
  for (const judged_forecast& row : rows) {
    if (row.ahead != ahead || row.method != backtest_method::forecast) continue;
    const backtest_limits limits = limits_of_draws(row, level);
    if (!(limits.high > limits.low)) continue;
    errors.push_back(row.actual - row.point);
    halves.push_back((limits.high - limits.low) / 2);
  }
  return calibrate_intervals(errors, halves, level);
}

}  // namespace sojourn::inline v0_1
