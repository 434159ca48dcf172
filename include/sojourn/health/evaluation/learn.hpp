// Weights from outcomes: a logistic model that may only say "healthier signals, fewer departures", pulled towards the
// weights that experts gave.
// Layer: 3. Needs: links sojourn (Eigen behind it).
#pragma once

#include "sojourn/export.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "sojourn/detail/bulk_ref.hpp"
#include "sojourn/exec/executor.hpp"
#include "sojourn/health/score/score.hpp"
#include "sojourn/input/column.hpp"

namespace sojourn::inline v0_1 {
namespace health SOJOURN_EXPORT {

/// Normalised signals, signal-major: `values[k * rows + i]` in [0, 1], 1 = healthy, NaN = missing.
struct signal_matrix {
  std::span<const double> values;
  std::size_t rows = 0;
  std::size_t signals = 0;
};

struct normalised_signals {
  std::vector<double> values;
  std::size_t rows = 0;
  std::size_t signals = 0;
  [[nodiscard]] signal_matrix view() const noexcept { return {values, rows, signals}; }
};

namespace detail {
/// The same signals under one group of equal weights and without tiers' memory: its parts reveal every s.
[[nodiscard]] scorecard flat_card(const scorecard& card);
[[nodiscard]] normalised_signals values_of(contributions&& parts, sojourn::detail::bulk_ref bulk = {});
}  // namespace detail

/// What each signal of the card becomes, account by account, after its policy for missing values (up to the last bit or two:
/// it is read from the parts of a score). Throws as `score`. 16 bytes a row and signal while it runs.
template <executor E = serial_executor>
[[nodiscard]] normalised_signals normalise(const scorecard& card, const signals& columns, E&& host = E{}) {
  return detail::values_of(explain(detail::flat_card(card), columns, {}, host),
                           [&](std::size_t n, sojourn::detail::task_ref f) { host.bulk(n, f); });
}

/// What the fit does with a signal that an account does not have, after the card's own policy.
enum class missing_signal : std::uint8_t {
  use_mean,  ///< the mean of the accounts that have it
  leave_out_account,
};
constexpr std::array<std::string_view, 2> values_of(missing_signal) {
  return {"mean", "leave_out"};
}

/// What happens below `min_events`.
enum class few_events : std::uint8_t { refuse, fit_anyway };
constexpr std::array<std::string_view, 2> values_of(few_events) {
  return {"refuse", "fit"};
}

struct learn_options {
  double ridge = 1;                      ///< strength of the pull; 0 = none. In units of one account
  std::vector<double> expert{};          ///< weights to pull towards, one a signal; empty = pull towards 0
  std::optional<double> expert_slope{};  ///< sum of the pulled-to coefficients; empty = fitted to the experts' own score
  missing_signal missing = missing_signal::use_mean;
  few_events events = few_events::refuse;
  std::int64_t min_events = 20;  ///< departures, or stays when those are fewer
  int max_steps = 100;
};

enum class learn_status : std::uint8_t {
  learned,
  one_outcome_only,  ///< all left or all stayed
  too_few_events,
  no_predictive_signal,  ///< no signal points the right way
  not_identified,        ///< without a ridge: the signals separate the outcomes, or repeat each other
  not_converged,
};
constexpr std::array<std::string_view, 6> values_of(learn_status) {
  return {"learned", "one outcome only", "too few events", "no predictive signal", "not identified", "not converged"};
}
[[nodiscard]] std::string_view to_string(learn_status status) noexcept;

enum class signal_role : std::uint8_t {
  used,
  held_at_zero,  ///< pointed the wrong way: healthier values, more departures, others given
  constant,      ///< the same for every account, or known for none
};
constexpr std::array<std::string_view, 3> values_of(signal_role) {
  return {"used", "held at zero", "constant"};
}

struct learned_signal {
  double coefficient = 0;  ///< beta, never below 0: log-odds of leaving that a perfect signal takes away
  double weight = 0;       ///< beta / sum of betas
  signal_role role = signal_role::used;
  std::int64_t missing = 0;  ///< rows in use without it
};

/// Below `learned` the weights are those of the experts (equal ones without experts) and the coefficients are 0.
struct learned_weights {
  learn_status status = learn_status::learned;
  double intercept = 0;  ///< log-odds of leaving with every signal at 0
  std::vector<learned_signal> signals;
  std::int64_t rows = 0;        ///< rows in use
  std::int64_t events = 0;      ///< of them: left
  std::int64_t unlabelled = 0;  ///< left out: outcome not known
  std::int64_t incomplete = 0;  ///< left out: a signal missing, under `leave_out_account`
  double log_likelihood = 0;    ///< of the fitted probabilities, without the pull
  double residual = 0;          ///< largest violation of the optimum's conditions, per account; below 1e-8
  int steps = 0;
  double events_per_weight = 0;  ///< fewer than 10 is little evidence

