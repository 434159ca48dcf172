#include "sojourn/revenue/ledger/keyed_ledger.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace sojourn::inline v0_1 {
namespace {

std::string shown_key(const account_key& key) {
  const auto* number = std::get_if<std::int64_t>(&key);
  return number != nullptr ? std::to_string(*number) : "'" + std::get<std::string>(key) + "'";
}

std::optional<account> find(const account_index& keys, const account_key& key) {
  const auto* number = std::get_if<std::int64_t>(&key);
  if (keys.holds_text()) {
    const std::string text = number != nullptr ? std::to_string(*number) : std::get<std::string>(key);
    return keys.find(std::string_view(text));
  }
  if (number != nullptr) return keys.find(*number);
  std::int64_t id = 0;
  const std::string& text = std::get<std::string>(key);
  const auto read = std::from_chars(text.data(), text.data() + text.size(), id);
  return read.ec == std::errc{} && std::to_string(id) == text ? keys.find(id) : std::nullopt;
}

std::vector<named_count> counts_of_ledger(const keyed_ledger& l) {
  const ledger_counts& c = l.book.counts();
  if (l.kind == ledger_rows::changes) {
    return {
        {"rows", c.rows}, {"to_zero", c.free_periods}, {"replaced", c.empty_periods}, {"future_changes", c.future_starts}};
  }
  // A refund stays in the ledger as a row without MRR, which is no free period.
  const bool of_lines = l.kind == ledger_rows::invoices && l.prepared;
  return {{"rows", c.rows},
          {"empty_periods", c.empty_periods},
          {"free_periods", of_lines ? l.prepared->free : c.free_periods},
          {"future_starts", c.future_starts},
          {"future_ends", c.future_ends}};
}

}  // namespace

account account_of(const account_index& keys, const account_key& key) {
  if (const auto found = find(keys, key)) return *found;
  throw data_error({"account", problem::no_row, shown_key(key), "not an account of this ledger",
                    "pass a key as the account column holds it, of the same type"});
}

account intern(account_index& keys, const account_key& key) {
  const auto* number = std::get_if<std::int64_t>(&key);
  return number != nullptr ? keys.intern(*number) : keys.intern(std::string_view(std::get<std::string>(key)));
}

account_key key_of(const account_index& keys, account who) {
  if (keys.holds_text()) return keys.key(who);
  return keys.id(who);
}

