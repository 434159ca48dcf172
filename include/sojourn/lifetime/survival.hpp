// How long accounts stay when some are still there: Kaplan-Meier, Nelson-Aalen, restricted mean.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>
#include <vector>

#include "sojourn/detail/int128.hpp"
#include "sojourn/exec/sharded.hpp"
#include "sojourn/input/lifetimes.hpp"
#include "sojourn/stats/estimate.hpp"
#include "sojourn/stats/mergeable.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// All accounts that entered and left observation at the same two ages.
struct survival_cell {
  static constexpr std::int32_t from_start = std::numeric_limits<std::int32_t>::min();

  std::int32_t entry = from_start;
  std::int32_t time = 0;
  std::int64_t events = 0;
  std::int64_t censored = 0;
  detail::int128 event_weight = 0;
  detail::int128 censored_weight = 0;
  detail::int128 event_weight_squares = 0;  ///< for the robust variance of the weighted curve
  detail::int128 censored_weight_squares = 0;

  template <class Archive, class Self>
  static void fields(Archive& archive, Self& self) {
    archive(self.entry, self.time, self.events, self.censored, self.event_weight, self.censored_weight,
            self.event_weight_squares, self.censored_weight_squares);
  }
  friend bool operator==(const survival_cell&, const survival_cell&) = default;
};

/// All that the read-outs of survival need, in exact integers: cells sorted by (entry, time), none of them all zero.
///
/// Merging adds cell by cell, so any split of the rows and any order gives the same state; retraction takes rows out
/// again. Ages are integers because equal ages must be equal: a float age makes ties, and so the curve, depend on rounding.
/// Size: one cell per distinct (entry, time): 73 for 7,043 accounts over 72 months.
struct survival_state {
  std::vector<survival_cell> cells;
  std::int64_t rows_missing = 0;  ///< rows left out because a value was missing

  /// Throw `overflow_error` when a sum leaves its range; the state is then unchanged.
  survival_state& operator+=(const survival_state& other);
  survival_state& operator-=(const survival_state& other);
  friend bool operator==(const survival_state&, const survival_state&) = default;

  static constexpr std::uint16_t bytes_kind = 64;
  template <class Archive, class Self>
  static void fields(Archive& archive, Self& self) {
    archive(self.cells, self.rows_missing);
  }
  /// Cells in strict order, none all zero, entry before time, and totals that the read-outs can add up.
  [[nodiscard]] bool canonical() const;

  [[nodiscard]] std::int64_t accounts() const noexcept;
  [[nodiscard]] std::int64_t events() const noexcept;
};

namespace detail {
[[nodiscard]] survival_state tally_lifetimes(const lifetimes& rows, std::size_t first, std::size_t last);
void require_valid(const lifetimes& rows);
/// Rows to tally in one part: all where ages are so many that merging parts costs more than sorting rows.
[[nodiscard]] std::size_t rows_of_part(const lifetimes& rows);
}  // namespace detail

/// Rows -> state. Few different ages are counted, chunk by chunk; many are sorted in one part, O(n). Same state for any
/// number of threads. Throws `data_error` naming column, row, value and rule, `schema_error` for lengths that differ,
/// `overflow_error` for sums beyond 128 bits.
template <executor E = serial_executor>
[[nodiscard]] survival_state tally_survival(const lifetimes& rows, E&& host = {}) {
  detail::require_valid(rows);
  return tally_sharded(
      rows.time.size(), [&](std::size_t first, std::size_t last) { return detail::tally_lifetimes(rows, first, last); },
      host, detail::rows_of_part(rows));
}

/// One state per segment; rows whose segment is missing are kept apart, so the states sum to the state of all rows.
struct survival_by_segment {
  std::vector<survival_state> segments;
  survival_state without_segment;
};
/// `segment` holds codes below `segment_count`; a larger code is a `data_error`.
[[nodiscard]] survival_by_segment tally_survival_by(const lifetimes& rows, const column<std::uint32_t>& segment,
                                                    std::size_t segment_count);

/// What survives: accounts, or their weight ("dollar" survival).
enum class survival_measure : std::uint8_t { accounts, weight };

