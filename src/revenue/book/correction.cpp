#include "revenue/book/correction.hpp"

#include <algorithm>
#include <map>
#include <string>

#include "revenue/book/fact_columns.hpp"
#include "sojourn/domain/currency.hpp"
#include "sojourn/revenue/ledger/account_errors.hpp"

namespace sojourn::inline v0_1::detail {
namespace {

using account_number = account;

template <class T>
void require_account_rows(const column<std::uint32_t>& account, const column<T>& other, const char* name) {
  if (!other.empty()) require_same_length(account, "account", other, name);
}

void require_days(const column<std::int32_t>& days, const char* name) {
  for (std::size_t row = 0; row < days.size(); ++row) {
    if (!days.present(row)) continue;
    if (days[row] >= earliest_day.since_epoch && days[row] <= latest_day.since_epoch) continue;
    throw data_error({days.name_or(name), row, std::to_string(days[row]) + " days since 1970",
                      "a date lies in 1900-01-01 .. 2199-12-31", "check the unit of the column"});
  }
}

const column<std::uint32_t>& account_of(const facts& rows) {
  return std::visit([](const auto& t) -> const column<std::uint32_t>& { return t.account; }, rows.rows);
}

std::int64_t ticks_per_unit_of(const fact_rows& rows) {
  return std::visit(
      [](const auto& t) -> std::int64_t {
        if constexpr (requires { t.ticks_per_unit; }) {
          return t.ticks_per_unit;
        } else {
          return 1;
        }
      },
      rows);
}

void require_good(const book_data& data, const facts& rows) {
  if (rows.rows.index() != static_cast<std::size_t>(data.source)) {
    throw schema_error("book: rows of " + std::string(values_of(fact_source{})[rows.rows.index()]) + " in a book of " +
                       std::string(values_of(fact_source{})[static_cast<std::size_t>(data.source)]));
  }
  const column<std::uint32_t>& account = account_of(rows);
  std::visit(
      [&](const auto& t) {
        each_column(t, [&](const char* role, const auto& column) { require_account_rows(account, column, role); });
      },
      rows.rows);
  require_account_rows(account, rows.recorded_from, "recorded_from");
  require_account_rows(account, rows.recorded_until, "recorded_until");
  require_account_rows(account, rows.currency.code, "currency");
  require_account_rows(account, rows.cause.code, "cause");
  require_account_rows(account, rows.purchased_on, "purchased_on");
  require_account_rows(account, rows.parent, "parent");
  require_days(rows.recorded_from, "recorded_from");
  require_days(rows.recorded_until, "recorded_until");
  require_days(rows.purchased_on, "purchased_on");
  for (const label_facts& label : rows.labels) require_account_rows(account, label.label.code, label.name.c_str());
  const std::size_t universe = data.keys->size();
  for (std::size_t row = 0; row < account.size(); ++row) {
    if (!account.present(row)) {
      throw data_error({account.name_or("account"), row, "missing", "every row belongs to an account",
                        "name the account, or leave the row out"});
    }
    if (account[row] >= universe) {
      throw data_error(
          {account.name_or("account"), row, std::to_string(account[row]),
           "an account number must come from the index of the book, which holds " + std::to_string(universe) + " accounts",
           "intern keys with book::keys()"});
    }
    const bool from = !rows.recorded_from.empty() && rows.recorded_from.present(row);
    const bool until = !rows.recorded_until.empty() && rows.recorded_until.present(row);
    if (from && until && rows.recorded_until[row] < rows.recorded_from[row]) {
      throw data_error({rows.recorded_until.name_or("recorded_until"), row, to_string(day{rows.recorded_until[row]}),
                        "a row is not taken back before it is known",
                        "it was recorded on " + to_string(day{rows.recorded_from[row]}) + "; correct one of the two"});
    }
  }
}

template <class T>
void put_column(fact_store& store, std::size_t number, const column<T>& from, std::span<const std::uint32_t> slots) {
  if (!slots.empty() && slots.back() - slots.front() == slots.size() - 1 && slots.back() >= slots.front() &&
      std::is_sorted(slots.begin(), slots.end())) {
    return store.put_run<T>(number, slots.front(), from);
  }
  for (std::size_t row = 0; row < slots.size(); ++row) {
    if (from.present(row)) store.put<T>(number, slots[row], from[row]);
  }
}

template <class T>
std::size_t column_for(fact_store& store, std::size_t& known, const column<T>& from) {
  if (known == no_column && !from.empty()) known = store.add_column(std::vector<T>{});
  return from.empty() ? no_column : known;
}

void put_words(fact_store& store, std::size_t& known, vocabulary& words, const word_facts& from, const char* name,
               std::span<const std::uint32_t> slots) {
  if (column_for(store, known, from.code) == no_column) return;
  std::vector<std::uint32_t> codes;
  for (const std::string& word : from.words) codes.push_back(words.code_of(word));
  for (std::size_t row = 0; row < slots.size(); ++row) {
    if (!from.code.present(row)) continue;
    if (from.code[row] >= codes.size()) {
      throw data_error({from.code.name_or(name), row, std::to_string(from.code[row]),
                        "a code lies below the number of words, " + std::to_string(codes.size()), ""});
    }
    store.put<std::uint32_t>(known, slots[row], codes[from.code[row]]);
  }
}

/// Codes in any case, as ISO 4217 writes them; another text is an error that names its first row.
word_facts iso_codes(word_facts given) {
  for (std::uint32_t word = 0; word < given.words.size(); ++word) {
    std::size_t row = 0;
    while (row < given.code.size() && !(given.code.present(row) && given.code[row] == word)) ++row;
    if (row == given.code.size()) continue;  // no row says it
    given.words[word] = read_currency_in(given.code.name_or("currency"), row, given.words[word]).code;
  }
  return given;
}

label_column& label_for(book_data& data, const std::string& name) {
  const auto found = std::find_if(data.labels.begin(), data.labels.end(), [&](const auto& l) { return l.name == name; });
  return found != data.labels.end() ? *found : data.labels.emplace_back(label_column{name, {}, no_column});
}

/// The rows in new slots of the store.
std::vector<std::uint32_t> stored(book_data& data, const facts& rows) {
  const column<std::uint32_t>& account = account_of(rows);
  const std::int64_t unit = ticks_per_unit_of(rows.rows);
  if (unit <= 0) throw schema_error("book: ticks_per_unit must be positive");
  if (data.ticks_per_unit != 0 && data.ticks_per_unit != unit) {
    throw schema_error("book: all rows of a book have amounts in one unit");
  }
  if (account.size() > UINT32_MAX - data.next_source_row) throw overflow_error("book: more than 4,294,967,295 rows");
  auto slots = data.store.take(account.size());
  try {
    put_column(data.store, data.common.account, account, slots);
    data.account_name = account.name_or("account");
    for (std::size_t row = 0; row < slots.size(); ++row) {
      data.store.put(data.common.source_row, slots[row], static_cast<std::uint32_t>(data.next_source_row + row));
    }
    std::visit(
        [&](const auto& t) {
          std::size_t i = 0;
          each_column(t, [&](const char*, const auto& column) {
            if (!column.name().empty()) data.own_names[i] = column.name();
            std::size_t& number = data.own[i++];
            if (column_for(data.store, number, column) != no_column) put_column(data.store, number, column, slots);
          });
        },
        rows.rows);
    const auto put_days = [&](std::size_t& known, const column<std::int32_t>& from) {
      if (column_for(data.store, known, from) != no_column) put_column(data.store, known, from, slots);
    };
    put_days(data.common.recorded_from, rows.recorded_from);
    put_days(data.common.recorded_until, rows.recorded_until);
    put_days(data.common.purchased_on, rows.purchased_on);
    if (column_for(data.store, data.common.parent, rows.parent) != no_column) {
      put_column(data.store, data.common.parent, rows.parent, slots);
    }
    put_words(data.store, data.common.currency, data.currencies, iso_codes(rows.currency), "currency", slots);
    put_words(data.store, data.common.cause, data.causes, rows.cause, "cause", slots);
    for (const label_facts& one : rows.labels) {
      label_column& label = label_for(data, one.name);
      put_words(data.store, label.column, label.words, one.label, one.name.c_str(), slots);
    }
  } catch (...) {
    data.store.give_back(slots);
    throw;
  }
  data.ticks_per_unit = unit;
  return slots;
}

/// Rows in order of their account, those of one account in their own order: counted where there are many.
std::vector<std::uint32_t> order_of(const column<std::uint32_t>& account) {
  std::vector<std::uint32_t> order(account.size());
  if (std::is_sorted(account.values().begin(), account.values().end())) {
    for (std::uint32_t row = 0; row < order.size(); ++row) order[row] = row;
    return order;
  }
  const std::size_t range = std::size_t{*std::max_element(account.values().begin(), account.values().end())} + 1;
  if (range > 8 * account.size()) {
    for (std::uint32_t row = 0; row < order.size(); ++row) order[row] = row;
    std::sort(order.begin(), order.end(),
              [&](auto a, auto b) { return account[a] != account[b] ? account[a] < account[b] : a < b; });
    return order;
  }
  std::vector<std::uint32_t> next(range + 1, 0);
  for (const std::uint32_t who : account.values()) ++next[who + 1];
  for (std::size_t who = 0; who < range; ++who) next[who + 1] += next[who];
  for (std::uint32_t row = 0; row < order.size(); ++row) order[next[account[row]]++] = row;
  return order;
}

template <class Visit>
void by_account(const column<std::uint32_t>& account, std::span<const std::uint32_t> slots, const Visit& visit) {
  const std::vector<std::uint32_t> order = order_of(account);
  std::vector<std::uint32_t> rows;
  for (std::size_t i = 0; i < order.size();) {
    const std::uint32_t who = account[order[i]];
    rows.clear();
    for (; i < order.size() && account[order[i]] == who; ++i) rows.push_back(order[i]);
    visit(account_number{who}, std::span<const std::uint32_t>(rows), slots);
  }
}

bool equal_cells(const book_data& data, std::uint32_t there, std::uint32_t asked) {
  for (std::size_t c = 0; c < data.store.columns(); ++c) {
    if (c == data.common.source_row || c == data.common.account) continue;
    if (!data.store.same(c, there, asked)) return false;
  }
  return true;
}

/// The slots of an account, and those of accounts that it took over or whose rows it was given.
std::vector<std::uint32_t> slots_known_as(const book_data& data, account_number who) {
  const auto own = data.slots_of(who);
  std::vector<std::uint32_t> slots(own.begin(), own.end());
  std::vector<account_number> open{who}, seen{who};
  while (!open.empty()) {
    const account_number into = open.back();
    open.pop_back();
    for (const merger& one : data.owners.mergers) {
      if (one.into != into || std::find(seen.begin(), seen.end(), one.from) != seen.end()) continue;
      const auto more = data.slots_of(one.from);
      slots.insert(slots.begin(), more.begin(), more.end());  // its own rows are found first
      open.push_back(one.from), seen.push_back(one.from);
    }
    for (const auto& [slot, row] : data.owners.moved) {
      const bool given = std::any_of(row.to.begin(), row.to.end(), [&](const ownership& o) { return o.owner == into; });
      if (given && std::find(slots.begin(), slots.end(), slot) == slots.end()) slots.insert(slots.begin(), slot);
    }
  }
  return slots;
}

/// For each row the slot of an equal row of its account that is still believed, each slot once; the latest first.
std::vector<std::uint32_t> found_rows(const book_data& data, const column<std::uint32_t>& account,
                                      std::span<const std::uint32_t> asked, const char* advice) {
  std::vector<std::uint32_t> found(asked.size());
  std::vector<std::uint32_t> taken;  // slots, where owners let two accounts find the same
  by_account(account, asked, [&](account_number who, std::span<const std::uint32_t> rows, std::span<const std::uint32_t>) {
    const auto own = data.slots_of(who);
    std::vector<std::uint32_t> wider;
    if (!data.owners.mergers.empty() || !data.owners.moved.empty()) wider = slots_known_as(data, who);
    const auto mine = wider.empty() ? own : std::span<const std::uint32_t>(wider);
    std::vector<bool> gone(mine.size(), false);
    for (std::size_t i = 0; i < mine.size() && !wider.empty(); ++i) {
      gone[i] = std::find(taken.begin(), taken.end(), mine[i]) != taken.end();
    }
    for (const std::uint32_t row : rows) {
      std::size_t at = mine.size();
      while (at > 0 && (gone[at - 1] || !equal_cells(data, mine[at - 1], asked[row]))) --at;
      if (at == 0) {
        throw account_data_error(
            who, {account.name_or("account"), row, "{account}", "the book holds no such row of this account", advice});
      }
      gone[at - 1] = true;
      found[row] = mine[at - 1];
      if (!wider.empty()) taken.push_back(found[row]);
    }
  });
  return found;
}

/// Whose the rows in these slots are in the store, by slot: rows that were merged or moved keep their first account.
std::vector<std::uint32_t> accounts_of_slots(const book_data& data, std::span<const std::uint32_t> slots) {
  std::vector<std::uint32_t> accounts;
  for (const std::uint32_t slot : slots) accounts.push_back(data.store.at<std::uint32_t>(data.common.account, slot));
  return accounts;
}

}  // namespace

std::span<const std::uint32_t> correction::slots_of(account who) const noexcept {
  if (!first_lists_.empty()) {
    if (who.index >= accounts) return {};
    return (*first_lists_[who.index / accounts_per_block])[who.index % accounts_per_block];
  }
  const auto found =
      std::lower_bound(lists.begin(), lists.end(), who, [](const auto& one, account w) { return one.first < w; });
  if (found != lists.end() && found->first == who) return found->second;
  return data_.slots_of(who);
}

void correction::prepare() {
  accounts = std::max(accounts, data_.accounts);
  for (const auto& one : lists) accounts = std::max(accounts, std::size_t{one.first.index} + 1);
  const std::size_t blocks = (accounts + accounts_per_block - 1) / accounts_per_block;
  data_.lists.reserve(blocks);
  for (std::size_t b = 0; b < blocks; ++b) {
    const std::size_t size = std::min(accounts_per_block, accounts - b * accounts_per_block);
    if (b == data_.lists.size()) data_.lists.push_back(std::make_shared<flat_lists<std::uint32_t>>());
    if (data_.lists[b]->size() < size) unshared(data_.lists[b]).resize(size);
  }
  for (std::size_t i = 0; i < lists.size();) {
    const std::size_t b = lists[i].first.index / accounts_per_block;
    std::size_t room = 0;
    for (; i < lists.size() && lists[i].first.index / accounts_per_block == b; ++i) room += lists[i].second.size();
    unshared(data_.lists[b]).make_room(room);
  }
}

void correction::first_rows(const column<std::uint32_t>& account) {
  const std::vector<std::uint32_t> order = order_of(account);
  for (const std::uint32_t who : account.values()) accounts = std::max(accounts, std::size_t{who} + 1);
  std::vector<std::uint32_t> slots;
  std::size_t at = 0;
  for (std::size_t base = 0; base < accounts; base += accounts_per_block) {
    const std::size_t size = std::min(accounts_per_block, accounts - base);
    auto& block = *first_lists_.emplace_back(std::make_shared<flat_lists<std::uint32_t>>(size));
    slots.clear();
    for (std::size_t a = 0; a < size; ++a) {
      const std::size_t first = slots.size();
      for (; at < order.size() && account[order[at]] == base + a; ++at) slots.push_back(added[order[at]]);
      block.place(a, first, slots.size() - first);
      if (slots.size() > first) touched.push_back({static_cast<std::uint32_t>(base + a)});
    }
    block.assign(slots);
  }
}

void correction::commit() noexcept {
  if (!first_lists_.empty()) data_.lists.swap(first_lists_);
  for (const auto& [who, slots] : lists) {
    data_.lists[who.index / accounts_per_block]->replace(who.index % accounts_per_block, slots);
  }
  data_.store.give_back(removed);
  data_.in_order = data_.in_order && in_order;
  data_.rows += added.size();
  data_.rows -= removed.size();
  data_.accounts = accounts;
  data_.next_source_row = std::max(data_.next_source_row, next_source_row);
  if (owners) std::swap(data_.owners, *owners);
  done_ = true;
}

void plan_apply(correction& plan, book_data& data, const facts& rows) {
  require_good(data, rows);
  plan.added = stored(data, rows);
  plan.next_source_row = data.next_source_row + plan.added.size();
  for (std::size_t row = 0; row < plan.added.size(); ++row) {
    plan.in_order = plan.in_order && plan.added[row] == data.next_source_row + row;
  }
  if (data.rows == 0 && data.accounts == 0) return plan.first_rows(account_of(rows));
  by_account(account_of(rows), plan.added,
             [&](account who, std::span<const std::uint32_t> mine, std::span<const std::uint32_t> slots) {
               const auto old = data.slots_of(who);
               std::vector<std::uint32_t> list(old.begin(), old.end());
               for (const std::uint32_t row : mine) list.push_back(slots[row]);
               plan.touched.push_back(who);
               plan.lists.emplace_back(who, std::move(list));
             });
  plan.prepare();
}

void plan_retract(correction& plan, book_data& data, const facts& rows, std::optional<day> taken_back_on) {
  require_good(data, rows);
  const column<std::uint32_t>& account = account_of(rows);
  auto asked = stored(data, rows);
  plan.added = asked;  // given back by the plan, whatever happens
  const auto found = found_rows(data, account, asked, "name rows as they were given, each as often as it is there");
  const auto real = accounts_of_slots(data, found);
  by_account(column<std::uint32_t>(real), found,
             [&](account_number who, std::span<const std::uint32_t> mine, std::span<const std::uint32_t>) {
               std::vector<std::uint32_t> gone;
               for (const std::uint32_t row : mine) gone.push_back(found[row]);
               std::sort(gone.begin(), gone.end());
               std::vector<std::uint32_t> list;
               for (const std::uint32_t slot : data.slots_of(who)) {
                 if (!std::binary_search(gone.begin(), gone.end(), slot)) list.push_back(slot);
               }
               if (taken_back_on) {
                 for (const std::uint32_t row : mine) list.push_back(asked[row]);
               }
               plan.touched.push_back(who);
               plan.lists.emplace_back(who, std::move(list));
             });
  plan.removed = found;
  plan.in_order = false;
  if (!data.owners.moved.empty()) {
    plan.owners = data.owners;
    for (const std::uint32_t slot : found) plan.owners->moved.erase(slot);
  }
  if (taken_back_on) {
    if (data.common.recorded_until == no_column) {
      data.common.recorded_until = data.store.add_column(std::vector<std::int32_t>{});
    }
    for (std::size_t row = 0; row < asked.size(); ++row) {
      const auto from = data.cell<std::int32_t>(data.common.recorded_from, found[row]);
      if (from && taken_back_on->since_epoch < *from) {
        throw data_error({account.name_or("account"), row, to_string(*taken_back_on),
                          "a row is not taken back before it is known", "it was recorded on " + to_string(day{*from})});
      }
      data.store.put(data.common.account, asked[row], real[row]);
      data.store.put(data.common.source_row, asked[row], data.store.at<std::uint32_t>(data.common.source_row, found[row]));
      data.store.put(data.common.recorded_until, asked[row], taken_back_on->since_epoch);
    }
  } else {
    data.store.give_back(asked);
    plan.added.clear();
  }
  plan.prepare();
}

void plan_split(correction& plan, book_data& data, const facts& rows, account into, day since) {
  require_good(data, rows);
  const column<std::uint32_t>& account = account_of(rows);
  const auto asked = stored(data, rows);
  std::vector<std::uint32_t> found;
  try {
    found = found_rows(data, account, asked, "name rows that are in the book, as they were given");
  } catch (...) {
    data.store.give_back(asked);
    throw;
  }
  data.store.give_back(asked);
  owner_table next = data.owners;
  for (std::size_t row = 0; row < found.size(); ++row) {
    if (account[row] == into.index) {
      throw account_data_error(into, {account.name_or("account"), row, "{account}", "rows move to another account", ""});
    }
    const account_number real{data.store.at<std::uint32_t>(data.common.account, found[row])};
    moved_row& moved = next.moved.try_emplace(found[row], moved_row{real, {}}).first->second;
    std::erase_if(moved.to, [&](const ownership& one) { return one.since >= since; });
    moved.to.push_back({since, into});
    plan.touched.push_back(real);
  }
  plan.touched.push_back(into);
  std::sort(plan.touched.begin(), plan.touched.end());
  plan.touched.erase(std::unique(plan.touched.begin(), plan.touched.end()), plan.touched.end());
  plan.owners = std::move(next);
  plan.accounts = std::size_t{into.index} + 1;
  plan.prepare();
}

void plan_merge(correction& plan, book_data& data, const merger& one) {
  for (const account who : {one.from, one.into}) {
    if (who.index < data.accounts) continue;
    throw account_data_error(who, {"account", problem::no_row, "{account}", "not an account of this ledger", ""});
  }
  require_new_merger(data.owners, one);
  owner_table next = data.owners;
  next.mergers.push_back(one);
  plan.owners = std::move(next);
  plan.touched = {std::min(one.from, one.into), std::max(one.from, one.into)};
  plan.prepare();
}

void plan_parent(correction& plan, book_data& data, const parent_fact& one) {
  for (const account who : {one.child, one.parent}) {
    if (who.index < data.keys->size()) continue;
    throw account_data_error(who, {"account", problem::no_row, "{account}", "not a key of this book", ""});
  }
  owner_table next = data.owners;
  next.parents.push_back(one);
  plan.owners = std::move(next);
  plan.touched = {one.child};
  plan.accounts = std::max(std::size_t{one.child.index}, std::size_t{one.parent.index}) + 1;
  plan.prepare();
}

}  // namespace sojourn::inline v0_1::detail
