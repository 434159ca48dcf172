// Do the accounts of two plans stay equally long? The log-rank test of survival curves.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>
#include <vector>

#include "sojourn/input/exits.hpp"
#include "sojourn/lifetime/survival.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

struct logrank_options {
  /// Weights S(t-)^rho with the pooled curve of all groups (Harrington and Fleming): 0 gives all ages the same weight, 1
  /// gives early ages more. "Peto" in other programs means other weights.
  double rho = 0;
};

/// Why a test has no statistic.
enum class no_test : std::uint8_t { tested, no_event, one_group, never_together };
constexpr std::array<std::string_view, 4> values_of(no_test) {
  return {"", "no account left, so there is nothing to compare", "only one group has accounts",
          "the groups were never at risk at the same age"};
}

struct logrank_group {
  std::int64_t accounts = 0;
  std::int64_t events = 0;
  double observed = 0;  ///< sum of weights x those who left
  double expected = 0;  ///< the same if every group left at the pooled rate of its age
};

struct logrank_test {
  double statistic = std::numeric_limits<double>::quiet_NaN();
  int dof = 0;
  double p_value = std::numeric_limits<double>::quiet_NaN();
  /// Scores 1, 2, ... in the order of the groups; 1 degree of freedom.
  double trend_statistic = std::numeric_limits<double>::quiet_NaN();
  double trend_p = std::numeric_limits<double>::quiet_NaN();
  std::vector<logrank_group> groups;
  std::int64_t rows_missing = 0;
  no_test reason = no_test::tested;
};

/// Compares how long the accounts of `groups` groups stay, with every cause of leaving an event.
///
///   O_j - E_j = sum over ages of w (d_j - d n_j / n),   V_jk = sum of w^2 d (n - d)/(n - 1) n_j/n (delta_jk - n_k/n)
///
/// statistic = (O - E)' V^- (O - E), chi-square with as many degrees of freedom as groups that could differ. `strata`: sums
/// over strata, so that only accounts of one stratum are compared. With weights (money) V is the robust variance of the
/// weighted score, and no answer changes when all weights are multiplied by a number; `count` repeats rows instead.
/// `groups` and `strata` hold codes; a code of `groups` or more throws `data_error`.
///
/// Assumes independent accounts, and censoring that has nothing to do with the risk. O(n log n + ages x groups^2); with
/// weights O(n groups^2). Source: Mantel 1966; Harrington and Fleming 1982; Tarone 1975 (trend).
/// What it does not tell you: how large the difference is (read O/E, and the difference of restricted means), and curves
/// that cross may cancel.
[[nodiscard]] logrank_test logrank(const exits& rows, const column<std::uint32_t>& group, std::size_t groups,
                                   const column<std::uint32_t>& strata = {}, const logrank_options& options = {});

/// The same test of accounts from survival states, one per group; weights in them are not used. With `given_age` only exits
/// after that age count. Accounts without a segment are left out and counted in `rows_missing`.
[[nodiscard]] logrank_test logrank(const survival_by_segment& curves, const logrank_options& options = {},
                                   std::optional<double> given_age = {});

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
