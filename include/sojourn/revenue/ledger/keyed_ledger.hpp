// A ledger together with what its numbers mean: the keys of its accounts and the rows of the caller's table.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "sojourn/domain/account.hpp"
#include "sojourn/revenue/currencies/valuation.hpp"
#include "sojourn/revenue/ledger/account_errors.hpp"
#include "sojourn/revenue/ledger/ledger.hpp"
#include "sojourn/revenue/ledger/mrr_rows.hpp"
#include "sojourn/revenue/ledger/ownership.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// The key of an account as the caller writes it: a number or text.
using account_key = std::variant<std::int64_t, std::string>;

/// The account behind a key. A number also finds the same number written as text. Throws `data_error` where there is none.
[[nodiscard]] account account_of(const account_index& keys, const account_key& key);
/// The same; a key that is not known yet becomes a new account.
account intern(account_index& keys, const account_key& key);
/// The key of an account. Throws `data_error` for an account that the index does not know.
[[nodiscard]] account_key key_of(const account_index& keys, account who);

/// Runs `edit`; an error about an account names it by its key instead of its number.
template <class Edit>
decltype(auto) with_keys(const account_index& keys, const Edit& edit) {
  const auto name = [&](account who) { return who.index < keys.size() ? keys.key(who) : std::to_string(who.index); };
  try {
    return edit();
  } catch (const account_overflow& e) {
    throw e.named(name(e.who()));
  } catch (const account_data_error& e) {
    throw e.named(name(e.who()));
  }
}

/// What the rows of a ledger were; it decides under which names they are counted.
enum class ledger_rows : std::uint8_t { periods, changes, invoices };

/// A ledger with the keys that its account numbers stand for. Copies and parts share what is behind a pointer.
struct keyed_ledger {
  ledger book;
  std::shared_ptr<account_index> keys;
  /// The caller's row behind each row of the ledger, `mrr_rows::no_source` where there is none; null: they are the same.
  std::shared_ptr<const std::vector<std::uint32_t>> source_rows{};
  /// What became of the caller's rows before they were rows of the ledger; empty where nothing was done to them.
  std::optional<row_counts> prepared{};
  ledger_rows kind = ledger_rows::periods;
  /// Where a customer is a subscription `keys` are those of subscriptions, `owner` is the account behind each of them and
  /// `owner_keys` has the keys of accounts.
  bool by_subscription = false;
  std::shared_ptr<std::vector<std::uint32_t>> owner{};
  std::shared_ptr<account_index> owner_keys{};
  /// The shard that this ledger was declared to be; null: its states list its accounts.
  std::shared_ptr<const account_ownership> declared{};
  /// The rates that its lanes, which are currencies, are shown at; null: all amounts are in one currency.
  std::shared_ptr<const valuation> in{};
};

/// The rows of the caller's table behind an account, ascending, each once. A bridge over a gap has none.
[[nodiscard]] std::vector<std::uint32_t> caller_rows(const keyed_ledger& book, account who);
/// The same for any rows of the ledger.
[[nodiscard]] std::vector<std::uint32_t> caller_rows(const keyed_ledger& book, std::span<const std::uint32_t> rows);

struct named_count {
  std::string_view name;
  std::int64_t count = 0;
  friend constexpr bool operator==(const named_count&, const named_count&) = default;
};

/// What became of the caller's rows, in the words of the kind of rows they were. Counts of what a source does to rows are
/// left out where they are 0.
[[nodiscard]] std::vector<named_count> counts_by_name(const keyed_ledger& book);

/// `ledger::apply`, `retract`, `merge` and `split`, with errors that name accounts by key. New accounts are those that
/// `keys` has learned meanwhile. `apply` also throws `data_error` for a row of another shard than the declared one,
/// `retract` for a row of an account that the ledger does not have. When one throws nothing has changed.
void apply(keyed_ledger& book, const subscriptions& rows);
void retract(keyed_ledger& book, const subscriptions& rows);
void merge(keyed_ledger& book, account from, account into, day since = earliest_day);
void split(keyed_ledger& book, const subscriptions& rows, account into, day since = earliest_day);

/// Some accounts alone, each named once: `ledger::only` with the keys of these accounts. O(their keys, steps and rows).
[[nodiscard]] keyed_ledger only(const keyed_ledger& book, std::span<const account> some);

/// How many accounts have MRR in both ledgers, by key. A number and the same number as text are different accounts.
[[nodiscard]] std::int64_t shared_accounts(const keyed_ledger& a, const keyed_ledger& b);

/// A state of a ledger with more accounts than this does not list them: it covers all accounts there are.
inline constexpr std::size_t most_listed_accounts = 65'536;

/// States which accounts the ledger holds, so that partial results that share an account are noticed. Nothing stated: states
/// list their accounts one by one, those of a large ledger cover all accounts. Throws `data_error` with key and row for
/// an account outside `owned`.
void declare(keyed_ledger& book, const std::optional<account_ownership>& owned);

/// Which accounts a state of the ledger covers, and what one of some of its accounts adds to it.
[[nodiscard]] account_ownership accounts_owned(const keyed_ledger& book);
[[nodiscard]] account_ownership accounts_owned(const keyed_ledger& book, std::span<const account> some);

/// The i-th of n parts that share no account and together are the ledger; account numbers stay. Throws `schema_error` unless
/// index < count <= 4096.
[[nodiscard]] keyed_ledger share(const keyed_ledger& book, std::uint32_t index, std::uint32_t count);

namespace detail {

/// Another ledger of the same accounts, with all that is known around this one.
[[nodiscard]] keyed_ledger with_book(const keyed_ledger& around, ledger book);

/// Throws `data_error` for the first row of an account that belongs to another shard than the ledger's.
void require_shard(const keyed_ledger& book, const column<std::uint32_t>& who);

/// Throws `data_error` for the first row of an account of `accounts` or more.
void require_known_accounts(const column<std::uint32_t>& who, const account_index& keys, std::size_t accounts,
                            const std::string& advice);

}  // namespace detail
}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
