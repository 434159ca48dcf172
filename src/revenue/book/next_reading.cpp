#include "revenue/book/next_reading.hpp"

#include <algorithm>
#include <numeric>
#include <set>

#include "revenue/ledger/cell_checks.hpp"
#include "revenue/ledger/ledger_maker.hpp"
#include "revenue/ledger/marked_rows.hpp"
#include "revenue/ledger/rows.hpp"

namespace sojourn::inline v0_1::detail {
namespace {

/// Throws `data_error` for an account that a correction gives rows to and that belongs to another shard.
void require_shard(const keyed_ledger& of, const correction& plan) {
  if (of.declared == nullptr) return;
  for (const auto& [who, slots] : plan.lists) {
    const std::string key = of.keys->key(who);
    if (of.declared->owns(account_hash(key))) continue;
    throw data_error({"account", problem::no_row, key, "an account of this shard",
                      "apply it to the ledger of the shard that shard_of names"});
  }
}

/// Whose readings a correction changes, and the accounts whose facts make these; both ascending.
struct concerned {
  std::vector<account> customers, accounts;
};

std::vector<account> ascending(const std::set<std::uint32_t>& numbers) {
  std::vector<account> all;
  all.reserve(numbers.size());
  for (const std::uint32_t who : numbers) all.push_back({who});
  return all;
}

/// The numbers in a column of the touched accounts' rows, as they are and as they will be.
std::set<std::uint32_t> named_in(const book_data& data, const correction& plan, std::span<const account> accounts,
                                 std::size_t column) {
  std::set<std::uint32_t> named;
  for (const account who : accounts) {
    for (const auto slots : {data.slots_of(who), plan.slots_of(who)}) {
      for (const std::uint32_t slot : slots) {
        if (const auto number = data.cell<std::uint32_t>(column, slot)) named.insert(*number);
      }
    }
  }
  return named;
}

concerned concerned_subscriptions(const book_data& data, const correction& plan) {
  const std::set<std::uint32_t> subscriptions = named_in(data, plan, plan.touched, data.subscription());
  std::set<std::uint32_t> accounts;
  for (const account who : plan.touched) accounts.insert(who.index);
  for (const std::uint32_t one : subscriptions) {
    for (const std::uint32_t who : data.subscription_accounts[one]) accounts.insert(who);
  }
  return {ascending(subscriptions), ascending(accounts)};
}

concerned concerned_parents(const book_data& data, const correction& plan, const owner_index& before,
                            const owner_index& after) {
  const auto joined = [&](std::span<const account> some) { return after.joined(before.joined(some)); };
  const std::vector<account> touched = joined(plan.touched);
  std::set<std::uint32_t> parents = named_in(data, plan, touched, data.common.parent);
  for (const account who : touched) {
    parents.insert(who.index);
    for (const owner_index* owners : {&before, &after}) {
      for (const parent_fact& one : owners->parents_of(who)) parents.insert(one.parent.index);
    }
  }
  std::set<std::uint32_t> accounts;
  for (const account who : touched) accounts.insert(who.index);
  for (const std::uint32_t parent : parents) {
    accounts.insert(parent);
    for (const std::uint32_t child : data.children[parent]) accounts.insert(child);
    for (const owner_index* owners : {&before, &after}) {
      for (const std::uint32_t child : owners->children_of({parent})) accounts.insert(child);
    }
  }
  return {ascending(parents), joined(ascending(accounts))};
}

concerned concerned_by(const book_data& data, const correction& plan, const view_of_book& how, const owner_index& before,
                       const owner_index& after) {
  if (how.by_subscription()) return concerned_subscriptions(data, plan);
  if (how.by_parent()) return concerned_parents(data, plan, before, after);
  const std::vector<account> accounts = after.joined(before.joined(plan.touched));
  return {accounts, accounts};
}

}  // namespace

std::vector<next_account> next_steps(const mrr_rows& rows, std::span<const account> customers, day known_until) {
  std::vector<std::uint32_t> order(rows.account.size());
  std::iota(order.begin(), order.end(), 0u);
  std::sort(order.begin(), order.end(),
            [&](auto a, auto b) { return rows.account[a] != rows.account[b] ? rows.account[a] < rows.account[b] : a < b; });
  const subscriptions table = rows.view();
  require_good(facts_of(table, 0, table.account.size(), rows.accounts), table, rows.accounts);
  step_maker maker(known_until);
  ledger_counts counts;
  std::vector<next_account> next;
  next.reserve(customers.size());
  auto at = order.begin();
  for (const account who : customers) {
    next_account one{who, {}, {}, {}};
    maker.start(who);
    at = std::lower_bound(at, order.end(), who.index, [&](auto row, std::uint32_t w) { return rows.account[row] < w; });
    for (; at != order.end() && rows.account[*at] == who.index; ++at) {
      const std::uint32_t row = *at;
      maker.add(rows, row, counts);
      if (rows.source[row] != mrr_rows::no_source) one.rows.push_back(rows.source[row]);
    }
    maker.finish(one.steps, one.shares);
    std::sort(one.rows.begin(), one.rows.end());
    one.rows.erase(std::unique(one.rows.begin(), one.rows.end()), one.rows.end());
    next.push_back(std::move(one));
  }
  return next;
}

next_reading::next_reading(const book_data& data, const correction& plan, reading& of) : of_(of) {
  const view_of_book how(data, of.under);
  const standing_facts facts(data, plan);
  const day known_until = of.ledger.book.known_until();
  if (!how.by_subscription()) require_shard(of.ledger, plan);
  const std::shared_ptr<const owner_index> before =
      of.owners != nullptr ? of.owners : std::make_shared<const owner_index>(data.owners, how.owners());
  owners_ = plan.owners ? std::make_shared<const owner_index>(*plan.owners, how.owners()) : before;
  if (how.lanes() != of.lanes) {  // lanes may be numbered anew
    lanes_ = how.lanes();
    whole_ = whole_ledger(facts, how, *owners_, known_until, {});
    whole_->declared = of.ledger.declared;
    return;
  }
  concerned found = concerned_by(data, plan, how, *before, *owners_);
  std::vector<std::uint32_t> slots;
  for (const account who : found.accounts) {
    for (const std::uint32_t slot : plan.slots_of(who)) {
      if (how.holds(slot)) slots.push_back(slot);
    }
  }
  mrr_rows rows = derive_rows(data, slots, how, *owners_, known_until);
  rows.accounts = std::max({rows.accounts, facts.customers(how), of.ledger.book.accounts()});
  if (how.by_subscription()) prepare_owners(data, found.customers, found.accounts, plan);
  if (of.under.part_of != nullptr) {
    std::erase_if(found.customers,
                  [&](account who) { return !of.under.part_of->owns(account_hash(of.ledger.keys->key(who))); });
  }
  next_ = next_steps(rows, found.customers, known_until);
  ledger_maker::make_room(of.ledger.book, rows.accounts, std::span<const next_account>(next_));
}

void next_reading::prepare_owners(const book_data& data, std::span<const account> subscriptions,
                                  std::span<const account> accounts, const correction& plan) {
  std::vector<std::uint32_t> slots;
  for (const account who : accounts) {
    const auto mine = plan.slots_of(who);
    slots.insert(slots.end(), mine.begin(), mine.end());
  }
  for (const account one : subscriptions) {
    subscription_owners_.emplace_back(one.index, owner_of_subscription(data, slots, one.index));
  }
  std::vector<std::uint32_t>& owner = unshared(of_.ledger.owner);
  owner.resize(std::max(owner.size(), data.subscription_keys->size()), 0);
}

void next_reading::commit() noexcept {
  of_.owners = std::move(owners_);
  if (whole_) {
    std::swap(of_.ledger, *whole_);
    std::swap(of_.lanes, lanes_);
    return;
  }
  for (const auto& [subscription, account] : subscription_owners_) (*of_.ledger.owner)[subscription] = account;
  for (const next_account& one : next_) {
    ledger_maker::replace(of_.ledger.book, one.who, one.steps, one.rows, one.shares);
  }
}

}  // namespace sojourn::inline v0_1::detail
