// A ledger from steps that stand already, for conversions of one ledger into another.
// Layer: 5. Needs: links sojourn.
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

#include "sojourn/revenue/ledger/ledger.hpp"

namespace sojourn::inline v0_1::detail {

struct ledger_maker {
  /// `fill(who, steps, rows)` appends what an account has: steps in order of days, neighbours at different levels.
  template <class Fill>
  static ledger make(std::size_t accounts, day known_until, const ledger_counts& counts, const Fill& fill) {
    ledger made = make_with_shares(accounts, known_until,
                                   [&](account who, auto& steps, auto& rows, auto&) { fill(who, steps, rows); });
    made.counts_ = counts;
    return made;
  }

  /// `fill(who, steps, rows, shares)` appends the parts of days with several causes too.
  template <class Fill>
  static ledger make_with_shares(std::size_t accounts, day known_until, const Fill& fill) {
    ledger made;
    made.accounts_ = accounts;
    made.known_until_ = known_until;
    made.blocks_.resize((accounts + accounts_per_block - 1) / accounts_per_block);
    std::vector<mrr_step> steps;
    std::vector<std::uint32_t> rows;
    std::vector<cause_share> shares;
    for (std::size_t b = 0; b < made.blocks_.size(); ++b) {
      const std::size_t base = b * accounts_per_block;
      const std::size_t size = std::min(accounts_per_block, accounts - base);
      made.blocks_[b] = {flat_lists<mrr_step>(size), flat_lists<std::uint32_t>(size), flat_lists<cause_share>(size)};
      steps.clear(), rows.clear(), shares.clear();
      for (std::size_t a = 0; a < size; ++a) {
        const std::size_t first_step = steps.size(), first_row = rows.size(), first_share = shares.size();
        fill(account{static_cast<std::uint32_t>(base + a)}, steps, rows, shares);
        made.blocks_[b].steps.place(a, first_step, steps.size() - first_step);
        made.blocks_[b].rows.place(a, first_row, rows.size() - first_row);
        made.blocks_[b].shares.place(a, first_share, shares.size() - first_share);
      }
      made.blocks_[b].steps.assign(steps);
      made.blocks_[b].rows.assign(rows);
      made.blocks_[b].shares.assign(shares);
      if (shares.empty()) made.blocks_[b].shares = {};
    }
    return made;
  }

  static void describe(ledger& book, const ledger_counts& counts, std::size_t lanes, std::size_t rows_seen) {
    book.counts_ = counts;
    book.lanes_ = lanes;
    book.rows_seen_ = rows_seen;
  }
  static void grow(ledger& book, std::size_t accounts) { book.grow(accounts); }
};

}  // namespace sojourn::inline v0_1::detail
