// Does a score foretell who leaves? Scores beside what happened later, as one exact state, and every usual measure of it.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "sojourn/exec/sharded.hpp"
#include "sojourn/health/card/tiers.hpp"
#include "sojourn/input/column.hpp"
#include "sojourn/stats/distribution.hpp"
#include "sojourn/stats/estimate.hpp"
#include "sojourn/stats/mergeable.hpp"

namespace sojourn::inline v0_1 {
namespace health SOJOURN_EXPORT {

/// Which end of the score is the bad one: a probability of leaving is riskier when higher, a health score healthier.
enum class score_direction : std::uint8_t { higher_is_riskier, higher_is_healthier };
constexpr std::array<std::string_view, 2> values_of(score_direction) {
  return {"riskier", "healthier"};
}

/// Risks are kept in steps of 1e-12, so that counts and ranks are exact; two risks closer than that are tied.
inline constexpr double risk_steps = 1e12;
inline constexpr double largest_risk = 9e6;

/// The risks of the accounts that left and of those that stayed. Merges and retracts exactly: every measure below is a
/// function of these counts. 16 bytes a distinct risk.
struct outcome_scores {
  distribution_state left{};  ///< risk in steps of 1e-12; higher = riskier
  distribution_state stayed{};
  std::int64_t unlabelled = 0;  ///< rows whose outcome is not known; not used
  std::int64_t unscored = 0;    ///< rows with an outcome and no score; not used

  static constexpr std::uint16_t bytes_kind = 112;
  template <class Archive, class Self>
  static void fields(Archive& archive, Self& self) {
    archive(self.left, self.stayed, self.unlabelled, self.unscored);
  }
  [[nodiscard]] bool canonical() const noexcept { return left.canonical() && stayed.canonical(); }

  outcome_scores& operator+=(const outcome_scores& other);
  outcome_scores& operator-=(const outcome_scores& other);
  friend bool operator==(const outcome_scores&, const outcome_scores&) = default;
};

struct outcome_options {
  score_direction direction = score_direction::higher_is_riskier;
};

namespace detail {
void require_outcome_lengths(std::size_t scores, const column<std::uint8_t>& left);
[[nodiscard]] outcome_scores tally_outcomes(const column<double>& score, const column<std::uint8_t>& left,
                                            outcome_options options, std::size_t first, std::size_t last);
}  // namespace detail

/// `left`: 1 = the account left in the window, 0 = it stayed, missing = not known. A missing score is NaN or null.
/// Throws `schema_error` when the lengths differ, `data_error` for an outcome other than 0 and 1 and for a score that is
/// infinite or beyond +-9e6. O(n log n).
template <executor E = serial_executor>
[[nodiscard]] outcome_scores tally_outcomes(column<double> score, column<std::uint8_t> left, outcome_options options = {},
                                            E&& host = E{}) {
  detail::require_outcome_lengths(score.size(), left);
  return tally_sharded(
      score.size(),
      [&](std::size_t first, std::size_t last) { return detail::tally_outcomes(score, left, options, first, last); }, host);
}

/// Scores as risks, higher = riskier; NaN where there is none.
[[nodiscard]] std::vector<double> risks_of(const column<double>& score, score_direction direction);

struct validation_options {
  confidence_level level{};
};

inline constexpr metric_label auc_label{"auc", "share"};
inline constexpr metric_label average_precision_label{"average_precision", "share"};
inline constexpr metric_label ks_distance_label{"ks_distance", "share"};
inline constexpr metric_label capture_label{"capture", "share"};
inline constexpr metric_label lift_label{"lift", "ratio"};
inline constexpr metric_label brier_label{"brier", "number"};
inline constexpr metric_label log_loss_label{"log_loss", "number"};

/// Area under the ROC curve: the chance that an account that left had the higher risk of the two, when paired at random with
/// one that stayed; ties count half. 0.5 = a coin, 1 = perfect order.
///
/// (rank sum of leavers - n1 (n1 + 1) / 2) / (n1 n0) with midranks, in exact integers. Interval: DeLong's variance, normal,
/// cut to [0, 1]; no interval with fewer than two of either kind, or when nothing varies. Only one kind of outcome:
/// undefined (`zero_denominator`). Source: DeLong, DeLong, Clarke-Pearson (1988).
/// What it does not tell you: whether the risks are right as probabilities, nor how many leavers a short list catches.
[[nodiscard]] estimate auc(const outcome_scores& state, validation_options options = {});

/// Average precision: the mean share of leavers among the accounts ranked at or above each leaver (steps, not interpolated;
/// ties enter together). Compare it with the base rate, which a random order reaches. No interval.
[[nodiscard]] estimate average_precision(const outcome_scores& state);

/// Kolmogorov-Smirnov distance: the largest gap between the share of leavers and of stayers below any one risk. In [0, 1].
[[nodiscard]] estimate ks_distance(const outcome_scores& state);

/// Share of all leavers among the k = ceil(share x accounts) riskiest; accounts tied at the cut count by fractions.
/// Throws `schema_error` unless 0 < share <= 1.
[[nodiscard]] estimate capture(const outcome_scores& state, double share);

/// How many times more leavers the k riskiest hold than k accounts picked at random: their churn rate over the base rate.
[[nodiscard]] estimate lift(const outcome_scores& state, double share);

/// Mean squared error of a probability, 0 (perfect) to 1. The next three refuse risks outside [0, 1] with `schema_error`.
[[nodiscard]] estimate brier(const outcome_scores& state);

/// Mean negative log-likelihood in nats; probabilities are kept 1e-15 away from 0 and 1.
[[nodiscard]] estimate log_loss(const outcome_scores& state);

/// Cox's calibration of a probability p: logit P(left) = intercept + logit(p), and slope of logit P(left) = a + slope
/// logit(p). 0 and 1 are right. An intercept below 0: too many departures were foretold. A slope below 1: the risks are too
/// extreme.
struct calibration_line {
  estimate intercept;  ///< slope held at 1 ("calibration in the large")
  estimate slope;
  double expected = 0;  ///< sum of p: departures foretold
  std::int64_t observed = 0;
};
[[nodiscard]] calibration_line calibration(const outcome_scores& state, validation_options options = {});

/// What became of the accounts of each tier; the last place is the tier unknown.
struct tier_outcomes {
  std::array<std::int64_t, max_tiers + 1> left{};
  std::array<std::int64_t, max_tiers + 1> stayed{};
  std::int64_t unlabelled = 0;

