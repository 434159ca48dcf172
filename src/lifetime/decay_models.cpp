// The counts, and the closed forms of the families.
#include <algorithm>
#include <boost/math/special_functions/gamma.hpp>
#include <cmath>
#include <limits>
#include <numeric>
#include <string>

#include "sojourn/lifetime/decay_table.hpp"
#include "sojourn/lifetime/geometric.hpp"
#include "sojourn/lifetime/sbg.hpp"

namespace sojourn::inline v0_1 {
namespace {

constexpr std::int64_t longest_product = 10'000;

template <class Combine>
decay_state combined(const decay_state& a, const decay_state& b, const Combine& combine) {
  decay_state result = a;
  if (result.periods.size() < b.periods.size()) result.periods.resize(b.periods.size());
  for (std::size_t j = 0; j < b.periods.size(); ++j) {
    if (combine(result.periods[j].renewed, b.periods[j].renewed) || combine(result.periods[j].lost, b.periods[j].lost)) {
      throw overflow_error("decay: a count leaves 64 bits");
    }
  }
  while (!result.periods.empty() && result.periods.back() == decay_period{}) result.periods.pop_back();
  return result;
}

void add_period(decay_state& state, std::size_t j, decay_period more) {
  if (state.periods.size() <= j) state.periods.resize(j + 1);
  decay_period& total = state.periods[j];
  if (__builtin_add_overflow(total.renewed, more.renewed, &total.renewed) ||
      __builtin_add_overflow(total.lost, more.lost, &total.lost)) {
    throw overflow_error("decay: a count leaves 64 bits");
  }
}

template <class T>
void require_present(const column<T>& where, std::string_view name, std::size_t row) {
  if (!where.present(row))
    throw data_error({where.name_or(name), row, "missing", "every row of a cohort needs its value",
                      "cut the table at the last age observed"});
}

void require_renewals(std::int64_t renewals, std::int64_t least) {
  if (renewals < least) throw schema_error("decay: renewals are counted from " + std::to_string(least));
}

void require_rate(double rate) {
  if (!(rate == 0 || (rate >= 1e-6 && rate < std::numeric_limits<double>::infinity()))) {
    throw schema_error("decay: the discount rate per period is 0 or at least 1e-6, for example 0.10 a year");
  }
}

double log_of(std::int64_t count, double argument) {
  return count == 0 ? 0 : static_cast<double>(count) * std::log(argument);
}

estimate exact(double value) {
  estimate e = estimate{}.as(decay_lifetime_label);
  e.value = value;
  return e;
}

}  // namespace

decay_state& decay_state::operator+=(const decay_state& other) {
  return *this = combined(*this, other, [](std::int64_t& a, std::int64_t b) { return __builtin_add_overflow(a, b, &a); });
}

decay_state& decay_state::operator-=(const decay_state& other) {
  return *this = combined(*this, other, [](std::int64_t& a, std::int64_t b) { return __builtin_sub_overflow(a, b, &a); });
}

bool decay_state::canonical() const {
  if (!periods.empty() && periods.back() == decay_period{}) return false;
  std::int64_t faced = 0;
  const auto fits = [&](std::int64_t count) {
    return count != std::numeric_limits<std::int64_t>::min() && !__builtin_add_overflow(faced, std::abs(count), &faced);
  };
  return std::all_of(periods.begin(), periods.end(), [&](const decay_period& p) { return fits(p.renewed) && fits(p.lost); });
}

std::vector<double> decay_state::observed_survival() const {
  std::vector<double> curve{1.0};
  for (const auto& period : periods) {
    curve.push_back(curve.back() * static_cast<double>(period.renewed) / static_cast<double>(period.at_risk()));
  }
  return curve;
}

decay_state tally_decay(std::span<const std::int64_t> survivors) {
  std::vector<std::int32_t> age(survivors.size());
  std::iota(age.begin(), age.end(), 0);
  return tally_decay(column<std::int32_t>(age), column<std::int64_t>(survivors));
}

decay_state tally_decay(const column<std::int32_t>& age, const column<std::int64_t>& survivors,
                        const column<std::uint32_t>& cohort) {
  require_same_length(age, "t", survivors, "survivors");
  if (!cohort.empty()) require_same_length(age, "t", cohort, "cohort");
  if (age.empty())
    throw schema_error("column \"" + age.name_or("t") + "\" is empty; a cohort starts with its size at age 0");
  decay_state state;
  std::vector<std::int64_t> left;  // accounts left in each cohort at its latest age
  std::vector<std::int32_t> next_age;
  for (std::size_t row = 0; row < age.size(); ++row) {
    require_present(age, "t", row);
    require_present(survivors, "survivors", row);
    if (!cohort.empty()) require_present(cohort, "cohort", row);
    const std::size_t code = cohort.empty() ? 0 : cohort[row];
    if (code >= left.size()) {
      left.resize(code + 1);
      next_age.resize(code + 1);
    }
    if (age[row] != next_age[code]) {
      throw data_error({age.name_or("t"), row, std::to_string(age[row]), "ages of a cohort run 0, 1, 2, ... without a gap",
                        "sort the table and start with the size of the cohort at age 0"});
    }
    const std::int64_t now = survivors[row];
    if (now < 0 || (age[row] > 0 && now > left[code])) {
      throw data_error({survivors.name_or("survivors"), row, std::to_string(now),
                        now < 0 ? "a count is 0 or more" : "survivors never grow with age",
                        "count the accounts of the cohort that are left at each age"});
    }
    if (age[row] > 0) add_period(state, static_cast<std::size_t>(age[row]) - 1, {now, left[code] - now});
    left[code] = now;
    ++next_age[code];
  }
  while (!state.periods.empty() && state.periods.back() == decay_period{}) state.periods.pop_back();
  return state;
}

// geometric ---------------------------------------------------------------------------------------------------------

double survival(const geometric& model, std::int64_t renewals) {
  require_renewals(renewals, 0);
  return renewals == 0 ? 1 : std::exp(static_cast<double>(renewals) * std::log1p(-model.theta));
}

double retention(const geometric& model, std::int64_t renewal) {
  require_renewals(renewal, 1);
  return 1 - model.theta;
}

double churn_probability(const geometric& model, std::int64_t renewal) {
  require_renewals(renewal, 1);
  return model.theta * survival(model, renewal - 1);
}

double log_likelihood(const geometric& model, const decay_state& observed) {
  double sum = 0;
  for (const auto& period : observed.periods) {
    sum += log_of(period.lost, model.theta);
    if (period.renewed != 0) sum += static_cast<double>(period.renewed) * std::log1p(-model.theta);
  }
  return sum;
}

estimate expected_lifetime(const geometric& model) {
  return discounted_lifetime(model, 0);
}

estimate discounted_lifetime(const geometric& model, double rate) {
  require_rate(rate);
  if (rate + model.theta == 0) return undefined_estimate(undefined_reason::infinite).as(decay_lifetime_label);
  return exact((1 + rate) / (rate + model.theta));
}

// sbg ---------------------------------------------------------------------------------------------------------------

double survival(const sbg& model, std::int64_t renewals) {
  require_renewals(renewals, 0);
  if (renewals > longest_product) {
    const double t = static_cast<double>(renewals);
    return boost::math::tgamma_delta_ratio(model.beta + t, model.alpha) /
           boost::math::tgamma_delta_ratio(model.beta, model.alpha);
  }
  double s = 1;
  for (std::int64_t t = 1; t <= renewals; ++t) s *= retention(model, t);
  return s;
}

double retention(const sbg& model, std::int64_t renewal) {
  require_renewals(renewal, 1);
  const double kept = model.beta + static_cast<double>(renewal - 1);
  return kept / (model.alpha + kept);
}

double churn_probability(const sbg& model, std::int64_t renewal) {
  require_renewals(renewal, 1);
  return survival(model, renewal - 1) * model.alpha / (model.alpha + model.beta + static_cast<double>(renewal - 1));
}

double log_likelihood(const sbg& model, const decay_state& observed) {
  double sum = 0;
  double kept = model.beta;
  for (const auto& period : observed.periods) {
    const double all = model.alpha + kept;
    sum += log_of(period.renewed, kept / all) + log_of(period.lost, model.alpha / all);
    kept += 1;
  }
  return sum;
}

estimate expected_lifetime(const sbg& model) {
  if (model.alpha <= 1) return undefined_estimate(undefined_reason::infinite).as(decay_lifetime_label);
  return exact((model.alpha + model.beta - 1) / (model.alpha - 1));
}

estimate discounted_lifetime(const sbg& model, double rate) {
  require_rate(rate);
  if (rate == 0) return expected_lifetime(model);
  const double z = 1 / (1 + rate);
  double sum = 0, term = 1, kept = model.beta;
  // Retention never exceeds 1, so what is left out is below term / (1 - z) = term (1 + rate) / rate.
  while (term * (1 + rate) > sum * rate * 1e-16) {
    sum += term;
    term *= kept / (model.alpha + kept) * z;
    kept += 1;
  }
  return exact(sum);
}

estimate discounted_residual_lifetime(const sbg& model, std::int64_t renewals, double rate) {
  require_renewals(renewals, 0);
  estimate residual = discounted_lifetime(given_renewals(model, renewals + 1), rate);
  if (residual.defined()) residual.value *= retention(model, renewals + 1);
  return residual;
}

}  // namespace sojourn::inline v0_1
