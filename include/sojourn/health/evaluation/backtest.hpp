// A score tested as it would have been used: looked at on one day, judged by what happened afterwards.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "sojourn/detail/bulk_ref.hpp"
#include "sojourn/domain/calendar.hpp"
#include "sojourn/exec/executor.hpp"
#include "sojourn/health/evaluation/validation.hpp"
#include "sojourn/input/column.hpp"
#include "sojourn/stats/estimate.hpp"

namespace sojourn::inline v0_1 {
namespace health SOJOURN_EXPORT {

/// What a row of the panel is used for, and if for nothing, why.
enum class panel_role : std::uint8_t {
  train,
  test,
  embargoed,     ///< too near the test rows: its outcome was not known when they were scored
  immature,      ///< its window is not over on the last day for which outcomes are known
  already_left,  ///< left on or before the day of the row
  left_in_gap,   ///< left before the window opened
  after_test,    ///< on or after `test_until`: another split's
};
constexpr std::array<std::string_view, 7> values_of(panel_role) {
  return {"train", "test", "embargoed", "immature", "already_left", "left_in_gap", "after_test"};
}
inline constexpr std::size_t panel_roles = 7;

/// One row per account and day t: what was known at t. Days since 1970.
struct panel {
  column<std::int32_t> as_of;
  column<std::int32_t> left_on;        ///< day of departure; missing = not left yet
  column<std::int32_t> observed_at{};  ///< latest day that any signal of the row was measured; empty = not checked
};

struct split_options {
  std::int32_t gap_days = 0;       ///< the outcome counts from t + gap ...
  std::int32_t horizon_days = 90;  ///< ... for so long: t + gap < day of departure <= t + gap + horizon
  day test_from{};                 ///< rows of this day and later test
  day known_until{};               ///< departures are known up to and with this day
  std::optional<std::int32_t>
      embargo_days{};               ///< training rows lie at least so long before test_from; empty = gap + horizon
  std::optional<day> test_until{};  ///< rows of this day and later do not test; empty = no end
};

struct split_panel {
  std::vector<panel_role> role;
  std::vector<std::uint8_t> left;  ///< outcome; 0 and of no meaning for rows that are not used
  std::array<std::int64_t, panel_roles> rows{};
  std::array<std::int64_t, 2> events{};  ///< departures among the training and the test rows

  [[nodiscard]] std::int64_t count(panel_role role_wanted) const noexcept {
    return rows[static_cast<std::size_t>(role_wanted)];
  }
};

/// Splits by time, never at random: a random split lets a model see the future of its neighbours.
///
/// Throws `data_error` for a row without a day and for a signal observed after the day of its row (leakage: the score would
/// know the future), and `schema_error` for an embargo shorter than gap + horizon, a horizon below 1 or a negative gap.
/// O(rows).
[[nodiscard]] split_panel split_by_time(const panel& rows, const split_options& options);

/// The days on which `splits` tests begin: the later days of the panel in parts of about equally many different days, the
/// first beginning where `splits` / (`splits` + 1) of the days are left, so that every split has a past to train on. Each
/// test ends where the next begins. Throws `schema_error` when there are fewer different days than parts. O(rows log rows).
[[nodiscard]] std::vector<day> test_days(const column<std::int32_t>& as_of, std::size_t splits);

struct bootstrap_options {
  std::int64_t replicates = 1000;
  std::uint64_t seed = 1;  ///< travels with the result
  confidence_level level{};
  score_direction direction = score_direction::higher_is_riskier;
};

/// AUC of the second risk less AUC of the first, on the same accounts.
struct auc_difference {
  estimate difference;          ///< percentile interval, `bootstrap`; n = accounts
  estimate first, second;       ///< their own areas, with intervals of the same replicates
  double share_not_better = 0;  ///< replicates in which the second is not ahead
  std::int64_t replicates = 0;  ///< that held both outcomes; the others say nothing
  std::uint64_t seed = 0;
};

namespace detail {
[[nodiscard]] auc_difference compare_auc(const column<double>& first, const column<double>& second,
                                         const column<std::uint8_t>& left, const column<std::uint32_t>& account,
                                         const bootstrap_options& options, sojourn::detail::bulk_ref bulk);
}  // namespace detail

/// Draws whole accounts with replacement, so that rows of one account stay together, and both scores from the same draw.
///
/// `account`: dense codes. Rows without an outcome or without one of the scores are left out of both. Each
/// number is a hash of (seed, replicate, draw), so threads change nothing. Undefined with one kind of outcome.
/// O(replicates x rows).
template <executor E = serial_executor>
[[nodiscard]] auc_difference compare_auc(column<double> first, column<double> second, column<std::uint8_t> left,
                                         column<std::uint32_t> account, const bootstrap_options& options = {},
                                         E&& host = E{}) {
  if (options.direction == score_direction::higher_is_healthier) {
    const auto a = risks_of(first, options.direction), b = risks_of(second, options.direction);
    bootstrap_options of_risks = options;
    of_risks.direction = score_direction::higher_is_riskier;
    return compare_auc(column<double>(a), column<double>(b), left, account, of_risks, host);
  }
  return detail::compare_auc(first, second, left, account, options,
                             [&](std::size_t n, sojourn::detail::task_ref f) { host.bulk(n, f); });
}

}  // namespace health SOJOURN_EXPORT
}  // namespace sojourn::inline v0_1
