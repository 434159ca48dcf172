#include "forecast/learned.hpp"

#include <algorithm>
#include <cmath>

namespace sojourn::inline v0_1::detail {
namespace {

/// Departures that the factor of a size starts with, seen and expected, as often as those of larger accounts in all say: it
/// moves away only where there is evidence.
constexpr double prior_departures = 5;

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

std::array<std::int64_t, size_bands - 1> sizes_from(const account_months& history) {
  std::vector<std::int64_t> sizes;
  for (std::size_t cell = 0; cell < history.ticks.size(); ++cell) {
    if (history.ticks[cell] > 0) sizes.push_back(history.ticks[cell]);
  }
  if (sizes.empty()) return {};
  std::sort(sizes.begin(), sizes.end());
  const std::size_t n = sizes.size();
  return {sizes[n / 3], sizes[2 * n / 3], sizes[5 * n / 6], sizes[11 * n / 12], sizes[23 * n / 24]};
}

std::array<double, size_bands> factors(const std::array<double, size_bands>& left,
                                       const std::array<double, size_bands>& expected) {
  std::array<double, size_bands> found{};
  double left_from = 0, expected_from = 0;  // of this size and all larger ones
  for (std::size_t band = 0; band < size_bands; ++band) {
    left_from += left[band];
    expected_from += expected[band];
  }
  double factor_from = 1;
  for (std::size_t band = 0; band < size_bands; ++band) {
    factor_from = (left_from + prior_departures * factor_from) / (expected_from + prior_departures);
    found[band] = (left[band] + prior_departures * factor_from) / (expected[band] + prior_departures);
    left_from -= left[band];
    expected_from -= expected[band];
  }
  return found;
}

/// Rates at renewals, from terms that have come to their end.
template <class In>
void learn_renewals(const records& seen, std::span<const std::uint32_t> weight, churn_family family, const In& in,
                    segment_rules& rules) {
  exposure all(seen.renewals);
  double terms = 0;
  for (std::size_t i = 0; i < seen.accounts.size(); ++i) {
    if (weight[i] == 0 || !in(seen.accounts[i])) continue;
    for (const risk_renewal& one : seen.accounts[i].renewals) {
      all.at_risk[one.at.number] += weight[i];
      all.left[one.at.number] += one.at.left ? weight[i] : 0;
      terms += weight[i];
    }
  }
  if (terms == 0) return;
  rules.renewal_rates = churn_rates(family, all, seen.renewals);
  std::array<double, size_bands> left{}, expected{};
  for (std::size_t i = 0; i < seen.accounts.size(); ++i) {
    if (weight[i] == 0 || !in(seen.accounts[i])) continue;
    for (const risk_renewal& one : seen.accounts[i].renewals) {
      left[one.band] += one.at.left ? weight[i] : 0;
      expected[one.band] += weight[i] * rules.renewal_rates[one.at.number];
    }
  }
  rules.renewal_size_factor = factors(left, expected);
}

/// Does `in` hold an account that may leave in any month? Without one, rates per month come from all of them.
template <class In>
bool any_by_month(const records& seen, std::span<const std::uint32_t> weight, const In& in) {
  for (std::size_t i = 0; i < seen.accounts.size(); ++i) {
    if (weight[i] > 0 && !seen.accounts[i].by_term && in(seen.accounts[i])) return true;
  }
  return false;
}

/// The rules of the accounts that `in` says, each counted by its weight.
template <class In>
segment_rules rules_of(const records& seen, std::span<const std::uint32_t> weight, churn_family family, const In& in) {
  exposure all(seen.ages);
  segment_rules rules;
  const bool months_only = any_by_month(seen, weight, in);
  if (seen.renewals > 0) learn_renewals(seen, weight, family, in, rules);
  rules.cause_share.assign(seen.causes, 0.0);
  double kept = 0;
  for (std::size_t i = 0; i < seen.accounts.size(); ++i) {
    const account_record& one = seen.accounts[i];
    if (weight[i] == 0 || !in(one)) continue;
    const double w = weight[i];
    for (const risk_month& month : one.months) {
      if (months_only && one.by_term) break;
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
    if (weight[i] == 0 || !in(seen.accounts[i]) || (months_only && seen.accounts[i].by_term)) continue;
    for (const risk_month& month : seen.accounts[i].months) {
      left[month.band] += month.left ? weight[i] : 0;
      expected[month.band] += weight[i] * rules.rates[month.age];
    }
  }
  rules.size_factor = factors(left, expected);
  if (kept > 0) rules.change_share = static_cast<double>(rules.changes.size()) / kept;
  double moved = 0;
  for (const double ratio : rules.changes) moved += ratio - 1;
  if (kept > 0) rules.mean_change = 1 + moved / kept;
  double causes = 0;
  for (const double share : rules.cause_share) causes += share;
  for (double& share : rules.cause_share) share = causes > 0 ? share / causes : 1 / static_cast<double>(seen.causes);
  return rules;
}

bool enough_renewals(const account_months& history, const std::vector<account_term>& terms) {
  std::size_t renewals = 0;
  for (std::size_t who = 0; who < history.accounts; ++who) {
    const std::size_t first = history.first_of(who);
    if (first != account_months::never) renewals += renewals_of(history, who, first, terms[who]).size();
  }
  return renewals >= least_renewals;
}

/// What happened at the renewals of an account; changes of its MRR count over whole terms, like departures.
void read_terms(const account_months& history, std::size_t who, const std::vector<past_renewal>& renewals, std::size_t every,
                const records& seen, account_record& one) {
  one.by_term = true;
  one.changes.clear();
  one.kept = 0;
  for (const past_renewal& at : renewals) {
    const std::int64_t after = history.ticks[who * history.months + at.month];
    const std::int64_t before = history.ticks[who * history.months + at.month - every];
    one.renewals.push_back({.at = at, .band = seen.band_of(before)});
    if (at.left || before == 0) continue;
    one.kept += static_cast<double>(every);
    if (after != before) one.changes.push_back(static_cast<double>(after) / static_cast<double>(before));
  }
}

exposure exposure_between(const records& seen, std::span<const std::uint32_t> weight, std::size_t from, std::size_t until) {
  exposure found(seen.ages);
  const bool months_only = any_by_month(seen, weight, [](const account_record&) { return true; });
  for (std::size_t i = 0; i < seen.accounts.size(); ++i) {
    if (months_only && seen.accounts[i].by_term) continue;
    for (const risk_month& month : seen.accounts[i].months) {
      if (month.month < from || month.month >= until) continue;
      found.at_risk[month.age] += weight[i];
      found.left[month.age] += month.left ? weight[i] : 0;
    }
  }
  return found;
}

}  // namespace

records records_of(const account_months& history, const forecast_accounts& about, const std::vector<account_term>& terms,
                   std::size_t horizon) {
  records found{.accounts = {},
                .band_from = sizes_from(history),
                .ages = history.months + horizon,
                .renewals = 0,
                .segments = about.segments,
                .causes = about.causes,
                .months = history.months};
  const bool renewals_teach = enough_renewals(history, terms);
  std::size_t shortest = found.ages;
  for (std::size_t who = 0; who < history.accounts; ++who) {
    const std::size_t first = history.first_of(who);
    if (first == account_months::never) continue;
    account_record one = record_of(history, who, first);
    if (one.months.empty()) continue;
    one.segment = about.segment.empty() ? 0 : about.segment[who];
    one.cause = about.cause.empty() ? 0 : about.cause[who];
    for (risk_month& month : one.months) month.band = found.band_of(history.ticks[who * history.months + month.month - 1]);
    if (renewals_teach && terms[who].every > 0) {
      read_terms(history, who, renewals_of(history, who, first, terms[who]), terms[who].every, found, one);
      shortest = std::min(shortest, terms[who].every);
    }
    found.accounts.push_back(std::move(one));
  }
  if (renewals_teach) found.renewals = found.ages / shortest + 1;
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
  const double by_curve = log_probability(last, churn_rates(churn_family::sbg, before, seen.ages));
  const double by_age = log_probability(last, churn_rates(churn_family::by_age, before, seen.ages));
  return by_age > by_curve ? churn_family::by_age : churn_family::sbg;
}

double month_shock(const records& seen, const std::vector<segment_rules>& rules) {
  std::vector<double> surplus(seen.months), variance(seen.months);
  const auto count = [&](std::uint32_t month, bool left, double rate) {
    surplus[month] += (left ? 1 : 0) - rate;
    variance[month] += rate * (1 - rate);
  };
  for (const account_record& one : seen.accounts) {
    const segment_rules& own = rules[one.segment];
    if (one.by_term && !own.renewal_rates.empty()) {
      for (const risk_renewal& past : one.renewals)
        count(past.at.month, past.at.left, own.renewal_rate(past.at.number, past.band));
      continue;
    }
    for (const risk_month& month : one.months) count(month.month, month.left, own.rate(month.age, month.band));
  }
  double beyond = 0, scale = 0;
  for (std::size_t t = 0; t < seen.months; ++t) {
    beyond += surplus[t] * surplus[t] - variance[t];
    scale += variance[t] * variance[t];
  }
  return scale > 0 && seen.months >= 6 ? std::min(1.0, std::sqrt(std::max(0.0, beyond / scale))) : 0;
}

}  // namespace sojourn::inline v0_1::detail
