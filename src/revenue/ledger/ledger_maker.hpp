// A ledger from steps that stand already, for conversions of one ledger into another.
// Layer: 5. Needs: links sojourn.
#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "detail/unshared.hpp"
#include "sojourn/revenue/ledger/ledger.hpp"
#include "sojourn/revenue/ledger/mrr_rows.hpp"

namespace sojourn::inline v0_1::detail {

struct ledger_maker {
  /// `fill(who, steps, rows)` appends what an account has: steps in order of days, neighbours at different levels.
  template <class Fill>
  static ledger make(std::size_t accounts, day known_until, const ledger_counts& counts, const Fill& fill) {
    ledger made = make_with_shares(accounts, known_until,
                                   [&](account who, auto& steps, auto& rows, auto&) { fill(who, steps, rows); });
    count(made, counts);
    return made;
  }
  static void count(ledger& book, const ledger_counts& counts) { book.counts_ = counts; }

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
      made.blocks_[b] = std::make_shared<ledger_block>(
          ledger_block{flat_lists<mrr_step>(size), flat_lists<std::uint32_t>(size), flat_lists<cause_share>(size)});
      steps.clear(), rows.clear(), shares.clear();
      for (std::size_t a = 0; a < size; ++a) {
        const std::size_t first_step = steps.size(), first_row = rows.size(), first_share = shares.size();
        fill(account{static_cast<std::uint32_t>(base + a)}, steps, rows, shares);
        made.blocks_[b]->steps.place(a, first_step, steps.size() - first_step);
        made.blocks_[b]->rows.place(a, first_row, rows.size() - first_row);
        made.blocks_[b]->shares.place(a, first_share, shares.size() - first_share);
      }
      made.blocks_[b]->steps.assign(steps);
      made.blocks_[b]->rows.assign(rows);
      made.blocks_[b]->shares.assign(shares);
      if (shares.empty()) made.blocks_[b]->shares = {};
    }
    return made;
  }

  static void describe(ledger& book, const ledger_counts& counts, std::size_t lanes, std::size_t rows_seen,
                       bool free_customers) {
    book.counts_ = counts;
    book.lanes_ = lanes;
    book.rows_seen_ = rows_seen;
    book.free_customers_ = free_customers;
  }
  /// Row i of every list becomes `numbers[i]`; rows that stand for none go.
  static void renumber(ledger& book, std::span<const std::uint32_t> numbers) {
    std::vector<std::uint32_t> mine;
    for (auto& block : book.blocks_) {
      ledger_block& own = unshared(block);
      for (std::size_t a = 0; a < own.rows.size(); ++a) {
        mine.clear();
        for (const std::uint32_t row : own.rows[a]) {
          if (numbers[row] != mrr_rows::no_source) mine.push_back(numbers[row]);
        }
        std::sort(mine.begin(), mine.end());
        mine.erase(std::unique(mine.begin(), mine.end()), mine.end());
        own.rows.replace(a, mine);
      }
    }
  }

  /// Makes `book` ready for `replace` of these accounts, of `accounts` in all.
  template <class Next>
  static void make_room(ledger& book, std::size_t accounts, std::span<const Next> next) {
    book.grow(accounts);
    for (std::size_t i = 0; i < next.size();) {
      const std::size_t b = next[i].who.index / accounts_per_block;
      ledger_block& block = book.block_of(next[i].who);
      std::size_t steps = 0, rows = 0, shares = 0;
      for (; i < next.size() && next[i].who.index / accounts_per_block == b; ++i) {
        steps += next[i].steps.size(), rows += next[i].rows.size(), shares += next[i].shares.size();
      }
      if (shares > 0 && block.shares.size() == 0) block.shares = flat_lists<cause_share>(block.steps.size());
      block.steps.make_room(steps), block.rows.make_room(rows), block.shares.make_room(shares);
    }
  }
  static void replace(ledger& book, account who, std::span<const mrr_step> steps, std::span<const std::uint32_t> rows,
                      std::span<const cause_share> shares) noexcept {
    const std::size_t at = who.index % accounts_per_block;
    ledger_block& block = *book.blocks_[who.index / accounts_per_block];
    block.steps.replace(at, steps);
    block.rows.replace(at, rows);
    if (block.shares.size() != 0) block.shares.replace(at, shares);
  }
  static void grow(ledger& book, std::size_t accounts) { book.grow(accounts); }
};

}  // namespace sojourn::inline v0_1::detail
