// Whether a remedy helps: accounts that got it against accounts that were held out of it.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sojourn/domain/account.hpp"
#include "sojourn/input/column.hpp"
#include "sojourn/stats/estimate.hpp"

namespace sojourn::inline v0_1 {
namespace health SOJOURN_EXPORT {

/// Whether an account got the remedy, or was meant to get it and was held out for comparison.
enum class remedy_arm : std::uint8_t { treated, held_out };
constexpr std::array<std::string_view, 2> values_of(remedy_arm) {
  return {"treated", "held_out"};
}

enum class better_outcome : std::uint8_t { higher, lower };
constexpr std::array<std::string_view, 2> values_of(better_outcome) {
  return {"higher", "lower"};
}

enum class remedy_verdict : std::uint8_t { helps, harms, inconclusive };
constexpr std::array<std::string_view, 3> values_of(remedy_verdict) {
  return {"helps", "harms", "inconclusive"};
}

/// One row per assignment. Who was assigned counts, whether or not the remedy was then carried out: leaving out those who
/// did not accept would compare willing accounts with all accounts.
struct assignment_log {
  column<std::uint32_t> account;
  std::span<const std::uint32_t> remedy;  ///< below `remedies`
  std::span<const remedy_arm> arm;
  std::size_t remedies = 0;
};

/// One row per account: what became of it, such as 1 for renewed and 0 for not, or the change of its score. NaN: not known.
struct remedy_outcomes {
  column<std::uint32_t> account;
  std::span<const double> value;
};

struct remedy_effect_line {
  std::int64_t treated = 0, held_out = 0;  ///< accounts with a known outcome
  std::int64_t unknown = 0;                ///< assigned accounts whose outcome is not known
  std::int64_t repeated = 0;               ///< further rows of an account in the same arm; the account counts once
  estimate with, without;                  ///< the outcome of the treated and of those held out: a share, or a mean
  estimate effect;                         ///< with - without
  /// `inconclusive` where the interval of the effect contains 0 or there is none.
  remedy_verdict verdict = remedy_verdict::inconclusive;
};

struct remedy_effect_options {
  better_outcome better = better_outcome::higher;
  confidence_level level{};
};

/// One line per remedy. Where every outcome is 0 or 1 both are shares, and the interval of their difference is Newcombe's;
/// otherwise they are means, and the interval is Welch's (Student's t).
///
/// Throws `schema_error` for lengths that differ, `data_error` for a remedy out of range, an infinite outcome, an account
/// with two outcomes, and an account that is both treated with a remedy and held out of it. O(rows log rows).
/// Source: Newcombe (1998); Welch (1947). What it does not tell you: who was held out must have been drawn by lot; where the
/// account manager chose, the effect is an association. With many remedies some look effective by chance.
[[nodiscard]] std::vector<remedy_effect_line> remedy_effect(const assignment_log& log, const remedy_outcomes& outcomes,
                                                            const remedy_effect_options& options = {});

/// Draws who is held out: a share of accounts that depends on the account, the remedy and the seed and on nothing else, so
/// the same account is held out again tomorrow. `key` is what names the account outside.
[[nodiscard]] remedy_arm draw_arm(std::string_view key, std::string_view remedy, double held_out_share, std::uint64_t seed);

/// Accounts by what names them outside, each with a remedy; "" is none.
struct named_remedies {
  std::span<const std::string> account, remedy;
};

struct hold_out {
  double share = 0;  ///< from 0 to below 1
  std::uint64_t seed = 0;
};

struct new_assignments {
  std::vector<std::size_t> row;                          ///< of the proposals, in their order
  std::vector<remedy_arm> arm;                           ///< one per row
  std::int64_t assigned_before = 0, without_remedy = 0;  ///< proposals that are left out
};

/// The proposals that are new: an account gets each remedy once, so what `log` or an earlier row has is left out. Throws
/// `schema_error` for lengths that differ and for a share out of range. O(rows log rows).
[[nodiscard]] new_assignments assign_remedies(const named_remedies& proposed, const named_remedies& log,
                                              const hold_out& draw = {});

}  // namespace health SOJOURN_EXPORT
}  // namespace sojourn::inline v0_1
