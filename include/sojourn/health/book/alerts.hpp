// What changed so much that somebody should look today: rules over the book, each alert once, never more than a team can
// read. Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sojourn/domain/calendar.hpp"
#include "sojourn/health/card/tiers.hpp"
#include "sojourn/health/signals/engagement.hpp"
#include "sojourn/input/column.hpp"

namespace sojourn::inline v0_1 {
namespace health SOJOURN_EXPORT {

/// Each rule watches one quantity that grows as things get worse; it fires when the quantity reaches the rule's threshold.
enum class alert_rule : std::uint8_t {
  tier_worsened,      ///< tiers lost since the cycle before
  score_drop,         ///< points lost since the cycle before
  signal_drop,        ///< the largest share lost by any signal whose base was big enough
  satisfaction_drop,  ///< the largest fall of a rating, in falls that count: 1 is as much as the rating's threshold
  falling,            ///< consecutive cycles in which the score fell
  silent,             ///< days without activity, among accounts under contract
  feature_unused,     ///< days since the longest unused feature was used
  sponsor_left,       ///< 1 when the sponsor left
  renewal_at_risk,    ///< the tier is low: days the renewal is inside the window, plus one
  stale,              ///< share of the score that rests on stale values
  coverage_drop,      ///< share of coverage lost since the cycle before; without one, 1 when nothing is covered
  watermelon,    ///< points between what is measured and what is felt; 100 for a green account with a red critical signal
  ewma_fall,     ///< smoothed score below the mean of its own history, in standard errors of the chart
  cusum_fall,    ///< what the score has been short of its own mean, summed up, in standard deviations
  unusual_fall,  ///< score below the median of its own history: 0.6745 (median - score) / median absolute deviation
  data_outage,   ///< the whole book: share of the accounts that had a signal before and have none now
};
constexpr std::array<std::string_view, 16> values_of(alert_rule) {
  return {"tier_worsened",   "score_drop", "signal_drop",    "satisfaction_drop",
          "falling",         "silent",     "feature_unused", "sponsor_left",
          "renewal_at_risk", "stale",      "coverage_drop",  "watermelon",
          "ewma_fall",       "cusum_fall", "unusual_fall",   "data_outage"};
}
inline constexpr std::size_t alert_rules = 16;
[[nodiscard]] std::string_view to_string(alert_rule rule) noexcept;

enum class alert_severity : std::uint8_t { info, warning, critical };
constexpr std::array<std::string_view, 3> values_of(alert_severity) {
  return {"info", "warning", "critical"};
}
[[nodiscard]] std::string_view to_string(alert_severity severity) noexcept;

/// When a rule fires and when it is over. A NaN threshold turns the rule off.
struct alert_threshold {
  double at = std::numeric_limits<double>::quiet_NaN();
  double recovery = 0;  ///< it is over once the quantity is below `at` and no more than `at - recovery`
  alert_severity severity = alert_severity::warning;
};

/// Defaults to start from, not benchmarks; in the order of `alert_rule`.
inline constexpr std::array<alert_threshold, alert_rules> default_thresholds = {{
    {1, 0, alert_severity::warning},       // tier_worsened
    {10, 5, alert_severity::warning},      // score_drop
    {0.5, 0.25, alert_severity::warning},  // signal_drop
    {1, 0.5, alert_severity::warning},     // satisfaction_drop
    {3, 1, alert_severity::info},          // falling
    {30, 16, alert_severity::warning},     // silent: heard of within two weeks
    {60, 30, alert_severity::info},        // feature_unused
    {1, 1, alert_severity::critical},      // sponsor_left
    {1, 1, alert_severity::critical},      // renewal_at_risk
    {0.5, 0.1, alert_severity::info},      // stale
    {0.25, 0.1, alert_severity::info},     // coverage_drop
    {40, 10, alert_severity::warning},     // watermelon
    {3, 1, alert_severity::info},          // ewma_fall
    {5, 3, alert_severity::info},          // cusum_fall
    {3.5, 1.5, alert_severity::info},      // unusual_fall
    {0.3, 0, alert_severity::critical},    // data_outage
}};

/// One signal now and, where it is known, in the cycle before; NaN = missing.
struct watched_signal {
  std::string name;
  std::span<const double> now;
  std::span<const double> before{};
  /// Whether less of it is worse. Fewer tickets are no reason to worry, so it must be said; an outage is watched for either
  /// way.
  enum class fall : std::uint8_t { says_nothing, is_worse } when_lower = fall::says_nothing;
  double minimum_base = 5;  ///< a fall from less than this is small-number noise; 0 lets every base count
  /// Share whose loss raises `signal_drop` for this signal; NaN: that of the rule.
  double share = std::numeric_limits<double>::quiet_NaN();
  /// Of a rating such as CSAT: the fall on its own scale that raises `satisfaction_drop`, from whatever base. NaN: no
  /// rating.
  double rating_fall = std::numeric_limits<double>::quiet_NaN();
};

struct watched_feature {
  std::string name;
  column<std::int32_t> last_used;  ///< days since 1970; missing: never used, which says nothing here
};

/// One row per account. What is empty is not looked at: rules without their columns do not run, and the result says so.
struct alert_input {
  std::span<const double> score;
  std::span<const tier_code> tier;
  std::span<const double> coverage{};
  std::span<const double> stale_share{};
  std::span<const double> previous_score{};  ///< NaN and `no_tier`: not scored before
  std::span<const tier_code> previous_tier{};
  std::span<const double> previous_coverage{};
  std::vector<std::span<const double>> history{};  ///< earlier scores, oldest first, this cycle left out
  std::span<const double> objective{};             ///< sub-scores 0..100 of what is measured and what is felt
  std::span<const double> subjective{};
  std::span<const std::uint8_t> critical_red{};  ///< 1 when a critical signal is red
  column<std::int32_t> last_active{};            ///< missing: never seen, which says nothing here
  column<std::uint8_t> under_contract{};         ///< empty: all are; missing: not
  column<std::uint8_t> sponsor_left{};
  column<std::int32_t> renews_on{};
  std::vector<watched_signal> signals{};
  std::vector<watched_feature> features{};
  column<std::uint32_t> owner{};  ///< budget group; a missing owner is a group of its own
  column<std::int64_t> value{};   ///< MRR: who comes first; missing counts as 0
};

/// What was said already about one account and rule. Keep it between cycles; it is all the memory there is.
struct alert_memory {
  std::uint32_t account = 0;  ///< row of the account in this cycle
  alert_rule rule = alert_rule::tier_worsened;
  day raised_on{};
  enum class arm : std::uint8_t { waiting, ready } state = arm::waiting;  ///< ready: it was over in between
  friend bool operator==(const alert_memory&, const alert_memory&) = default;
};

/// Memory by account number as memory by row: `row_of` is `rows_by_account` of this cycle. Accounts that are not in the book
/// any more are dropped.
[[nodiscard]] std::vector<alert_memory> place_memory(std::span<const alert_memory> by_account,
                                                     std::span<const std::size_t> row_of);

/// How an account is compared with its own past. Accounts whose earlier scores are fewer, or all the same, are not looked
/// at.
struct own_history_options {
  std::size_t minimum = 8;              ///< earlier scores
  double lambda = 0.3;                  ///< of the EWMA: weight of the newest score
  double slack = 0.5;                   ///< of the CUSUM: standard deviations that pass unnoticed
  chart_gap gap = chart_gap::carry_on;  ///< what a cycle without a score does to the two charts
};

struct alert_options {
  day as_of{};
  std::array<alert_threshold, alert_rules> thresholds = default_thresholds;
  std::int32_t cooldown_days = 28;    ///< between two alerts of one account and rule
  std::size_t budget = 20;            ///< accounts that an owner is alerted of in one cycle
  std::int64_t outage_accounts = 20;  ///< a signal that fewer accounts had before has no outage
  std::int32_t renewal_days = 90;
  tier_code renewal_tier = 0;  ///< this tier or worse
  tier_code green = 2;         ///< a watermelon is green: this tier or better
  own_history_options own_history{};
  /// Share of false alarms among those of `ewma_fall`, and among those of `unusual_fall`, that one accepts over the whole
  /// book (Benjamini and Hochberg, normal p-values); NaN: each account is judged alone. At 100,000 accounts that is 130 for
  /// nothing.
  double false_discovery = std::numeric_limits<double>::quiet_NaN();
};

struct alert {
  static constexpr std::size_t whole_book = static_cast<std::size_t>(-1);

