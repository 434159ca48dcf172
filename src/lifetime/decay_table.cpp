#include "sojourn/lifetime/decay_table.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <string>

namespace sojourn::inline v0_1 {
namespace {

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

}  // namespace sojourn::inline v0_1
