#include "sojourn/health/book/remedy_effect.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>

#include <boost/math/distributions/students_t.hpp>

#include "detail/fnv1a.hpp"
#include "detail/number_text.hpp"
#include "sojourn/domain/error.hpp"
#include "sojourn/stats/proportion.hpp"

namespace sojourn::inline v0_1::health {
namespace {

constexpr metric_label with_label{"outcome", ""}, effect_of_remedy{"remedy_effect", ""};

void require_share(double held_out) {
  if (!(held_out >= 0 && held_out < 1)) {
    throw schema_error("the share that is held out must lie from 0 to below 1, and is " +
                       sojourn::detail::number_text(held_out));
  }
}

void check_log(const assignment_log& log, const remedy_outcomes& outcomes) {
  if (log.remedy.size() != log.account.size() || log.arm.size() != log.account.size()) {
    throw schema_error("account, remedy and arm of the log differ in length: " + std::to_string(log.account.size()) + ", " +
                       std::to_string(log.remedy.size()) + " and " + std::to_string(log.arm.size()));
  }
  if (outcomes.value.size() != outcomes.account.size()) {
    throw schema_error("account and value of the outcomes differ in length: " + std::to_string(outcomes.account.size()) +
                       " and " + std::to_string(outcomes.value.size()));
  }
}

std::map<std::uint32_t, double> outcomes_by_account(const remedy_outcomes& outcomes) {
  std::map<std::uint32_t, double> found;
  for (std::size_t row = 0; row < outcomes.value.size(); ++row) {
    const double value = outcomes.value[row];
    if (std::isinf(value)) throw data_error({"outcome", row, sojourn::detail::number_text(value), "is infinite", ""});
    if (!found.try_emplace(outcomes.account[row], value).second)
      throw data_error({"account", row, "", "has two outcomes", "give one row per account"});
  }
  return found;
}

/// The outcomes of one arm.
struct arm_outcomes {
  std::vector<double> values;

