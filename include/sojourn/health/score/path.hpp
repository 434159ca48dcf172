// What would have to happen: one account scored with other values, and the smallest improvement that reaches a better tier.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sojourn/health/score/score.hpp"

namespace sojourn::inline v0_1 {
namespace health SOJOURN_EXPORT {

/// "If logins were 5": another value for one column. A text column takes the label; neither label nor number means missing.
struct assumption {
  std::string column;
  double value = std::numeric_limits<double>::quiet_NaN();
  std::string label{};
};

struct scenario {
  double score = std::numeric_limits<double>::quiet_NaN();
  tier_code tier = unknown_tier;
  double raw = std::numeric_limits<double>::quiet_NaN();  ///< before smoothing and rules
  std::uint16_t flags = 0;
};

/// One account with some of its values replaced, scored with everything else as it is. A replaced value counts as seen on
/// `as_of`, and so do the others that share its column of days. Throws `schema_error` for a column the card does not read,
/// or a row that does not exist. O(signals).
[[nodiscard]] scenario what_if(const scorecard& card, const signals& columns, std::size_t row,
                               std::span<const assumption> changes, const score_options& options = {});

enum class path_goal : std::uint8_t { fewest, cheapest };
constexpr std::array<std::string_view, 2> values_of(path_goal) {
  return {"fewest", "cheapest"};
}

/// What it takes to improve one signal, and how far it can go.
struct effort {
  std::string signal;
  double cost = 1;   ///< of going all the way from s = 0 to s = 1; in proportion in between
  double limit = 1;  ///< the best s it can reach; at or below today's: not at all
};

struct path_options {
  path_goal goal = path_goal::fewest;  ///< signals to touch, or their cost
  std::span<const effort> efforts{};   ///< signals not named cost 1 and can become perfect
};

struct path_step {
  std::size_t signal = 0;
  double s_before = 0;
  double s = 0;  ///< what is needed
  double value =
      std::numeric_limits<double>::quiet_NaN();  ///< the raw value that gives it; NaN where it is a label or cannot be told
  std::string label{};
  double points = 0;  ///< what this step adds to the score after those before it, before rules
  double cost = 0;
};

enum class path_status : std::uint8_t {
  reached,
  already_there,
  out_of_reach,  ///< not even with every signal at its limit
  held_down,     ///< the signals would do it, a rule or a value by hand does not let them
  unscored,
};
constexpr std::array<std::string_view, 5> values_of(path_status) {
  return {"reached", "already_there", "out_of_reach", "held_down", "no_score"};
}

/// How good the answer is: the best there is (weighted means, values that change by degrees), or a good one that cannot be
/// made smaller step by step.
enum class path_method : std::uint8_t { exact, greedy };
constexpr std::array<std::string_view, 2> values_of(path_method) {
  return {"exact", "greedy"};
}

struct path {
  path_status status = path_status::unscored;
  std::vector<path_step> steps;  ///< the largest gain first
  scenario now, then;            ///< `then` is scored with the steps' raw values, where each of them has one
  double cost = 0;
  path_method method = path_method::exact;
};

/// The smallest improvement of one account's signals that lifts it into tier `wanted`.
///
/// Only signals that are present with a real value are improved; what is not known cannot be. Margins of the tier ladder
/// count where the previous tier is given; smoothing and dwell do not: the path is where to go, not how fast the score
/// follows. For weighted means the answer is the best there is, by sorting; in other trees all signals are raised to their
/// limits and taken back one by one as long as the tier is kept. Either way the answer is scored again, rules included.
/// Steps of `bins` and names go to the next level that suffices. What it does not tell you: whether it can be done, or would
/// make the customer stay.
[[nodiscard]] path path_to(const scorecard& card, const signals& columns, std::size_t row, tier_code wanted,
                           const path_options& how = {}, const score_options& options = {});

/// The path of one account of a book.
struct account_path {
  std::size_t row = 0;
  tier_code wanted = unknown_tier;
  path way;
};

/// The paths of all accounts into `wanted`; without it each into the tier above the one it is in (`options.previous_tier`).
/// One in the best tier stays there; one without a tier goes into the second. As `path_to`, account by account.
[[nodiscard]] std::vector<account_path> paths(const scorecard& card, const signals& columns, std::optional<tier_code> wanted,
                                              const path_options& how, const score_options& options);

/// The columns of days of these signals: what has to be renewed along with their values.
[[nodiscard]] std::vector<std::string> day_columns(const scorecard& card, const std::vector<std::string>& signals);

}  // namespace health SOJOURN_EXPORT
}  // namespace sojourn::inline v0_1
