// What share has left for which reason: cumulative incidence by cause, and Gray's test of groups.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <cstdint>
#include <optional>
#include <vector>

#include "sojourn/input/exits.hpp"
#include "sojourn/lifetime/logrank.hpp"
#include "sojourn/stats/estimate.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

inline constexpr metric_label incidence_label{"incidence_at", "share"};

struct incidence_options {
  confidence_level level{};
  /// The share that leaves after this age among those still there at it: (F(t) - F(a)) / S(a). Absent: from the start.
  std::optional<double> given_age{};
};

/// One cause; rows as in `incidence_curves::time`.
struct cause_incidence {
  std::vector<std::int64_t> events;
  std::vector<double> incidence;       ///< share that has left for this cause, just after `time`
  std::vector<double> standard_error;  ///< infinitesimal jackknife over accounts
  std::vector<double> low;             ///< log-log limits; NaN where the incidence is 0 or 1
  std::vector<double> high;
  std::int64_t total_events = 0;
};

/// One row for each age at which somebody left observation. Incidences, summed in the order of the causes, and survival add
/// up to 1 to the last bit.
struct incidence_curves {
  std::vector<double> time;
  std::vector<std::int64_t> at_risk;  ///< accounts with entry < time <= exit
  std::vector<std::int64_t> censored;
  std::vector<double> survival;  ///< share still there just after `time`
  std::vector<cause_incidence> causes;
  incidence_options options{};
  std::int64_t accounts = 0;
  std::int64_t rows_missing = 0;
  /// Set when the risk set died out and others were seen later: nothing changes from here on. Use a `given_age` beyond it.
  std::optional<double> died_out_at;
};

/// The share of accounts (or with `weight` of money) that has left for each cause after each age: Aalen-Johansen.
///
///   F_k(t) = sum over ages u <= t of S(u-) d_ku / n_u,    S(t) = product of (1 - d_u / n_u)
///
/// All causes tied at one age leave from the same S(u-); at equal ages leaving comes before censoring. Causes are the codes
/// 1 to `causes`, of which any may never happen; a larger code is a `data_error`. One minus the survival of one cause with
/// the others taken as censored is not this share: it overstates, three-fold for a rare cause in old ages.
///
/// The standard error is the infinitesimal jackknife, the sum of squared influences of accounts: the delta method's without
/// weights and late entry, and right with both. Other programs print Aalen's or Dinse's variance, 1 to 2 % apart at 35
/// accounts. Limits: F^exp(-+ z se / (F log F)). O(n log n + ages x causes). Assumes independent accounts, and censoring
/// that has nothing to do with the risk. Source: Aalen and Johansen 1978; Andersen, Borgan, Gill and Keiding 1993.
/// What it does not tell you: what a cause would do if another one were removed.
[[nodiscard]] incidence_curves cumulative_incidence(const exits& rows, std::size_t causes,
                                                    const incidence_options& options = {});

/// One set of curves per group; rows whose group is missing are kept apart.
struct incidence_by_group {
  std::vector<incidence_curves> groups;
  incidence_curves without_group;
};
/// `group` holds codes below `groups`; a larger code is a `data_error`.
[[nodiscard]] incidence_by_group cumulative_incidence_by(const exits& rows, std::size_t causes,
                                                         const column<std::uint32_t>& group, std::size_t groups,
                                                         const incidence_options& options = {});

/// F_k(age) of the `cause`-th curve, counted from 0. Undefined (`model_limit`) beyond the last age observed unless nobody is
/// left.
[[nodiscard]] estimate incidence_at(const incidence_curves& curves, std::size_t cause, double age);

/// Do groups differ in the share that leaves for `cause`? Gray's test of cumulative incidences (the log-rank test of the
/// cause alone compares rates instead; the two may disagree, and both are right). Weights (1 - F(t-))^rho with the pooled
/// incidence; `strata` add up.
///
/// `observed` and `expected` are those of the score. Undefined with a reason where the cause never happened. Throws
/// `schema_error` for weights or late entry, for which the test is not defined. O(n log n + ages x groups^3).
/// Source: Gray 1988.
[[nodiscard]] logrank_test gray_test(const exits& rows, std::uint32_t cause, const column<std::uint32_t>& group,
                                     std::size_t groups, const column<std::uint32_t>& strata = {},
                                     const logrank_options& options = {});

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
