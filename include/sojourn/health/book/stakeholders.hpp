// How well an account is connected: the people it knows of, by their influence, and what a handover has recorded.
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

#include "sojourn/input/column.hpp"

namespace sojourn::inline v0_1 {
namespace health SOJOURN_EXPORT {

/// One row per person.
struct stakeholder_rows {
  column<std::uint32_t> account;      ///< below `accounts`
  std::span<const double> influence;  ///< 0 or more, in any unit; NaN: unknown, counted and left out of the share
  column<std::uint8_t> active;        ///< whether the person is still there and in touch; missing: not
  column<std::uint8_t> sponsor{};     ///< whether the person is a sponsor; empty: nobody is known to be one
  std::size_t accounts = 0;
};

/// What an account's sponsors are worth to it today.
enum class sponsor_state : std::uint8_t { none_known, active, left };
constexpr std::array<std::string_view, 3> values_of(sponsor_state) {
  return {"none_known", "active", "left"};
}

struct stakeholder_line {
  std::int64_t people = 0;
  std::int64_t active = 0;
  std::int64_t unknown_influence = 0;
  double influence = 0;         ///< of all
  double active_influence = 0;  ///< of the active ones
  /// active influence / influence; NaN for an account without people or without influence.
  double coverage = std::numeric_limits<double>::quiet_NaN();
  /// The largest share of the active influence that one person holds: 1 = all hangs on one person. NaN where none is active.
  double concentration = std::numeric_limits<double>::quiet_NaN();
  sponsor_state sponsor = sponsor_state::none_known;
};

/// One line per account. `left`: it had sponsors and none of them is active.
///
/// Throws `schema_error` for lengths that differ, `data_error` for an account out of range or missing, and for an influence
/// that is negative or infinite. O(people). What it does not tell you: who matters; influence is what somebody entered.
[[nodiscard]] std::vector<stakeholder_line> stakeholder_coverage(const stakeholder_rows& rows);

/// The nine things that a handover from sales to customer success records.
inline constexpr std::array<std::string_view, 9> handover_items = {"contract_terms",  "goals",    "success_measures",
                                                                   "stakeholders",    "sponsor",  "scope_and_usage",
                                                                   "technical_setup", "promises", "risks"};

struct checklist_line {
  std::int64_t recorded = 0;
  double completeness = 0;             ///< recorded / items
  std::vector<std::uint32_t> missing;  ///< positions of the items that are not recorded, in their order
};

/// One line per account over any list of items. `recorded[i]` has a flag per account; a missing one is not recorded. Throws
/// `schema_error` for no items and for lengths that differ.
[[nodiscard]] std::vector<checklist_line> checklist(std::span<const column<std::uint8_t>> recorded);

}  // namespace health SOJOURN_EXPORT
}  // namespace sojourn::inline v0_1
