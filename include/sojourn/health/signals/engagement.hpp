// Engagement: how often, how deeply, how broadly, how much and how recently each account uses the product.
// Layer: 3. Needs: links sojourn (Boost.Accumulators behind it).
#pragma once

#include "sojourn/export.hpp"

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string_view>
#include <vector>

#include "sojourn/domain/calendar.hpp"
#include "sojourn/input/column.hpp"
#include "sojourn/stats/mergeable.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// Usage events, or rows that stand for many of them (a weekly panel). Columns that are not there are empty.
struct usage_events {
  column<std::uint32_t> account;    ///< dense codes
  column<std::int32_t> day;         ///< days since 1970
  column<std::uint32_t> feature{};  ///< dense codes of what was used; missing = not known
  column<std::int64_t> count{};     ///< events the row stands for; empty = 1 each, missing = not known
  column<double> volume{};          ///< amount (gigabytes, documents ...); missing or NaN = not known
  column<std::int64_t> breadth{};   ///< how many features the row used, where they are counted and not named
};

/// A volume is kept in millionths, so that sums do not depend on the order.
inline constexpr double volume_steps = 1e6;

/// One account on one day.
struct usage_day {
  std::int64_t rows = 0;
  std::int64_t events = 0;
  std::int64_t volume_micro = 0;
  std::int64_t volumes = 0;  ///< rows with a volume
  std::int64_t breadth = 0;  ///< features counted, over the rows of the day

  usage_day& operator+=(const usage_day& other);
  usage_day& operator-=(const usage_day& other);
  friend bool operator==(const usage_day&, const usage_day&) = default;

  template <class Archive, class Self>
  static void fields(Archive& archive, Self& self) {
    archive(self.rows, self.events, self.volume_micro, self.volumes, self.breadth);
  }
};

struct usage_key {
  std::uint32_t account = 0;
  std::int32_t day = 0;
  friend constexpr auto operator<=>(const usage_key&, const usage_key&) = default;

  template <class Archive, class Self>
  static void fields(Archive& archive, Self& self) {
    archive(self.account, self.day);
  }
};

struct feature_key {
  std::uint32_t account = 0;
  std::uint32_t feature = 0;
  std::int32_t day = 0;
  friend constexpr auto operator<=>(const feature_key&, const feature_key&) = default;

  template <class Archive, class Self>
  static void fields(Archive& archive, Self& self) {
    archive(self.account, self.feature, self.day);
  }
};

/// Usage by account and day, and by account, feature and day. Counts, not sets, so it retracts as exactly as it merges;
/// entries that are all zero are not stored. About 80 bytes an account and day.
struct engagement_state {
  std::map<usage_key, usage_day> days{};
  std::map<feature_key, std::int64_t> features{};
  std::int64_t uncounted = 0;       ///< rows whose count was not known; they add no events
  std::int64_t without_volume = 0;  ///< rows with no known volume, where there is a column of volumes

  static constexpr std::uint16_t bytes_kind = 115;
  template <class Archive, class Self>
  static void fields(Archive& archive, Self& self) {
    archive(self.days, self.features, self.uncounted, self.without_volume);
  }
  [[nodiscard]] bool canonical() const;

  engagement_state& operator+=(const engagement_state& other);
  engagement_state& operator-=(const engagement_state& other);
  friend bool operator==(const engagement_state&, const engagement_state&) = default;
};

/// Throws `schema_error` for columns of different length, `data_error` for a missing account or day, a negative count or
/// breadth, and a volume that is negative, infinite or beyond 9e12. O(rows log rows).
[[nodiscard]] engagement_state tally_engagement(const usage_events& events);

struct engagement_options {
  day as_of{};                    ///< signals are of the `window_days` before this day; the day itself is not in
  std::int32_t window_days = 28;  ///< the window before it is what changes are measured against
  std::int64_t min_base = 5;      ///< events or active days in the window before, below which a change says nothing
};

