// A book read under a view: the steps of every account, and corrections that readings follow.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "sojourn/exec/any_executor.hpp"
#include "sojourn/revenue/book/book.hpp"
#include "sojourn/revenue/book/view.hpp"
#include "sojourn/revenue/ledger/keyed_ledger.hpp"
#include "sojourn/revenue/parts/label_rows.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

namespace detail {
class owner_index;
}

/// What a lane of a ledger holds: a currency, a word of the label that splits it, or both.
struct lane_name {
  std::string currency;
  std::optional<std::string> label{};  ///< none: rows without that label
  friend bool operator==(const lane_name&, const lane_name&) = default;
};

/// The steps of a book under a view. Copies are snapshots, as those of a book.
struct reading {
  keyed_ledger ledger;
  view under;
  std::vector<lane_name> lanes;                         ///< one per lane, where there are several
  std::shared_ptr<const detail::owner_index> owners{};  ///< whose accounts are, as `read` found it
};

namespace detail {

[[nodiscard]] reading read(const book& from, const view& under, const any_executor& host);

}  // namespace detail

/// The steps of every account: what its facts say under the view. The steps of an account depend on its own facts, those of
/// accounts it was merged with, and the view; so any order of rows, any executor and any order of corrections give the same
/// bytes. Plain periods take the bulk road, whatever the user called.
///
/// Throws `data_error` with the caller's row for what the source refuses (see `ledger`, `rows_from_prices`,
/// `rows_from_invoices`, `rows_from_changes`, `rows_from_snapshots`), for a row without a currency where others have one,
/// and where a rate is missing; `schema_error` for a view that asks for what the facts do not say, and for several
/// currencies without rates: two currencies are never added. O(rows log(rows of the largest account)).
template <executor E = serial_executor>
[[nodiscard]] reading read(const book& from, const view& under = {}, E&& host = {}) {
  return detail::read(from, under, any_executor(host));
}

/// Adds rows: afterwards the book is that of the old and the new rows together, and `follow` are its readings again, their
/// `as_of` unchanged. When it throws nothing has changed, also when memory ran out. O(the facts of the touched accounts, and
/// of those they were merged with), whatever was corrected before. Row numbers go on from those of the rows before.
void apply(book& to, const facts& rows, std::span<reading* const> follow = {});
/// Takes rows out: rows equal to these in every column, each as often as it is named. With `taken_back_on` they stay in the
/// book as what was believed until that day. Throws `data_error` for a row that the book does not hold. As `apply`.
void retract(book& from, const facts& rows, std::optional<day> taken_back_on = std::nullopt,
             std::span<reading* const> follow = {});
/// Two accounts turn out to be one customer: from `since` on `into` pays what both paid, by default in all of the past.
/// Throws `data_error` for an account that the book does not have, is merged with itself, merged before or in a circle.
void merge(book& in, const merger& one, std::span<reading* const> follow = {});
/// Mergers of a table in any order, all of them or none when it throws: a chain (a into b, b into c) ends in its last
/// account. Returns each with the account that it ends in. Throws as `merge`, and for a chain where any merger has a day:
/// each then names the account that stays.
std::vector<merger> merge_all(book& in, std::span<const merger> all, std::span<reading* const> follow = {});
/// Rows turn out to be another customer's: from `since` on `into` pays what they say. Throws as `retract`.
void split(book& in, const facts& rows, account into, day since = earliest_day, std::span<reading* const> follow = {});
/// Who is whose: read by `book_unit::parent`. Throws `data_error` for an account whose key the book does not have.
void set_parent(book& in, const parent_fact& one, std::span<reading* const> follow = {});
/// Many at once, in the time of one: all of them, or none when it throws.
void set_parents(book& in, std::span<const parent_fact> all, std::span<reading* const> follow = {});

/// What became of the caller's rows under the view. O(rows) after a correction.
[[nodiscard]] std::vector<named_count> counts(const book& of, const reading& how);

/// What the rows of a reading say about a label, for segments. Throws `schema_error` for a label that the book does not
/// have.
[[nodiscard]] label_rows labels_of(const book& of, const reading& how, const std::string& label);

/// The periods with MRR that the facts say under the view, as terms for `tally_available_to_renew`; sources are the caller's
/// row numbers.
[[nodiscard]] mrr_rows rows_under(const book& of, const reading& how);

/// Whose account it was on a day: the parent that `set_parent` names for it, else its latest row by then; none: its own.
[[nodiscard]] std::optional<account> parent_of(const book& of, account who, day when);

/// What one account paid under the view. O(its facts); of a parent or a subscription O(rows).
[[nodiscard]] std::vector<mrr_step> steps_of(const book& of, account who, const view& under);

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