  [[nodiscard]] std::int64_t size() const { return static_cast<std::int64_t>(values.size()); }
  [[nodiscard]] std::int64_t ones() const { return std::count(values.begin(), values.end(), 1.0); }
  [[nodiscard]] double mean() const {
    double sum = 0;
    for (const double value : values) sum += value;
    return sum / static_cast<double>(values.size());
  }
  [[nodiscard]] double variance_of_mean() const {
    const double centre = mean(), n = static_cast<double>(values.size());
    double squares = 0;
    for (const double value : values) squares += (value - centre) * (value - centre);
    return squares / (n - 1) / n;
  }
};

double student_quantile(confidence_level level, double degrees) {
  const boost::math::students_t_distribution<double> student(degrees);
  return boost::math::quantile(student, 0.5 + level.value() / 2);
}

estimate mean_of(const arm_outcomes& arm, confidence_level level) {
  if (arm.values.empty()) return undefined_estimate(undefined_reason::no_observations, level).as(with_label);
  estimate found = estimate{}.as(with_label);
  found.level = level.value();
  found.n = arm.size();
  found.value = arm.mean();
  if (arm.size() < 2) return found;
  const double half = student_quantile(level, static_cast<double>(arm.size() - 1)) * std::sqrt(arm.variance_of_mean());
  found.low = found.value - half;
  found.high = found.value + half;
  found.method = interval_method::student;
  return found;
}

/// Welch: the two variances may differ, and so may the sizes.
estimate difference_of_means(const arm_outcomes& with, const arm_outcomes& without, confidence_level level) {
  const std::int64_t n = with.size() + without.size();
  if (with.values.empty() || without.values.empty())
    return undefined_estimate(undefined_reason::no_observations, level, n).as(effect_of_remedy);
  estimate found = estimate{}.as(effect_of_remedy);
  found.level = level.value();
  found.n = n;
  found.value = with.mean() - without.mean();
  if (with.size() < 2 || without.size() < 2) return found;
  const double a = with.variance_of_mean(), b = without.variance_of_mean();
  found.method = interval_method::student;
  found.low = found.high = found.value;
  if (!(a + b > 0)) return found;
  const double degrees =
      (a + b) * (a + b) / (a * a / static_cast<double>(with.size() - 1) + b * b / static_cast<double>(without.size() - 1));
  const double half = student_quantile(level, degrees) * std::sqrt(a + b);
  found.low = found.value - half;
  found.high = found.value + half;
  return found;
}

remedy_verdict verdict_on(const estimate& effect, better_outcome better) {
  if (std::isnan(effect.low) || std::isnan(effect.high) || (effect.low <= 0 && effect.high >= 0))
    return remedy_verdict::inconclusive;
  const bool rises = effect.low > 0;
  return rises == (better == better_outcome::higher) ? remedy_verdict::helps : remedy_verdict::harms;
}

}  // namespace

std::vector<remedy_effect_line> remedy_effect(const assignment_log& log, const remedy_outcomes& outcomes,
                                              const remedy_effect_options& options) {
  check_log(log, outcomes);
  const std::map<std::uint32_t, double> known = outcomes_by_account(outcomes);
  const bool shares = std::all_of(known.begin(), known.end(), [](const auto& one) {
    return std::isnan(one.second) || one.second == 0 || one.second == 1;
  });
  std::vector<remedy_effect_line> lines(log.remedies);
  std::vector<std::array<arm_outcomes, 2>> arms(log.remedies);
  std::map<std::pair<std::uint32_t, std::uint32_t>, remedy_arm> assigned;
  for (std::size_t row = 0; row < log.account.size(); ++row) {
    const std::uint32_t remedy = log.remedy[row], who = log.account[row];
    if (remedy >= log.remedies)
      throw data_error({"remedy", row, std::to_string(remedy), "is not below the number of remedies", ""});
    const auto [at, fresh] = assigned.try_emplace({who, remedy}, log.arm[row]);
    if (!fresh && at->second != log.arm[row]) {
      throw data_error({"arm", row, std::string(values_of(log.arm[row])[static_cast<std::size_t>(log.arm[row])]),
                        "contradicts an earlier row: an account is either treated with a remedy or held out of it", ""});
    }
    if (!fresh) {
      ++lines[remedy].repeated;
      continue;
    }
    const auto outcome = known.find(who);
    if (outcome == known.end() || std::isnan(outcome->second))
      ++lines[remedy].unknown;
    else
      arms[remedy][static_cast<std::size_t>(log.arm[row])].values.push_back(outcome->second);
  }
  for (std::size_t remedy = 0; remedy < lines.size(); ++remedy) {
    const auto& [with, without] = arms[remedy];
    remedy_effect_line& line = lines[remedy];
    line.treated = with.size();
    line.held_out = without.size();
    if (shares) {
      line.with = proportion(with.ones(), with.size(), {options.level}).as(with_label);
      line.without = proportion(without.ones(), without.size(), {options.level}).as(with_label);
      line.effect =
          compare_proportions(with.ones(), with.size(), without.ones(), without.size(), options.level).as(effect_of_remedy);
    } else {
      line.with = mean_of(with, options.level);
      line.without = mean_of(without, options.level);
      line.effect = difference_of_means(with, without, options.level);
    }
    line.verdict = verdict_on(line.effect, options.better);
  }
  return lines;
}

remedy_arm draw_arm(std::string_view key, std::string_view remedy, double held_out_share, std::uint64_t seed) {
  require_share(held_out_share);
  sojourn::detail::fnv1a hash;
  std::uint64_t mixed = hash.number(seed).number(key.size()).text(key).text(remedy).value();
  // FNV leaves the high bits of short texts alike; SplitMix64 spreads them.
  mixed ^= mixed >> 30;
  mixed *= 0xbf58476d1ce4e5b9u;
  mixed ^= mixed >> 27;
  mixed *= 0x94d049bb133111ebu;
  mixed ^= mixed >> 31;
  constexpr double steps = 9007199254740992.0;  // 2^53
  return static_cast<double>(mixed >> 11) / steps < held_out_share ? remedy_arm::held_out : remedy_arm::treated;
}

new_assignments assign_remedies(const named_remedies& proposed, const named_remedies& log, const hold_out& draw) {
  if (proposed.account.size() != proposed.remedy.size() || log.account.size() != log.remedy.size())
    throw schema_error("accounts and their remedies differ in length: " + std::to_string(proposed.account.size()) + " and " +
                       std::to_string(proposed.remedy.size()) + " of the proposals, " + std::to_string(log.account.size()) +
                       " and " + std::to_string(log.remedy.size()) + " of the log");
  require_share(draw.share);
  std::set<std::pair<std::string_view, std::string_view>> assigned;
  for (std::size_t row = 0; row < log.account.size(); ++row) assigned.emplace(log.account[row], log.remedy[row]);
  new_assignments found;
  found.row.reserve(proposed.account.size());
  found.arm.reserve(proposed.account.size());
  for (std::size_t row = 0; row < proposed.account.size(); ++row) {
    const std::string &account = proposed.account[row], &remedy = proposed.remedy[row];
    if (remedy.empty()) {
      ++found.without_remedy;
    } else if (!assigned.emplace(account, remedy).second) {
      ++found.assigned_before;
    } else {
      found.row.push_back(row);
      found.arm.push_back(draw_arm(account, remedy, draw.share, draw.seed));
    }
  }
  return found;
}

}  // namespace sojourn::inline v0_1::health
