#include "sojourn/health/signals/engagement.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <utility>

#include "detail/nan.hpp"
#include "detail/number_text.hpp"
#include "sojourn/stats/checked.hpp"

namespace sojourn::inline v0_1 {
namespace {

using detail::nan;

constexpr const char* engagement_name = "engagement";

const auto add_count = [](std::int64_t& a, std::int64_t b) { detail::checked_add(a, b, engagement_name); };
const auto subtract_count = [](std::int64_t& a, std::int64_t b) { detail::checked_subtract(a, b, engagement_name); };

template <class Join>
void each(usage_day& mine, const usage_day& other, Join join) {
  join(mine.rows, other.rows);
  join(mine.events, other.events);
  join(mine.volume_micro, other.volume_micro);
  join(mine.volumes, other.volumes);
  join(mine.breadth, other.breadth);
}

/// Joins the entries of one map into the other; entries that become zero go.
template <class Map, class Join>
void join_maps(Map& mine, const Map& theirs, Join join) {
  for (const auto& [key, value] : theirs) {
    const auto at = mine.try_emplace(key).first;
    join(at->second, value);
    if (at->second == typename Map::mapped_type{}) mine.erase(at);
  }
}

void require_shape(const usage_events& events) {
  require_same_length(events.account, "account", events.day, "day");
  if (!events.feature.empty()) require_same_length(events.account, "account", events.feature, "feature");
  if (!events.count.empty()) require_same_length(events.account, "account", events.count, "count");
  if (!events.volume.empty()) require_same_length(events.account, "account", events.volume, "volume");
  if (!events.breadth.empty()) require_same_length(events.account, "account", events.breadth, "breadth");
}

std::int64_t volume_at(const column<double>& volume, std::size_t row) {
  constexpr double largest = 9e12;
  const double value = volume[row];
  if (value >= 0 && value <= largest) return std::llround(value * volume_steps);
  throw data_error({volume.name_or("volume"), row, sojourn::detail::number_text(value),
                    "a volume must lie between 0 and 9e12", "choose a larger unit, or leave it missing"});
}

usage_day read_row(const usage_events& events, std::size_t row, engagement_state& state) {
  usage_day one{1, 1, 0, 0, 0};
  if (!events.count.empty() && !events.count.present(row)) {
    one.events = 0;
    ++state.uncounted;
  } else if (!events.count.empty()) {
    one.events = events.count[row];
    if (one.events < 0)
      throw data_error({events.count.name_or("count"), row, std::to_string(one.events), "a count cannot be negative", ""});
  }
  if (!events.breadth.empty() && events.breadth.present(row)) {
    one.breadth = events.breadth[row];
    if (one.breadth < 0)
      throw data_error({events.breadth.name_or("breadth"), row, std::to_string(one.breadth),
                        "a number of features cannot be negative", ""});
  }
  if (events.volume.empty()) return one;
  if (!events.volume.present(row) || std::isnan(events.volume[row])) {
    ++state.without_volume;
    return one;
  }
  one.volume_micro = volume_at(events.volume, row);
  one.volumes = 1;
  return one;
}

/// A known count of 0 is no use: a weekly panel has rows for weeks in which nothing happened.
bool in_use(const usage_day& one) {
  return one.events > 0 || one.volume_micro > 0 || one.breadth > 0;
}

/// Sums of one window of one account.
struct window_sums {
  std::int64_t days = 0, events = 0, volumes = 0;
  std::int64_t volume_micro = 0, breadth = 0;

  void take(const usage_day& one) {
    ++days;
    add_count(events, one.events);
    add_count(volumes, one.volumes);
    add_count(volume_micro, one.volume_micro);
    breadth = std::max(breadth, one.breadth);
  }
};

struct streaks {
  std::int64_t now = 0, longest = 0, last = std::numeric_limits<std::int64_t>::min();