  static constexpr std::uint16_t bytes_kind = 113;
  template <class Archive, class Self>
  static void fields(Archive& archive, Self& self) {
    archive(self.left, self.stayed, self.unlabelled);
  }
  tier_outcomes& operator+=(const tier_outcomes& other);
  tier_outcomes& operator-=(const tier_outcomes& other);
  friend bool operator==(const tier_outcomes&, const tier_outcomes&) = default;
};

/// Throws as `tally_outcomes`, and `data_error` for a code that is no tier and not unknown.
[[nodiscard]] tier_outcomes tally_tier_outcomes(std::span<const tier_code> tiers, column<std::uint8_t> left);

struct tier_risk {
  tier_code tier = 0;
  std::int64_t left = 0;
  estimate churn_rate;  ///< of the accounts in the tier; Wilson interval
};

/// Tiers 0 .. tiers - 1 from the worst, then unknown.
[[nodiscard]] std::vector<tier_risk> churn_by_tier(const tier_outcomes& state, std::size_t tiers,
                                                   validation_options options = {});

/// Whether the churn rate never rises from a tier to the next better one; tiers without accounts are passed over.
enum class tier_order : std::uint8_t { falls, rises_somewhere, one_tier_only };
constexpr std::array<std::string_view, 3> values_of(tier_order) {
  return {"falls", "rises somewhere", "one tier only"};
}
[[nodiscard]] tier_order order_of_tiers(const tier_outcomes& state, std::size_t tiers);

/// Days from the first red to the departure, for accounts that left.
struct lead_times {
  distribution_state days{};
  std::int64_t never_red = 0;  ///< left without a red before that day

  static constexpr std::uint16_t bytes_kind = 114;
  template <class Archive, class Self>
  static void fields(Archive& archive, Self& self) {
    archive(self.days, self.never_red);
  }
  [[nodiscard]] bool canonical() const noexcept { return days.canonical(); }
  lead_times& operator+=(const lead_times& other);
  lead_times& operator-=(const lead_times& other);
  friend bool operator==(const lead_times&, const lead_times&) = default;
};

/// Days since 1970. Rows without a departure are not counted; a red on or after the day of departure is no warning.
[[nodiscard]] lead_times tally_lead_times(column<std::int32_t> first_red, column<std::int32_t> left_on);

struct lead_time_summary {
  estimate lower_quartile, median, upper_quartile;  ///< in days, of the accounts that were red before they left
  estimate never_red;                               ///< share of all that left; Wilson interval
};
[[nodiscard]] lead_time_summary lead_time(const lead_times& state, validation_options options = {});

}  // namespace health SOJOURN_EXPORT
}  // namespace sojourn::inline v0_1
