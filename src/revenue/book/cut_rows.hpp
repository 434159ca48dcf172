// Rows with MRR cut where their owner changes: at mergers and splits, and where an account changes parents.
// Layer: 5. Needs: links sojourn.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "revenue/book/book_data.hpp"
#include "sojourn/revenue/ledger/mrr_rows.hpp"

namespace sojourn::inline v0_1::detail {

/// Whose money rows are, row by row: the account that the caller's row names, and the account that mergers and splits give
/// it to.
struct row_accounts {
  std::vector<std::uint32_t> named;
  std::vector<std::uint32_t> account;
};

/// The parent of each row by what the rows say: that of its own fact. Where one day decides for all days, a row that is over
/// by then goes where its account went: to a parent of the rows in force on that day, its own if that is one of them.
class parents_of_rows {
 public:
  parents_of_rows(const book_data& data, std::span<const std::uint32_t> slots, const mrr_rows& rows,
                  std::optional<day> always);
  [[nodiscard]] std::optional<std::uint32_t> of_fact(std::uint32_t fact) const;

 private:
  void follow_accounts(const mrr_rows& rows, std::int32_t when);

  std::vector<std::uint32_t> parent_;  // by fact
};

/// The rows of accounts, `source` numbering the facts in `slots`. `whose`, if given, is kept row by row. `moved` is why MRR
/// ends and begins where a row is cut.
[[nodiscard]] mrr_rows rows_of_owners(const mrr_rows& rows, std::span<const std::uint32_t> slots, const owner_index& owners,
                                      change_cause moved, row_accounts* whose);
/// The rows of parents; `named` are the parents that rows name, if any does.
[[nodiscard]] mrr_rows rows_of_parents(const mrr_rows& rows, const parents_of_rows* named, const owner_index& owners,
                                       change_cause moved, row_accounts* whose);

}  // namespace sojourn::inline v0_1::detail
