// What weighs in a card, whatever its weights say: influence of each signal, pairs that the majority sees the other way
// round, leaks, and drift signal by signal. Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "sojourn/health/evaluation/learn.hpp"
#include "sojourn/health/evaluation/stability.hpp"
#include "sojourn/input/column.hpp"

namespace sojourn::inline v0_1 {
namespace health SOJOURN_EXPORT {

/// How much of the spread of the score goes with one signal.
struct signal_influence {
  double weight = 0;         ///< its share of the weights, normalised
  double eta_squared = 0;    ///< Var(E[score | signal]) / Var(score), 0 .. 1; NaN when the score or the signal is constant
  double share = 0;          ///< eta_squared over the sum of all: to be read beside `weight`
  std::int64_t present = 0;  ///< accounts that have the signal and a score
};

/// The correlation ratio of the score on each signal, over at most `bins` groups of equal size (equal values stay together).
///
/// Nominal weight is a rate of exchange, not importance: a heavy signal that hardly varies decides nothing, a light one that
/// goes with others decides much. `score`: one an account, NaN = unknown. O(signals x n log n). Throws `schema_error` for
/// lengths that differ. Source: OECD/JRC Handbook (2008); Paruolo, Saisana, Saltelli (2013). What it does not tell you:
/// cause. A signal may have influence through its correlation with others; leave it out to see.
[[nodiscard]] std::vector<signal_influence> influence(signal_matrix signals, std::span<const double> score,
                                                      std::span<const double> weights, std::size_t bins = 20);

/// The weight of the signals on which account a is healthier than b, over the weight of those both have; ties half. NaN if
/// none.
[[nodiscard]] double outranks(signal_matrix signals, std::span<const double> weights, std::size_t a, std::size_t b);

/// All pairs of accounts, read without compensation: no strength on one signal pays for a weakness on another.
struct outranking_audit {
  std::int64_t pairs = 0;             ///< with a signal in common
  std::int64_t dominated = 0;         ///< one is at least as healthy on every signal, and healthier on one
  std::int64_t against_majority = 0;  ///< the score puts first whom less than half of the weight puts first
  [[nodiscard]] double dominated_share() const noexcept;
  [[nodiscard]] double against_share() const noexcept;
};

/// Many pairs against the majority: extremes decide this card, a few signals pay for the others. At most 20,000 accounts
/// (schema_error beyond: take a sample). O(n^2 x signals). Source: Munda and Nardo (2009), COINr's outranking matrix.
[[nodiscard]] outranking_audit audit_outranking(signal_matrix signals, std::span<const double> score,
                                                std::span<const double> weights);

struct leak_options {
  double auc = 0.95;  ///< a single signal above it, or as far below one half
  double information_value = 0.5;
};

/// What a signal alone says about the outcome; very much is a reason to ask whether it was known on the day.
struct signal_check {
  double auc = 0;  ///< NaN without both outcomes
  double information_value = 0;
  bool suspicious = false;
};
[[nodiscard]] std::vector<signal_check> check_signals(signal_matrix signals, column<std::uint8_t> left,
                                                      const leak_options& options = {});

/// Drift of every signal: `population_stability` of its values, with missing as a bin of its own, for often what drifts is
/// that a source went silent. Bins are quantiles of `before`. Throws `schema_error` for different numbers of signals.
[[nodiscard]] std::vector<stability> signal_stability(signal_matrix before, signal_matrix now, std::size_t bins = 10);

}  // namespace health SOJOURN_EXPORT
}  // namespace sojourn::inline v0_1