  /// The model as a map from the score R in points: log-odds of leaving = intercept - slope R / 100, where nothing is
  /// missing.
  [[nodiscard]] double slope() const noexcept;
};

namespace detail {
[[nodiscard]] learned_weights learn(signal_matrix signals, const column<std::uint8_t>& left,
                                    std::span<const double> case_weight, const learn_options& options,
                                    sojourn::detail::bulk_ref bulk);
}  // namespace detail

/// P(left) = 1 / (1 + exp(-(alpha - sum beta_k s_k))) with every beta_k >= 0, the maximum of
/// log-likelihood - ridge / 2 x sum (beta_k - beta0_k)^2, where beta0 = expert slope x expert weights.
///
/// Because no coefficient may be negative, the learned score is again a mean of signals, and its log-odds are a straight
/// line in the score: ranking, explanation and probability agree. `left`: 1, 0, or missing. `case_weight`: empty, or one
/// weight >= 0 an account. Projected Newton steps over blocks of 4,096 rows that are summed in order, so that any number of
/// threads gives the same bits. Throws `schema_error` for lengths or options that make no sense, `data_error` for a value
/// outside [0, 1]. O(steps x rows x signals^2), about 7 steps; 17 bytes a row. Source: Bertsekas (1982). What it does not
/// tell you: cause. A signal with weight 0 may matter and be carried by another one.
template <executor E = serial_executor>
[[nodiscard]] learned_weights learn_weights(signal_matrix signals, column<std::uint8_t> left,
                                            const learn_options& options = {}, std::span<const double> case_weight = {},
                                            E&& host = E{}) {
  return detail::learn(signals, left, case_weight, options,
                       [&](std::size_t n, sojourn::detail::task_ref f) { host.bulk(n, f); });
}

/// The card with these weights of its signals, in the card's order: a group weighs what its signals weigh together.
/// Throws `schema_error` for another number of weights, `card_error` when nothing is left with weight.
[[nodiscard]] scorecard with_weights(const scorecard& card, std::span<const double> weights);

/// The share of weight each signal holds in the card when nothing is missing, in the card's order.
[[nodiscard]] std::vector<double> nominal_weights(const scorecard& card);

/// Weights that need no outcome, for comparison: they say what varies, not what matters.
enum class audit_weighting : std::uint8_t {
  equal,
  deviation,  ///< sample standard deviation
  entropy,    ///< Shannon: one minus the entropy of a column's shares
  critic,     ///< deviation x sum of (1 - correlation) with the others (Diakoulaki 1995)
};
constexpr std::array<std::string_view, 4> values_of(audit_weighting) {
  return {"equal", "deviation", "entropy", "critic"};
}

/// They add to 1. Rows with a missing signal are left out. Entropy needs columns of positive sum. NaN when all are
/// undefined.
[[nodiscard]] std::vector<double> audit_weights(signal_matrix signals, audit_weighting method);

}  // namespace health SOJOURN_EXPORT
}  // namespace sojourn::inline v0_1
