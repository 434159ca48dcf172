// What each account of a ledger is worth, given its age, and how much of that is at risk.
// Layer: 4. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <array>
#include <cstdint>
#include <limits>
#include <span>
#include <string_view>
#include <vector>

#include "sojourn/domain/calendar.hpp"
#include "sojourn/lifetime/decay_sample.hpp"
#include "sojourn/lifetime/residual_payments.hpp"
#include "sojourn/revenue/ledger/keyed_ledger.hpp"
#include "sojourn/revenue/ledger/tenure.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// How many times an account has renewed, one decision a month: whole calendar months from its first day to a day on which
/// it is still there. A month is full on the day of the first day's number, or on the last day of a shorter month; what
/// falls after `last` is not decided yet. 0 where `last` is earlier than `first`.
[[nodiscard]] std::int64_t months_renewed(day first, day last);

/// What a curve of a ledger is of.
enum class decay_measure : std::uint8_t { accounts, mrr };
constexpr std::array<std::string_view, 2> values_of(decay_measure) {
  return {"accounts", "mrr"};
}

/// The accounts of a ledger with their decisions, one a month of age, for `fit_decay` and its bootstrap: one that left
/// within its m-th month was lost at the m-th decision; one that is still there has renewed at each decision before
/// `known_until`. With `mrr` each counts by the last MRR that it paid, who never paid not at all. O(accounts log accounts).
/// What it does not tell you: annual contracts decide once a year, so their true curve is a staircase.
[[nodiscard]] decay_sample months_decided(const survival_input& accounts, day known_until,
                                          decay_measure measure = decay_measure::accounts);

struct account_value_options {
  contribution_margin margin;   ///< share of the MRR that is left
  residual_options residual{};  ///< rate per month
};

/// A customer on the last day of a period; money in minor units.
struct account_value {
  account who{};
  day first{};                   ///< its first day as a customer
  std::int64_t renewals = 0;     ///< months renewed
  mrr level{};                   ///< its MRR on the last day
  double residual_lifetime = 0;  ///< expected further monthly payments, not discounted; may be infinite
  double value = 0;              ///< MRR x margin x discounted payments; may be infinite
  double low = std::numeric_limits<double>::quiet_NaN();
  double high = std::numeric_limits<double>::quiet_NaN();
};

/// One row per customer on the last day before `end`, or on the last known day if that is earlier, in order of account
/// numbers. `decay` counts in months. An account without MRR is worth 0 under any curve. Limits are those of the curve, see
/// `residual_payments_by_age`. In several currencies at the rates of that day. Throws as `residual_payments_by_age`.
/// O(accounts + longest age). What it does not tell you: expansion and contraction, which the MRR of today leaves out, and
/// how far single accounts scatter around what is expected of them.
[[nodiscard]] std::vector<account_value> account_values(const keyed_ledger& book, day end, const decay_fit& decay,
                                                        const account_value_options& options);

/// Probability of leaving x value, per row; NaN where the probability is. A probability of 0 risks nothing, also of an
/// infinite value. Throws `data_error` (column "probability") outside 0 to 1, `schema_error` for another number of
/// probabilities than of values. What it does not tell you: what an effort would save; the value already expects an account
/// to leave some day.
[[nodiscard]] std::vector<double> value_at_risk(std::span<const account_value> accounts,
                                                std::span<const double> probability);

/// The probability that each account leaves within so many months, by the curve at its age.
[[nodiscard]] std::vector<double> leaving_probabilities(std::span<const account_value> accounts, const decay_fit& decay,
                                                        std::int64_t within);

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
