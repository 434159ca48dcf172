#include "forecast/learned.hpp"

#include <algorithm>
#include <cmath>

namespace sojourn::inline v0_1::detail {
namespace {

/// Departures that the factor of a size starts with, seen and expected: it moves from 1 only where there is evidence.
constexpr double prior_departures = 10;

account_record record_of(const account_months& history, std::size_t who, std::size_t first) {
  account_record found;
  const std::int64_t* ticks = history.ticks.data() + who * history.months;
  const std::uint8_t* there = history.there.data() + who * history.months;
  for (std::size_t t = first + 1; t < history.months; ++t) {
    if (there[t - 1] == 0) continue;
    found.months.push_back({.age = static_cast<std::uint32_t>(t - first - 1),
                            .month = static_cast<std::uint32_t>(t),
                            .band = 0,
                            .left = there[t] == 0});
    if (there[t] == 0 || ticks[t - 1] == 0) continue;
    found.kept += 1;
    if (ticks[t] != ticks[t - 1]) found.changes.push_back(static_cast<double>(ticks[t]) / static_cast<double>(ticks[t - 1]));
  }
  return found;
}

std::array<std::int64_t, size_bands - 1> thirds(const account_months& history) {
  std::vector<std::int64_t> sizes;
  for (std::size_t cell = 0; cell < history.ticks.size(); ++cell) {
    if (history.ticks[cell] > 0) sizes.push_back(history.ticks[cell]);
  }
  if (sizes.empty()) return {0, 0};
  std::sort(sizes.begin(), sizes.end());
  return {sizes[sizes.size() / 3], sizes[2 * sizes.size() / 3]};
}

/// The rules of the accounts that `in` says, each counted by its weight.
template <class In>
segment_rules rules_of(const records& seen, std::span<const std::uint32_t> weight, churn_family family, const In& in) {
  exposure all(seen.ages);
  segment_rules rules;
  rules.cause_share.assign(seen.causes, 0.0);
  double kept = 0;
  for (std::size_t i = 0; i < seen.accounts.size(); ++i) {
    const account_record& one = seen.accounts[i];
    if (weight[i] == 0 || !in(one)) continue;
    const double w = weight[i];
    for (const risk_month& month : one.months) {
      all.at_risk[month.age] += w;
      all.left[month.age] += month.left ? w : 0;
    }
    if (!one.months.empty() && one.months.back().left && one.cause < seen.causes) rules.cause_share[one.cause] += w;
    kept += w * one.kept;
    for (std::uint32_t copy = 0; copy < weight[i]; ++copy)
      rules.changes.insert(rules.changes.end(), one.changes.begin(), one.changes.end());
  }
  rules.rates = churn_rates(family, all, seen.ages);
  std::array<double, size_bands> left{}, expected{};
  for (std::size_t i = 0; i < seen.accounts.size(); ++i) {
    if (weight[i] == 0 || !in(seen.accounts[i])) continue;
    for (const risk_month& month : seen.accounts[i].months) {
      left[month.band] += month.left ? weight[i] : 0;
      expected[month.band] += weight[i] * rules.rates[month.age];
    }
  }
  for (std::size_t band = 0; band < size_bands; ++band)
    rules.size_factor[band] = (left[band] + prior_departures) / (expected[band] + prior_departures);
  if (kept > 0) rules.change_share = static_cast<double>(rules.changes.size()) / kept;
  double moved = 0;
  for (const double ratio : rules.changes) moved += ratio - 1;
  if (kept > 0) rules.mean_change = 1 + moved / kept;
  double causes = 0;
  for (const double share : rules.cause_share) causes += share;
  for (double& share : rules.cause_share) share = causes > 0 ? share / causes : 1 / static_cast<double>(seen.causes);
  return rules;
}

exposure exposure_between(const records& seen, std::span<const std::uint32_t> weight, std::size_t from, std::size_t until) {
  exposure found(seen.ages);
  for (std::size_t i = 0; i < seen.accounts.size(); ++i) {
    for (const risk_month& month : seen.accounts[i].months) {
      if (month.month < from || month.month >= until) continue;
      found.at_risk[month.age] += weight[i];
      found.left[month.age] += month.left ? weight[i] : 0;
    }
  }
  return found;
}

}  // namespace

records records_of(const account_months& history, const forecast_accounts& about, std::size_t horizon) {
  records found{.accounts = {},
                .band_from = thirds(history),
                .ages = history.months + horizon,
                .segments = about.segments,
                .causes = about.causes,
                .months = history.months};
  for (std::size_t who = 0; who < history.accounts; ++who) {
    const std::size_t first = history.first_of(who);
    if (first == account_months::never) continue;
    account_record one = record_of(history, who, first);
    if (one.months.empty()) continue;
    one.segment = about.segment.empty() ? 0 : about.segment[who];
    one.cause = about.cause.empty() ? 0 : about.cause[who];
    for (risk_month& month : one.months) month.band = found.band_of(history.ticks[who * history.months + month.month - 1]);
    found.accounts.push_back(std::move(one));
  }
  return found;
}

std::vector<segment_rules> learned(const records& seen, std::span<const std::uint32_t> weight, churn_family family) {
  std::vector<segment_rules> rules;
  rules.reserve(seen.segments + 1);
  for (std::uint32_t segment = 0; segment < seen.segments; ++segment)
    rules.push_back(rules_of(seen, weight, family, [segment](const account_record& one) { return one.segment == segment; }));
  rules.push_back(seen.segments == 1 ? rules[0]
                                     : rules_of(seen, weight, family, [](const account_record&) { return true; }));
  return rules;
}

churn_family best_family(const records& seen, std::span<const std::uint32_t> weight) {
  const std::size_t held = std::max<std::size_t>(1, seen.months / 4);
  const exposure before = exposure_between(seen, weight, 0, seen.months - held);
  const exposure last = exposure_between(seen, weight, seen.months - held, seen.months);
  churn_family best = churn_family::geometric;
  double highest = -std::numeric_limits<double>::infinity();
  for (const churn_family family : {churn_family::geometric, churn_family::sbg, churn_family::by_age}) {
    const double found = log_probability(last, churn_rates(family, before, seen.ages));
    if (found > highest) highest = found, best = family;
  }
  return best;
}

double month_shock(const records& seen, const std::vector<segment_rules>& rules) {
  std::vector<double> surplus(seen.months), variance(seen.months);
  for (const account_record& one : seen.accounts) {
    for (const risk_month& month : one.months) {
      const double rate = rules[one.segment].rate(month.age, month.band);
      surplus[month.month] += (month.left ? 1 : 0) - rate;
      variance[month.month] += rate * (1 - rate);
    }
  }
  double beyond = 0, scale = 0;
  for (std::size_t t = 0; t < seen.months; ++t) {
    beyond += surplus[t] * surplus[t] - variance[t];
    scale += variance[t] * variance[t];
  }
  return scale > 0 && seen.months >= 6 ? std::min(1.0, std::sqrt(std::max(0.0, beyond / scale))) : 0;
}

}  // namespace sojourn::inline v0_1::detail
