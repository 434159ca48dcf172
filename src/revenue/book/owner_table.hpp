// Which account a row belongs to on which day, after mergers, splits and parents.
// Layer: 5. Needs: links sojourn.
#pragma once

#include <cstdint>
#include <map>
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

/// The owner table of one reading: what was known then, by account.
class owners_known {
 public:
  owners_known(const owner_table& table, std::optional<day> known_on, bool by_parent);

  /// The owners of a row of `who`, in order of days; the first from its beginning. `parent` is the one the row names;
  /// a parent fact of the account takes its place from its day on.
  [[nodiscard]] std::span<const ownership> owners(account who, std::uint32_t slot,
                                                  std::optional<std::uint32_t> parent = std::nullopt);
  /// The accounts that may own what `some` own, and those whose rows they may own: `some`, and all that are joined to them.
  [[nodiscard]] std::vector<account> joined(std::vector<account> some) const;
  [[nodiscard]] bool trivial() const noexcept { return trivial_; }

 private:
  void follow_mergers(account who, day from, std::vector<ownership>& to) const;
  void add_parents(std::vector<ownership>& mine, std::optional<std::uint32_t> of_row) const;

  const owner_table& table_;
  std::optional<day> known_on_;
  bool by_parent_, trivial_;
  std::map<std::uint32_t, merger> merged_;                      // by the account that goes
  std::map<std::uint32_t, std::vector<parent_fact>> parents_;   // by child, in order of days
  std::map<std::uint32_t, std::vector<std::uint32_t>> beside_;  // joined accounts
  std::vector<ownership> found_;
};

/// Throws `account_data_error` for a merger of an account with itself, twice, or in a circle.
void require_new_merger(const owner_table& table, const merger& one);

}  // namespace sojourn::inline v0_1::detail
