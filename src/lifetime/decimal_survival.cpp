#include "sojourn/lifetime/decimal_survival.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include "lifetime/exit_rows.hpp"
#include "lifetime/radix_order.hpp"
#include "lifetime/survival_readings.hpp"

namespace sojourn::inline v0_1 {
namespace {

/// The power of two that brings weights to whole numbers of at most 50 bits; 0 when all are 0.
int weight_exponent(const column<double>& weights) {
  double largest = 0;
  for (std::size_t row = 0; row < weights.size(); ++row) {
    if (detail::known(weights, row)) largest = std::max(largest, weights[row]);
  }
  return largest > 0 ? 49 - std::ilogb(largest) : 0;
}

bool has_fraction(const column<double>& values) {
  for (std::size_t row = 0; row < values.size(); ++row) {
    if (values.present(row) && std::isfinite(values[row]) && values[row] != std::floor(values[row])) return true;
  }
  return false;
}

std::vector<detail::keyed_place> in_order(const column<double>& values) {
  std::vector<detail::keyed_place> keyed;
  keyed.reserve(values.size());
  for (std::size_t row = 0; row < values.size(); ++row) {
    if (detail::known(values, row)) keyed.push_back({detail::key_of(values[row]), row});
  }
  detail::radix_sort(keyed);
  return keyed;
}

/// The distinct values of a column that has few, in order, and the place of each row's among them.
struct few_values {
  static constexpr std::size_t most = 2048, slots = 8192;  // powers of two
  static constexpr std::uint16_t free = 0xFFFF;

