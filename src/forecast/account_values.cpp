#include "sojourn/forecast/account_values.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <unordered_map>

#include "detail/number_text.hpp"
#include "sojourn/domain/error.hpp"
#include "sojourn/revenue/ledger/constant_rates.hpp"

namespace sojourn::inline v0_1 {
namespace {

/// Money that is 0 stays 0, however long it is paid.
double paid_in_all(double each, double times) {
  return each == 0 ? 0 : each * times;
}

/// The day of the month on which a month of age that began with `first` is full.
unsigned due_day(const calendar_date& first, const calendar_date& in) {
  return std::min(first.day_of_month, calendar_date::days_in_month(in.year, in.month));
}

/// The month of age within whose last day an account left: 1, 2, ...
std::int64_t month_of_loss(day first, day left) {
  const std::int64_t whole = months_renewed(first, left);
  const bool at_due = left.ymd().day_of_month == due_day(first.ymd(), left.ymd());
  return std::max<std::int64_t>(1, whole + (at_due ? 0 : 1));
}

}  // namespace

std::int64_t months_renewed(day first, day last) {
  if (last < first) return 0;
  const calendar_date begin = first.ymd(), end = last.ymd();
  const std::int64_t months = 12 * std::int64_t{end.year - begin.year} + std::int64_t{end.month} - std::int64_t{begin.month};
  return months - (end.day_of_month < due_day(begin, end) ? 1 : 0);
}

decay_sample months_decided(const survival_input& accounts, day known_until, decay_measure measure) {
  const std::size_t count = accounts.account.size();
  std::vector<std::int32_t> renewal;
  std::vector<double> weight;
  renewal.reserve(count);
  weight.reserve(count);
  const day last{known_until.since_epoch - 1};
  for (std::size_t i = 0; i < count; ++i) {
    const day first{accounts.first_day[i]}, end{first.since_epoch + accounts.duration_days[i]};
    const std::int64_t faced = accounts.churned[i] != 0 ? month_of_loss(first, end) : months_renewed(first, last);
    renewal.push_back(static_cast<std::int32_t>(faced));
    weight.push_back(static_cast<double>(accounts.last_mrr_ticks[i]));
  }
  decay_rows rows{.t = renewal, .left = accounts.churned};
  if (measure == decay_measure::mrr) rows.weight = weight;
  return sample_decay(rows);
}

std::vector<account_value> account_values(const keyed_ledger& book, day end, const decay_fit& decay,
                                          const account_value_options& options) {
  std::vector<account_value> found;
  ask_closing(book, end, [&](const ledger& now) {
    const day last{std::min(end, now.known_until()).since_epoch - 1};
    for (std::size_t i = 0; i < now.accounts(); ++i) {
      const account who{static_cast<std::uint32_t>(i)};
      if (now.presence(who, last) == account_presence::absent) continue;
      const day first = now.steps(who).front().when;
      found.push_back({.who = who, .first = first, .renewals = months_renewed(first, last), .level = now.level(who, last)});
    }
  });
  std::int64_t longest = 0;
  for (const account_value& one : found) longest = std::max(longest, one.renewals);
  const std::vector<residual_payments> by_age = residual_payments_by_age(decay, longest, options.residual);
  for (account_value& one : found) {
    const residual_payments& age = by_age[static_cast<std::size_t>(one.renewals)];
    const double contribution = one.level.minor() * options.margin.share();
    one.residual_lifetime = age.lifetime;
    one.value = paid_in_all(contribution, age.payments);
    if (std::isnan(age.low)) continue;
    one.low = std::min(contribution * age.low, contribution * age.high);
    one.high = std::max(contribution * age.low, contribution * age.high);
  }
  return found;
}

std::vector<double> value_at_risk(std::span<const account_value> accounts, std::span<const double> probability) {
  if (accounts.size() != probability.size())
    throw schema_error("value at risk: one probability per account, missing ones as NaN");
  std::vector<double> found;
  found.reserve(accounts.size());
  for (std::size_t row = 0; row < accounts.size(); ++row) {
    const double p = probability[row];
    if (p < 0 || p > 1)
      throw data_error(
          {"probability", row, detail::number_text(p), "a probability of leaving lies between 0 and 1", "3 % is 0.03"});
    found.push_back(std::isnan(p) ? p : paid_in_all(p, accounts[row].value));
  }
  return found;
}

std::vector<double> leaving_probabilities(std::span<const account_value> accounts, const decay_fit& decay,
                                          std::int64_t within) {
  std::unordered_map<std::int64_t, double> by_age;
  std::vector<double> found;
  found.reserve(accounts.size());
  for (const account_value& one : accounts) {
    const auto [place, is_new] = by_age.try_emplace(one.renewals);
    if (is_new) place->second = leaving_probability(decay, one.renewals, within);
    found.push_back(place->second);
  }
  return found;
}

}  // namespace sojourn::inline v0_1