/// One account. NaN = undefined: no volume known, too small a base, never seen.
struct engagement_signals {
  std::uint32_t account = 0;
  std::int64_t active_days = 0;  ///< frequency: days in use
  double active_share = 0;       ///< of the days of the window
  std::int64_t events = 0;
  double events_per_week = 0;
  double depth = 0;          ///< events an active day; NaN without one
  std::int64_t breadth = 0;  ///< distinct features used, or the most that were counted on one day
  double volume = 0;         ///< sum of the known volumes; NaN when none is known
  double volume_per_week = 0;
  double recency_days = 0;       ///< days since the last use at all, 1 = yesterday; NaN = never before `as_of`
  std::int64_t streak_days = 0;  ///< days in a row in use up to yesterday, within the window
  std::int64_t longest_streak = 0;
  double events_change = 0;  ///< events of this window / of the window before - 1
  double days_change = 0;    ///< the same for active days
  double volume_change = 0;  ///< the same for volume; needs a volume above 0 before
};

/// Signals of every account of the state that was in use before `as_of`, in the order of codes. In a weekly panel a day
/// stands for its week. Accounts that were never in use are not in the state: they are silent, not unknown. Throws
/// `schema_error` unless the window has 1 to 3,660 days. What it does not tell you: whether usage did the customer any good.
[[nodiscard]] std::vector<engagement_signals> engagement(const engagement_state& state, const engagement_options& options);

// Change detection on a series, oldest first.

enum class ewma_limits : std::uint8_t {
  settled,  ///< the limits after many points, for all of them
  exact,    ///< narrower at the start, where little has been averaged
};
constexpr std::array<std::string_view, 2> values_of(ewma_limits) {
  return {"settled", "exact"};
}
enum class chart_gap : std::uint8_t {
  carry_on,  ///< a missing point leaves the chart where it was
  restart,   ///< the chart starts again at its target
};
constexpr std::array<std::string_view, 2> values_of(chart_gap) {
  return {"carry_on", "restart"};
}

struct ewma_options {
  double target = 0;    ///< mean of the series in good times
  double sigma = 1;     ///< and its standard deviation
  double lambda = 0.3;  ///< weight of the newest point, in (0, 1]
  double width = 3;     ///< limits in standard deviations of the average
  ewma_limits limits = ewma_limits::settled;
  chart_gap gap = chart_gap::carry_on;
};

/// Which side of its limits a point of a chart is on.
enum class chart_signal : std::uint8_t { none, low, high };
constexpr std::array<std::string_view, 3> values_of(chart_signal) {
  return {"none", "low", "high"};
}

struct ewma_point {
  double value = 0;  ///< z_t = lambda x_t + (1 - lambda) z_(t-1), z_0 = target; NaN where x is missing
  double low = 0;
  double high = 0;
  chart_signal signal = chart_signal::none;
};

/// Limits: target +- width sigma sqrt(lambda / (2 - lambda) (1 - (1 - lambda)^(2t))). Sees slow drops that single points
/// hide. Throws `schema_error` for options outside their range. Source: NIST/SEMATECH e-Handbook 6.3.2.4.
[[nodiscard]] std::vector<ewma_point> ewma_chart(std::span<const double> series, const ewma_options& options);

struct cusum_options {
  double target = 0;
  double slack = 0.5;  ///< K: drifts smaller than this are let pass; usually half of sigma
  double limit = 5;    ///< H: alarm above this; usually 4 to 5 sigma
  chart_gap gap = chart_gap::carry_on;
};

struct cusum_point {
  double rise = 0;                           ///< S+ = max(0, S+ + x - target - slack)
  double fall = 0;                           ///< S- = max(0, S- + target - slack - x)
  chart_signal signal = chart_signal::none;  ///< low = a fall; when both alarm, the larger sum
};

/// After an alarm both sums start again at 0. A missing point (NaN) raises no alarm. Source: Page (1954).
[[nodiscard]] std::vector<cusum_point> cusum_chart(std::span<const double> series, const cusum_options& options);

struct rolling_point {
  double mean = 0;       ///< of the last points, fewer at the start
  double deviation = 0;  ///< sample standard deviation; NaN with fewer than 2 points
};

/// Mean and deviation of the last `width` known points, up to and with each point; a missing point repeats what was before
/// it.
[[nodiscard]] std::vector<rolling_point> rolling(std::span<const double> series, std::size_t width);

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