std::vector<std::uint32_t> caller_rows(const keyed_ledger& book, std::span<const std::uint32_t> rows) {
  std::vector<std::uint32_t> found(rows.begin(), rows.end());
  if (book.source_rows == nullptr) return found;
  for (std::uint32_t& row : found) row = (*book.source_rows)[row];
  std::erase(found, mrr_rows::no_source);
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

std::vector<std::uint32_t> caller_rows(const keyed_ledger& book, account who) {
  return caller_rows(book, book.book.rows_of(who));
}

std::vector<named_count> counts_by_name(const keyed_ledger& book) {
  std::vector<named_count> counts = counts_of_ledger(book);
  if (!book.prepared) return counts;
  const row_counts& p = *book.prepared;
  counts.front().count = p.rows;
  for (const named_count& one : {named_count{"metered", p.metered},
                                 {"trials", p.trials},
                                 {"no_trial", p.no_trial},
                                 {"not_committed", p.not_committed},
                                 {"past_due", p.past_due},
                                 {"paused", p.paused},
                                 {"bridges", p.bridges},
                                 {"grouped", p.grouped},
                                 {"same_moment", p.same_moment},
                                 {"one_off", p.one_off},
                                 {"refunds", p.refunds},
                                 {"undated", p.undated},
                                 {"clamped", p.clamped},
                                 {"prorations", p.prorations},
                                 {"never_paid", p.never_paid}}) {
    if (one.count != 0) counts.push_back(one);
  }
  return counts;
}

void apply(keyed_ledger& book, const subscriptions& rows) {
  detail::require_shard(book, rows.account);
  with_keys(*book.keys, [&] { book.book.apply(rows, book.keys->size()); });
}

void retract(keyed_ledger& book, const subscriptions& rows) {
  detail::require_known_accounts(rows.account, *book.keys, book.book.accounts(),
                                 "only rows that were in the ledger can be retracted");
  with_keys(*book.keys, [&] { book.book.retract(rows); });
}

void merge(keyed_ledger& book, account from, account into, day since) {
  with_keys(*book.keys, [&] { book.book.merge(from, into, since); });
}

void split(keyed_ledger& book, const subscriptions& rows, account into, day since) {
  with_keys(*book.keys, [&] { book.book.split(rows, into, since, book.keys->size()); });
}

keyed_ledger only(const keyed_ledger& book, std::span<const account> some) {
  keyed_ledger few = detail::with_book(book, with_keys(*book.keys, [&] { return book.book.only(some); }));
  few.keys = std::make_shared<account_index>();
  for (const account who : some) intern(*few.keys, key_of(*book.keys, who));
  if (book.owner != nullptr) {
    std::vector<std::uint32_t> owner;
    for (const account who : some) owner.push_back(book.owner->at(who.index));
    few.owner = std::make_shared<std::vector<std::uint32_t>>(std::move(owner));
  }
  few.declared = nullptr;
  return few;
}

std::int64_t shared_accounts(const keyed_ledger& a, const keyed_ledger& b) {
  if (a.keys->holds_text() != b.keys->holds_text()) return 0;
  std::int64_t shared = 0;
  for (std::uint32_t who = 0; who < a.book.accounts(); ++who) {
    if (a.book.steps(account{who}).empty()) continue;
    const auto found = find(*b.keys, key_of(*a.keys, account{who}));
    if (found && !b.book.steps(*found).empty()) ++shared;
  }
  return shared;
}

void declare(keyed_ledger& book, const std::optional<account_ownership>& owned) {
  if (!owned) {
    if (book.book.accounts() > most_listed_accounts) {
      book.declared = std::make_shared<const account_ownership>(account_ownership::everybody());
    }
    return;
  }
  if (book.in != nullptr) {
    throw schema_error("shards are not declared for a ledger of several currencies; partition(n) cuts one");
  }
  try {
    require_owned(book.book, *book.keys, *owned);
  } catch (const data_error& e) {
    problem where = e.where();
    if (book.source_rows != nullptr && where.row < book.source_rows->size()) where.row = (*book.source_rows)[where.row];
    throw data_error(where);
  }
  book.declared = std::make_shared<const account_ownership>(*owned);
}

account_ownership accounts_owned(const keyed_ledger& book) {
  return book.declared != nullptr ? *book.declared : list_accounts(book.book, *book.keys);
}

account_ownership accounts_owned(const keyed_ledger& book, std::span<const account> some) {
  return book.declared != nullptr ? account_ownership{} : list_accounts(book.book, *book.keys, some);
}

keyed_ledger share(const keyed_ledger& book, std::uint32_t index, std::uint32_t count) {
  const account_ownership all = book.declared != nullptr ? *book.declared : account_ownership::everybody();
  const account_ownership owned = all.run(index, count);
  keyed_ledger part = detail::with_book(book, part_of(book.book, *book.keys, owned));
  if (book.declared != nullptr) part.declared = std::make_shared<const account_ownership>(owned);
  return part;
}

namespace detail {

keyed_ledger with_book(const keyed_ledger& around, ledger book) {
  return {std::move(book),        around.keys,  around.source_rows, around.prepared, around.kind,
          around.by_subscription, around.owner, around.owner_keys,  around.declared, around.in};
}

void require_shard(const keyed_ledger& l, const column<std::uint32_t>& who) {
  if (l.declared == nullptr) return;
  for (std::size_t row = 0; row < who.size(); ++row) {
    if (!who.present(row)) continue;
    const std::string key = l.keys->key(account{who[row]});
    if (l.declared->owns(account_hash(key))) continue;
    throw data_error({who.name_or("account"), row, key, "an account of this shard",
                      "apply it to the ledger of the shard that shard_of names"});
  }
}

void require_known_accounts(const column<std::uint32_t>& who, const account_index& keys, std::size_t accounts,
                            const std::string& advice) {
  for (std::size_t row = 0; row < who.size(); ++row) {
    if (!who.present(row) || who[row] < accounts) continue;
    throw data_error({who.name_or("account"), row, keys.key(account{who[row]}), "not an account of this ledger", advice});
  }
}

}  // namespace detail
}  // namespace sojourn::inline v0_1
