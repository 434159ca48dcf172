#include "sojourn/health/evaluation/backtest.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <string>

#include "detail/counter_random.hpp"
#include "detail/order_statistics.hpp"
#include "sojourn/detail/int128.hpp"
#include "sojourn/health/evaluation/validation.hpp"

namespace sojourn::inline v0_1::health {
namespace {

using sojourn::detail::counter_random;
using sojourn::detail::int128;
using sojourn::detail::quantile_of;
using sojourn::detail::to_double;

void require_sense(const panel& rows, const split_options& options, std::int32_t embargo) {
  require_same_length(rows.as_of, "as_of", rows.left_on, "left_on");
  if (!rows.observed_at.empty()) require_same_length(rows.as_of, "as_of", rows.observed_at, "observed_at");
  if (options.gap_days < 0) throw schema_error("the gap cannot be negative");
  if (options.horizon_days < 1) throw schema_error("the horizon must be at least one day");
  if (options.test_until && *options.test_until <= options.test_from) throw schema_error("a test ends after it begins");
  if (embargo < options.gap_days + options.horizon_days) {
    throw schema_error("an embargo of " + std::to_string(embargo) + " days is shorter than gap and horizon together (" +
                       std::to_string(options.gap_days + options.horizon_days) +
                       "): outcomes of training rows would lie in the test period");
  }
}

std::string days_text(std::int32_t days) {
  return to_string(day{days});
}

void refuse_leaks(const panel& rows, std::size_t row) {
  if (!rows.as_of.present(row))
    throw data_error({rows.as_of.name_or("as_of"), row, "", "every row of a panel needs its day", ""});
  if (rows.observed_at.empty() || !rows.observed_at.present(row) || rows.observed_at[row] <= rows.as_of[row]) return;
  throw data_error(
      {rows.observed_at.name_or("observed_at"), row, days_text(rows.observed_at[row]),
       "was observed after the day of its row, " + days_text(rows.as_of[row]) + ", so the score would know the future",
       "rebuild the panel with what was known on that day"});
}

panel_role role_of(std::int64_t t, bool gone, std::int64_t left_on, const split_options& options, std::int64_t embargo) {
  const std::int64_t opens = t + options.gap_days, closes = opens + options.horizon_days;
  if (gone && left_on <= t) return panel_role::already_left;
  if (gone && left_on <= opens) return panel_role::left_in_gap;
  if (closes > options.known_until.since_epoch) return panel_role::immature;
  if (options.test_until && t >= options.test_until->since_epoch) return panel_role::after_test;
  if (t >= options.test_from.since_epoch) return panel_role::test;
  return t + embargo <= options.test_from.since_epoch ? panel_role::train : panel_role::embargoed;
}

/// Rows in use, and for each score the order from the lowest risk up.
struct paired {
  std::vector<double> risk[2];
  std::vector<std::uint8_t> left;
  std::vector<std::uint32_t> account;  // renumbered: only accounts in use
  std::vector<std::uint32_t> order[2];
  std::size_t accounts = 0;
};

paired pair_up(const column<double>& first, const column<double>& second, const column<std::uint8_t>& left,
               const column<std::uint32_t>& account) {
  require_same_length(first, "first", second, "second");
  require_same_length(first, "first", left, "left");
  require_same_length(first, "first", account, "account");
  paired p;
  std::vector<std::uint32_t> code;
  for (std::size_t row = 0; row < first.size(); ++row) {
    if (!left.present(row) || !first.present(row) || !second.present(row) || std::isnan(first[row]) ||
        std::isnan(second[row]))
      continue;
    if (left[row] > 1)
      throw data_error({left.name_or("left"), row, std::to_string(left[row]), "an outcome is 0 (stayed) or 1 (left)", ""});
    p.risk[0].push_back(first[row]);
    p.risk[1].push_back(second[row]);
    p.left.push_back(left[row]);
    code.push_back(account[row]);
  }
  std::vector<std::uint32_t> known = code;
  std::ranges::sort(known);
  known.erase(std::unique(known.begin(), known.end()), known.end());
  p.accounts = known.size();
  for (const std::uint32_t c : code)
    p.account.push_back(static_cast<std::uint32_t>(std::ranges::lower_bound(known, c) - known.begin()));
  for (int k = 0; k < 2; ++k) {
    p.order[k].resize(code.size());
    std::iota(p.order[k].begin(), p.order[k].end(), 0u);
    const auto& risk = p.risk[k];
    std::ranges::sort(p.order[k],
                      [&](std::uint32_t a, std::uint32_t b) { return risk[a] != risk[b] ? risk[a] < risk[b] : a < b; });
  }
  return p;
}

/// Area with each row counted as often as its account was drawn; exact sums, NaN with one kind of outcome.
double weighted_auc(const paired& p, int which, const std::vector<std::uint32_t>& times) {
  const auto& order = p.order[which];
  const auto& risk = p.risk[which];
  int128 twice = 0;
  std::int64_t below = 0, left = 0;
  for (std::size_t i = 0; i < order.size();) {
    std::int64_t here_left = 0, here_stayed = 0;
    const double value = risk[order[i]];
    for (; i < order.size() && risk[order[i]] == value; ++i) {
      (p.left[order[i]] == 1 ? here_left : here_stayed) += times[p.account[order[i]]];
    }
    twice += static_cast<int128>(here_left) * (2 * below + here_stayed);
    below += here_stayed;
    left += here_left;
  }
  if (left == 0 || below == 0) return std::numeric_limits<double>::quiet_NaN();
  return to_double(twice) / (2 * to_double(static_cast<int128>(left) * below));
}

estimate with_percentiles(double value, std::vector<double> draws, std::int64_t n, confidence_level level) {
  if (std::isnan(value))
    return undefined_estimate(n == 0 ? undefined_reason::no_observations : undefined_reason::zero_denominator, level, n);
  estimate result;
  result.value = value;
  result.n = n;
  result.level = level.value();
  if (draws.size() < 2) return result;
  std::ranges::sort(draws);
  result.low = quantile_of(draws, (1 - level.value()) / 2);
  result.high = quantile_of(draws, (1 + level.value()) / 2);
  result.method = interval_method::bootstrap;
  return result;
}

}  // namespace

split_panel split_by_time(const panel& rows, const split_options& options) {
  const std::int32_t embargo = options.embargo_days.value_or(options.gap_days + options.horizon_days);
  require_sense(rows, options, embargo);
  split_panel result;
  result.role.reserve(rows.as_of.size());
  result.left.assign(rows.as_of.size(), 0);
  for (std::size_t row = 0; row < rows.as_of.size(); ++row) {
    refuse_leaks(rows, row);
    const std::int64_t t = rows.as_of[row];
    const bool gone = rows.left_on.present(row);
    const std::int64_t left_on = gone ? rows.left_on[row] : 0;
    const panel_role role = role_of(t, gone, left_on, options, embargo);
    result.role.push_back(role);
    ++result.rows[static_cast<std::size_t>(role)];
    if (role != panel_role::train && role != panel_role::test) continue;
    result.left[row] = gone && left_on <= t + options.gap_days + options.horizon_days;
    result.events[static_cast<std::size_t>(role)] += result.left[row];
  }
  return result;
}

std::vector<day> test_days(const column<std::int32_t>& as_of, std::size_t splits) {
  std::vector<std::int32_t> days;
  for (std::size_t row = 0; row < as_of.size(); ++row) {
    if (as_of.present(row)) days.push_back(as_of[row]);
  }
  std::ranges::sort(days);
  days.erase(std::unique(days.begin(), days.end()), days.end());
  if (splits < 1 || days.size() < splits + 1) {
    throw schema_error("the panel has " + std::to_string(days.size()) + " different days: too few for " +
                       std::to_string(splits) + " splits");
  }
  std::vector<day> starts;
  for (std::size_t i = 1; i <= splits; ++i) starts.push_back(day{days[days.size() * i / (splits + 1)]});
  return starts;
}

auc_difference detail::compare_auc(const column<double>& first, const column<double>& second,
                                   const column<std::uint8_t>& left, const column<std::uint32_t>& account,
                                   const bootstrap_options& options, sojourn::detail::bulk_ref bulk) {
  if (options.replicates < 0) throw schema_error("the number of replicates cannot be negative");
  const paired p = pair_up(first, second, left, account);
  const std::vector<std::uint32_t> once(p.accounts, 1);
  const double area[2] = {weighted_auc(p, 0, once), weighted_auc(p, 1, once)};
  std::vector<double> drawn[2];
  for (auto& d : drawn) d.assign(static_cast<std::size_t>(std::isnan(area[0]) ? 0 : options.replicates), 0.0);
  bulk(drawn[0].size(), [&](std::size_t replicate) {
    const counter_random draw(options.seed, replicate);
    std::vector<std::uint32_t> times(p.accounts, 0);
    for (std::size_t i = 0; i < p.accounts; ++i) ++times[static_cast<std::size_t>(draw.below(i, p.accounts))];
    for (int k = 0; k < 2; ++k) drawn[k][replicate] = weighted_auc(p, k, times);
  });
  std::vector<double> kept[2], gain;
  std::int64_t not_better = 0;
  for (std::size_t i = 0; i < drawn[0].size(); ++i) {
    if (std::isnan(drawn[0][i])) continue;
    for (int k = 0; k < 2; ++k) kept[k].push_back(drawn[k][i]);
    gain.push_back(drawn[1][i] - drawn[0][i]);
    not_better += gain.back() <= 0;
  }
  auc_difference result;
  const auto n = static_cast<std::int64_t>(p.accounts);
  result.replicates = static_cast<std::int64_t>(gain.size());
  result.seed = options.seed;
  result.share_not_better = gain.empty() ? std::numeric_limits<double>::quiet_NaN()
                                         : static_cast<double>(not_better) / static_cast<double>(gain.size());
  result.difference =
      with_percentiles(area[1] - area[0], std::move(gain), n, options.level).as({"rate_difference", auc_label.unit});
  result.first = with_percentiles(area[0], std::move(kept[0]), n, options.level).as(auc_label);
  result.second = with_percentiles(area[1], std::move(kept[1]), n, options.level).as(auc_label);
  return result;
}

}  // namespace sojourn::inline v0_1::health