  void take(std::int64_t when) {
    now = last != std::numeric_limits<std::int64_t>::min() && when == last + 1 ? now + 1 : 1;
    longest = std::max(longest, now);
    last = when;
  }
};

double change(double now, double before, bool enough) {
  return enough ? now / before - 1 : nan;
}

engagement_signals signals_of(std::uint32_t account, const window_sums& now, const window_sums& before, const streaks& run,
                              std::int64_t last, const engagement_options& options) {
  engagement_signals s;
  const double window = options.window_days;
  s.account = account;
  s.active_days = now.days;
  s.active_share = static_cast<double>(now.days) / window;
  s.events = now.events;
  s.events_per_week = 7 * static_cast<double>(now.events) / window;
  s.depth = now.days > 0 ? static_cast<double>(now.events) / static_cast<double>(now.days) : nan;
  s.breadth = now.breadth;
  s.volume = now.volumes > 0 ? static_cast<double>(now.volume_micro) / volume_steps : nan;
  s.volume_per_week = 7 * s.volume / window;
  s.recency_days = static_cast<double>(options.as_of.since_epoch - last);
  s.streak_days = run.last == options.as_of.since_epoch - 1 ? run.now : 0;
  s.longest_streak = run.longest;
  s.events_change = change(static_cast<double>(now.events), static_cast<double>(before.events),
                           before.events > 0 && before.events >= options.min_base);
  s.days_change = change(static_cast<double>(now.days), static_cast<double>(before.days),
                         before.days > 0 && before.days >= options.min_base);
  s.volume_change = change(static_cast<double>(now.volume_micro), static_cast<double>(before.volume_micro),
                           now.volumes > 0 && before.volume_micro > 0);
  return s;
}

void add_breadth(std::vector<engagement_signals>& rows, const engagement_state& state, std::int64_t first,
                 std::int64_t as_of) {
  auto row = rows.begin();
  const feature_key* counted = nullptr;
  std::int64_t named = 0;
  for (const auto& [key, uses] : state.features) {
    if (key.day < first || key.day >= as_of || uses <= 0) continue;
    while (row != rows.end() && row->account < key.account) ++row;
    if (row == rows.end()) return;
    if (row->account != key.account) continue;
    if (counted == nullptr || counted->account != key.account) named = 0;
    if (named == 0 || counted->feature != key.feature) row->breadth = std::max(row->breadth, ++named);
    counted = &key;
  }
}

}  // namespace

usage_day& usage_day::operator+=(const usage_day& other) {
  each(*this, other, add_count);
  return *this;
}

usage_day& usage_day::operator-=(const usage_day& other) {
  each(*this, other, subtract_count);
  return *this;
}

engagement_state& engagement_state::operator+=(const engagement_state& other) {
  engagement_state sum = *this;  // a later part may throw
  join_maps(sum.days, other.days, [](usage_day& a, const usage_day& b) { a += b; });
  join_maps(sum.features, other.features, add_count);
  add_count(sum.uncounted, other.uncounted);
  add_count(sum.without_volume, other.without_volume);
  return *this = std::move(sum);
}

engagement_state& engagement_state::operator-=(const engagement_state& other) {
  if (this == &other) return *this = {};
  engagement_state rest = *this;
  join_maps(rest.days, other.days, [](usage_day& a, const usage_day& b) { a -= b; });
  join_maps(rest.features, other.features, subtract_count);
  subtract_count(rest.uncounted, other.uncounted);
  subtract_count(rest.without_volume, other.without_volume);
  return *this = std::move(rest);
}

bool engagement_state::canonical() const {
  return std::ranges::none_of(days, [](const auto& entry) { return entry.second == usage_day{}; }) &&
         std::ranges::none_of(features, [](const auto& entry) { return entry.second == 0; });
}

engagement_state tally_engagement(const usage_events& events) {
  require_shape(events);
  engagement_state state;
  for (std::size_t row = 0; row < events.account.size(); ++row) {
    if (!events.account.present(row))
      throw data_error({events.account.name_or("account"), row, "", "every event needs its account", ""});
    if (!events.day.present(row)) throw data_error({events.day.name_or("day"), row, "", "every event needs its day", ""});
    const usage_day one = read_row(events, row, state);
    state.days[{events.account[row], events.day[row]}] += one;
    if (!events.feature.empty() && events.feature.present(row) && one.events > 0) {
      ++state.features[{events.account[row], events.feature[row], events.day[row]}];
    }
  }
  return state;
}

std::vector<engagement_signals> engagement(const engagement_state& state, const engagement_options& options) {
  if (options.window_days < 1 || options.window_days > 3660) throw schema_error("the window has 1 to 3,660 days");
  if (options.min_base < 0) throw schema_error("the smallest base cannot be negative");
  const std::int64_t as_of = options.as_of.since_epoch, first = as_of - options.window_days,
                     before_first = first - options.window_days;
  std::vector<engagement_signals> rows;
  for (auto entry = state.days.begin(); entry != state.days.end();) {
    const std::uint32_t account = entry->first.account;
    window_sums now, before;
    streaks run;
    std::int64_t last = std::numeric_limits<std::int64_t>::min();
    for (; entry != state.days.end() && entry->first.account == account; ++entry) {
      const std::int64_t when = entry->first.day;
      if (when >= as_of || !in_use(entry->second)) continue;
      last = when;
      if (when >= first) {
        now.take(entry->second);
        run.take(when);
      } else if (when >= before_first) {
        before.take(entry->second);
      }
    }
    if (last != std::numeric_limits<std::int64_t>::min())
      rows.push_back(signals_of(account, now, before, run, last, options));
  }
  add_breadth(rows, state, first, as_of);
  return rows;
}

}  // namespace sojourn::inline v0_1
