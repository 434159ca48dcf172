#include "sojourn/health/evaluation/gates.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <tuple>
#include <vector>

#include "sojourn/domain/words.hpp"
#include "sojourn/stats/proportion.hpp"

namespace sojourn::inline v0_1::health {
namespace {

/// One look at an account that left later.
struct look {
  std::uint32_t account;
  std::int32_t left_on;
  std::int32_t as_of;
  tier_code tier;
};

/// By account, departure and day; rows of accounts that did not leave afterwards are left out.
std::vector<look> looks_at_leavers(const column<std::int32_t>& as_of, const column<std::uint32_t>& account,
                                   std::span<const tier_code> tier, const column<std::int32_t>& left_on) {
  require_same_length(as_of, "as_of", account, "account");
  require_same_length(as_of, "as_of", left_on, "left_on");
  if (tier.size() != as_of.size())
    throw schema_error("there are " + std::to_string(as_of.size()) + " rows and " + std::to_string(tier.size()) + " tiers");
  std::vector<look> found;
  for (std::size_t row = 0; row < tier.size(); ++row) {
    if (!left_on.present(row) || !as_of.present(row) || !account.present(row) || left_on[row] <= as_of[row]) continue;
    found.push_back({account[row], left_on[row], as_of[row], tier[row]});
  }
  std::ranges::sort(found, {}, [](const look& l) { return std::tuple(l.account, l.left_on, l.as_of); });
  return found;
}

/// Calls `each` with the looks before one departure.
template <class Each>
void by_departure(const std::vector<look>& looks, const Each& each) {
  for (std::size_t first = 0; first < looks.size();) {
    std::size_t last = first;
    while (last < looks.size() && looks[last].account == looks[first].account && looks[last].left_on == looks[first].left_on)
      ++last;
    each(std::span(looks).subspan(first, last - first));
    first = last;
  }
}

enum class threshold_side : std::uint8_t { at_least, at_most };

gate_result result_of(gate which, const estimate& value, double threshold, threshold_side wanted) {
  gate_result found{which, value, threshold, verdict::unknown};
  if (!value.defined()) return found;
  const auto right = [&](double x) { return wanted == threshold_side::at_least ? x >= threshold : x <= threshold; };
  if (!right(value.value))
    found.says = verdict::failed;
  else
    found.says =
        right(wanted == threshold_side::at_least ? value.low : value.high) ? verdict::passed : verdict::passed_by_chance;
  return found;
}

estimate red_lift(const tier_outcomes& outcomes, std::size_t tiers, confidence_level level) {
  std::int64_t left = 0, all = 0;
  for (std::size_t t = 0; t <= max_tiers; ++t) {
    if (t >= tiers && t < max_tiers) continue;
    left += outcomes.left[t];
    all += outcomes.left[t] + outcomes.stayed[t];
  }
  estimate red = proportion(outcomes.left[0], outcomes.left[0] + outcomes.stayed[0], {level, proportion_interval::wilson});
  constexpr metric_label red_lift_label{"red_lift", "ratio"};
  if (!red.defined()) return red.as(red_lift_label);
  if (left == 0) return undefined_estimate(undefined_reason::zero_denominator, level, red.n).as(red_lift_label);
  const double base = static_cast<double>(left) / static_cast<double>(all);
  red.value /= base;
  red.low /= base;
  red.high /= base;
  return red.as(red_lift_label);
}

estimate best_share(const tier_outcomes& outcomes, std::size_t tiers, confidence_level level) {
  std::int64_t all = 0;
  for (std::size_t t = 0; t < tiers; ++t) all += outcomes.left[t] + outcomes.stayed[t];
  return proportion(outcomes.left[tiers - 1] + outcomes.stayed[tiers - 1], all, {level, proportion_interval::wilson})
      .as({"best_tier_share", "share"});
}

}  // namespace

foreseen_departures tally_foreseen(const tier_panel& rows, std::size_t tiers, const gate_options& options) {
  const auto best = static_cast<tier_code>(tiers - 1);
  return tally_foreseen(rows.as_of, rows.account, rows.tier, rows.left_on, best, options);
}

lead_times tally_first_red(const tier_panel& rows) {
  return tally_first_red(rows.as_of, rows.account, rows.tier, rows.left_on);
}

std::string_view to_string(gate which) noexcept {
  return word_of(which);
}

std::string_view to_string(verdict which) noexcept {
  return word_of(which);
}

foreseen_departures tally_foreseen(column<std::int32_t> as_of, column<std::uint32_t> account,
                                   std::span<const tier_code> tier, column<std::int32_t> left_on, tier_code best,
                                   const gate_options& options) {
  if (options.days_before < 0 || options.days_before_at_most < options.days_before) {
    throw schema_error("the days before a departure run from the fewer to the more, for example 60 and 90");
  }
  foreseen_departures found;
  by_departure(looks_at_leavers(as_of, account, tier, left_on), [&](std::span<const look> looks) {
    std::optional<tier_code> last;
    for (const look& one : looks) {
      const std::int32_t before = one.left_on - one.as_of;
      if (before >= options.days_before && before <= options.days_before_at_most) last = one.tier;
    }
    if (!last || *last == unknown_tier || *last == no_tier)
      ++found.not_seen;
    else
      ++(*last < best ? found.below_best : found.best);
  });
  return found;
}

lead_times tally_first_red(column<std::int32_t> as_of, column<std::uint32_t> account, std::span<const tier_code> tier,
                           column<std::int32_t> left_on) {
  lead_times found;
  std::vector<std::int64_t> days;
  by_departure(looks_at_leavers(as_of, account, tier, left_on), [&](std::span<const look> looks) {
    const auto red = std::ranges::find(looks, tier_code{0}, &look::tier);
    if (red == looks.end())
      ++found.never_red;
    else
      days.push_back(red->left_on - red->as_of);
  });
  found.days = distribution_of(std::move(days));
  return found;
}

std::array<gate_result, gates> judge(const tier_outcomes& outcomes, std::size_t tiers, const foreseen_departures& foreseen,
                                     const gate_options& options) {
  if (tiers < 2 || tiers > max_tiers) throw schema_error("gates need a card of two tiers or more");
  const estimate seen =
      proportion(foreseen.below_best, foreseen.below_best + foreseen.best, {options.level, proportion_interval::wilson})
          .as({"foreseen_share", "share"});
  return {
      result_of(gate::red_leaves_more, red_lift(outcomes, tiers, options.level), options.red_lift, threshold_side::at_least),
      result_of(gate::leavers_foreseen, seen, options.foreseen_share, threshold_side::at_least),
      result_of(gate::not_all_green, best_share(outcomes, tiers, options.level), options.best_tier_share,
                threshold_side::at_most)};
}

}  // namespace sojourn::inline v0_1::health
