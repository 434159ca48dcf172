#include "revenue/book/correction.hpp"

#include <algorithm>
#include <map>
#include <numeric>
#include <string>

#include "detail/unshared.hpp"
#include "revenue/book/store_rows.hpp"
#include "sojourn/revenue/ledger/account_errors.hpp"

namespace sojourn::inline v0_1::detail {
namespace {

using account_number = account;

/// Where the rows of each of `range` accounts begin among the rows in order of their account; at the end, how many there
/// are.
std::vector<std::uint32_t> first_of_each(const column<std::uint32_t>& account, std::size_t range) {
  std::vector<std::uint32_t> first(range + 1, 0);
  for (const std::uint32_t who : account.values()) ++first[who + 1];
  for (std::size_t who = 0; who < range; ++who) first[who + 1] += first[who];
  return first;
}

/// The same where accounts ascend: the last row of each says where the next begins, so that no count waits for the one
/// before.
std::vector<std::uint32_t> first_of_each_ascending(std::span<const std::uint32_t> account, std::size_t range) {
  std::vector<std::uint32_t> first(range + 1, 0);
  for (std::uint32_t row = 0; row < account.size(); ++row) first[account[row] + 1] = row + 1;
  for (std::size_t who = 0; who < range; ++who) first[who + 1] = std::max(first[who + 1], first[who]);
  return first;
}

/// The highest account, and whether none is lower than the one before.
struct account_order {
  std::uint32_t highest = 0;
  bool ascends = true;
};

account_order order_of(std::span<const std::uint32_t> account) {
  std::uint32_t highest = 0, falls = 0;
  for (std::size_t row = 0; row < account.size(); ++row) {
    falls |= static_cast<std::uint32_t>(account[row] < account[row == 0 ? 0 : row - 1]);
    highest = std::max(highest, account[row]);
  }
  return {highest, falls == 0};
}

/// Rows in order of their account, those of one account in their own order: counted where there are many.
std::vector<std::uint32_t> rows_by_account(const column<std::uint32_t>& account) {
  std::vector<std::uint32_t> order(account.size());
  if (std::is_sorted(account.values().begin(), account.values().end())) {
    std::iota(order.begin(), order.end(), 0u);
    return order;
  }
  const std::size_t range = std::size_t{*std::max_element(account.values().begin(), account.values().end())} + 1;
  if (range > 8 * account.size()) {
    std::iota(order.begin(), order.end(), 0u);
    std::sort(order.begin(), order.end(),
              [&](auto a, auto b) { return account[a] != account[b] ? account[a] < account[b] : a < b; });
    return order;
  }
  std::vector<std::uint32_t> next = first_of_each(account, range);
  for (std::uint32_t row = 0; row < order.size(); ++row) order[next[account[row]]++] = row;
  return order;
}

template <class Visit>
void by_account(const column<std::uint32_t>& account, std::span<const std::uint32_t> slots, const Visit& visit) {
  const std::vector<std::uint32_t> order = rows_by_account(account);
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

table_columns::table_columns(const book_data& data)
    : ticks_per_unit_(data.ticks_per_unit),
      columns_(data.store.columns()),
      currencies_(data.currencies.words().size()),
      causes_(data.causes.words().size()),
      common_(data.common),
      own_(data.own) {
  labels_.reserve(data.labels.size());
  for (const label_column& one : data.labels) labels_.push_back({one.column, one.words.words().size()});
}

void table_columns::restore(book_data& data) const noexcept {
  data.ticks_per_unit = ticks_per_unit_;
  data.common = common_;
  std::copy(own_.begin(), own_.end(), data.own.begin());
  data.currencies.keep_first(currencies_), data.causes.keep_first(causes_);
  data.labels.erase(data.labels.begin() + static_cast<std::ptrdiff_t>(labels_.size()), data.labels.end());
  for (std::size_t i = 0; i < labels_.size(); ++i) {
    data.labels[i].column = labels_[i].column;
    data.labels[i].words.keep_first(labels_[i].words);
  }
  data.store.keep_first(columns_);
  if (data.common.parent == no_column) data.children = {};
  if (data.subscription() == no_column) data.subscription_accounts = {};
}

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

void correction::list_members(bool of_parents, bool of_subscriptions) {
  const auto list = [&](member_lists& members, std::size_t column) {
    if (column == no_column || members.made()) return;
    std::vector<std::uint32_t> slots(added.begin(), added.end());
    for (std::uint32_t who = 0; who < data_.accounts; ++who) {
      const auto mine = data_.slots_of(account{who});
      slots.insert(slots.end(), mine.begin(), mine.end());
    }
    members.make(data_.store, column, data_.common.account, slots);
  };
  if (of_parents) list(data_.children, data_.common.parent);
  if (of_subscriptions) list(data_.subscription_accounts, data_.subscription());
}

void correction::prepare_members() {
  const auto& store = data_.store;
  const std::size_t who = data_.common.account, parent = data_.common.parent, subscription = data_.subscription();
  const auto highest = [&](std::size_t column) {
    std::size_t most = 0;
    if (column == no_column) return most;
    for (const std::uint32_t slot : added) {
      if (const auto number = data_.cell<std::uint32_t>(column, slot)) most = std::max(most, std::size_t{*number} + 1);
    }
    return most;
  };
  if (data_.children.made()) children_ = data_.children.prepare(store, parent, who, added);
  if (data_.subscription_accounts.made()) {
    subscription_accounts_ = data_.subscription_accounts.prepare(store, subscription, who, added);
  }
  parents = std::max(data_.parents, highest(parent));
  subscriptions = std::max(data_.subscriptions, highest(subscription));
}

void correction::prepare() {
  prepare_members();
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
  prepare_members();
  const account_order order = order_of(account.values());
  if (!account.empty()) accounts = std::max(accounts, std::size_t{order.highest} + 1);
  const std::vector<std::uint32_t> first =
      order.ascends ? first_of_each_ascending(account.values(), accounts) : first_of_each(account, accounts);
  std::vector<std::uint32_t> sorted;
  if (!order.ascends) {
    sorted.resize(added.size());
    std::vector<std::uint32_t> next = first;
    for (std::size_t row = 0; row < added.size(); ++row) sorted[next[account[row]]++] = added[row];
  }
  const std::span<const std::uint32_t> slots = order.ascends ? added : sorted;
  for (std::size_t base = 0; base < accounts; base += accounts_per_block) {
    const std::size_t size = std::min(accounts_per_block, accounts - base);
    auto& block = *first_lists_.emplace_back(std::make_shared<flat_lists<std::uint32_t>>(size));
    for (std::size_t who = base; who < base + size; ++who) {
      block.place(who - base, first[who] - first[base], first[who + 1] - first[who]);
    }
    block.assign(slots.subspan(first[base], first[base + size] - first[base]));
  }
}

void correction::list_touched() {
  if (first_lists_.empty()) return;
  for (std::uint32_t who = 0; who < accounts; ++who) {
    if (!slots_of({who}).empty()) touched.push_back({who});
  }
}

void correction::sort_touched() {
  std::sort(touched.begin(), touched.end());
  touched.erase(std::unique(touched.begin(), touched.end()), touched.end());
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
  data_.accounts = accounts, data_.parents = parents, data_.subscriptions = subscriptions;
  data_.children.commit(children_);
  data_.subscription_accounts.commit(subscription_accounts_);
  data_.next_source_row = std::max(data_.next_source_row, next_source_row);
  if (owners) std::swap(data_.owners, *owners);
  done_ = true;
}

void plan_apply(correction& plan, book_data& data, const facts& rows) {
  require_good(data, rows);
  plan.added = store_rows(data, rows);
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
  auto asked = store_rows(data, rows);
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
  for (const std::uint32_t slot : found) {
    if (!data.owners.moved.contains(slot)) continue;
    if (!plan.owners) plan.owners = data.owners;
    plan.owners->moved.erase(slot);
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
  const auto asked = store_rows(data, rows);
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
  plan.sort_touched();
  plan.owners = std::move(next);
  plan.accounts = std::size_t{into.index} + 1;
  plan.prepare();
}

void plan_mergers(correction& plan, book_data& data, std::span<const merger> all) {
  owner_table next = data.owners;
  for (const merger& one : all) {
    for (const account who : {one.from, one.into}) {
      if (who.index < data.accounts) continue;
      throw account_data_error(who, {"account", problem::no_row, "{account}", "not an account of this ledger", ""});
    }
    require_new_merger(next, one);
    next.mergers.push_back(one);
    plan.touched.push_back(one.from), plan.touched.push_back(one.into);
  }
  plan.sort_touched();
  plan.owners = std::move(next);
  plan.prepare();
}

void plan_parents(correction& plan, book_data& data, std::span<const parent_fact> all) {
  owner_table next = data.owners;
  plan.accounts = data.accounts;
  for (const parent_fact& one : all) {
    for (const account who : {one.child, one.parent}) {
      if (who.index >= data.keys->size()) {
        throw account_data_error(who, {"account", problem::no_row, "{account}", "not a key of this book", ""});
      }
      plan.accounts = std::max(plan.accounts, std::size_t{who.index} + 1);
    }
    next.parents.push_back(one);
    plan.touched.push_back(one.child);
  }
  plan.sort_touched();
  plan.owners = std::move(next);
  plan.prepare();
}

}  // namespace sojourn::inline v0_1::detail