/// The scale on which the interval is symmetric. `log_log` is the default (as in lifelines; R's default is `log`): it
/// stays inside [0, 1] and covers well in small samples. All are NaN where S is 0 or 1. The `method` of an estimate is the
/// scale, `wald` for `plain`; the standard error is Greenwood's, or the jackknife's for a weighted curve.
enum class survival_interval : std::uint8_t { log_log, plain, log, logit, arcsine };
constexpr std::array<std::string_view, 5> values_of(survival_interval) {
  return {"log-log", "plain", "log", "logit", "arcsine"};
}

struct survival_options {
  confidence_level level{};
  survival_interval interval = survival_interval::log_log;
  survival_measure measure = survival_measure::accounts;
  /// The curve given that an account reached this age; only exits after it count. For late-entry data whose first risk
  /// sets are tiny, where one loss would drop the whole curve. Absent: from the start.
  std::optional<double> given_age{};
};

/// One row for each age at which somebody left observation. All rates in [0, 1].
struct survival_curve {
  std::vector<std::int32_t> time;
  std::vector<std::int64_t> at_risk;  ///< accounts with entry < time <= exit
  std::vector<std::int64_t> events;
  std::vector<std::int64_t> censored;
  std::vector<double> survival;        ///< just after `time`
  std::vector<double> standard_error;  ///< Greenwood; infinitesimal jackknife when weighted; NaN where S = 0
  std::vector<double> low;
  std::vector<double> high;
  std::vector<double> cumulative_hazard;      ///< Nelson-Aalen
  std::vector<double> hazard_standard_error;  ///< Aalen's variance; infinitesimal jackknife when weighted
  survival_options options{};
  std::int64_t accounts = 0;
  std::int64_t total_events = 0;
  std::int64_t rows_missing = 0;
  /// Set when the risk set died out and others were seen later (possible with late entry only): the curve is 0 from here
  /// on, whatever happened afterwards. Use a `given_age` beyond it.
  std::optional<std::int32_t> died_out_at;
};

/// The share of accounts (or of their weight) that is still there after each age.
///
///   S(t) = prod over ages u <= t of (1 - d_u / n_u),    H(t) = sum of d_u / n_u
///
/// Censored accounts count as at risk until they leave; at equal ages churn comes before censoring. Accounts of age 0 are
/// kept: censored there they are at risk of nothing later. Weighted: d and n are sums of weights and the standard error
/// comes from the infinitesimal jackknife, since Greenwood with weights as counts is wrong by a factor. Rows must be
/// independent accounts. O(cells log cells).
/// Source: Kaplan and Meier 1958; Greenwood 1926; Aalen 1978; Therneau's survfit for the jackknife.
/// What it does not tell you: anything beyond the last age observed, or why accounts left; censoring that depends on the
/// risk (accounts removed because they were about to churn) biases it.
[[nodiscard]] survival_curve kaplan_meier(const survival_state& state, survival_options options = {});

inline constexpr metric_label survival_label{"survival_at", "share"};
inline constexpr metric_label survival_quantile_label{"survival_quantile", "periods"};
inline constexpr metric_label median_lifetime_label{"median_lifetime", "periods"};
inline constexpr metric_label restricted_mean_label{"restricted_mean_lifetime", "periods"};

/// S(age) with its interval. Undefined (`model_limit`) beyond the last age observed unless the curve has reached 0.
[[nodiscard]] estimate survival_at(const survival_curve& curve, double age);

/// The first age at which at most `share` of accounts is left; 0.5 is the median lifetime. Where the curve lies exactly on
/// `share`, the middle of that step. The interval inverts the limits of the curve; a NaN `high` means that the upper limit
/// never comes down that far. Undefined (`model_limit`, `low` still set) when the curve does not.
[[nodiscard]] estimate survival_quantile(const survival_curve& curve, double share = 0.5);

/// Expected periods as a customer within the first `horizon` ages: the area under the curve up to there.
///
/// The variance is that of this estimate, sum of A_i^2 d/(n(n-d)) with A_i the area right of event i (infinitesimal
/// jackknife when weighted, and named so), not that of min(T, horizon) among accounts; the limits lie within [0, horizon
/// less given age]. Undefined (`model_limit`) when observation ends before `horizon` with accounts still there. Throws
/// `schema_error` unless horizon > given age.
[[nodiscard]] estimate restricted_mean(const survival_state& state, double horizon, survival_options options = {});

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
