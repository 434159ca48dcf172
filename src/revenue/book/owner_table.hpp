// Which account a row belongs to on which day, after mergers, splits and parents.
// Layer: 5. Needs: links sojourn.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "sojourn/revenue/book/owners.hpp"

namespace sojourn::inline v0_1::detail {

/// From `since` on a row belongs to `owner`.
struct ownership {
  day since;
  account owner;
};

struct moved_row {
  account from;
  std::vector<ownership> to;  ///< in order of days
};

struct owner_table {
  std::vector<merger> mergers;
  std::vector<parent_fact> parents;
  /// Rows that were given to another account, by slot.
  std::map<std::uint32_t, moved_row> moved;

  [[nodiscard]] bool empty() const noexcept { return mergers.empty() && parents.empty() && moved.empty(); }
  friend bool operator==(const owner_table&, const owner_table&);
};

/// How a view looks at owners.
struct owner_view {
  std::optional<day> known_on{};
  bool by_parent = false;
  std::optional<day> always{};  ///< who owns on that day owns on all days
};

/// The owner table under one view, by account. Made once per reading, and again when the table changes.
class owner_index {
 public:
  owner_index(const owner_table& table, const owner_view& how);

  /// The accounts that own a row of `who`, in order of days; the first from its beginning.
  void find_owners(account who, std::uint32_t slot, std::vector<ownership>& to) const;
  /// The parents of these owners in their place. `of_row` is the parent that the row names; what was said of an account
  /// takes its place from its day on.
  void replace_by_parents(std::vector<ownership>& owners, std::optional<std::uint32_t> of_row) const;

  /// The accounts that may own what `some` own, and those whose rows they may own: `some`, and all that mergers and moved
  /// rows join to them. Ascending.
  [[nodiscard]] std::vector<account> joined(std::span<const account> some) const;
  /// What was said of the parents of an account, in order of days; and of which accounts it was said to be the parent.
  [[nodiscard]] std::span<const parent_fact> parents_of(account child) const;
  [[nodiscard]] std::span<const std::uint32_t> children_of(account parent) const;

  /// Whether every row belongs to its own account.
  [[nodiscard]] bool no_owners() const noexcept { return merged_.empty() && moved_.empty(); }
  [[nodiscard]] bool no_parents() const noexcept { return parents_.empty(); }
  /// Whether an owner or a parent has another one before it.
  [[nodiscard]] bool changes() const noexcept { return changes_; }

 private:
  void follow_mergers(account who, day from, std::vector<ownership>& to) const;
  void keep_one_owner(std::vector<ownership>& owners) const;

  std::optional<day> always_;
  bool changes_ = false;
  std::map<std::uint32_t, moved_row> moved_;                      // by slot
  std::map<std::uint32_t, merger> merged_;                        // by the account that goes
  std::map<std::uint32_t, std::vector<parent_fact>> parents_;     // by child, in order of days
  std::map<std::uint32_t, std::vector<std::uint32_t>> children_;  // by parent
  std::map<std::uint32_t, std::vector<std::uint32_t>> beside_;    // accounts joined by mergers and moved rows
};

/// Throws `account_data_error` for a merger of an account with itself, twice, or in a circle.
void require_new_merger(const owner_table& table, const merger& one);

}  // namespace sojourn::inline v0_1::detail
