// Corrections of a book: what they touch is prepared first, then changed without a failure.
// Layer: 5. Needs: links sojourn.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "revenue/book/book_data.hpp"

namespace sojourn::inline v0_1::detail {

/// What tables of the book had before a correction brought more: columns, words, and the unit of amounts.
class table_columns {
 public:
  explicit table_columns(const book_data& data);
  void restore(book_data& data) const noexcept;

 private:
  struct label {
    std::size_t column, words;
  };
  std::int64_t ticks_per_unit_;
  std::size_t columns_, currencies_, causes_;
  common_columns common_;
  std::vector<std::size_t> own_;
  std::vector<label> labels_;
};

/// A correction that is ready: rows stand in slots that no account lists yet. Given up, it leaves the book as it was.
class correction {
 public:
  explicit correction(book_data& data) : before_(data), data_(data) {}
  correction(const correction&) = delete;
  correction& operator=(const correction&) = delete;
  ~correction() {
    if (done_) return;
    data_.store.give_back(added);
    before_.restore(data_);
  }

  /// The lists of a book that had no rows: of all accounts at once, without a copy of each.
  void first_rows(const column<std::uint32_t>& account);
  /// Fills `touched` after `first_rows`: only a reading that follows needs it.
  void list_touched();
  /// Each touched account once, ascending.
  void sort_touched();
  /// Makes room for everything that `commit` writes.
  void prepare();
  void commit() noexcept;

  /// Lists who names a parent or a subscription, where a reading needs that to follow.
  void list_members(bool of_parents, bool of_subscriptions);

  /// The slots of an account as they will be.
  [[nodiscard]] std::span<const std::uint32_t> slots_of(account who) const noexcept;
  [[nodiscard]] const owner_table& owners_after() const noexcept { return owners ? *owners : data_.owners; }

  std::vector<account> touched;                                       ///< ascending
  std::vector<std::pair<account, std::vector<std::uint32_t>>> lists;  ///< of the accounts that change, ascending
  std::vector<std::uint32_t> added, removed;
  std::optional<owner_table> owners;
  std::size_t next_source_row = 0;
  std::size_t accounts = 0, subscriptions = 0, parents = 0;
  bool in_order = true;  ///< the slots of the added rows are the caller's row numbers

 private:
  void prepare_members();

  table_columns before_;
  book_data& data_;
  std::vector<std::shared_ptr<flat_lists<std::uint32_t>>> first_lists_;
  std::vector<member_lists::addition> children_, subscription_accounts_;
  bool done_ = false;
};

/// Rows as they will stand in the book. Throws what is wrong with them, in the caller's row numbers.
void plan_apply(correction& plan, book_data& data, const facts& rows);
/// Equal rows go; with `taken_back_on` they stay as what was believed until that day.
void plan_retract(correction& plan, book_data& data, const facts& rows, std::optional<day> taken_back_on);
void plan_split(correction& plan, book_data& data, const facts& rows, account into, day since);
void plan_mergers(correction& plan, book_data& data, std::span<const merger> all);
void plan_parents(correction& plan, book_data& data, std::span<const parent_fact> all);

}  // namespace sojourn::inline v0_1::detail