  std::vector<double> values{};
  std::vector<std::uint16_t> place{};  ///< `free` where missing
};

/// Nothing where a column has too many distinct values for a small table.
std::optional<few_values> few_values_of(const column<double>& of) {
  few_values found;
  found.place.assign(of.size(), few_values::free);
  std::vector<std::uint16_t> table(few_values::slots, few_values::free);
  for (std::size_t row = 0; row < of.size(); ++row) {
    if (!detail::known(of, row)) continue;
    const std::uint64_t key = detail::key_of(of[row]);
    std::size_t slot = static_cast<std::size_t>((key * 0x9E3779B97F4A7C15u) >> 51);  // 13 bits
    while (table[slot] != few_values::free && detail::key_of(found.values[table[slot]]) != key)
      slot = (slot + 1) % few_values::slots;
    if (table[slot] == few_values::free) {
      if (found.values.size() == few_values::most) return std::nullopt;
      table[slot] = static_cast<std::uint16_t>(found.values.size());
      found.values.push_back(of[row] + 0.0);
    }
    found.place[row] = table[slot];
  }
  return found;
}

/// `rank_ages` of ages and entries that are few, without sorting rows.
void rank_few(const few_values& exit, const few_values& late, std::vector<double>& ages, std::vector<std::int32_t>& time,
              std::vector<std::int32_t>& entry) {
  ages = exit.values;
  std::sort(ages.begin(), ages.end());
  const auto ranks_of = [&](const few_values& few, std::vector<std::int32_t>& of_row) {
    std::vector<std::int32_t> ranks;
    ranks.reserve(few.values.size());
    for (const double value : few.values)
      ranks.push_back(static_cast<std::int32_t>(std::upper_bound(ages.begin(), ages.end(), value) - ages.begin()));
    for (std::size_t row = 0; row < few.place.size(); ++row) {
      if (few.place[row] != few_values::free) of_row[row] = ranks[few.place[row]];
    }
  };
  ranks_of(exit, time);
  ranks_of(late, entry);
}

/// The distinct ages at exit in order, and for each row the rank of its own: the last age not after it, counted from 1.
void rank_ages(const exits& rows, std::vector<double>& ages, std::vector<std::int32_t>& time,
               std::vector<std::int32_t>& entry) {
  if (const auto exit = few_values_of(rows.time)) {
    if (const auto late = few_values_of(rows.entry)) return rank_few(*exit, *late, ages, time, entry);
  }
  for (const auto& one : in_order(rows.time)) {
    const double age = rows.time[one.place];
    if (ages.empty() || ages.back() != age) ages.push_back(age);
    time[one.place] = static_cast<std::int32_t>(ages.size());
  }
  std::size_t rank = 0;
  for (const auto& one : in_order(rows.entry)) {
    while (rank < ages.size() && ages[rank] <= rows.entry[one.place]) ++rank;
    entry[one.place] = static_cast<std::int32_t>(rank);
  }
}

survival_options ranked_options(const ranked_lifetimes& lifetimes, survival_options options) {
  if (options.given_age) options.given_age = rank_of(lifetimes, *options.given_age);
  return options;
}

}  // namespace

bool has_decimals(const exits& rows) {
  return has_fraction(rows.time) || has_fraction(rows.entry) || has_fraction(rows.weight);
}

ranked_lifetimes rank_lifetimes(const exits& rows, const column<std::uint32_t>& group, std::size_t groups) {
  auto problems = validate(rows, 1);
  if (!problems.empty()) throw data_error(std::move(problems.front()));
  ranked_lifetimes found;
  const std::size_t n = rows.time.size();
  const int exponent = weight_exponent(rows.weight);
  std::vector<std::int32_t> time(n), entry(n);
  rank_ages(rows, found.age, time, entry);
  std::vector<std::uint8_t> event(n), missing_bits((n + 7) / 8 + 1, 0), entered((n + 7) / 8 + 1, 0);
  std::vector<std::int64_t> weight(rows.weight.empty() ? 0 : n), count(n, 1);
  const auto mark = [](std::vector<std::uint8_t>& bits, std::size_t row) {
    bits[row / 8] = static_cast<std::uint8_t>(bits[row / 8] | (1u << (row % 8)));
  };
  for (std::size_t row = 0; row < n; ++row) {
    const bool complete = detail::known(rows.time, row) && rows.cause.present(row) &&
                          (rows.weight.empty() || detail::known(rows.weight, row)) &&
                          detail::known_or_absent(rows.count, row);
    if (!complete) continue;
    mark(missing_bits, row);
    event[row] = rows.cause[row] != exits::still_there ? 1 : 0;
    if (!rows.weight.empty()) weight[row] = std::llround(std::ldexp(rows.weight[row], exponent));
    if (!rows.count.empty()) count[row] = rows.count[row];
    if (rows.entry.empty() || !detail::known(rows.entry, row)) continue;
    mark(entered, row);
  }
  const lifetimes ranked{.time = {time, missing_bits.data()},
                         .event = event,
                         .entry = {entry, entered.data()},
                         .weight = weight,
                         .count = count};
  if (group.empty()) {
    // At once: pairs of ranks are as many as rows, so that parts would be copied with each merge.
    detail::require_valid(ranked);
    found.states.segments.push_back(detail::tally_lifetimes(ranked, 0, n));
  } else {
    found.states = tally_survival_by(ranked, group, groups);
  }
  return found;
}

std::int32_t rank_of(const ranked_lifetimes& lifetimes, double age) {
  return static_cast<std::int32_t>(std::upper_bound(lifetimes.age.begin(), lifetimes.age.end(), age) -
                                   lifetimes.age.begin());
}

decimal_survival_curve kaplan_meier(const ranked_lifetimes& lifetimes, const survival_state& state,
                                    survival_options options) {
  decimal_survival_curve curve{
      .ranks = kaplan_meier(state, ranked_options(lifetimes, options)), .time = {}, .died_out_at = {}};
  const auto age_of = [&](std::int32_t rank) { return lifetimes.age[static_cast<std::size_t>(rank - 1)]; };
  for (const std::int32_t rank : curve.ranks.time) curve.time.push_back(age_of(rank));
  if (curve.ranks.died_out_at) curve.died_out_at = age_of(*curve.ranks.died_out_at);
  curve.ranks.options = options;
  return curve;
}

estimate survival_at(const decimal_survival_curve& curve, double age) {
  return detail::value_at(curve.ranks, curve.time, age);
}

estimate survival_quantile(const decimal_survival_curve& curve, double share) {
  return detail::quantile_at(curve.ranks, curve.time, share);
}

estimate restricted_mean(const ranked_lifetimes& lifetimes, const survival_state& state, double horizon,
                         survival_options options) {
  return detail::restricted_area(state, ranked_options(lifetimes, options), std::max(options.given_age.value_or(0), 0.0),
                                 horizon, lifetimes.age);
}

logrank_test logrank(const ranked_lifetimes& lifetimes, const logrank_options& options, std::optional<double> given_age) {
  if (given_age) given_age = rank_of(lifetimes, *given_age);
  return logrank(lifetimes.states, options, given_age);
}

}  // namespace sojourn::inline v0_1
