// The accounts behind a decay curve, each with its weight: curves of money, robust errors, renewal rates by number.
// Layer: 3. Needs: links sojourn (Boost.Math behind it).
#pragma once

#include "sojourn/export.hpp"

#include <cstdint>
#include <vector>

#include "sojourn/input/column.hpp"
#include "sojourn/lifetime/decay.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// One row per account. A missing t, flag, weight or count leaves the row out and is counted; a weight or count of 0 leaves
/// it out as if it were absent.
struct decay_rows {
  column<std::int32_t> t;        ///< renewals made, or the renewal (1, 2, ...) at which the account left
  column<std::uint8_t> left;     ///< 1: it left at renewal t; 0: it is still there after t renewals
  column<std::int32_t> entry{};  ///< renewals made when observation began; missing = from the start
  column<double> weight{};       ///< what the account is worth, such as its MRR; absent = 1 each
  column<std::int64_t> count{};  ///< accounts that the row stands for; absent = 1 each
};

/// Accounts that are alike in all that a curve reads.
struct decay_cell {
  std::uint32_t cohort = 0;
  std::int32_t entry = 0;
  std::int32_t t = 0;
  bool left = false;
  double weight = 1;  ///< of one account
  std::int64_t accounts = 0;

  friend bool operator==(const decay_cell&, const decay_cell&) = default;
};

struct decay_sample {
  std::vector<decay_cell> cells;  ///< distinct and in order
  bool weighted = false;          ///< the caller gave weights
  std::int64_t rows_missing = 0;

  [[nodiscard]] std::int64_t accounts() const;
  /// The counts of accounts, whatever their weights.
  [[nodiscard]] decay_state counts() const;
};

/// Throws `data_error` for a negative t or weight, a flag other than 0 and 1, an account that left at renewal 0 or entered
/// at or after t. O(rows log rows).
[[nodiscard]] decay_sample sample_decay(const decay_rows& rows);
struct decay_by_segment {
  std::vector<decay_sample> segments;
  decay_sample without_segment;  ///< rows whose segment is missing
};
/// One sample per segment (dense codes below `segment_count`): together they hold the accounts of the whole. Throws as
/// `sample_decay`, and `data_error` for a code out of range.
[[nodiscard]] decay_by_segment sample_decay_by(const decay_rows& rows, const column<std::uint32_t>& segment,
                                               std::size_t segment_count);
/// The accounts of a table of cohorts, as `tally_decay` reads it. `weight` is what one account of the row's cohort is worth,
/// the same in all rows of a cohort; it may be empty. Throws as `tally_decay`, and `data_error` for weights that differ
/// within a cohort or are not above 0.
[[nodiscard]] decay_sample sample_decay(const column<std::int32_t>& age, const column<std::int64_t>& survivors,
                                        const column<std::uint32_t>& cohort = {}, const column<double>& weight = {});

/// Maximum likelihood as `fit_decay` of the counts. With weights each account's term counts by its weight (a
/// quasi-likelihood, scaled to a mean weight of 1), and the covariance is the sandwich over accounts: no answer changes when
/// all weights are multiplied by a number, up to rounding of a weight at 1e-11 of the largest. Amounts of money as counts
/// would claim errors that are too small by the square root of the mean amount.
///
/// A weighted fit (`robust`) has `delta` intervals and the bootstrap; it has no profile likelihood, AIC or BIC.
[[nodiscard]] decay_fit fit_decay(const decay_sample& sample, decay_options options = {});

inline constexpr metric_label renewal_rate_label{"renewal_rate", "share"};

/// Those that faced one renewal.
struct renewal_by_number {
  std::int32_t renewal = 0;  ///< 1, 2, ...
  std::int64_t faced = 0;    ///< accounts, those that entered later left out
  std::int64_t renewed = 0;
  estimate rate;        ///< share that renewed, by weight where there are weights
  double survival = 0;  ///< product of the rates so far; NaN after a renewal that nobody faced
};
/// The renewal rate by the number of the renewal, from those that faced it alone: an account that is still before its third
/// renewal says nothing of the third. Wilson's interval; with weights on as many accounts as are as informative: the smaller
/// of p (1 - p) / (linearised variance) and Kish's number. O(sum over cells of the renewals that they faced).
/// What it does not tell you: whether a rate differs by chance from the next. Rates of late renewals stand on few accounts.
[[nodiscard]] std::vector<renewal_by_number> renewal_curve(const decay_sample& sample, confidence_level level = {});

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
