// The book: facts of revenue from any source, and the corrections to them.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "sojourn/detail/lifetimebound.hpp"
#include "sojourn/domain/account.hpp"
#include "sojourn/domain/calendar.hpp"
#include "sojourn/revenue/book/facts.hpp"
#include "sojourn/revenue/book/owners.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

namespace detail {
struct book_data;
struct book_access;
}  // namespace detail

/// What a book knows of its rows on a day. Nothing is left out in silence.
struct knowledge {
  std::int64_t rows = 0;
  std::int64_t known = 0;
  std::int64_t not_yet_known = 0;
  std::int64_t taken_back = 0;   ///< believed once, not any more
  std::int64_t never_known = 0;  ///< recorded_until = recorded_from
  friend constexpr bool operator==(const knowledge&, const knowledge&) = default;
};

/// The caller's rows as they are, by account, with the keys of the accounts. Nothing is derived here and nothing is lost, so
/// a book can be read under any view (`read`): another policy, day, day of knowledge, currency or unit.
///
/// `rows` number accounts, subscriptions and parents as `keys()` and `subscription_keys()` do. All rows of a book are of one
/// source, besides those of usage, which a book of any source takes. Copies are snapshots: they take microseconds, share
/// what neither side has written since, and later corrections of one do not reach the other. Reading is safe from many
/// threads as long as nobody corrects that copy.
class book {
 public:
  /// An empty book of that source.
  explicit book(fact_source source = fact_source::periods);
  /// Moves are copies, so a book that was moved from is still the book it was.
  book(const book&) noexcept = default;
  book& operator=(const book&) noexcept = default;
  ~book() = default;
  /// A book whose accounts (and subscriptions) are numbered by indices of the caller's.
  book(fact_source source, std::shared_ptr<account_index> keys, std::shared_ptr<account_index> subscription_keys);

  [[nodiscard]] fact_source source() const noexcept;
  [[nodiscard]] account_index& keys() const noexcept SOJOURN_LIFETIMEBOUND;
  [[nodiscard]] account_index& subscription_keys() const noexcept SOJOURN_LIFETIMEBOUND;
  [[nodiscard]] const std::shared_ptr<account_index>& shared_keys() const noexcept SOJOURN_LIFETIMEBOUND;
  /// Accounts that occur in the rows.
  [[nodiscard]] std::size_t accounts() const noexcept;
  [[nodiscard]] std::size_t rows() const noexcept;
  [[nodiscard]] std::vector<std::string> labels() const;
  [[nodiscard]] const std::vector<std::string>& currencies() const SOJOURN_LIFETIMEBOUND;
  [[nodiscard]] const std::vector<std::string>& causes() const SOJOURN_LIFETIMEBOUND;
  /// Whether rows say when they were known, in which currency, why they end, to which subscription they belong.
  [[nodiscard]] bool has_knowledge() const noexcept;
  [[nodiscard]] bool has_currencies() const noexcept;
  [[nodiscard]] bool has_causes() const noexcept;
  [[nodiscard]] bool has_parents() const noexcept;
  [[nodiscard]] bool has_subscriptions() const noexcept;
  /// Whether it holds commitments or consumption.
  [[nodiscard]] bool has_usage() const noexcept;

  /// How many rows were known at the end of that day.
  [[nodiscard]] knowledge known(day when) const;
  /// The days on which knowledge changed, first and last; none when every row was always known.
  [[nodiscard]] std::optional<day> first_change() const;
  [[nodiscard]] std::optional<day> last_change() const;
  /// The accounts with rows that were known on one of the two days only, ascending.
  [[nodiscard]] std::vector<account> accounts_changed(day a, day b) const;
  /// The caller's numbers of the account's rows, ascending; with a day those known at its end.
  [[nodiscard]] std::vector<std::uint32_t> rows_of(account who, std::optional<day> known_on = std::nullopt) const;
  [[nodiscard]] const std::vector<merger>& mergers() const noexcept SOJOURN_LIFETIMEBOUND;
  [[nodiscard]] const std::vector<parent_fact>& parents() const noexcept SOJOURN_LIFETIMEBOUND;

  /// Two books with equal keys, facts and corrections are equal, in whatever order their rows came.
  friend SOJOURN_EXPORT bool operator==(const book& a, const book& b);

 private:
  friend struct detail::book_access;
  std::shared_ptr<detail::book_data> data_;
};

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
