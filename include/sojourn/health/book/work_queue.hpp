// Whom to call first: value at risk decides the order, capacity decides where the list ends.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string_view>
#include <vector>

#include "sojourn/detail/int128.hpp"
#include "sojourn/input/column.hpp"

namespace sojourn::inline v0_1 {
namespace health SOJOURN_EXPORT {

/// One row per account. Only `value` and one of `p_churn` and `score` are needed; the others may be empty.
struct queue_input {
  column<std::int64_t> value;         ///< MRR in the caller's integer unit; missing counts as 0 and is counted
  std::span<const double> p_churn{};  ///< probability to leave, 0..1; NaN falls back on the score
  std::span<const double> score{};    ///< 0..100; the risk is 1 - score / 100
  std::span<const std::int32_t> days_overdue{};
  /// Measured fall of the probability to leave by the remedy that the account would get (see `remedy_effect`), 0..1; NaN:
  /// not measured.
  std::span<const double> effect{};
  std::span<const double> effort{};  ///< load of one account; empty: 1 each
  column<std::uint32_t> owner{};     ///< codes below `owners`; a row without an owner joins the extra, last one
  std::size_t owners = 0;
};

struct queue_options {
  double capacity = 40;        ///< effort an owner can carry: about 40 accounts work, 200 do not
  double overdue_bonus = 0.1;  ///< share of its value that an overdue account gains in priority
  double unknown_risk = 0.5;   ///< risk of an account with neither probability nor score
};

/// What put an account in its place, the better known first.
enum class queue_order : std::uint8_t {
  measured_effect,  ///< value x effect: what the remedy saved elsewhere
  probability,      ///< value x probability to leave
  score,            ///< value x (1 - score / 100)
  nothing_known,    ///< value x `unknown_risk`
};
constexpr std::array<std::string_view, 4> values_of(queue_order) {
  return {"effect", "probability", "score", "nothing_known"};
}

/// Where an account stands in its owner's list.
enum class queue_place : std::uint8_t { within_capacity, beyond_capacity };

struct queue_item {
  std::size_t row = 0;
  std::uint32_t owner = 0;
  std::uint32_t rank = 0;  ///< 1 = first
  double risk = 0;
  /// Value x probability to leave; NaN where no probability was given.
  double at_risk = std::numeric_limits<double>::quiet_NaN();
  /// Value x (1 - score / 100), which is no probability; NaN where one was given.
  double score_shortfall_value = std::numeric_limits<double>::quiet_NaN();
  /// Value x measured effect; NaN where none was measured.
  double can_be_saved = std::numeric_limits<double>::quiet_NaN();
  double priority = 0;  ///< of the three the one that `order` names, plus the bonus when overdue
  queue_order order = queue_order::nothing_known;
  queue_place place = queue_place::within_capacity;
};

struct owner_load {
  std::size_t owner = 0;  ///< code; `owners` for the accounts without an owner
  std::int64_t accounts = 0;
  double effort = 0;
  double overload = 0;               ///< effort beyond capacity, 0 when it fits
  std::int64_t beyond = 0;           ///< accounts below the line
  double at_risk = 0;                ///< sum over the accounts that have it
  double score_shortfall_value = 0;  ///< the same
  sojourn::detail::int128 value = 0;
  std::int64_t overdue = 0;
  std::int64_t csms_needed = 0;  ///< ceil(effort / capacity)
};

struct work_queue {
  std::vector<queue_item> items;  ///< by owner, then rank
  std::vector<owner_load> load;   ///< one an owner, then the accounts without one
  double effort = 0;
  std::int64_t csms_needed = 0;   ///< ceil(all effort / capacity)
  std::int64_t unknown_risk = 0;  ///< accounts given `unknown_risk`
  std::int64_t missing_value = 0;
  std::int64_t by_score = 0;   ///< accounts ranked by their score: they have no probability
  std::int64_t by_effect = 0;  ///< accounts ranked by a measured effect

  /// Every owner, and the accounts without an owner where there are any.
  [[nodiscard]] std::vector<owner_load> loads_with_accounts() const;
};

/// priority = value x risk + overdue_bonus x value when overdue; ties by row. Where the effect of an account's remedy was
/// measured and is above 0, priority = value x effect + bonus, and these accounts come first: what a call saves ranks before
/// what is at stake. An owner's list is cut at the first account
/// that no longer fits, so that a small account never overtakes a larger risk. Deterministic; O(rows log rows).
///
/// Throws `schema_error` for lengths that differ or an option out of range, `data_error` for a probability outside [0, 1], a
/// score outside [0, 100], an effect outside [-1, 1], a negative value or an effort that is negative or not finite.
/// What it does not tell you: whether a call will help; value at risk is not value that can be saved. A score is no
/// probability: a score of 40 does not mean that 60 % of such accounts leave, so what it ranks is called a shortfall.
[[nodiscard]] work_queue make_work_queue(const queue_input& rows, queue_options options = {});

}  // namespace health SOJOURN_EXPORT
}  // namespace sojourn::inline v0_1
