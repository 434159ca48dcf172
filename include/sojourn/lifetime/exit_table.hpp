// Who came, left and was last seen at each age, by group and cause: the counts behind survival by cause, in a state.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "sojourn/detail/int128.hpp"
#include "sojourn/input/exits.hpp"
#include "sojourn/lifetime/incidence.hpp"
#include "sojourn/lifetime/survival.hpp"
#include "sojourn/stats/mergeable.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// All accounts of a group that entered and left observation at the same two ages, for the same cause.
struct exit_cell {
  static constexpr std::int32_t from_start = survival_cell::from_start;
  static constexpr std::uint32_t no_group = std::numeric_limits<std::uint32_t>::max();

  std::uint32_t group = no_group;  ///< place in `exit_table::groups`
  std::int32_t entry = from_start;
  std::int32_t time = 0;
  std::uint32_t cause = exits::still_there;  ///< 1, 2, ... in `exit_table::causes`
  std::int64_t accounts = 0;
  detail::int128 weight = 0;
  detail::int128 weight_squares = 0;

  template <class Archive, class Self>
  static void fields(Archive& archive, Self& self) {
    archive(self.group, self.entry, self.time, self.cause, self.accounts, self.weight, self.weight_squares);
  }
  friend bool operator==(const exit_cell&, const exit_cell&) = default;
};

/// The decay table by group and cause, in exact integers. Groups and causes travel as words, so that states of shards that
/// number them differently merge. Cells are sorted by (group, entry, time, cause), none of them all zero; words are sorted,
/// and each has a cell.
struct exit_table {
  std::vector<std::string> groups;
  std::vector<std::string> causes;
  std::vector<exit_cell> cells;
  std::int64_t rows_missing = 0;  ///< rows left out because a value was missing

  /// Throw `overflow_error` when a sum leaves its range; the state is then unchanged. O(cells).
  exit_table& operator+=(const exit_table& other);
  exit_table& operator-=(const exit_table& other);
  friend bool operator==(const exit_table&, const exit_table&) = default;

  static constexpr std::uint16_t bytes_kind = 66;
  template <class Archive, class Self>
  static void fields(Archive& archive, Self& self) {
    archive(self.groups, self.causes, self.cells, self.rows_missing);
  }
  [[nodiscard]] bool canonical() const;

  [[nodiscard]] std::int64_t accounts() const noexcept;
};

/// Rows -> state. Causes are the codes 1 to `causes.size()`, group codes lie below `groups.size()`; rows without a group are
/// kept apart. Ages and weights are whole numbers, since equal ages must be equal wherever a state comes from; rows of
/// weight or count 0 are as if absent. Throws `data_error` naming column, row, value and rule. O(n log n).
[[nodiscard]] exit_table tally_exits(const exits& rows, std::span<const std::string> causes,
                                     const column<std::uint32_t>& group = {}, std::span<const std::string> groups = {});

/// What survival needs, whatever the cause: one state per group, for `kaplan_meier`, `restricted_mean`, `logrank` and the
/// life table.
[[nodiscard]] survival_by_segment lifetimes_of(const exit_table& table);

/// As `cumulative_incidence` of the rows: one set of curves per group, causes in the order of `table.causes`.
/// `rows_missing` of the table stands with the accounts without a group.
[[nodiscard]] incidence_by_group cumulative_incidence(const exit_table& table, const incidence_options& options = {},
                                                      survival_measure measure = survival_measure::accounts);

/// One age of one group at which an account entered or left observation.
struct exit_table_row {
  std::uint32_t group = exit_cell::no_group;
  std::int32_t time = 0;
  std::int64_t entries = 0;  ///< came under observation at this age, at risk after it
  std::int64_t at_risk = 0;  ///< entry < time <= exit
  std::int64_t censored = 0;
  std::vector<std::int64_t> events;  ///< by cause
};
/// The table as people read it. Accounts seen from the start count as entries nowhere. O(cells log cells).
[[nodiscard]] std::vector<exit_table_row> exit_table_rows(const exit_table& table);

/// Gray's test of one cause, and the log-rank test of its rate with the others taken as censored, between the groups. For
/// accounts: weights are not used. `cause` is a place in `table.causes`, from 1; one beyond them never happened.
[[nodiscard]] logrank_test gray_test(const exit_table& table, std::uint32_t cause, const logrank_options& options = {});
[[nodiscard]] logrank_test cause_logrank(const exit_table& table, std::uint32_t cause, const logrank_options& options = {});

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
