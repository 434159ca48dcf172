// Which accounts name a parent or a subscription in their rows, so that a correction finds who else it concerns.
// Layer: 5. Needs: links sojourn.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "revenue/book/fact_store.hpp"
#include "sojourn/revenue/ledger/ledger_block.hpp"

namespace sojourn::inline v0_1::detail {

/// By number of the group (a parent, a subscription): the accounts with rows that name it, and perhaps some whose rows did
/// before they were corrected. Made when it is first asked for; copies share what neither has written since.
class member_lists {
 public:
  [[nodiscard]] bool made() const noexcept { return made_; }
  [[nodiscard]] std::span<const std::uint32_t> operator[](std::uint32_t group) const noexcept {
    const std::size_t block = group / accounts_per_block;
    if (block >= blocks_.size() || group % accounts_per_block >= blocks_[block]->size()) return {};
    return (*blocks_[block])[group % accounts_per_block];
  }
  /// From the rows in `slots`.
  void make(const fact_store& store, std::size_t group_column, std::size_t account_column,
            std::span<const std::uint32_t> slots);

  /// Members that come: `prepare` makes room, `commit` cannot fail.
  struct addition {
    std::uint32_t group;
    std::vector<std::uint32_t> members;  ///< all of the group, the new ones included
  };
  [[nodiscard]] std::vector<addition> prepare(const fact_store& store, std::size_t group_column, std::size_t account_column,
                                              std::span<const std::uint32_t> slots);
  void commit(std::span<const addition> additions) noexcept;

 private:
  std::vector<std::shared_ptr<flat_lists<std::uint32_t>>> blocks_;
  bool made_ = false;
};

}  // namespace sojourn::inline v0_1::detail
