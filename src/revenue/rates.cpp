#include "sojourn/revenue/rates.hpp"

#include <algorithm>
#include <string>

namespace sojourn::inline v0_1 {
namespace {

day months_before(day when, std::int32_t count) {
  const month target = month::of(when) - months{count};
  const std::int32_t offset = when - month::of(when).first_day();
  const std::int32_t length = (target + months{1}).first_day() - target.first_day();
  return day{target.first_day().since_epoch + (offset < length ? offset : length - 1)};
}

// A window of 30 days is one of a month, whatever the length of that month.
bool covers(std::int32_t window, day from, day to) {
  const month first = month::of(from), end = month::of(to);
  if (window >= to - from) return true;
  return from == first.first_day() && to == end.first_day() && window >= 30 * (end - first).count;
}

void require_window_of(const revenue_policy& policy, day from, day to) {
  if (covers(policy.window, from, to)) return;
  throw schema_error("churn of " + to_string(from) + " .. " + to_string(day{to.since_epoch - 1}) +
                     ": the policy looks back " + std::to_string(policy.window) +
                     " days, which is less than the period; ask for the last month of the period or for a date (the first "
                     "day after the window), or take a policy whose window is as long as the period or has no limit");
}

}  // namespace

day_window churn_window(const revenue_policy& policy, day from, day to) {
  if (policy.window == revenue_policy::unlimited) return {from, to};
  if (policy.window > to - earliest_day) throw schema_error("churn: a window of that many days starts before 1900");
  require_window_of(policy, from, to);
  return {day{to.since_epoch - policy.window}, to};
}

std::vector<day_window> retention_windows(const revenue_policy& policy, day to) {
  switch (policy.nrr_window) {
    case nrr_window::one_month:
      return {{months_before(to, 1), to}};
    case nrr_window::twelve_months:
      return {{months_before(to, 12), to}};
    case nrr_window::trailing_mean_4q:
      break;
  }
  std::vector<day_window> years;
  for (const std::int32_t back : {9, 6, 3, 0}) years.push_back({months_before(to, back + 12), months_before(to, back)});
  return years;
}

double windows_a_year(day_window window) {
  const month first = month::of(window.from);
  const month end = month::of(window.to);
  if (window.from == first.first_day() && window.to == end.first_day()) return 12.0 / (end - first).count;
  return 365.0 / (window.to - window.from);
}

estimate mean_estimate(std::span<const estimate> all) {
  if (all.empty()) return undefined_estimate(undefined_reason::no_observations);
  if (all.size() == 1) return all.front();
  estimate mean = estimate{}.as({all.back().name, all.back().unit});
  mean.level = all.back().level;
  mean.n = all.back().n;
  mean.value = 0;
  for (const estimate& e : all) {
    if (!e.defined()) return e;
    mean.value += e.value / static_cast<double>(all.size());
  }
  return mean;
}

namespace detail {

lowest_level lowest_in(std::span<const mrr_step> steps, day_window window) noexcept {
  lowest_level seen;
  for (const mrr_step& step : steps) {
    if (step.when >= window.to) break;
    if (step.when < window.from) {
      seen = {step, step.level.ticks(), step.present()};
    } else {
      seen.lowest = std::min(seen.lowest, step.level.ticks());
      seen.stayed = seen.stayed && step.present();
    }
  }
  return seen;
}

bool needs_days(logo_denominator denominator) noexcept {
  return denominator == logo_denominator::daily_sum || denominator == logo_denominator::exposure;
}

bool mrr_needs_days(logo_denominator denominator) noexcept {
  return denominator == logo_denominator::daily_sum;
}

std::vector<day> cuts_of(day_window window, bool every_day) {
  if (!every_day) return {window.from, window.to};
  std::vector<day> cuts;
  for (std::int32_t d = window.from.since_epoch; d <= window.to.since_epoch; ++d) cuts.push_back(day{d});
  return cuts;
}

}  // namespace detail
}  // namespace sojourn::inline v0_1