  alert_rule rule = alert_rule::tier_worsened;
  alert_severity severity = alert_severity::info;
  std::size_t account = whole_book;  ///< row, or the whole book
  std::string signal;                ///< signal or feature; empty for rules about the account
  double from = 0;                   ///< score, tier or value before; NaN for rules about days
  double to = 0;                     ///< and now; for rules about days, how many
  double quantity = 0;               ///< what the rule compared with its threshold
  std::string evidence;              ///< one sentence
};

/// Of each rule: what fired and what became of it. fired = raised + repeated + cooling + over_budget + outage +
/// unproven.
struct rule_counts {
  std::int64_t looked_at = 0;  ///< accounts for which the quantity is known
  std::int64_t fired = 0;
  std::int64_t raised = 0;
  std::int64_t repeated = 0;     ///< said before and not over since
  std::int64_t cooling = 0;      ///< was over, but came back within the cooldown
  std::int64_t over_budget = 0;  ///< the owner's list was full; it may be raised next cycle
  std::int64_t outage = 0;       ///< its signal is missing across the book: the feed is ill, not the customer
  std::int64_t unproven = 0;     ///< as many accounts would look like this by chance
  friend bool operator==(const rule_counts&, const rule_counts&) = default;
};

/// All that was raised about one account: one alert, whose first reason is the strongest.
struct account_alert {
  std::size_t account = alert::whole_book;
  alert_severity severity = alert_severity::info;  ///< of the strongest reason
  std::vector<std::size_t> reasons;                ///< positions in `alert_list::alerts`, the strongest first
  std::string evidence;                            ///< of all reasons, joined by "; "
};

struct alert_list {
  std::vector<alert> alerts;                      ///< outages, then by severity, value, row, rule
  std::vector<account_alert> accounts;            ///< the same, one per account, in that order; an outage stands alone
  std::array<rule_counts, alert_rules> counts{};  ///< a rule that lacked its columns looked at no account
  std::vector<alert_memory> memory;               ///< for the next cycle; by account, then rule

  /// All that fired and was not raised.
  [[nodiscard]] std::int64_t suppressed() const noexcept;
};

/// The alerts of one cycle.
///
/// One alert per account, with a reason per rule: of several signals the worst speaks, and the evidence says how many more
/// there are. The budget counts accounts: who is let through brings all its reasons. An
/// account and rule that was raised stays quiet until the quantity has recovered past the margin, and then for the rest of
/// the cooldown. An unknown quantity neither fires nor recovers. What the budget cuts is not remembered, so it can come up
/// next time. Same input, same list; no clock. O(accounts x rules).
///
/// Throws `schema_error` for lengths that differ and options out of range, `data_error` for a memory row that is not an
/// account or occurs twice, and for a day after `as_of` in `last_active`, in `last_used` or in the memory.
/// What it does not tell you: why. An alert is a reason to look, not a diagnosis.
[[nodiscard]] alert_list find_alerts(const alert_input& book, const alert_options& options = {},
                                     std::span<const alert_memory> memory = {});

}  // namespace health SOJOURN_EXPORT
}  // namespace sojourn::inline v0_1
